"""What the verb `prove` may be given: the result of a search, a candidate, a matrix, or a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeGuard

from certify.arrays import Source, read_source
from certify.attempt import Attempt, Refusal
from certify.errors import UnusableInput
from certify.files import existing
from certify.gaussian.activations import activation_of
from certify.gaussian.block_points import read_block_point
from certify.gaussian.points import read_candidate, read_teachers
from certify.gaussian.prove.minimum import prove_candidate
from certify.gaussian.prove.symmetric import prove_symmetric, prove_symmetric_matrix
from certify.gaussian.search.candidate import Candidate, make_candidate
from certify.gaussian.search.starts import SearchResult
from certify.gaussian.search.symmetric import SymmetricCandidate
from certify.gaussian.signs import signed, signed_blocks
from certify.kernel.gaussian.activation import Activation
from certify.kernel.gaussian.problem import MAX_SIZE

__all__ = ["as_told", "prove_given", "several"]

_LARGEST_DENSE = 1000  # rows and columns of a dense matrix whose symmetry is looked for
_COMMAND = "certify.prove"


def several(found: Any) -> TypeGuard[Sequence[Any]]:
    """Whether it is a list of points. A list of rows is one point."""
    if not isinstance(found, list | tuple):
        return False
    points = (SearchResult, Candidate, SymmetricCandidate, str, Path)
    return all(isinstance(one, points) or _axes(one) > 1 for one in found)


def _axes(values: Any) -> int:
    """How many axes an array or a nested list has; 0 for what is neither."""
    if isinstance(values, list | tuple):
        return 1 + (_axes(values[0]) if values else 0)
    return int(getattr(values, "ndim", 0))


def prove_given(
    found: Any,
    teachers: Any,
    *,
    polished: bool,
    symmetric: bool,
    activation: str | None = None,
    signs: str | None = None,
) -> tuple[Attempt, list[Source]]:
    """What became of one point, and the files that were read for it.

    found: as in `certify.prove`. teachers: a matrix of teachers or the path of one, None for
    orthonormal ones. activation, signs: of a matrix or file. Raises `UnusableInput`,
    `FileNotFoundError`.
    """
    if symmetric and (teachers is not None or not polished):
        raise UnusableInput("a symmetric proof is for orthonormal teachers and polishes by itself")
    if isinstance(found, SearchResult):
        if not found.candidates:
            told = f"none of the {found.trials} starts ended at a minimum above the global one"
            return Attempt(refusal=Refusal(told)), []
        found = found.candidates[0]
    if isinstance(found, Candidate | SymmetricCandidate):
        if teachers is not None:
            raise UnusableInput("teachers go with a matrix of students: a candidate has its own")
        if activation is not None or signs is not None:
            what = "an activation goes" if activation is not None else "signs go"
            raise UnusableInput(f"{what} with a matrix: a candidate has its own")
        point: Candidate | SymmetricCandidate = found
        sources: list[Source] = []
    else:
        point, sources = _read(found, teachers, symmetric=symmetric)
        point = as_told(point, None if activation is None else activation_of(activation), signs)
    if isinstance(point, SymmetricCandidate):
        attempt = prove_symmetric(point, command=_COMMAND)
    elif symmetric:
        attempt = prove_symmetric_matrix(point, command=_COMMAND)
    else:
        attempt = prove_candidate(point, polished=polished, command=_COMMAND)
    return attempt, sources


def as_told(
    point: Candidate | SymmetricCandidate, activation: Activation | None, signs: str | None
) -> Candidate | SymmetricCandidate:
    """The point with another activation and other signs, where these are given. Raises
    `UnusableInput`.
    """
    if activation is not None:
        point = replace(point, activation=activation)
    if signs is None:
        return point
    if isinstance(point, SymmetricCandidate):
        return replace(point, signs=signed_blocks(signs, point.parts))
    return replace(point, signs=signed(signs, point.n, point.k))


def _read(
    found: Any, teachers: Any, *, symmetric: bool
) -> tuple[Candidate | SymmetricCandidate, list[Source]]:
    """The point in a matrix or in a file, and the files that were read."""
    most = _LARGEST_DENSE if symmetric else MAX_SIZE
    sources = []
    goal = teachers
    if isinstance(teachers, str | Path):
        sources.append(read_source(existing(teachers)))
        goal = read_teachers(sources[0])
    if not isinstance(found, str | Path):
        return make_candidate(found, targets=goal, most=most), sources
    source = read_source(existing(found))
    sources.insert(0, source)
    block = read_block_point(source) if symmetric else None
    if block is not None:
        return block, sources
    point = read_candidate(source, most=most)
    if teachers is not None:
        point = replace(
            make_candidate(point.students, targets=goal, provenance=point.provenance, most=most),
            activation=point.activation,
            signs=point.signs,
        )
    return point, sources
