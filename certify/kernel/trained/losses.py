"""Losses of the outputs of one datum, with their first two derivatives (FORMAT 4.22)."""

from __future__ import annotations

from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball, less
from certify.kernel.foundation.data import read_data
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import natural

__all__ = [
    "BINARY",
    "CROSS_ENTROPY",
    "LOSSES",
    "SQUARED",
    "Target",
    "loss",
    "read_targets",
    "slope_and_curvature",
]

SQUARED, CROSS_ENTROPY, BINARY = "squared", "cross-entropy", "binary"
LOSSES = {
    SQUARED: "½ ‖f − y‖²",
    CROSS_ENTROPY: "log ∑_u exp(f_u) − f_y",
    BINARY: "log(1 + exp(f)) − y f",
}
_LARGEST = arb(2**20)  # of outputs whose exponentials are taken

Target = tuple[fmpq, ...] | int  # the numbers y, or a label


def read_targets(value: Any, name: str, outputs: int, data: int) -> tuple[Target, ...]:
    """From the field `targets` of a problem: rows of numbers, or labels. Raises `Malformed`."""
    if name == SQUARED:
        table = read_data(value, "the targets", outputs)
        rows: list[Target] = [tuple(row) for row in table.transpose().tolist()]
    else:
        if name == BINARY and outputs != 1:
            raise Malformed("the binary loss is one of networks with one output")
        if name == CROSS_ENTROPY and outputs < 2:
            raise Malformed("cross-entropy is a loss of networks with two outputs or more")
        if not isinstance(value, list):
            raise Malformed("the targets are not a list of labels")
        highest = 1 if name == BINARY else outputs - 1
        rows = [natural(label, "a label", 0, highest) for label in value]
    if len(rows) != data:
        raise Malformed("there are not as many targets as inputs")
    return tuple(rows)


def loss(name: str, f: list[arb], target: Target) -> arb:
    """l(f, y)."""
    if not isinstance(target, int):
        square = arb(0)
        for value, y in zip(f, target, strict=True):
            residual = value - ball(y)
            square += residual * residual
        return square / 2
    if name == BINARY:
        return (1 + _exponential(-f[0] if target else f[0])).log()
    total = arb(1)
    for k, value in enumerate(f):
        if k != target:
            total += _exponential(value - f[target])
    return total.log()


def slope_and_curvature(
    name: str, f: list[arb], target: Target
) -> tuple[list[arb], list[list[arb]]]:
    """The first and the second derivatives of l by f (lemma 28): for cross-entropy p - e_y and
    diag(p) - p p^T, where p is the softmax of f.
    """
    size = len(f)
    if not isinstance(target, int):
        slope = [value - ball(y) for value, y in zip(f, target, strict=True)]
        return slope, [[arb(int(i == j)) for j in range(size)] for i in range(size)]
    if name == BINARY:
        p, rest = _share(f[0], arb(0)), _share(arb(0), f[0])
        return [-rest if target else p], [[p * rest]]
    shares = [_share(f[k], *(f[j] for j in range(size) if j != k)) for k in range(size)]
    others = arb(0)
    for k, share in enumerate(shares):
        others += share if k != target else 0
    slope = [-others if k == target else share for k, share in enumerate(shares)]
    curvature = [
        [shares[i] * (1 - shares[i]) if i == j else -shares[i] * shares[j] for j in range(size)]
        for i in range(size)
    ]
    return slope, curvature


def _share(own: arb, *others: arb) -> arb:
    """exp(own) / (exp(own) + sum of exp(others)): it decreases in what the sum of the others is
    relative to it.
    """
    total = arb(1)
    for other in others:
        total += _exponential(other - own)
    return 1 / total


def _exponential(x: arb) -> arb:
    """exp x, which is not negative; NaN where it would be out of any proportion."""
    return x.exp().nonnegative_part() if less(abs(x), _LARGEST) else arb.nan()
