"""Numbers of many digits, in an mpmath context of their own: the user's settings stay as they are,
and threads do not share a context.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mpmath.ctx_mp import MPContext

__all__ = ["many_digits"]


@contextmanager
def many_digits(digits: int) -> Iterator[Any]:
    """A new mpmath context that works with so many decimal digits; numbers made by it carry it as
    their `context`.

    >>> with many_digits(40) as mp:
    ...     print(mp.nstr(mp.sqrt(2), 30))
    1.41421356237309504880168872421
    """
    mp = MPContext()
    mp.dps = digits
    yield mp
