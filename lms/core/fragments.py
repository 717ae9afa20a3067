"""Pieces of pages that never change in a process, remembered: `{{ settled(icon, "search") }}` for `{{ icon("search") }}`.

A page draws the same icons, covers and rows again and again. `settled(macro, ...)` remembers what a macro wrote for these
very arguments (values and types) in this language. This is no cache that can be stale: nothing that can change while the
process lives takes part, since the contract of a settled macro is that its text depends on

- its arguments, which are the whole of the key: a title that changes is another argument, hence another text;
- the language of the reader, which is part of the key as well;
- what is fixed when the process starts: the templates, the texts, names of built files, the routes.

So never settle a macro that reads a token, a nonce, the reader, the request, the session, the time or the database, and
none with a `{% call %}` body; and import it (`{% from ... import ... %}`, without context), since a macro of the page itself
is another object with every page. Arguments are texts, whole numbers, truth values, days, uuids, None, the navigation, and tuples of these;
with anything else (a float, a model, a list) the macro is simply rendered. Under test every remembered text is rendered
again and compared, so that each test of a page also checks that the macros settled there keep their word.

A piece with a token or an address in it is remembered around it: `{{ settled_with({"token": csrf_token()}, macro, ...) }}`
hands the macro a mark for `token`, remembers what it wrote, and puts the present value, escaped, where the mark stands.
Such a macro may only write these values, not decide by them.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Hashable
from datetime import date
from types import NoneType
from typing import Any
from uuid import UUID

from flask import Flask, request
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from lms.core.i18n import current_locale
from lms.core.nav import Nav

_present = request._get_current_object  # type: ignore[attr-defined]  # a page asks some dozens of times
MOST_PIECES, MOST_CHARACTERS = 4096, 4_000_000
# Equal values of these types are written equally; the type itself is in the key, as 1 == True and "<b>" == Markup("<b>").
PLAIN = frozenset({str, Markup, int, bool, NoneType, UUID, date, Nav})
SEAM = secrets.token_hex(12)  # nobody can write a mark into a title


class ImpureFragment(AssertionError):
    """A settled macro reads something that it must not, or is not an imported one."""


class Fragments:
    """Texts by key; the one longest unused makes room."""

    def __init__(self, most: int = MOST_PIECES, characters: int = MOST_CHARACTERS) -> None:
        self._most, self._room = most, characters
        self._texts: OrderedDict[Hashable, Markup] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._texts)

    def get(self, key: Hashable) -> Markup | None:
        """Return the text kept under `key`."""
        with self._lock:
            found = self._texts.get(key)
            if found is not None:
                self._texts.move_to_end(key)
        return found

    def put(self, key: Hashable, text: Markup) -> None:
        """Keep a text."""
        with self._lock:
            self._room += len(self._texts.pop(key, ""))
            self._texts[key] = text
            self._room -= len(text)
            while self._texts and (len(self._texts) > self._most or self._room < 0):
                self._room += len(self._texts.popitem(last=False)[1])


def marked(values: tuple[Any, ...]) -> Hashable | None:
    """Return `values` with their types, as a part of a key; None when one of them is not plain."""
    types = tuple(map(type, values))
    if PLAIN.issuperset(types):
        return types, values
    parts = []
    for kind, value in zip(types, values, strict=True):
        part = marked(value) if kind is tuple else value
        if kind is not tuple and kind not in PLAIN or kind is tuple and part is None:
            return None
        parts.append(part)
    return types, tuple(parts)


def key_of(macro: Macro, args: tuple[Any, ...], named: dict[str, Any]) -> Hashable | None:
    """Return what the text depends on; None outside a page at the root of its host, or with odd arguments.

    Below a prefix that a proxy names with each request, addresses would be of that prefix.
    """
    try:
        environ = _present().environ
    except RuntimeError:  # outside a request
        return None
    if environ.get("SCRIPT_NAME"):
        return None
    places = marked(args)
    if places is None:
        return None
    if not named:
        return macro, current_locale(), places
    names = marked(tuple(named.values()))
    return None if names is None else (macro, current_locale(), places, tuple(named), names)


class Watch:
    """What a test knows of settled macros: each must be one object for ever, and write the same again."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Macro] = {}

    def check(self, macro: Macro, found: str, again: str) -> None:
        """Raise ImpureFragment when `macro` did not keep its word."""
        place = macro._func.__code__.co_filename, macro.name
        if place[0] != "<template>" and self._known.setdefault(place, macro) is not macro:
            raise ImpureFragment(f"{macro.name} of {place[0]}: settled, but not imported without context")
        if found != again:
            raise ImpureFragment(
                f"{macro.name} of {place[0]}: settled, but written differently the second time"
            )


def init_app(app: Flask) -> None:
    """Give templates `settled`."""
    kept = app.extensions["fragments"] = Fragments()
    watch = Watch() if app.testing else None

    @pass_eval_context
    def settled(context: EvalContext, macro: Macro, *args: Any, **named: Any) -> str:
        """Return what `macro` writes for these arguments, rendered once (see the contract of this module)."""
        key = key_of(macro, args, named) if context.autoescape else None
        if key is None:
            return macro(context, *args, **named)
        found = kept.get(key)
        if found is None:
            found = Markup(macro(context, *args, **named))
            kept.put(key, found)
        if watch is not None:
            watch.check(macro, found, macro(context, *args, **named))
        return found

    @pass_eval_context
    def settled_with(context: EvalContext, late: dict[str, str], macro: Macro, *args: Any) -> str:
        """Return what `macro` writes for these arguments and, by name, the values of `late`."""
        key = key_of(macro, (tuple(late), *args), {}) if context.autoescape else None
        if key is None:
            return macro(context, *args, **late)
        text: str | None = kept.get(key)
        if text is None:
            text = Markup(macro(context, *args, **{name: f"{SEAM}{name}." for name in late}))
            kept.put(key, text)
        for name, value in late.items():
            text = str.replace(text, f"{SEAM}{name}.", escape(value))
        if watch is not None:
            watch.check(macro, text, macro(context, *args, **late))
        return Markup(text)

    app.jinja_env.globals.update(settled=settled, settled_with=settled_with)
