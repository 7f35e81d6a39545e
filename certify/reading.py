"""How a file of the user's is to be read, as the options say it.

This module imports nothing: commands that read no such file stay light.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Columns", "Which"]


@dataclass(frozen=True)
class Columns:
    """Which columns are targets, labels and inputs, by name or by number from 1. What the user does
    not say is found out where it is certain.

    target: columns of numbers to be fitted; label: the column of classes; the last column is the
    target if neither is given. inputs: all others by default. drop: columns left out. one_hot:
    columns of words that become one column of 0 and 1 for each word. header: whether the first row
    holds names (None: found out, or refused). drop_missing: leave out rows with a missing entry.
    decimal: "." or ",".
    """

    target: tuple[str, ...] = ()
    label: str | None = None
    inputs: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    one_hot: tuple[str, ...] = ()
    header: bool | None = None
    drop_missing: bool = False
    decimal: str = "."

    @property
    def plain(self) -> bool:
        """Whether all options have their defaults."""
        return self == Columns()


@dataclass(frozen=True)
class Which:
    """Which array of a file is meant: its name, its number (from 1) where several points are
    stacked, and whether neurons are its columns.
    """

    variable: str | None = None
    index: int | None = None
    transpose: bool = False
