"""One measured figure, as every bench module yields it, and which of them were asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its dotted name (`weight.catalog.kb`), value and unit (`kB`)."""

    name: str
    value: float
    unit: str

    def __str__(self) -> str:
        digits = 0 if self.value == int(self.value) else 1 if self.value >= 10 else 3
        number = f"{self.value:.{digits}f}"
        return f"{self.name} {number} {self.unit}"


_asked = ""


def ask_for(prefix: str) -> None:
    """Remember which figures this run is about; modules may leave out the work for others."""
    global _asked
    _asked = prefix


def is_asked(name: str) -> bool:
    """Tell whether the figure `name` is wanted."""
    return name.startswith(_asked)
