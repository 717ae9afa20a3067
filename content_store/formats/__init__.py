"""What a file is: its format by content, metadata, text, preview and a safe page to read it on.

`inspect` reads a hostile file (`inspect_many` several) in a child process with limits on memory, time and output; there is no way
to read one in this process. Nouns: Inspection, Passage, Limits. Raises RefusedFile.
"""

from __future__ import annotations

from content_store.formats.captions import captions_to_vtt
from content_store.formats.runner import inspect, inspect_many
from content_store.formats.values import DEFAULT, Inspection, Limits, Passage

__all__ = ["DEFAULT", "Inspection", "Limits", "Passage", "captions_to_vtt", "inspect", "inspect_many"]
