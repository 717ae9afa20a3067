"""Languages: Vietnamese by default, English second; the reader's own choice wins.

Messages are written in English in code and templates; Vietnamese stands in `translations/vi/<room>.po`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, g, has_request_context, request
from flask_babel import (
    Babel,
    force_locale,
    format_date,
    format_datetime,
    format_decimal,
    get_locale,
    get_translations,
)
from flask_babel.speaklater import LazyString as LazyText
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from lms.core.clock import CITY
from lms.core.paths import TRANSLATIONS

LOCALES = ("vi", "en")
COOKIE = "locale"

__all__ = ["LOCALES", "N_", "LazyText", "_", "_l", "current_locale", "init_app", "ngettext", "speaking"]


_catalogs: dict[str, NullTranslations] = {}
_ready: dict[tuple[str, str], Markup] = {}  # texts of templates without a gap, as they stand on the page
_locales = {code: Locale.parse(code) for code in LOCALES}  # so that no request reads a name again
_present = g._get_current_object


def _language() -> str:
    """Return the language chosen for this request, '' outside the application.

    A page asks a hundred times: what Flask-Babel has found before is looked up where it keeps it, else it is asked.
    """
    try:
        kept = _present().get("_flask_babel")
    except RuntimeError:  # outside the application
        return ""
    locale = getattr(kept, "babel_locale", None) or get_locale()
    return str(locale.language) if locale else ""


def _catalog() -> NullTranslations:
    """Return the texts of the present reader's language, read from disk once."""
    language = _language()
    found = _catalogs.get(language)
    if found is None:
        found = get_translations()
        if language:  # outside the application there is none
            _catalogs[language] = found
    return found


def _(message: str, **values: object) -> str:
    """Return `message` in the reader's language, with `values` in its gaps."""
    text = _catalog().gettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Return the form that fits `num`, with `num` and `values` in its gaps."""
    return _catalog().ngettext(one, many, num) % {"num": num, **values}


def _l(message: str, **values: object) -> LazyText:
    """Return `message` as a text that is translated when it is shown."""
    return LazyText(_, message, **values)


@pass_eval_context
def _template_text(context: EvalContext, message: str, **values: object) -> str:
    """`_()` of templates: every text is a format string there, so a percent sign is written twice."""
    if not context.autoescape:
        return _catalog().gettext(message) % values
    if values:
        return Markup(_catalog().gettext(message)) % values
    key = (current_locale(), message)
    found = _ready.get(key)
    if found is None:
        found = _ready[key] = Markup(_catalog().gettext(message)) % values
    return found


@pass_eval_context
def _template_plural(context: EvalContext, one: str, many: str, num: int, **values: object) -> str:
    text = _catalog().ngettext(one, many, num)
    return (Markup(text) if context.autoescape else text) % {"num": num, **values}


def N_(message: str) -> str:
    """Mark a message for translation without translating it now (for tables of labels)."""
    return message


def current_locale() -> str:
    """Return 'vi' or 'en': the language the present reader is shown."""
    language = _language()
    return language if language in LOCALES else LOCALES[0]


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Speak `locale` within the block, for mail and jobs that write to someone who is not the requester."""
    with force_locale(locale if locale in LOCALES else LOCALES[0]):
        yield


def _choose_locale() -> str:
    if not has_request_context():
        return LOCALES[0]
    asked = request.args.get("lang")
    if asked in LOCALES:
        return str(asked)
    if request.path.startswith("/api/"):  # programs say it with each request; pages have a button
        wanted = request.accept_languages.best_match(LOCALES)
        if wanted is not None:
            return str(wanted)
    chosen = request.cookies.get(COOKIE)
    if chosen in LOCALES:
        return str(chosen)
    actor = g.get("actor")
    if actor is not None and actor.locale in LOCALES:
        return str(actor.locale)
    return LOCALES[0]


def show_day(value: date | datetime | None) -> str:
    """Return a day as the reader writes it: 21/11/2026 in both languages (English readers here are in Vietnam)."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(CITY).date()
    return str(format_date(value, "dd/MM/yyyy"))


def show_moment(value: datetime | None) -> str:
    """Return day and time in the city's own time zone."""
    return "" if value is None else format_datetime(value.astimezone(CITY), "HH:mm dd/MM/yyyy", rebase=False)


def show_number(value: int | float | Decimal | None) -> str:
    """Return a number with the reader's decimal mark: 8,5 in Vietnamese, 8.5 in English."""
    return "" if value is None else format_decimal(round(value, 2))


def init_app(app: Flask) -> None:
    """Install the language choice and the filters `day`, `moment`, `number` in `app`."""
    Babel(
        app,
        default_locale=LOCALES[0],
        default_timezone="Asia/Ho_Chi_Minh",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=lambda: _locales[_choose_locale()],
    )
    app.jinja_env.globals.update(_=_template_text, gettext=_template_text, ngettext=_template_plural)
    app.jinja_env.policies["ext.i18n.trimmed"] = True  # as the extraction reads them
    app.jinja_env.filters.update(day=show_day, moment=show_moment, number=show_number)
