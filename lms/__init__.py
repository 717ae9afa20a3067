"""Bến Học: the learning management system; each package below is one room of the house."""
