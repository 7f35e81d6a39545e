"""How long exact numbers can become in a network on data, and how much work that is: bounds found
from the file alone, before the work (FORMAT 4.10, "Room").

Every number of a set is an integer over the least common denominator D of the set. In a layer the
denominators of its parameters and of its inputs multiply, and so do the numerators; a numerator
also grows with the number of terms that are added. The length of a layer is an upper bound of the
bits of numerator and denominator of its outputs together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from math import lcm

from flint import fmpq

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.piecewise.layers import Activation, Affine, Pooling
from certify.kernel.piecewise.network import Network, Parameters

__all__ = ["MAX_SIZE", "WORD", "adjoint_lengths", "length", "require_room"]

WORD = 64  # bits that a number takes, however short it is
MAX_SIZE = 2**30  # bits of the outputs of all layers on the data, and of the numbers of all pairs
_MAX_WORK = 2**46  # products, times bits, times 2^10


def length(numbers: Iterable[fmpq]) -> int:
    """Bits of the least common denominator D, and the most bits of |p| and D/q together among the
    numbers p/q in lowest terms; 0 for none.
    """
    tops: dict[int, int] = {}  # for each denominator the most bits of a numerator
    for number in numbers:
        below = int(number.q)
        tops[below] = max(tops.get(below, 0), int(number.p).bit_length())
    if not tops:
        return 0
    common = lcm(*tops)
    return common.bit_length() + max(
        bits + (common // below).bit_length() for below, bits in tops.items()
    )


def _terms(layer: Affine | Pooling) -> int:
    """How many numbers are added for one output unit."""
    return layer.pairs // layer.units


def _own_length(layer: Activation) -> int:
    return length([*layer.slopes, *layer.intercepts]) + 1


def adjoint_lengths(network: Network) -> list[int]:
    """For each layer, from the input on, an upper bound of the bits of numerator and denominator of
    a number in the fields of lemma 19 at its output: they are sums of products of slopes of the
    layers above.
    """
    result = [0]
    for layer in reversed(network.layers):
        match layer:
            case Activation():
                more = _own_length(layer)
            case Affine() | Pooling():
                more = _terms(layer).bit_length()
            case _:
                more = 1
        result.append(result[-1] + more)
    return result[::-1]


def require_room(network: Network, inputs: RationalMatrix, curve: Sequence[Parameters]) -> None:
    """`Malformed` where the network with the parameters curve[0], or on the curve with the further
    coefficients curve[1], ..., would take too much memory or time on these data.
    """
    layers = list(zip(*curve, strict=True))

    @cache
    def own(affine: int) -> int:
        """The length of all numbers of one affine layer."""
        return length(x for part in layers[affine] for numbers in part for x in numbers)

    try:  # the exact length takes long: it is found only where a bound does not do
        _require_room(network, inputs.ncols(), _bound(inputs), len(curve), own)
    except Malformed:
        _require_room(network, inputs.ncols(), length(inputs.entries()), len(curve), own)


def _bound(inputs: RationalMatrix) -> int:
    """An upper bound of the `length`: of p/q = P/D in any terms, |p| and D/q together have at most
    one bit more than |P|.
    """
    most = max(abs(end(row)) for row in inputs.rows for end in (min, max))
    return int(inputs.below.bit_length()) + int(most.bit_length()) + 1


def _require_room(
    network: Network, data: int, long: int, terms: int, own_of: Callable[[int], int]
) -> None:
    """The same; long: the `length` of all inputs, terms: the coefficients of the curve, own_of: the
    length of the numbers of an affine layer.
    """
    more = terms - 1
    units = [network.inputs, *(layer.units for layer in network.layers)]
    size, work, matrices, affine = units[0] * (long + WORD), 0, 0, 0
    for layer, (below, here) in zip(network.layers, pairwise(units), strict=True):
        pairs = 0
        match layer:
            case Affine():
                own = own_of(affine)
                long += own + _terms(layer).bit_length()
                pairs, affine = below * here, affine + 1
                matrices += (more + 1) * layer.pairs * own
            case Pooling():
                long += 2 * _terms(layer).bit_length()
                pairs = below * here
            case Activation():
                long += _own_length(layer)
                pairs = 8 * here
            case _:
                long += 1
        powers = 1 + affine * more
        size += here * powers * (long + WORD)
        work += (more + 1) * powers * (2**10 * pairs * (long + WORD) + here * (long + WORD) ** 2)
        if data * size + matrices > MAX_SIZE:
            break
    if data * size + matrices > MAX_SIZE:
        raise Malformed(
            "the outputs of all layers on the data, and the matrices of the layers, may have more"
            f" than {MAX_SIZE} bits"
        )
    if data * work > _MAX_WORK:
        raise Malformed(
            "the data, the connections and the digits are too many: the work is above the bound of"
            " section 4.10"
        )
