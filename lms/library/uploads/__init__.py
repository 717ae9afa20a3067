"""Uploads: how files arrive, in one piece or in many."""
