"""Random starts, batch gradient descent, and the distinct critical points they end in.

Starts are drawn from one seed sequence each and descend independently of each other, so the result
does not depend on how many processes share the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from certify.errors import UnusableInput
from certify.floats import Array
from certify.gaussian.search.candidate import (
    Candidate,
    check_sizes,
    make_candidate,
    make_matrix,
)
from certify.gaussian.search.loss import GaussianLoss, orthonormal
from certify.gaussian.search.polish import NotPolished, newton
from certify.kernel.foundation.reals import counted
from certify.processes import WorkerDied, shared_out

__all__ = ["EndPoint", "SearchResult", "Starts", "run_search"]

CHUNK = 50  # starts a job
# a loss below this counts as the global minimum (the smallest spurious loss for k <= 100 is 2.7e-3)
GLOBAL_BELOW = 1e-4
_ROUND = 250  # descent steps between looks at which starts have settled
_MAX_ROUNDS = 200
_DEAD = 1e-6
_SHOWN = 8  # classes in a repr


@dataclass(frozen=True, repr=False)
class EndPoint:
    """Where a start ended: `students` of shape (n, d), loss and the smallest eigenvalue of the
    Hessian there.
    """

    students: Array
    loss: float
    lambda_min: float

    def __repr__(self) -> str:
        return (
            f"<EndPoint: loss {self.loss:.6g}, lambda_min {self.lambda_min:.6g}, students of shape"
            f" {self.students.shape}>"
        )


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


def _descend(loss: GaussianLoss, w: Array, step: float) -> Array:
    """`_ROUND` steps of gradient descent on all starts at once, w of shape (starts, n, d)."""
    for _ in range(_ROUND):
        w = w - step * loss.value_and_gradient(w)[1]
    return w


def _settle(loss: GaussianLoss, w: Array) -> EndPoint | None:
    """The minimum that w is about to reach, or None if there is none within reach or w lies near a
    saddle.
    """
    try:
        point = newton(loss, w)
    except (NotPolished, np.linalg.LinAlgError):
        return None
    if np.linalg.norm(point, axis=1).min() < _DEAD:
        return None  # a dying neuron: the loss is not differentiable there
    low = float(np.linalg.eigvalsh(loss.hessian(point))[0])
    return EndPoint(point, float(loss.value(point)), low) if low > 1e-7 else None


def _run_chunk(
    teachers: Array, n: int, seeds: list[np.random.SeedSequence]
) -> tuple[list[EndPoint], int, int]:
    """Minima met, starts at the global minimum, starts that settled nowhere."""
    loss = GaussianLoss(teachers)
    d = teachers.shape[1]
    step = 1.0 / (0.5 + n / 4 * max(1.0, float(np.linalg.norm(teachers, axis=1).max())))
    w = np.stack([np.random.default_rng(seed).normal(size=(n, d)) / np.sqrt(d) for seed in seeds])
    found: list[EndPoint] = []
    at_global = 0
    dead = 0
    for _ in range(_MAX_ROUNDS):
        w = _descend(loss, w, step)
        value, gradient = loss.value_and_gradient(w)
        size = np.sqrt((gradient**2).sum((1, 2)))
        keep = np.ones(len(w), dtype=bool)
        for i in range(len(w)):
            if value[i] < GLOBAL_BELOW:
                keep[i] = False
                at_global += 1
            elif np.linalg.norm(w[i], axis=1).min() < _DEAD:
                keep[i] = False
                dead += 1
            elif size[i] < 1e-5 and (end := _settle(loss, w[i])) is not None:
                keep[i] = False
                found.append(end)
        w = w[keep]
        if not len(w):
            break
    return found, at_global, dead + len(w)


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
    """`trials` Xavier starts with this seed: n students and k teachers in R^d. targets: the
    teachers' exact decimals, shape (k, d); None for orthonormal ones.
    """

    k: int
    n: int
    d: int
    targets: tuple[tuple[str, ...], ...] | None
    trials: int
    seed: int

    @classmethod
    def of(
        cls, k: int, n: int | None, d: int | None, teachers: Any, trials: int, seed: int
    ) -> Starts:
        """n and d are k by default; teachers may be an array, a tensor or rows of decimals. Raises
        `UnusableInput` for sizes out of range.
        """
        n, d = (k if size is None else size for size in (n, d))
        goal = None if teachers is None else make_matrix(teachers, "teachers")
        if goal is not None and (len(goal), len(goal[0])) != (k, d):
            raise UnusableInput(
                f"the teachers have shape {(len(goal), len(goal[0]))}, not k = {k} rows of d = {d}"
                " columns"
            )
        check_sizes(n, k, d, orthonormal=goal is None)
        return cls(k, n, d, goal, trials, seed)

    def chunks(self) -> list[list[np.random.SeedSequence]]:
        """One seed sequence for each start, in the portions that are shared out."""
        seeds = np.random.SeedSequence([self.seed, self.n, self.k, self.d]).spawn(self.trials)
        return [seeds[i : i + CHUNK] for i in range(0, self.trials, CHUNK)]

    def candidate(self, end: EndPoint, hits: int) -> Candidate:
        """The candidate that so many of the starts have ended at."""
        students = end.students if self.targets is not None else _aligned(end, self.k)
        found: dict[str, object] = {
            "search": {"trials": self.trials, "seed": self.seed, "start": "xavier", "hits": hits}
        }
        made = make_candidate(students, k=self.k, targets=self.targets, provenance=found)
        return replace(made, hits=hits, trials=self.trials)


def run_search(
    starts: Starts, *, jobs: int = 1, progress: Callable[[int], None] | None = None
) -> SearchResult:
    """Descend from every start and collect the distinct minima above the global one.

    The search takes teachers in float64, divided by a power of two that makes them about 1 long.
    progress: called with the number of starts done. Raises `UnusableInput` where a process died.
    """
    teachers, scale = (
        (orthonormal(starts.k, starts.d), 1.0)
        if starts.targets is None
        else _scaled(starts.targets)
    )
    chunks = starts.chunks()
    work = shared_out(_run_chunk, [(teachers, starts.n, chunk) for chunk in chunks], jobs)
    ends: list[EndPoint] = []
    at_global = unsettled = 0
    for chunk, done in zip(chunks, work, strict=True):
        if isinstance(done, WorkerDied):
            raise UnusableInput(
                "a process of the search died: it was killed, or there is too little memory"
            )
        found, globally, nowhere = done
        ends += found
        at_global, unsettled = at_global + globally, unsettled + nowhere
        if progress is not None:
            progress(len(chunk))
    classes = [
        (EndPoint(end.students * scale, end.loss * scale**2, end.lambda_min), hits)
        for end, hits in _classes(ends)
    ]
    classes.sort(key=lambda item: item[0].loss)
    return SearchResult(
        tuple(starts.candidate(end, hits) for end, hits in classes),
        tuple(end for end, _ in classes),
        starts.trials,
        at_global,
        unsettled,
    )


def _classes(ends: list[EndPoint]) -> list[tuple[EndPoint, int]]:
    """The first end point of each class, and how many there are in it: points whose invariants
    agree.
    """
    classes: list[tuple[Array, EndPoint, int]] = []
    for end in ends:
        mark = _invariants(end)
        for i, (known, first, hits) in enumerate(classes):
            if np.abs(known - mark).max() < 1e-6:
                classes[i] = (known, first, hits + 1)
                break
        else:
            classes.append((mark, end, 1))
    return [(end, hits) for _, end, hits in classes]
