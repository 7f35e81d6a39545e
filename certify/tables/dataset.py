"""A table as it is read from a file, and the data set that is made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpz

from certify.kernel.foundation.data import read_data
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.foundation.reals import counted

__all__ = ["DataSet", "Table", "exact", "listed"]

_SHOWN = 6  # names of columns on a line


@dataclass(frozen=True)
class Table:
    """Rows of raw entries (texts, or entries of an array), the names of the columns (empty: none),
    and what was seen while reading it.
    """

    rows: list[list[Any]]
    header: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataSet:
    """inputs, targets: N rows of decimals. labels: class numbers, where the targets are classes,
    named by `classes`.

    notes: what the user should know of the data, a sentence each. input_names, target_names,
    origin, dropped, header: how they were read.
    """

    inputs: tuple[tuple[str, ...], ...]
    targets: tuple[tuple[str, ...], ...] = ()
    labels: tuple[int, ...] = ()
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    input_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    origin: str = "the data"
    dropped: int = 0
    header: bool | None = None

    @property
    def x(self) -> RationalMatrix:
        """Inputs, units x data."""
        return read_data([*map(list, self.inputs)], "the inputs", len(self.inputs[0]))

    @property
    def y(self) -> RationalMatrix:
        """Targets, outputs x data."""
        return read_data([*map(list, self.targets)], "the targets", len(self.targets[0]))

    @property
    def as_read(self) -> str:
        """One line: rows, inputs and targets by name, classes with counts, the header, dropped
        rows.
        """
        parts = [
            (
                f"{counted(len(self.inputs), 'row')}, {counted(len(self.inputs[0]), 'input')}"
                f" ({listed(self.input_names)})"
            )
        ]
        if self.targets:
            parts.append(f"{counted(len(self.targets[0]), 'target')} ({listed(self.target_names)})")
        if self.classes:
            counts = Counter(self.labels)
            shown = [f"{name} ({counts[i]})" for i, name in enumerate(self.classes)]
            parts.append(
                f"{counted(len(self.classes), 'class', 'classes')} in {listed(self.target_names)}:"
                f" {listed(shown)}"
            )
        if self.header is not None:
            parts.append(f"header: {'yes' if self.header else 'no'}")
        if self.dropped:
            parts.append(f"{counted(self.dropped, 'row')} with missing entries dropped")
        return f"read {self.origin}: " + "; ".join(parts)


def exact(text: str) -> fmpq:
    """The rational of a decimal."""
    number = Fraction(text)
    return fmpq(fmpz(number.numerator), fmpz(number.denominator))


def listed(names: Sequence[str]) -> str:
    """The names with commas between them, those in the middle left out where there are many."""
    shown = [name if len(name) <= 30 else name[:27] + "..." for name in names]
    return (
        ", ".join(shown)
        if len(shown) <= _SHOWN + 2
        else f"{', '.join(shown[:_SHOWN])}, ..., {shown[-1]}"
    )
