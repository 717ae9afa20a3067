"""From the form of choices to values."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.notices.hours import Hours
from lms.notices.services import Choices
from lms.notices.topics import Topic


def read_choices(form: MultiDict[str, str], topics: Iterable[Topic]) -> Choices:
    """Read, for each topic asked about, `shown-<topic>` and `mail-<topic>`; and the hours. Raises Invalid."""
    try:
        hours = Hours(*(int(form.get(name, "")) for name in ("quiet_from", "quiet_to", "daily_at")))
    except ValueError as error:
        raise Invalid({"quiet_from": _("Choose full hours from 0 to 23.")}) from error
    wanted = {topic.key: (f"shown-{topic.key}" in form, form.get(f"mail-{topic.key}")) for topic in topics}
    return Choices(wanted, hours)
