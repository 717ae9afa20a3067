"""The engine of this application's page index, opened by `lms.app`."""

from flask import current_app

from content_store.search import SearchIndex


def page_index() -> SearchIndex:
    """Return the index of pages."""
    found: SearchIndex = current_app.extensions["page_index"]
    return found
