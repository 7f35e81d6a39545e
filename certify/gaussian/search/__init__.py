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

__all__ = ["UnusableInput", "search"]


def search(  # noqa: PLR0913 - a verb names what it takes
    k: int,
    n: int | None = None,
    d: int | None = None,
    *,
    teachers: Matrix | None = None,
    trials: int = 1000,
    seed: int = 0,
    jobs: int = 1,
    progress: Callable[[int], None] | None = None,
) -> SearchResult:
    """Look for local minima of the Gaussian two-layer ReLU loss above the global one, from `trials`
    Xavier starts.

    n students (default k), k teachers, dimension d (default k); teachers: of shape (k, d),
    an array, a tensor or rows of decimals, kept exactly in the candidates; orthonormal by default.
    progress: called with the number of starts done. The same seed gives the same result, whatever
    the number of jobs. Raises `certify.UnusableInput` for sizes out of range.

    >>> found = search(k=7, trials=100, seed=1)
    >>> round(found.end_points[0].loss, 6)
    0.023203
    """
    from certify.gaussian.search.starts import Starts, run_search

    starts = Starts.of(k, n, d, teachers, trials, seed)
    return run_search(starts, jobs=jobs, progress=progress)
