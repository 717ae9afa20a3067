"""The blueprint of the room's pages; modules of views hang their routes on it."""

from flask import Blueprint

bp = Blueprint("mooc", __name__)
