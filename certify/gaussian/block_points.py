"""The reader of block-symmetric points: blocks and centre from the user's files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from certify.arrays import Source, decimal_of, refuse_unknown
from certify.errors import UnusableInput
from certify.gaussian.activations import of_field
from certify.gaussian.points import fields_of
from certify.gaussian.search.symmetric import SymmetricCandidate, make_blocks
from certify.gaussian.signs import signed_blocks
from certify.kernel.gaussian.blocks import unknowns

__all__ = ["read_block_point"]


def read_block_point(source: Source) -> SymmetricCandidate | None:
    """A block-symmetric point: `blocks` and `centre` as in a certificate of a symmetric kind, or
    such a certificate; None for other files.

    Raises `UnusableInput`.
    """
    fields = fields_of(source)
    if fields is None or "" in fields:
        return None
    value = fields
    if isinstance(value.get("statement"), dict):
        value = value["statement"]
    if "blocks" not in value:
        return None
    refuse_unknown(
        value,
        {"blocks", "centre", "problem", "claims", "found"},
        source.name,
        "a block point has blocks and a centre",
    )
    point = _block_point(value)
    problem = value.get("problem")
    if not isinstance(problem, Mapping):
        return point
    if problem.get("activation") is not None:
        point = replace(point, activation=of_field(problem["activation"], source.name))
    if problem.get("signs") is not None:
        point = replace(point, signs=signed_blocks(problem["signs"], point.parts))
    return point


def _block_point(value: Mapping[str, Any]) -> SymmetricCandidate:
    """Blocks and centre in the format's shapes; the kernel reads the centre strictly later."""
    parts = []
    for i, block in enumerate(value["blocks"] if isinstance(value["blocks"], list) else []):
        known = block if isinstance(block, dict) else {}
        number = known.get("of" if known.get("type") == "copy" else "size")
        if number is None or re.fullmatch("[0-9]{1,13}", str(number)) is None:
            raise UnusableInput(
                f"block {i + 1} has no size, a whole number (a copy: no number of the block that it"
                " copies, `of`)"
            )
        parts.append((str(known.get("type")), int(number)))
    blocks = make_blocks(tuple(parts))
    flat: list[str] = []
    for row in value["centre"] if isinstance(value.get("centre"), list) else []:
        for entry in row if isinstance(row, list) else [row]:
            flat += [
                decimal_of(number, "an entry of the centre")
                for number in (entry if isinstance(entry, list) else [entry])
            ]
    if len(flat) != len(unknowns(blocks)):
        raise UnusableInput(
            f"the centre has {len(flat)} numbers, but a point with these blocks has"
            f" {len(unknowns(blocks))}"
        )
    return SymmetricCandidate(tuple(parts), tuple(flat), {"candidate": "block point"})
