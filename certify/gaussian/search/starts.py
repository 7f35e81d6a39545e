"""Starts, batch gradient descent, and the distinct critical points they end in.

Starts are drawn from one seed sequence each, at random or in a pattern, and descend independently
of each other, so the result does not depend on how many processes share the work.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Protocol

import numpy as np
from scipy.optimize import linear_sum_assignment

from certify.errors import UnusableInput
from certify.floats import Array
from certify.gaussian.search.batch import DEAD, LIMIT, Going, descend, portion, step_size
from certify.gaussian.search.candidate import (
    Candidate,
    check_sizes,
    make_candidate,
    make_matrix,
)
from certify.gaussian.search.loss import GaussianLoss, orthonormal
from certify.gaussian.search.polish import settle
from certify.gaussian.search.structured import Pattern, Structured, patterns
from certify.kernel.foundation.reals import counted
from certify.kernel.gaussian.activation import RELU, Activation
from certify.processes import WorkerDied, shared_out

__all__ = ["EndPoint", "Found", "SearchResult", "Starts", "portions_found", "run_search"]

_FEW = 10  # starts before the first job
# a loss below this counts as the global minimum (the smallest spurious loss for k <= 100 is 2.7e-3)
GLOBAL_BELOW = 1e-4
_SMALL = 5e-5  # gradient norm from which on a start may have arrived
_SHOWN = 8  # classes in a repr
_RANDOM = 1000  # random starts, where nothing is said


class _Start(Protocol):
    """Where to descend from. still: a gradient norm below which it is given up at a saddle."""

    @property
    def words(self) -> str: ...

    @property
    def still(self) -> float: ...

    def point(self, n: int, d: int) -> Array: ...


@dataclass(frozen=True)
class _Xavier:
    """Independent normal entries of variance 1 / d."""

    seed: np.random.SeedSequence
    words: str = ""
    still: float = 0.0

    def point(self, n: int, d: int) -> Array:
        """Shape (n, d)."""
        return np.asarray(np.random.default_rng(self.seed).normal(size=(n, d)) / np.sqrt(d))


@dataclass(frozen=True, repr=False)
class EndPoint:
    """Where a start ended: `students` of shape (n, d), loss and the smallest eigenvalue of the
    Hessian there. pattern: of a structured start, in words.
    """

    students: Array
    loss: float
    lambda_min: float
    pattern: str = ""

    def __repr__(self) -> str:
        return (
            f"<EndPoint: loss {self.loss:.6g}, lambda_min {self.lambda_min:.6g}, students of shape"
            f" {self.students.shape}>"
        )


@dataclass(frozen=True)
class _End:
    """Where a start ended: at a minimum, at the global one, or nowhere."""

    minimum: EndPoint | None = None
    at_global: bool = False


@dataclass(frozen=True, repr=False)
class SearchResult:
    """Distinct minima modulo the symmetries of the problem (rows; for orthonormal teachers also
    columns), lowest loss first.

    candidates[i] was met candidates[i].hits times; `at_global` starts of `trials` ended at the
    global minimum, `unsettled` nowhere.
    """

    candidates: tuple[Candidate, ...]
    end_points: tuple[EndPoint, ...]
    trials: int
    at_global: int
    unsettled: int

    def __len__(self) -> int:
        return len(self.candidates)

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self.candidates)

    def __getitem__(self, index: int) -> Candidate:
        """The candidate of the class; the first one is at 0."""
        return self.candidates[index]

    def __repr__(self) -> str:
        """One line for the starts, and one for each of the first classes."""
        rows = [
            f"  {i}: {counted(candidate.hits, 'hit')}, loss {end.loss:.6g},"
            f" lambda_min {end.lambda_min:.6g}"
            for i, (candidate, end) in enumerate(
                zip(self.candidates[:_SHOWN], self.end_points, strict=False), start=1
            )
        ]
        if len(self) > _SHOWN:
            rows.append(f"  and {len(self) - _SHOWN} more")
        head = (
            f"<SearchResult, not proved: {counted(self.trials, 'start')}, {self.at_global} at the"
            f" global minimum, {self.unsettled} unsettled,"
            f" {counted(len(self), 'class', 'classes')} above the global minimum>"
        )
        return "\n".join([head, *rows])

    def _repr_html_(self) -> str:
        """For notebooks: the classes found, in float64: candidates, nothing is proved of them."""
        head = "".join(f"<th>{name}</th>" for name in ("class", "hits", "loss", "lambda_min"))
        body = "".join(
            f"<tr><td>{i}</td><td>{candidate.hits}</td><td>{end.loss:.12f}</td>"
            f"<td>{end.lambda_min:.9f}</td></tr>"
            for i, (candidate, end) in enumerate(
                zip(self.candidates, self.end_points, strict=True), start=1
            )
        )
        told = (
            f"{self.trials} starts: {self.at_global} at the global minimum, {self.unsettled}"
            " unsettled. Candidates in float64, not proved."
        )
        return (
            f"<table><caption>{told}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>"
        )


def _run_portion(
    teachers: Array, activation: Activation, n: int, starts: list[_Start]
) -> list[_End]:
    """Where each start ends: at a minimum, at the global one, or nowhere.

    teachers: shape (k, d).
    """
    loss, d = GaussianLoss(teachers, activation), teachers.shape[1]
    below = _global_below(loss)

    def ended(going: Going) -> _End | None:
        if loss.value(going.point) < below:
            return _End(at_global=True)
        if np.linalg.norm(going.point, axis=1).min() < DEAD:
            return _End()
        if going.size < _SMALL and (point := settle(loss, going.point)) is not None:
            low = float(np.linalg.eigvalsh(loss.hessian(point))[0])
            if low > 1e-7 * loss.share:
                words = starts[going.number].words
                return _End(EndPoint(point, float(loss.value(point)), low, words))
        stuck = going.steps >= LIMIT or going.size < starts[going.number].still
        return _End() if stuck else None

    begun = [Going(number, start.point(n, d)) for number, start in enumerate(starts)]
    # the loss divided by its share descends: one of ReLU and a tilt
    tilt = loss.tilt / loss.share
    # where it is below a, its gradient norm is below sqrt(2 a times the largest curvature)
    curvature = 1 / step_size(teachers, n) + max(tilt, 0.0) * n
    small = float(np.sqrt(2 * below / loss.share * curvature))
    return descend(teachers, begun, max(small, _SMALL), ended, tilt=tilt)[0]


def _global_below(loss: GaussianLoss) -> float:
    """A loss below this counts as the global minimum. Where |t| is near, spurious minima have
    smaller losses, down to 0.
    """
    p, q = (float(part) for part in loss.activation.parts)
    return max(GLOBAL_BELOW * min(loss.share, (p - q) ** 2), 1e-12 * loss.share)


def _invariants(end: EndPoint) -> Array:
    """Loss, smallest eigenvalue, and all weights in order: equal for points that differ by
    permutations of rows and columns.
    """
    return np.concatenate([[end.loss, end.lambda_min], np.sort(end.students.ravel())])


def _aligned(end: EndPoint, k: int) -> Array:
    """Rows and columns permuted so that neurons face the teachers they are closest to, the most
    aligned first.
    """
    w = end.students
    rows, columns = linear_sum_assignment(-np.abs(w[:, :k]))
    order = np.argsort(-w[rows, columns], kind="stable")
    rest = [i for i in range(len(w)) if i not in set(rows.tolist())]
    column_order = [*columns[order].tolist(), *range(k, w.shape[1])]
    return w[np.ix_([*rows[order].tolist(), *rest], column_order)]


def _scaled(rows: tuple[tuple[str, ...], ...]) -> tuple[Array, float]:
    """Teachers in float64 divided by a power of two, the longest then between 1/2 and 1, and that
    power.
    """
    teachers = np.array([[float(entry) for entry in row] for row in rows])
    scale = 2.0 ** int(np.frexp(np.linalg.norm(teachers, axis=1).max())[1])
    return (teachers, 1.0) if scale in (1.0, 2.0) else (teachers / scale, scale)


@dataclass(frozen=True)
class Starts:
    """`trials` starts with this seed: n students and k teachers in R^d. targets: the teachers'
    exact decimals, shape (k, d); None for orthonormal ones. patterns: of structured starts, taken
    in turn; Xavier starts without.
    """

    k: int
    n: int
    d: int
    targets: tuple[tuple[str, ...], ...] | None
    trials: int
    seed: int
    activation: Activation = RELU
    patterns: tuple[Pattern, ...] = ()

    @classmethod
    def of(
        cls, k: int, n: int | None, d: int | None, teachers: Any, trials: int | None, seed: int
    ) -> Starts:
        """n and d are k by default, trials 1000; teachers may be an array, a tensor or rows of
        decimals. Raises `UnusableInput` for sizes out of range.
        """
        n, d = (k if size is None else size for size in (n, d))
        goal = None if teachers is None else make_matrix(teachers, "teachers")
        if goal is not None and (len(goal), len(goal[0])) != (k, d):
            raise UnusableInput(
                f"the teachers have shape {(len(goal), len(goal[0]))}, not k = {k} rows of d = {d}"
                " columns"
            )
        check_sizes(n, k, d, orthonormal=goal is None)
        if trials is not None and trials < 1:
            raise UnusableInput(f"{trials} trials are none: give 1 or more")
        return cls(k, n, d, goal, _RANDOM if trials is None else trials, seed)

    def structured(self, trials: int | None) -> Starts:
        """The same, but from structured starts: by default one for each pattern. Raises
        `UnusableInput` where there are none.
        """
        if self.targets is not None:
            raise UnusableInput("structured starts are made for orthonormal teachers")
        found = tuple(patterns(self.k, self.n))
        return replace(self, patterns=found, trials=len(found) if trials is None else trials)

    def begun(self) -> list[_Start]:
        """The starts. Each has a seed sequence of its own; the first of a pattern takes plain
        numbers.
        """
        seeds = np.random.SeedSequence([self.seed, self.n, self.k, self.d]).spawn(self.trials)
        if not self.patterns:
            return [_Xavier(seed) for seed in seeds]
        known = len(self.patterns)
        return [
            Structured(self.patterns[i % known], seed if i >= known else None)
            for i, seed in enumerate(seeds)
        ]

    def portions(self) -> list[list[_Start]]:
        """The starts: a first few, which often suffice to find a minimum, then portions that are
        shared out.
        """
        starts, size = self.begun(), portion(self.n, self.k)
        rest = range(_FEW, self.trials, size)
        return [starts[:_FEW], *(starts[i : i + size] for i in rest)]

    def candidate(self, end: EndPoint, hits: int) -> Candidate:
        """The candidate that so many of the starts have ended at."""
        students = end.students if self.targets is not None else _aligned(end, self.k)
        start = end.pattern or "xavier"
        found = {"trials": self.trials, "seed": self.seed, "start": start, "hits": hits}
        made = make_candidate(
            students, k=self.k, targets=self.targets, provenance={"search": found}
        )
        return replace(made, hits=hits, trials=self.trials, activation=self.activation)


@dataclass
class _Class:
    """Minima whose invariants agree: the first that was met, and how many there are."""

    mark: Array
    first: EndPoint
    hits: int = 1


@dataclass
class Found:
    """What the first `done` starts have ended at. scale: the teachers were divided by it."""

    starts: Starts
    scale: float
    done: int = 0
    at_global: int = 0
    unsettled: int = 0
    classes: list[_Class] = field(default_factory=list)

    def add(self, ends: Sequence[_End]) -> None:
        """Further starts have ended there."""
        self.done += len(ends)
        for end in ends:
            if end.minimum is not None:
                self._meet(end.minimum)
            elif end.at_global:
                self.at_global += 1
            else:
                self.unsettled += 1

    def _meet(self, end: EndPoint) -> None:
        mark = _invariants(end)
        for known in self.classes:
            if np.abs(known.mark - mark).max() < 1e-6:
                known.hits += 1
                return
        self.classes.append(_Class(mark, end))

    def result(self, since: int = 0) -> SearchResult:
        """The classes from number `since` on as candidates, lowest loss first."""
        classes = sorted(self.classes[since:], key=lambda known: known.first.loss)
        ends = [
            replace(
                known.first,
                students=known.first.students * self.scale,
                loss=known.first.loss * self.scale**2,
            )
            for known in classes
        ]
        starts = replace(self.starts, trials=self.done)
        return SearchResult(
            tuple(
                starts.candidate(end, known.hits) for end, known in zip(ends, classes, strict=True)
            ),
            tuple(ends),
            self.done,
            self.at_global,
            self.unsettled,
        )


def portions_found(
    starts: Starts, *, jobs: int = 1, progress: Callable[[int], None] | None = None
) -> Generator[Found]:
    """Descend from every start; what has been found, after each portion of the starts.

    The search takes teachers in float64, divided by a power of two that makes them about 1 long.
    progress: called with the number of starts done. Raises `UnusableInput` where a process died.
    """
    teachers, scale = (
        (orthonormal(starts.k, starts.d), 1.0)
        if starts.targets is None
        else _scaled(starts.targets)
    )
    few, *rest = [(teachers, starts.activation, starts.n, some) for some in starts.portions()]
    # the first few are done here: they may be all that is needed
    work = chain(shared_out(_run_portion, [few], 1), shared_out(_run_portion, rest, jobs))
    found = Found(starts, scale)
    for ends in work:
        if isinstance(ends, WorkerDied):
            raise UnusableInput(
                "a process of the search died: it was killed, or there is too little memory"
            )
        found.add(ends)
        if progress is not None:
            progress(len(ends))
        yield found


def run_search(
    starts: Starts, *, jobs: int = 1, progress: Callable[[int], None] | None = None
) -> SearchResult:
    """Descend from every start and collect the distinct minima above the global one.

    progress: called with the number of starts done. Raises `UnusableInput` where a process died.
    """
    *_, found = portions_found(starts, jobs=jobs, progress=progress)
    return found.result()
