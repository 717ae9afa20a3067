"""The room's blueprint, apart so that every module of pages can register on it."""

from flask import Blueprint

bp = Blueprint("library", __name__)
