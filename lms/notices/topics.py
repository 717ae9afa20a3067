"""Kinds of news. The room that knows the news registers its topic; our own topics use the same hook.

`words` puts what a notice is about into a sentence, in the language of whoever reads it. `people` gives, for `tell`,
the ids of those whom it concerns, as one select: a class of forty and a course of fifty thousand are told alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from lms.core.actor import Actor
from lms.core.i18n import LazyText, _

About = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of news: how it is called, said and drawn, where it leads, and how it is mailed unless chosen otherwise.

    `endpoint` with the values named in `address` (taken from `about`) is the page a notice leads to. Nobody without
    any of `roles` (empty: everyone) is asked how to get this topic.
    """

    key: str
    label: LazyText
    words: Callable[[About], str]
    icon: str = "bell"
    endpoint: str = ""
    address: tuple[str, ...] = ()
    mail: str = "daily"
    roles: frozenset[str] = frozenset()
    people: Callable[[About], Select[int]] | None = None


_topics: dict[str, Topic] = {}


def register_topic(topic: Topic) -> Topic:
    """Add a topic; the same key replaces."""
    _topics[topic.key] = topic
    return topic


def get_topic(key: str) -> Topic:
    """Return the topic. Raises LookupError for one that no room has registered."""
    return _topics[key]


def find_topics(keys: Iterable[str]) -> list[Topic]:
    """Return those of the topics that there are."""
    return [_topics[key] for key in keys if key in _topics]


def list_topics(actor: Actor) -> list[Topic]:
    """Return the topics that may ever concern `actor`, in the order of their registration."""
    return [topic for topic in _topics.values() if not topic.roles or actor.has_role(*topic.roles)]


def say(key: str, about: About) -> str:
    """Return the sentence of a notice, on one line. A topic that is no more says so."""
    topic = _topics.get(key)
    if topic is None:
        return str(_("This notice is of a kind that is no more."))
    return " ".join(str(topic.words(about)).split())


def icon_of(key: str) -> str:
    """Return the icon of a topic."""
    return _topics[key].icon if key in _topics else "bell"


def destination(key: str, about: About) -> tuple[str, dict[str, Any]] | None:
    """Return endpoint and values of the page a notice leads to; None when it leads nowhere."""
    topic = _topics.get(key)
    if topic is None or not topic.endpoint or any(name not in about for name in topic.address):
        return None
    return topic.endpoint, {name: about[name] for name in topic.address}
