"""What the form of a source says."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict


@dataclass(frozen=True, slots=True)
class SourceForm:
    """The fields as they were sent, so that a refused form comes back as it was."""

    name: str = ""
    url: str = ""
    prefix: str = "oai_dc"
    set_spec: str = ""
    scope: str = "sector"
    every_hours: int = 24
    policy: str = "link"


def read_source(form: MultiDict[str, str]) -> SourceForm:
    """Return the fields; what is no number is one that no list contains."""
    hours = form.get("every_hours", "")
    return SourceForm(
        name=form.get("name", "")[:400],
        url=form.get("url", "")[:2000],
        prefix=form.get("prefix", "")[:40],
        set_spec=form.get("set_spec", "")[:400],
        scope=form.get("scope", "")[:40],
        every_hours=int(hours) if hours.isascii() and hours.isdigit() and len(hours) < 5 else 0,
        policy=form.get("policy", "link")[:40],
    )
