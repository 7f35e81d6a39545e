"""The operators that follow from sum, product, negative and inverse, for sets of functions."""

from __future__ import annotations

from typing import Any, Self

from flint import arb

__all__ = ["Ring"]


class Ring:
    """What an `Expansion` and a `Nested` have in common. A class that adds, multiplies, negates and
    inverts its own elements, and takes numbers beside them, gets the other operators.
    """

    __slots__ = ()

    def __add__(self, other: Any) -> Self:
        raise NotImplementedError

    def __mul__(self, other: Any) -> Self:
        raise NotImplementedError

    def __neg__(self) -> Self:
        return self.__mul__(-1)

    def inverse(self) -> Self:
        """1/f."""
        raise NotImplementedError

    def __sub__(self, other: Any) -> Self:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> Self:
        return self.__neg__().__add__(other)

    def __truediv__(self, other: Any) -> Self:
        return self.__mul__(other.inverse() if isinstance(other, Ring) else 1 / arb(other))

    def __rtruediv__(self, other: Any) -> Self:
        return self.inverse().__mul__(other)

    def __radd__(self, other: Any) -> Self:
        return self.__add__(other)

    def __rmul__(self, other: Any) -> Self:
        return self.__mul__(other)
