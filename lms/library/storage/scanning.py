"""`lms check` asks the virus scanner, where one is set, for a sign of life."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask

from content_store.antivirus import open_scanner
from content_store.errors import StoreError
from lms.core.checks import Finding, deployment_check


@deployment_check
def check_scanner(app: Flask) -> Iterable[Finding]:
    """A scanner that is set must answer, for no file comes in without it."""
    try:
        scanner = open_scanner(app.extensions["settings"].antivirus_url)
    except StoreError as error:
        yield Finding(f"ANTIVIRUS_URL: {error.message}")
        return
    if scanner is not None and (problem := scanner.check()):
        yield Finding(f"ANTIVIRUS_URL: {problem}")
