"""Licenses as data, and what they let a person do. Pure: values in, values out.

A verdict carries a code, so that an application can say it in the reader's language, and an English
sentence for those that do not. `licenses` is the data, `decisions` judges one item and one person,
`combining` judges what several items together may become, `plain` and `credit` put both into words.
"""

from content_store.rights.combining import (
    HOWS,
    Clash,
    Combination,
    How,
    Limit,
    combine,
    fitting,
    is_no_freer,
    outbound,
    without_limit,
)
from content_store.rights.credit import attribution
from content_store.rights.decisions import Relation, Verdict, may, verdict
from content_store.rights.licenses import ACTIONS, DEFAULT_LICENSE, LICENSES, Action, License, get_license
from content_store.rights.plain import PlainWords, plain_words

__all__ = [
    "ACTIONS",
    "DEFAULT_LICENSE",
    "HOWS",
    "LICENSES",
    "Action",
    "Clash",
    "Combination",
    "How",
    "License",
    "Limit",
    "PlainWords",
    "Relation",
    "Verdict",
    "attribution",
    "combine",
    "fitting",
    "get_license",
    "is_no_freer",
    "may",
    "outbound",
    "plain_words",
    "verdict",
    "without_limit",
]
