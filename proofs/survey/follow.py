"""Certificates of published classes that the starts did not meet: python proofs/survey/follow.py
(from the root of the repository)

From each certified minimum of (k - 1, n - 1) and (k + 1, n + 1): one of its blocks is made larger
or smaller by one, Newton's method finds the critical point next to it, and the kernel decides. Only
points with the loss and eigenvalue of a published one are kept. Writes into this folder and says
what it could not find.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from report import HERE, SIZES, Point, certified, published

from certify.arrays import read_source
from certify.errors import UnusableInput
from certify.files import write_json
from certify.gaussian.block_points import read_block_point
from certify.gaussian.prove.symmetric import prove_symmetric
from certify.gaussian.search.polish import NotPolished
from certify.gaussian.search.symmetric import SymmetricCandidate, fixed_newton
from certify.gaussian.survey.basins import Basin, basin_of, certified_basins
from certify.judge import certificate_files
from certify.kernel.foundation.outcomes import Proved


def neighbours(basin: Basin) -> Iterator[SymmetricCandidate]:
    """Points with one block larger or smaller by one; blocks of one row stay as they are."""
    point = read_block_point(read_source(Path(basin.path)))
    if point is None:
        return
    for i, (kind, size) in enumerate(point.parts):
        for other in (size - 1, size + 1):
            if size > 1 and other > 1:
                yield SymmetricCandidate(
                    (*point.parts[:i], (kind, other), *point.parts[i + 1 :]),
                    point.values,
                    {"followed from": basin.path},
                )


def follow(point: Point, basins: dict[tuple[int, int], list[Basin]]) -> bool:
    """Look for a published point next to the certified ones, and certify it."""
    for step in (-1, 1):
        for basin in basins.get((point.k + step, point.n + step), []):
            for candidate in (
                neighbours(basin) if basin.what == "minimum" and basin.fixed_by else ()
            ):
                if sum(size for kind, size in candidate.parts if kind != "row") != point.k:
                    continue
                try:
                    values = tuple(
                        fixed_newton(candidate.blocks, list(candidate.values), 30, damping=True)
                    )
                    attempt = prove_symmetric(
                        SymmetricCandidate(candidate.parts, values, candidate.provenance),
                        command="proofs/survey/follow.py",
                    )
                except (NotPolished, UnusableInput):
                    continue
                if attempt.document is None or not isinstance(attempt.outcome, Proved):
                    continue
                found = basin_of(attempt.document, "", point.k, point.n)
                if found is not None and certified(point, {found.digest: found}):
                    name = "-".join(
                        "R" if kind == "row" else f"S{size}" for kind, size in candidate.parts
                    )
                    path = HERE / f"k{point.k:02d}-n{point.n:02d}" / f"{name}_{found.loss:.9f}.json"
                    write_json(attempt.document, path)
                    basins[point.k, point.n].append(
                        basin_of(attempt.document, str(path), point.k, point.n) or found
                    )
                    sys.stdout.write(f"{path}\n")
                    return True
    return False


def main() -> None:
    """Go on until nothing new is found."""
    files = list(certificate_files([Path("proofs")]))
    basins = {(k, n): certified_basins(files, k, n) for k, n in SIZES}
    left = [
        p
        for p in published()
        if p.lambda_min > 0 and certified(p, {b.digest: b for b in basins[p.k, p.n]}) is None
    ]
    while found := [point for point in left if follow(point, basins)]:
        left = [point for point in left if point not in found]
    for point in left:
        sys.stdout.write(f"not found: {point}\n")


if __name__ == "__main__":
    main()
