"""One measured figure, as every bench module yields it."""

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
