"""Which class a proved critical point belongs to: its name, where it has one, by an exact match
with a certificate that is proved in this run.

The classes of Arjevani and Field (arXiv 2107.10370, 2210.06088, 2312.16819) are II, I and A; II_p,
A_q, NAME+m, II_p+p and II_p+p' are their relatives, see `certify.gaussian.search.families`.

Two claims are about the same point, up to permutations of rows and columns, if their losses are
multiples of each other (`same_minima` of the activations) and a permutation brings the centres C,
C' so near to each other that the one critical point lies in the ball of the other
certificate, where there is only one: |C - C'| <= r - delta' (or r' - delta), in exact rationals. A
permutation is looked for by guessing, so a match may be missed, but none is ever found in error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, permutations, product
from pathlib import Path
from typing import Any

import numpy as np

from certify.errors import UnusableInput
from certify.gaussian.activations import at_slope, relation, same_minima, slope_of
from certify.gaussian.names import family_name
from certify.gaussian.nearness import root_up
from certify.gaussian.prove.blocks import prove_block_point
from certify.gaussian.search.detection import detect
from certify.gaussian.search.families import family
from certify.gaussian.search.symmetric import Parts, expanded, multiplicities, parts_of
from certify.gaussian.survey.basins import align
from certify.judge import certificate_files
from certify.kernel.check import check_document, read_claim
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import parse_json, read_bytes
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.gaussian.activation import Activation
from certify.kernel.gaussian.blocks import owner
from certify.kernel.gaussian.minimum import GaussianMinimum
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.rationals import fraction
from certify.shipped import shipped_folder, shipped_name

__all__ = ["away", "centre_of", "class_remarks", "same_point"]

PointClaim = GaussianMinimum | GaussianSymmetric

_LARGEST_DENSE = 40_000  # entries of a matrix that is written out to be compared
_MOST_GUESSES = 5000


@dataclass(frozen=True)
class _Known:
    """A shipped certificate of this n and k, not yet proved: its name (of a family, or "")."""

    name: str
    path: Path
    document: dict[str, Any]
    claim: PointClaim

    @property
    def told(self) -> str:
        """The name of the class, with "(a saddle)" where it is one."""
        return (
            f"{self.name} (a saddle)"
            if isinstance(self.claim, GaussianSymmetric) and self.claim.saddle
            else self.name
        )


def class_remarks(document: dict[str, Any]) -> tuple[str, ...]:
    """One sentence on the class of the point that a document, just proved, is about: none for
    teachers that are not orthonormal, and none with signs.
    """
    claim = read_claim(document)
    if (
        not isinstance(claim, PointClaim)
        or (isinstance(claim, GaussianMinimum) and not claim.problem.orthonormal)
        or claim.problem.signs.mixed
    ):
        return ()
    known = list(_shipped(claim.problem.n, claim.problem.k, claim.problem.activation))
    same = next(
        (
            item
            for item in known
            if same_point(claim, item.claim) and isinstance(check_document(item.document), Proved)
        ),
        None,
    )
    others = sorted(
        {item.told for item in known if item.name and (same is None or item.name != same.name)},
        key=lambda name: (name.endswith(")"), name),
    )
    beside = (
        f"; other certified points with k = {claim.problem.k}, n = {claim.problem.n}:"
        f" {', '.join(others)}"
        if others
        else ""
    )
    if same is not None:
        by = f"by an exact match with the shipped certificate {shipped_name(same.path)}"
        if relation(same.claim.problem.activation) != relation(claim.problem.activation):
            by += (
                f", which is about {relation(same.claim.problem.activation)}: that loss is a"
                " multiple of this one"
            )
        if same.name:
            return (f"It is type {same.name} ({_group(same.claim)}), {by}{beside}.",)
        return (
            f"Its class has no name here: it is that of the shipped certificate, {by}{beside}.",
        )
    member = _member(document, claim)
    if member is not None:
        name, group = member
        return (
            (
                f"It is type {name} ({group}), the member of that family at k ="
                f" {claim.problem.k}{at_slope(claim.problem.activation)}{beside}."
            ),
        )
    return (f"Its class has no name here{beside}.",)


def _group(claim: PointClaim) -> str:
    return claim.problem.isotropy() if isinstance(claim, GaussianSymmetric) else ""


def _shipped(n: int, k: int, activation: Activation) -> Iterator[_Known]:
    """The certificates for these sizes and minima of this activation that come with this package:
    named classes come first.
    """
    root = shipped_folder()
    if root is None:
        return
    for path in certificate_files(
        [
            folder
            for folder in (
                (root / "slopes" / f"k{k:02d}",)
                if slope_of(activation)
                else (
                    root / "symmetric" / f"k{k:02d}",
                    root / "overparameterised" / "families" / f"k{k:02d}",
                    root / "survey" / f"k{k:02d}-n{n:02d}",
                )
            )
            if folder.is_dir()
        ]
    ):
        try:
            document = parse_json(read_bytes(path))
            claim = read_claim(document)
        except Malformed:
            continue
        if (
            isinstance(claim, GaussianSymmetric)
            and (claim.problem.n, claim.problem.k) == (n, k)
            and same_minima(claim.problem.activation, activation)
            and not claim.problem.signs.mixed
            and isinstance(document, dict)
        ):
            try:
                name = str(family_name(path.stem.partition("-slope-")[0]))
            except UnusableInput:
                name = ""
            yield _Known(name, path, document, claim)


def _member(document: dict[str, Any], claim: PointClaim) -> tuple[str, str] | None:
    """The family and the group, if the point is the member of one of the families whose blocks have
    the sizes of this point's.
    """
    if isinstance(claim, GaussianSymmetric):
        parts = parts_of(claim.problem.blocks)
    else:
        try:
            parts = detect(_floats(claim)[:, : claim.problem.k], 1e-9).parts
        except UnusableInput:
            return None
    built = document.get("provenance", {}).get("family")
    if built in (f"A_{claim.problem.k}", f"A_{claim.problem.k - 1}"):  # one point has one name
        built = "A" if built == f"A_{claim.problem.k}" else "I"
    if built:
        return str(built), _group(claim)
    for name in _families(parts):
        try:
            attempt = prove_block_point(family(name, claim.problem.k, claim.problem.activation))
        except UnusableInput:
            continue
        if attempt.document is not None and isinstance(attempt.outcome, Proved):
            member = read_claim(attempt.document)
            if isinstance(member, GaussianSymmetric) and same_point(claim, member):
                return name, _group(member)
    return None


def _families(parts: Parts) -> list[str]:
    """The families with blocks of these sizes."""
    diagonal = sorted(
        (size for block_type, size in parts if block_type == "diagonal"), reverse=True
    )
    further = sum(block_type == "row" for block_type, _ in parts)
    if any(block_type == "columns" for block_type, _ in parts):
        return []
    if len(diagonal) == 1:
        whole = ["A", f"II_{diagonal[0]}"]
        return whole if not further else ["A+1"] if further == 1 else []
    if len(diagonal) != 2:
        return []
    large, small = diagonal
    copies = [number for block_type, number in parts if block_type == "copy"]
    if copies:
        p = parts[copies[0] - 1][1]
        names = [f"II_{p}+{p}", f"II_{p}+{p}'"][: 1 + (p > 2)]
        return names if len(copies) == 1 and not further else []
    if further:
        return (
            [f"{letter}+{further}" for letter in ("II", "I")] if small == 1 and further <= 2 else []
        )
    names = ["II", "I"] if small == 1 else [f"II_{small}", f"A_{small}", f"A_{large}"]
    return names if small in (1, large) else [*names, f"II_{large}"]


def same_point(one: PointClaim, other: PointClaim) -> bool:
    """Whether the two claims, both proved, are proved to be about the same point up to permutations
    of rows and columns.

    For orthonormal teachers and the same n, k. False says only that no permutation was found; with
    signs none is looked for.
    """
    if one.problem.signs.mixed or other.problem.signs.mixed:
        return False
    if not same_minima(one.problem.activation, other.problem.activation):
        return False
    # both losses in multiples of the one they share
    mine, theirs = one.problem.activation.share, other.problem.activation.share
    if not (
        one.loss.low * theirs < other.loss.high * mine
        and other.loss.low * mine < one.loss.high * theirs
    ):
        return False
    reach = max(fraction(one.radius.value) - away(other), fraction(other.radius.value) - away(one))
    if reach <= 0:
        return False
    if isinstance(one, GaussianSymmetric) and isinstance(other, GaussianSymmetric):
        for guess in islice(_block_gaps(one, other), _MOST_GUESSES):
            if guess <= reach**2:
                return True
    if one.problem.n * one.problem.k > _LARGEST_DENSE:
        return False
    return _dense_gap(one, other) <= reach**2


def away(claim: PointClaim) -> Fraction:
    """A bound of |W* - C|. In a symmetric claim the distance bounds each entry."""
    distance = fraction(claim.distance.value)
    return (
        distance
        if isinstance(claim, GaussianMinimum)
        else distance * root_up(Fraction(claim.problem.n * claim.problem.k))
    )


def centre_of(claim: PointClaim) -> list[list[Fraction]]:
    """The centre with all columns of the file."""
    if isinstance(claim, GaussianMinimum):
        return [[fraction(entry) for entry in row] for row in claim.centre]
    return expanded(claim.problem.blocks, [fraction(value) for value in claim.centre.values()])


def _floats(claim: PointClaim) -> Any:
    return np.array([[float(entry) for entry in row] for row in centre_of(claim)])


def _dense_gap(one: PointClaim, other: PointClaim) -> Fraction:
    """|C - C'|^2 for a permutation of the first k columns and the rows that was guessed in floats;
    columns beyond k face zeros.
    """
    k = one.problem.k
    first, second = centre_of(one), centre_of(other)
    rows, columns = align(_floats(one)[:, :k], _floats(other)[:, :k])
    total = Fraction(0)
    for mine, i in zip(first, rows, strict=True):
        total += sum(
            ((x - second[i][j]) ** 2 for x, j in zip(mine[:k], columns, strict=True)), Fraction(0)
        )
    # what lies beyond the k columns of the teachers: nothing, where a claim has no such columns
    for claim_rows in (first, second):
        total += sum((x**2 for row in claim_rows for x in row[k:]), Fraction(0))
    return total


def _block_gaps(one: GaussianSymmetric, other: GaussianSymmetric) -> Iterator[Fraction]:
    """|C - C'|^2 for every way to let blocks of the same size face each other, columns and rows
    apart, where rows go with the columns that are their own. Blocks of size 1 have rows and columns
    that know nothing of each other, those of size 2 two ways to pair rows with columns.
    """
    mine, theirs = one.problem.blocks, other.problem.blocks
    names = list(zip(one.centre.items(), multiplicities(mine), strict=True))
    twos = [i for i, block in enumerate(mine) if block.rows and block.size == 2]
    for column_of in _facings(
        *({c: int(b.size) for c, b in enumerate(blocks) if b.columns} for blocks in (mine, theirs))
    ):
        own = {i: owner(mine, i) for i, block in enumerate(mine) if block.rows and block.size > 1}
        facing = {i: None if c is None else column_of[c] for i, c in own.items()}
        there = {i: owner(theirs, i) for i, block in enumerate(theirs) if block.size > 1}
        for row_of in _facings(
            {i: facing.get(i) for i, block in enumerate(mine) if block.rows},
            {i: there.get(i) for i, block in enumerate(theirs) if block.rows},
        ):
            for flips in product((False, True), repeat=len(twos)):
                flipped = {i for i, flip in zip(twos, flips, strict=True) if flip}
                total = Fraction(0)
                for ((i, j, diagonal), value), count in names:
                    a, b = row_of[i], column_of[j]
                    same = owner(theirs, a) == b and (
                        theirs[a].size == 1 or diagonal != (i in flipped)
                    )
                    total += count * (fraction(value) - fraction(other.centre[a, b, same])) ** 2
                yield total


def _facings(mine: dict[int, Any], theirs: dict[int, Any]) -> Iterator[dict[int, int]]:
    """Every way to let things of the same kind face each other, by their numbers."""
    if Counter(mine.values()) != Counter(theirs.values()):
        return
    kinds = list(Counter(mine.values()))
    own = [[i for i, kind in mine.items() if kind == which] for which in kinds]
    other = [[i for i, kind in theirs.items() if kind == which] for which in kinds]
    for chosen in product(*map(permutations, other)):
        yield {
            i: j
            for here, there in zip(own, chosen, strict=True)
            for i, j in zip(here, there, strict=True)
        }
