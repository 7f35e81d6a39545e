"""The untrusted side: floats, random starts, Newton polish. Whatever it proposes, the kernel
decides.

This module stays light (no numpy at import), so that `certify check` starts fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certify.errors import UnusableInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from certify.arrays import Matrix
    from certify.gaussian.search.starts import SearchResult
    from certify.kernel.gaussian.activation import Activation

__all__ = ["UnusableInput", "search"]


def search(  # noqa: PLR0913 - a verb names what it takes
    k: int,
    n: int | None = None,
    d: int | None = None,
    *,
    teachers: Matrix | None = None,
    trials: int | None = None,
    seed: int = 0,
    structured: bool = False,
    jobs: int = 1,
    activation: str | Activation | None = None,
    progress: Callable[[int], None] | None = None,
) -> SearchResult:
    """Look for local minima of the Gaussian two-layer loss above the global one, from `trials`
    Xavier starts (1000 by default).

    n students (default k), k teachers, dimension d (default k); teachers: of shape (k, d),
    an array, a tensor or rows of decimals, kept exactly in the candidates; orthonormal by default.
    activation: "relu" (the default), "abs", "leaky:0.2", or "p:q" for p max(0, t) + q max(0, -t).
    structured: from flipped teachers and companions instead, by default one start for each pattern.
    progress: called with the number of starts done. The same seed gives the same result, whatever
    the number of jobs. Raises `certify.UnusableInput` for sizes out of range, and where there is no
    structured start.

    >>> found = search(k=7, trials=100, seed=1)
    >>> round(found.end_points[0].loss, 6)
    0.023203
    """
    from dataclasses import replace

    from certify.gaussian.activations import activation_of
    from certify.gaussian.search.starts import Starts, run_search

    starts = Starts.of(k, n, d, teachers, trials, seed)
    if structured:
        starts = starts.structured(trials)
    if activation is not None:
        starts = replace(starts, activation=activation_of(activation))
    return run_search(starts, jobs=jobs, progress=progress)
