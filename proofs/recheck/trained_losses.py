"""The losses of FORMAT 4.22 on one datum, and their derivatives by the outputs f, in intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .functions import derivatives, exp, log
from .trained_problem import Target
from .wide import Wide


def softplus(s: Wide) -> Wide:
    """log(1 + e^s) = max(s, 0) + log(1 + e^-|s|): it increases."""

    def at_point(x: Wide) -> Wide:
        rest = log(Wide.of(1, x.bits) + exp(-x.size()))
        return rest + x if x.lo > 0 else rest

    return s.monotone(at_point)


def largest(numbers: Iterable[Wide]) -> Wide:
    """A point near the largest upper end."""
    points = [x.ends()[1] for x in numbers]
    top = points[0]
    for x in points[1:]:
        if (x - top).lo > 0:
            top = x
    return top


def shares(f: Sequence[Wide]) -> list[Wide]:
    """exp f_k / sum_j exp f_j, where each f varies on its own: it increases with f_k and decreases
    with the others.
    """
    top = largest(f)
    ends = [tuple(map(exp, (x - top).ends())) for x in f]
    found = []
    for k, (low, high) in enumerate(ends):
        least, most = low, high
        for j, (other_low, other_high) in enumerate(ends):
            if j != k:
                least, most = least + other_high, most + other_low
        found.append((low / least).hull(high / most))
    return found


def log_sum(numbers: Sequence[Wide]) -> Wide:
    """log sum_k exp x_k, which increases with each of them."""
    found = []
    for points in zip(*(x.ends() for x in numbers)):
        top, total = largest(points), Wide.of(0, numbers[0].bits)
        for x in points:
            total = total + exp(x - top)
        found.append(log(total) + top)
    return found[0].hull(found[1])


def loss_of(name: str, outputs: Sequence[Wide], target: Target) -> Wide:
    """l, without its factor."""
    zero = Wide.of(0, outputs[0].bits)
    if name == "squared":
        total = zero
        for f, y in zip(outputs, target):
            total = total + (f - Wide.of(y, f.bits)).power(2)
        return total.doubled(-1)
    if name == "binary":
        return softplus(-outputs[0] if target else outputs[0])
    # log sum_k exp(f_k - f_y), each difference an interval of its own
    gaps = [f - outputs[target] for k, f in enumerate(outputs) if k != target]
    return softplus(gaps[0]) if len(gaps) == 1 else log_sum([zero, *gaps])


def slopes_of(
    name: str, outputs: Sequence[Wide], target: Target
) -> tuple[list[Wide], list[list[Wide]]]:
    """The first and the second derivatives."""
    one, zero = (Wide.of(x, outputs[0].bits) for x in (1, 0))
    order = range(len(outputs))
    if name == "squared":
        first = [f - Wide.of(y, f.bits) for f, y in zip(outputs, target)]
        return first, [[one if j == k else zero for j in order] for k in order]
    if name == "binary":  # the derivative is (1 + tanh(f/2))/2 - y
        t = derivatives("tanh", outputs[0].doubled(-1), 2)
        return [((-one if target else one) + t[0]).doubled(-1)], [[t[1].doubled(-2)]]
    p = shares(outputs)
    return [x - one if k == target else x for k, x in enumerate(p)], [
        [x * (one - x) if j == k else -(x * y) for j, y in enumerate(p)] for k, x in enumerate(p)
    ]
