"""The text of letters. Rendered without the frame of pages: a worker has no reader and no request."""

from __future__ import annotations

from flask import current_app

from lms.core.i18n import speaking


def render_letter(template: str, locale: str, **values: object) -> str:
    """Return `templates/mail/<template>.txt` in `locale`."""
    with speaking(locale):
        return current_app.jinja_env.get_template(f"mail/{template}.txt").render(**values)
