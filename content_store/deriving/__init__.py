"""What is made of a stored file so that it is seen sooner: smaller pictures, pages, a lighter film, the shape of a sound.

Each is called by the digest of its source and its kind, so making it again changes nothing, and equal files share it.
Making is slow and hostile input is opened for it, so it happens in a child of its own, as reading formats does, and
only the worker asks for it. Nothing depends on it: where one is missing, the file itself is shown.
"""

from content_store.deriving.rows import (
    FORMATS,
    TRIED,
    Derived,
    DerivedPart,
    Waiting,
    keep_made,
    list_derived,
    list_derived_parts,
    list_waiting,
)
from content_store.deriving.runner import Made, make_derived

__all__ = [
    "FORMATS",
    "TRIED",
    "Derived",
    "DerivedPart",
    "Made",
    "Waiting",
    "keep_made",
    "list_derived",
    "list_derived_parts",
    "list_waiting",
    "make_derived",
]
