"""Nothing but the group of the partition fixes a point: theorem 2 (f)."""

from __future__ import annotations

from flint import arb

from certify.kernel.foundation.ledger import Ledger
from certify.kernel.gaussian.blocks import Number, owner, sum_of
from certify.kernel.gaussian.geometry import Geometry

__all__ = ["column_invariants", "require_isotropy", "row_invariants"]


def require_isotropy(box: Geometry, ledger: Ledger) -> None:
    """Nothing but the group fixes the point: theorem 2, (f)."""
    blocks = box.blocks
    for i, block in enumerate(blocks):
        if owner(blocks, i) is not None and block.size > 1:
            gap = box.point[i].extra
            ledger.require("isotropy", f"block {i + 1} is not constant", arb(0), gap * gap)
    for what, invariants in (("rows", row_invariants(box)), ("columns", column_invariants(box))):
        places = sorted(invariants)
        for i, j in ((i, j) for i in places for j in places if j < i):
            norms, sums = zip(invariants[j], invariants[i], strict=True)
            ledger.require_apart(
                "isotropy",
                f"the {what} of blocks {j + 1} and {i + 1}",
                {"norm": norms, "sum": sums},
            )


def row_invariants(box: Geometry) -> dict[int, tuple[Number, Number]]:
    """For each row block the squared norm and the sum of a row: permutations of the columns do
    not change them.
    """
    result = {}
    for i in box.students:
        x = box.point[i]
        sums = sum_of(block.width * x.across[c] for c, block in enumerate(box.blocks))
        result[i] = box.square[i], sums + x.extra
    return result


def column_invariants(box: Geometry) -> dict[int, tuple[Number, Number]]:
    """For each column block the squared norm and the sum of a column."""
    result = {}
    for c, block in enumerate(box.blocks):
        if block.columns:
            owners = [i for i in box.students if owner(box.blocks, i) == c]
            entries = [
                (box.blocks[i].height - (i in owners), box.point[i].across[c]) for i in box.students
            ]
            entries += [(1, box.point[i].across[c] + box.point[i].extra) for i in owners]
            result[c] = sum_of(m * x * x for m, x in entries), sum_of(m * x for m, x in entries)
    return result
