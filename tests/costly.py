"""The costliest small files of each kind, and what they cost.

`AT_THE_BOUND` maps names to builders of documents that ask for as much work as the bounds of
FORMAT (3.1, 4.10) allow, with few bytes;
`ABSURD` to builders of files of a few kilobytes that ask for much more: hours, or tens of
gigabytes, were they not refused from their sizes alone (code `paths`: before the memory is taken).
None need be true: each is made to get as far as possible into the work of both checkers.
Run as a script it writes the files into a folder; with `--measure` it runs both checkers on each,
one process at a time, and prints a Markdown table of CPU seconds (user and system) and peak memory.

    python tests/costly.py FOLDER [--absurd] [--measure] [--only NAME ...]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from math import comb
from pathlib import Path
from typing import Any

from mpmath import atan2, findroot, mp, mpf, nstr, sqrt

from certify.decimals import decimal_text

ROOT = Path(__file__).resolve().parents[1]
SECONDS, MEMORY = 300, 4 * 2**30  # of one checker on one file: CPU time, address space
TINY, HUGE = "1e-300", "1e300"
WORDS = "10000000000000000003/10000000000000000001"
MOST_BITS = 1024
BITS_OF_BLOCKS = 416  # with 72 coordinates

Document = dict[str, Any]


def _odd(zeros: int, number: int) -> str:
    """10^zeros + number."""
    return f"1{number:0{zeros}}"


def _certificate(kind: str, statement: Any, witness: Any) -> Document:
    return {"format": "certify/1", "kind": kind, "statement": statement, "witness": witness}


def _shipped(path: str) -> Document:
    """A certificate of the repository without its provenance."""
    document: Document = json.loads((ROOT / path).read_text())
    document.pop("provenance", None)
    return document


# Networks of piecewise-linear units, all exact (FORMAT 4.10 to 4.13)


def _dense(outputs: int, bias: bool = True) -> Document:
    return {"type": "dense", "outputs": outputs, "bias": bias}


def _convolution(channels: int, kernel: int, padding: int, bias: bool = True) -> Document:
    return {
        "type": "convolution",
        "channels": channels,
        "kernel": [kernel] * 2,
        "stride": [1, 1],
        "padding": [padding] * 2,
        "bias": bias,
    }


def _average(size: int) -> Document:
    return {"type": "average", "kernel": [size] * 2, "stride": [1, 1]}


def _linear(slope: str) -> Document:
    return {"type": "units", "kinks": [], "slopes": [slope], "value": "0"}


def _bent(kink: str, slopes: list[str], value: str) -> Document:
    return {"type": "units", "kinks": [kink], "slopes": slopes, "value": value}


def _weights(channels: int, below: int, kernel: int, weight: Callable[[int], str]) -> list[Any]:
    entries = iter(map(weight, range(channels * below * kernel * kernel)))
    return [
        [[[next(entries) for _ in range(kernel)] for _ in range(kernel)] for _ in range(below)]
        for _ in range(channels)
    ]


def _data(
    kind: str,
    network: Document,
    inputs: list[list[str]],
    targets: list[list[str]],
    parameters: list[Document],
    claims: Document,
    loss: str = "squared",
) -> Document:
    problem = {"network": network, "inputs": inputs, "targets": targets, "loss": {"type": loss}}
    return _certificate(kind, {"problem": problem, "parameters": parameters, "claims": claims}, {})


_GLOBAL = {"risk": "0"}
_NONCRITICAL = {"risk": "0", "layer": 1, "part": "bias", "entry": 0, "derivative": "1"}
_MINIMUM = {"risk": "0", "better": None, "continuum": False, "linear_fit": False}


def _one_pixel(
    kind: str,
    middle: list[Document],
    claims: Document,
    *,
    side: int = 61,
    data: int = 41,
    loss: str = "squared",
) -> Document:
    """One input, spread to side x side units by the padding of a 1 x 1 convolution, layers between,
    the mean of all units.
    """
    network = {
        "input": [1, 1, 1],
        "layers": [_convolution(1, 1, side // 2), *middle, _average(side)],
    }
    parameters = [{"weights": [[[["1"]]]], "bias": ["1"]}]
    return _data(kind, network, [["1"]] * data, [["1"]] * data, parameters, claims, loss)


def unit_slopes(kind: str, claims: Document) -> Document:
    """62 layers of one slope 1e-300 at 3721 units, 41 data: each adds 1000 bits to the numbers."""
    return _one_pixel(kind, [_linear(TINY)] * 62, claims)


def kinks(kind: str, claims: Document, layers: int, data: int) -> Document:
    """Layers of 63 kinks at 3721 units, and numbers of two words above and below the line; all
    conditions up to the last hold.
    """
    layer = {
        "type": "units",
        "kinks": [str(j) for j in range(2, 65)],
        "slopes": ["1", "2"] * 32,
        "value": "2",
    }
    document = _one_pixel(kind, [layer] * layers, claims, data=data, loss="squared-hinge")
    document["statement"]["parameters"] = [{"weights": [[[["0"]]]], "bias": [WORDS]}]
    return document


def large_matrix(data: int) -> Document:
    """A 1 x 1 convolution on 55 x 55 units, as a matrix."""
    network = {
        "input": [1, 1, 1],
        "layers": [_convolution(1, 1, 27), _convolution(1, 1, 0), _average(55)],
    }
    parameters = [{"weights": [[[["0"]]]], "bias": ["1"]}, {"weights": [[[["1"]]]], "bias": ["0"]}]
    return _data(
        "data-noncritical", network, [["1"]] * data, [["1"]] * data, parameters, _NONCRITICAL
    )


def large_matrix_digits() -> Document:
    """A 3 x 3 convolution whose nine weights have coprime denominators of 900 digits, on 55 x 55
    units and 200 data.
    """
    network = {
        "input": [1, 1, 1],
        "layers": [_convolution(1, 1, 27), _convolution(1, 3, 1), _average(55)],
    }
    parameters = [
        {"weights": [[[["1"]]]], "bias": ["1"]},
        {"weights": _weights(1, 1, 3, lambda j: f"1/{_odd(900, 2 * j + 1)}"), "bias": ["0"]},
    ]
    return _data("data-global-minimum", network, [["1"]] * 200, [["1"]] * 200, parameters, _GLOBAL)


def long_fractions(digits: int) -> Document:
    """64 dense layers of one unit, their weights so many digits above and below the line."""
    network = {"input": [1], "layers": [_dense(1, False)] * 64}
    parameters = [
        {"weights": [[f"{_odd(digits, 1)}/{_odd(digits, 2 * j + 3)}"]], "bias": []}
        for j in range(64)
    ]
    return _data("data-global-minimum", network, [["1"]], [["1"]], parameters, _GLOBAL)


def _pseudo(number: int) -> int:
    return (7919 * number * number + 104729 * number) % 2003


def _convolutions(count: int, more: list[Document], data: int) -> Document:
    """3 x 3 convolutions on 8 x 8 units, bent at 1/2 to 3 z - 1 above it; then more layers, and the
    mean. A hinge loss that is 0.
    """
    kernels = [[_pseudo(9 * layer + t + 1) % 7 - 3 for t in range(9)] for layer in range(count)]
    inputs = [[_pseudo(64 * n + i) % 19 - 9 for i in range(64)] for n in range(data)]
    signs = []
    for row in inputs:
        z = row
        for kernel in kernels:
            sums = [
                sum(
                    kernel[3 * u + v] * z[8 * (y + u - 1) + x + v - 1]
                    for u in range(3)
                    for v in range(3)
                    if 0 < y + u <= 8 and 0 < x + v <= 8
                )
                for y in range(8)
                for x in range(8)
            ]
            z = [3 * value - 1 if value > 0 else value for value in sums]
        signs.append("1" if sum(z) > 0 else "-1")
    layers = [
        layer
        for _ in kernels
        for layer in (_convolution(1, 3, 1, False), _bent("0.5", ["1", "3"], "0.5"))
    ]
    network = {"input": [1, 8, 8], "layers": [*layers, *more, _average(8)]}
    parameters = [
        {"weights": _weights(1, 1, 3, lambda t, kernel=kernel: str(kernel[t])), "bias": []}
        for kernel in kernels
    ]
    return _data(
        "data-minimum",
        network,
        [list(map(str, row)) for row in inputs],
        [[sign] for sign in signs],
        parameters,
        _MINIMUM,
        "squared-hinge",
    )


def convolutions(count: int, data: int, units: int = 0) -> Document:
    """As many fields of lemma 19 as there are products of 9 shifts, and the same over again at each
    of more layers of units.
    """
    return _convolutions(count, [_linear("1")] * units, data)


def field_digits() -> Document:
    """Fields at 3712 units with different vectors, whose numbers grow by 1000 bits with each of 58
    layers.
    """
    layers = [_convolution(232, 3, 1), *[_bent("0", [TINY, "1"], "0")] * 58, _average(4), _dense(1)]
    network = {"input": [1, 4, 4], "layers": layers}
    weights = _weights(232, 1, 3, lambda j: str(_pseudo(j) % 10 - 5))
    inputs = [[str(_pseudo(31 * n + 5 * i + 3) % 19 - 9) for i in range(16)] for n in range(40)]
    parameters = [
        {"weights": weights, "bias": ["0.25"] * 232},
        {"weights": [["0"] * 232], "bias": ["1"]},
    ]
    return _data("data-minimum", network, inputs, [["1"]] * 40, parameters, _MINIMUM)


def curve(side: int, data: int, digits: int = 0) -> Document:
    """A curve of order 64 through 8 convolutions on side x side units and 55 layers of units."""
    layers = [
        _convolution(1, 1, side // 2),
        *[_convolution(1, 1, 0)] * 7,
        *[_linear("1")] * 55,
        _average(side),
    ]
    here = [{"weights": [[[["0"]]]], "bias": ["0"]}] * 7 + [{"weights": [[[["0"]]]], "bias": ["1"]}]
    step = {"weights": [[[[f"1/{_odd(digits, 3)}" if digits else "1"]]]], "bias": ["1"]}
    claims = {"risk": "0", "descent": [[step] * 8] * 8, "ascent": [[step] * 8] * 8}
    return _data(
        "data-saddle",
        {"input": [1, 1, 1], "layers": layers},
        [["1"]] * data,
        [["1"]] * data,
        here,
        claims,
    )


# Minima of the cross-entropy: FORMAT 4.14


def entropy(units: int, data: int, classes: int, bits: int) -> Document:
    """Units max(0, x - t) of one input, two for each place of the kink between the data: they span
    the vectors of all paths.
    """
    network = {
        "input": [1],
        "layers": [_dense(units), _bent("0", ["0", "1"], "0"), _dense(classes - 1)],
    }
    places = [u // 2 * (data - 2) // (units // 2) for u in range(units)]
    first = {
        "weights": [["1"]] * units,
        "bias": [f"-{place}.{'25' if u % 2 else '5'}" for u, place in enumerate(places)],
    }
    last = {"weights": [["0"] * units] * (classes - 1), "bias": ["0"] * (classes - 1)}
    problem = {
        "network": network,
        "inputs": [[str(n)] for n in range(data)],
        "labels": [n % classes for n in range(data)],
        "classes": classes,
    }
    claims = {"distance": "1e-20", "risk": ["0", HUGE], "better": None}
    return _certificate(
        "data-entropy-minimum",
        {"problem": problem, "parameters": [first, last], "claims": claims},
        {"bits": bits, "curvature": HUGE},
    )


# Smooth activations (4.15 to 4.17)


_ERF = ["+", ["tanh", "t"], ["*", "0", ["+", *[["erf", "t"]] * 94]]]  # tanh t, and 94 values of erf


def _constant(
    activation: Any,
    widths: list[int],
    better: list[Document] | None,
    data: int,
    bits: int = MOST_BITS,
) -> Document:
    """Inputs -1, 0, 1 with targets 1, -2, 1; a first layer of zero weights, biases 1."""
    inputs, targets = [["-1"], ["0"], ["1"]] * (data // 3), [["1"], ["-2"], ["1"]] * (data // 3)
    sizes = [1, *widths, 1]
    parameters = [
        {"weights": [["0" if number == 0 else "1"] * below] * above, "bias": ["1"] * above}
        for number, (below, above) in enumerate(pairwise(sizes))
    ]
    statement = {
        "problem": {
            "activation": activation,
            "widths": widths,
            "inputs": inputs,
            "targets": targets,
        },
        "parameters": parameters,
        "claims": {"distance": HUGE, "risk": str(data), "better": better, "fits": False},
    }
    return _certificate(
        "data-constant-minimum", statement, {"bits": bits, "low": "0.5", "high": "1.5"}
    )


def constant_values(units: int, data: int, bits: int) -> Document:
    """Values of erf on the data, where its series is longest."""
    better = [
        {"weights": [["0"]] * units, "bias": ["15.345"] * units},
        {"weights": [["0"] * units], "bias": ["0"]},
    ]
    return _constant(_ERF, [units], better, data, bits)


def constant_jets(*widths: int) -> Document:
    """Hessians by the inputs of the first layer, at all units."""
    return _constant(["tanh", "t"], list(widths), None, 3)


def constant_family() -> Document:
    """60 data of 16 inputs of extreme sizes."""
    inputs = [[(HUGE if _pseudo(16 * n + i) % 3 else TINY) for i in range(16)] for n in range(60)]
    return _certificate(
        "data-constant-family",
        {
            "problem": {"activation": _ERF, "inputs": inputs, "targets": [["0"]] * 60},
            "point": "31",
            "claims": {"risk": "0"},
        },
        {"bits": MOST_BITS},
    )


def _splitting(activation: Any, units: int, data: int, bits: int = MOST_BITS) -> Document:
    sizes = [1, units, 1]
    parameters = [
        {"weights": [["1"] * below] * above, "bias": ["15.345"] * above}
        for below, above in pairwise(sizes)
    ]
    problem = {
        "activation": activation,
        "widths": [units],
        "inputs": [["1"]] * data,
        "targets": [["0"]] * data,
        "spread": "0",
    }
    claims = {
        "distance": "1e-30",
        "risk": ["0", HUGE],
        "better": {"width": units, "parameters": parameters},
    }
    return _certificate(
        "data-splitting-family",
        {"problem": problem, "parameters": parameters, "neuron": 0, "claims": claims},
        {"bits": bits, "curvature": HUGE},
    )


def splitting_values(data: int, bits: int) -> Document:
    """Values of erf at 20 units, to second order and over again in a box."""
    return _splitting(_ERF, 20, data, bits)


def splitting_jets(units: int) -> Document:
    """Hessians by all parameters, at all units."""
    return _splitting(["tanh", "t"], units, 1)


# The Gaussian loss, dense (4.1, 4.6, 4.7, 4.8)


def _slopes(k: int, a: Any, b: Any) -> tuple[Any, Any]:
    """The coordinates of the gradient at W(a, b), a on the diagonal and b off it."""
    square = a * a + (k - 1) * b * b
    p, s = b * (2 * a + (k - 2) * b), abs(a - b) * sqrt((a + b) ** 2 + 2 * (k - 2) * b * b)
    own, other = sqrt(k - 1) * abs(b), sqrt(a * a + (k - 2) * b * b)
    weight = mpf(1) / 2 + ((k - 1) * (s - other) - own) / (2 * mp.pi * square)
    turn, turn_own, turn_other = atan2(s, -p), atan2(own, -a), atan2(other, -b)
    return weight * a + (turn * (k - 1) * b - turn_own) / (2 * mp.pi), weight * b + (
        turn * (a + (k - 2) * b) - turn_other
    ) / (2 * mp.pi)


def _type_a(k: int, digits: int) -> tuple[str, str]:
    """The critical point of type A, -I + 2/k about."""
    with mp.workdps(digits + 10):
        a, b = findroot(lambda x, y: _slopes(k, x, y), (mpf(2) / k - 1, mpf(2) / k))
        return nstr(a, digits), nstr(b, digits)


def minimum(k: int, bits: int) -> Document:
    """A true spurious minimum of type A, in short decimals."""
    a, b = _type_a(k, 12)
    claims = {
        "radius": "1e-5",
        "distance": "1e-7",
        "loss": [TINY, "1"],
        "curvature": "1e-2",
        "lambda_min": ["-1", "1"],
        "every_dimension": True,
    }
    centre = [[a if i == j else b for j in range(k)] for i in range(k)]
    statement = {
        "problem": {"n": k, "k": k, "d": k, "targets": "orthonormal"},
        "centre": centre,
        "claims": claims,
    }
    return _certificate("gaussian-minimum", statement, {"bits": bits})


def minimum_absurd(k: int) -> Document:
    """A curvature that no Hessian has."""
    document = minimum(k, MOST_BITS)
    document["statement"]["centre"] = [["2" if i == j else "1" for j in range(k)] for i in range(k)]
    document["statement"]["claims"] |= {
        "radius": "0.1",
        "distance": "0.01",
        "loss": [TINY, HUGE],
        "curvature": HUGE,
    }
    return document


def splitting(minimum: Document, neurons: int) -> Document:
    """The first neurons (blocks) of a minimum."""
    statement = {
        "minimum": {"kind": minimum["kind"], "statement": minimum["statement"]},
        "claims": {"neurons": list(range(1, neurons + 1))},
    }
    return _certificate("gaussian-splitting", statement, minimum["witness"])


def basin(minimum: Document, radius: str, curvature: str, smoothness: str) -> Document:
    """A basin of a minimum."""
    claims = {"radius": radius, "curvature": curvature, "smoothness": smoothness}
    return _certificate(
        "gaussian-basin",
        {"minimum": {"kind": minimum["kind"], "statement": minimum["statement"]}, "claims": claims},
        minimum["witness"],
    )


def span(k: int, bits: int, curvature: str = "1e-2") -> Document:
    """A true start for teachers within 1e-14 of orthonormal."""
    a, b = _type_a(k, 12)
    claims = {"radius": "1e-5", "distance": "1e-6", "loss": [TINY, HUGE], "curvature": curvature}
    coefficients = [[a if i == j else b for j in range(k)] for i in range(k)]
    return _certificate(
        "gaussian-span-minimum",
        {
            "problem": {"n": k, "k": k, "rho": "1e-14"},
            "coefficients": coefficients,
            "claims": claims,
        },
        {"bits": bits},
    )


# Enumerations: FORMAT 4.9


def enumeration(k: int, radius: str, gap: str) -> Document:
    """All four critical points W(a, b), in closed form or from Newton's iteration; the smaller the
    radius, the more boxes.
    """
    with mp.workdps(60):
        root = sqrt(mpf(k - 1))
        same = (root + atan2(root, -1)) / (mp.pi * k), (atan2(root, 1) - root) / (mp.pi * k)
        pairs = [("1", "0"), _type_a(k, 50), *((nstr(c, 50), nstr(c, 50)) for c in same)]
    points = [{"a": a, "b": b, "radius": radius, "distance": "1e-40", "gap": gap} for a, b in pairs]
    return _certificate(
        "gaussian-enumeration",
        {"problem": {"k": k, "targets": "orthonormal"}, "points": points},
        {"bits": MOST_BITS},
    )


# Symmetric points, births, families (4.2 to 4.5)


def symmetric(saddle: bool) -> Document:
    """The point of type A at k = 50, with its block cut into 8; as a saddle it is refused at the
    last representation.
    """
    from certify.kernel.gaussian.blocks import Block
    from certify.kernel.gaussian.components import components, padding_components

    given = _shipped("proofs/symmetric/k50/A.json")
    sizes = [7, 7, 6, 6, 6, 6, 6, 6]
    ((diagonal, off),) = given["statement"]["centre"][0]
    blocks = tuple(Block(size, True, True, i) for i, size in enumerate(sizes))
    centre = [[[diagonal, off] if i == j else off for j in range(8)] for i in range(8)]
    spectrum = {kind.name: [["1e-9", "1e9"]] * kind.copies for kind in components(blocks)}
    claims = {
        "distance": "1e-50",
        "radius": "1e-20",
        "loss": given["statement"]["claims"]["loss"],
        "spectrum": spectrum,
        "padding": {
            kind.name: [["1e-9", "1e9"]] * kind.copies for kind in padding_components(blocks)
        },
        "exact_isotropy": False,
    }
    if saddle:
        spectrum["s7*s8"] = [["-1e9", "-1e-9"], ["1e-9", "1e9"]]
        claims["index"] = 25
    statement = {
        "problem": given["statement"]["problem"],
        "blocks": [{"type": "diagonal", "size": size} for size in sizes],
        "centre": centre,
        "claims": claims,
    }
    return _certificate(
        f"gaussian-symmetric-{'saddle' if saddle else 'minimum'}",
        statement,
        {"bits": BITS_OF_BLOCKS},
    )


def birth() -> Document:
    """Type A at k = 20 with its block cut into 8."""
    diagonal, off = _type_a(20, 60)
    blocks = [{"type": "diagonal", "size": "k-7"}, *[{"type": "diagonal", "size": 1}] * 7]
    centre = [
        [([diagonal, off] if i == 0 else diagonal) if i == j else off for j in range(8)]
        for i in range(8)
    ]
    claims = {"k": ["19.9999999999", "20.0000000001"], "crossing": "x1", "distance": "1e-9"}
    return _certificate(
        "gaussian-birth",
        {
            "problem": {"targets": "orthonormal"},
            "blocks": blocks,
            "centre": centre,
            "claims": claims,
        },
        {"bits": BITS_OF_BLOCKS},
    )


def slope_birth() -> Document:
    """The same point at k = 20 near c = 1: type A, its block cut into 8."""
    document = birth()
    document["kind"] = "gaussian-slope-birth"
    statement = document["statement"]
    statement["problem"] = {"n": 20, "k": 20, "targets": "orthonormal"}
    statement["blocks"][0]["size"] = 13
    statement["claims"] = {
        "c": ["0.9999999999", "1.0000000001"],
        "slope": ["-1e-9", "1e-9"],
        "crossing": "x1",
        "minimum": "above",
        "distance": "1e-8",
    }
    return document


def family(path: str, order: int, parts: int, bits: int) -> Document:
    """A shipped family with so many terms and parts in all boxes."""
    document = _shipped(path)
    document["witness"]["bits"] = bits
    for box in document["witness"]["cover"]:
        box["order"], box["parts"] = order, parts
    return document


def slopes(boxes: int, order: int, parts: int, bits: int) -> Document:
    """Type A at k = 18 near c = 1, where w = 0.9, with its block cut into 8."""
    k, sizes = 18, [3, 3, 2, 2, 2, 2, 2, 2]
    a, b = _type_a(k, 30)
    with mp.workdps(40):
        multiplier = nstr((mpf(a) + (k - 1) * mpf(b) - 1) / 4, 30)
    branch = [[x] for i in range(8) for j in range(8) for x in ([a, b] if i == j else [b])]
    ends = [f"0.9{place:016}" for place in range(boxes + 1)]
    cover = [
        {
            "from": low,
            "to": high,
            "order": order,
            "parts": parts,
            "radius": "1e-11",
            "branch": branch + [[multiplier]] * 8,
        }
        for low, high in pairwise(ends)
    ]
    return _certificate(
        "gaussian-slopes-minimum",
        {
            "problem": {"n": k, "k": k, "targets": "orthonormal"},
            "blocks": [{"type": "diagonal", "size": size} for size in sizes],
            "claims": {"c": ["1", "1.0000000000000001"], "curvature": "1e-3"},
        },
        {"bits": bits, "signs": [], "cover": cover},
    )


def slopes_copies(boxes: int, order: int, parts: int, bits: int) -> Document:
    """II_6+6 at k = 36 near slope 0, where w = 18/19, its blocks cut into 2 and 3, with three
    copies.
    """
    statement = _shipped("proofs/overparameterised/families/k36/II_6+6.json")["statement"]
    centre, n, k = statement["centre"], 42, 36
    sizes, of = [15, 15, 2, 2, 2], [0, 0, 1, 1, 1]  # of: the block that is cut
    rows = [*enumerate(of), *((part, 2) for part in (2, 3, 4))]  # the part it owns, its row
    branch, sums = [], [Fraction(0)] * 5
    for owned, row in rows:
        for part, block in enumerate(of):
            entry = centre[row][block]
            own, other = entry if isinstance(entry, list) else (entry, entry)
            branch += [[own], [other]] if part == owned else [[other]]
            once = int(part == owned)
            sums[part] += once * Fraction(own) + (sizes[owned] - once) * Fraction(other)
    branch += [[decimal_text(int((total - 1) / 4 * 10**30), 30)] for total in sums]
    first = 18 * 10**20 // 19
    ends = [decimal_text(first + place, 20) for place in range(boxes + 1)]
    cover = [
        {
            "from": low,
            "to": high,
            "order": order,
            "parts": parts,
            "radius": "1e-11",
            "branch": branch,
        }
        for low, high in pairwise(ends)
    ]
    return _certificate(
        "gaussian-slopes-minimum",
        {
            "problem": {"n": n, "k": k, "targets": "orthonormal"},
            "blocks": [
                *({"type": "diagonal", "size": size} for size in sizes),
                *({"type": "copy", "of": part + 1} for part in (2, 3, 4)),
            ],
            "claims": {
                "c": [decimal_text(10**25 + end, 25) for end in (1, boxes * 10**4)],
                "curvature": "1e-6",
            },
        },
        {"bits": bits, "signs": [], "cover": cover},
    )


def slopes_of_copies(parts: int) -> Document:
    """One diagonal block and seven copies of it at no critical point, in a box near w = 0.9."""
    branch = [[str(_pseudo(entry + 1) - 1000)] for entry in range(16)] + [["0.01"]]
    box = {"from": "0.9", "to": "0.91", "order": 32, "parts": parts, "radius": "1e-11"}
    return _certificate(
        "gaussian-slopes-minimum",
        {
            "problem": {"n": 72, "k": 9, "targets": "orthonormal"},
            "blocks": [{"type": "diagonal", "size": 9}, *([{"type": "copy", "of": 1}] * 7)],
            "claims": {"c": ["2", "2.0000000000000001"], "curvature": "1e-3"},
        },
        {"bits": 128, "signs": [], "cover": [box | {"branch": branch}]},
    )


def family_slopes(orders: list[int], bits: int) -> Document:
    """The short certificate of every k from 10^9 on, with so many terms."""
    document = _shipped("proofs/every-slope/every-k/short.json")
    document["witness"]["bits"] = bits
    for rectangle in document["witness"]["plane"][0]["rectangles"]:
        rectangle["orders"] = orders
    return document


def birth_curve(boxes: int, order: int, bits: int) -> Document:
    """The last box of the curve of births, cut into so many; the k of 5.7776 is in the last."""
    document = _shipped("tests/corpus/accept/birth-curve-end.json")
    witness = document["witness"]
    (given,) = witness["cover"]
    branch = [list(map(Fraction, line)) for line in given["branch"]]
    ends = [1 - Fraction(boxes - i, boxes) / 100 for i in range(boxes + 1)]
    witness["cover"] = [
        {
            **given,
            "from": _decimal(low),
            "to": _decimal(high),
            "order": order,
            "parts": 1,
            "branch": [
                list(map(_decimal, _moved(line, (low + high) / 2 - Fraction("0.995"))))
                for line in branch
            ],
        }
        for low, high in pairwise(ends)
    ]
    witness["bits"] = bits
    return document


def _moved(line: list[Fraction], by: Fraction) -> list[Fraction]:
    """The coefficients of the polynomial p(x + by)."""
    return [
        sum((c * comb(n, j) * by ** (n - j) for n, c in enumerate(line) if n >= j), Fraction(0))
        for j in range(len(line))
    ]


def _decimal(value: Fraction) -> str:
    """To twelve digits."""
    return decimal_text(round(value * 10**12), 12)


_FAMILIES = "proofs/family"

# Trained networks (FORMAT 4.22 to 4.26): so much decay that the weights are about 0


_ERFS = ["+", *[["erf", ["*", "1.5", "t"]] for _ in range(39)]]


def _trained(inputs: int, units: int, data: int, factor: str, activation: Any = "") -> Document:
    """One hidden layer; the data come in pairs x, -x with opposite targets, so that with an odd
    activation the point 0 is critical.
    """
    rows, n = [], 1
    for _ in range(data // 2):
        row = []
        for _ in range(inputs):
            n = n * 16807 % (2**31 - 1)
            row.append(f"0.{n:010}")
        rows += [row, [f"-{x}" for x in row]]
    layers = [
        {"units": units, "activation": activation or ["tanh", "t"], "bias": True},
        {"units": 1, "activation": "t", "bias": True},
    ]
    return {
        "network": {"inputs": inputs, "layers": layers},
        "inputs": rows,
        "targets": [[row[0]] for row in rows],
        "loss": {"type": "squared", "factor": factor},
        "decay": [["1", "1"], ["1", "1"]],
    }


def _zeros(problem: Document) -> list[Document]:
    inputs, units = problem["network"]["inputs"], problem["network"]["layers"][0]["units"]
    return [
        {"weights": [["0"] * inputs] * units, "bias": ["0"] * units},
        {"weights": [["0"] * units], "bias": ["0"]},
    ]


def _at_zero(problem: Document) -> Document:
    whole = {"shift": False, "rescaling": None}
    return {"problem": problem, "centre": _zeros(problem), "modulo": whole}


def strict_minimum(inputs: int, units: int, data: int, bits: int, activation: Any = "") -> Document:
    about_1 = ["0.9", "1.1"]
    claims = {"radius": "1e-3", "convexity": "0.9", "location": "1e-3", "risk": ["-1", "1"]}
    claims |= {"smallest": about_1, "largest": about_1, "given": None, "better": None}
    statement = _at_zero(_trained(inputs, units, data, "1e-9", activation))
    statement |= {"off": [], "claims": claims}
    return _certificate("smooth-strict-minimum", statement, {"bits": bits})


def trained_saddle(inputs: int, units: int, data: int, bits: int) -> Document:
    claims = {"radius": "1e-6", "index": units, "risk": ["-1e6", "1e6"], "given": None}
    statement = _at_zero(_trained(inputs, units, data, "1")) | {"claims": claims}
    return _certificate("smooth-saddle", statement, {"bits": bits})


def exact_fit(inputs: int, units: int, data: int, bits: int) -> Document:
    """The weights of the units are inputs of the data; the outputs are far from the targets."""
    problem = _trained(inputs, units, data, "1") | {"decay": [["0", "0"], ["0", "0"]]}
    centre = _zeros(problem)
    centre[0]["weights"] = [problem["inputs"][2 * j % data] for j in range(units)]
    centre[0]["bias"] = [f"0.{j + 1}" for j in range(units)]
    centre[1]["weights"] = [["1"] * units]
    claims = {"distance": "1", "eigenvalue": "1e-30", "given": None}
    statement = {"problem": problem, "centre": centre, "relations": [], "claims": claims}
    return _certificate("smooth-exact-fit", statement, {"bits": bits, "radius": "1e-6"})


def no_critical_point(inputs: int, units: int, data: int, bits: int) -> Document:
    problem = _trained(inputs, units, data, "1e-9")
    parameters = _zeros(problem)
    parameters[0]["bias"] = ["1"] * units
    statement = {"problem": problem, "parameters": parameters}
    statement["claims"] = {"radius": "1e-3", "gradient": "0.5"}
    witness = {"bits": bits, "direction": parameters}
    return _certificate("smooth-no-critical-point", statement, witness)


def many_outputs(outputs: int, data: int) -> Document:
    """Cross-entropy: for each datum a matrix of second derivatives by the outputs."""
    problem: Document = {
        "network": {
            "inputs": 1,
            "layers": [{"units": outputs, "activation": "t", "bias": False}],
        },
        "inputs": [["1"]] * data,
        "targets": [0] * data,
        "loss": {"type": "cross-entropy", "factor": "1"},
        "decay": [["0", "0"]],
    }
    parameters = [{"weights": [["1"]] * outputs, "bias": []}]
    statement = {"problem": problem, "parameters": parameters}
    statement["claims"] = {"radius": "1e-3", "gradient": "0.5"}
    witness = {"bits": 128, "direction": parameters}
    return _certificate("smooth-no-critical-point", statement, witness)


def trained_kinks(inputs: int, units: int, data: int, bits: int) -> Document:
    """Every unit has its kink at the first datum, with a gate of 1/2; the point is not critical."""
    relu = ["piecewise", "0", "0", "t"]
    statement = _at_zero(_trained(inputs, units, data, "1e-9", relu))
    statement["kinks"] = [{"datum": 1, "unit": j + 1, "gate": "0.5"} for j in range(units)]
    statement["claims"] = {"radius": "1e-3", "growth": "0.5", "location": "1e-3"}
    statement["claims"] |= {"risk": ["-1", "1"], "given": None, "better": None}
    row = ["0"] * (inputs - 1)
    statement["problem"]["inputs"] = [["1", *row]] + [["2", *row]] * (data - 1)
    statement["problem"]["targets"] = [["0"]] * data
    statement["centre"][0] = {"weights": [["1", *row]] * units, "bias": ["-1"] * units}
    statement["centre"][1] = {"weights": [["1"] * units], "bias": ["1"]}
    witness = {"bits": bits, "tau": "1", "radius": "1e-6"}
    return _certificate("piecewise-kink-minimum", statement, witness)


def landscape(bits: int, depth: int) -> Document:
    """The shipped one, with as many bits and halvings as the format admits."""
    document: Document = json.loads((ROOT / "proofs" / "landscape" / "every.json").read_text())
    return {**document, "witness": {"bits": bits, "depth": depth}}


def slopes_landscape(bits: int, depth: int) -> Document:
    """A range that reaches down to a birth: many boxes, and one that cannot be settled."""
    path = ROOT / "tests" / "corpus" / "accept" / "slopes-landscape-near-relu.json"
    document: Document = json.loads(path.read_text())
    document["statement"]["claims"]["c"] = ["0.1294528", "infinity"]
    return {**document, "witness": {"bits": bits, "depth": depth}}


AT_THE_BOUND: dict[str, Callable[[], Document]] = {
    "minimum": lambda: minimum(34, 1024),
    "minimum-short": lambda: minimum(61, 128),
    "splitting": lambda: splitting(minimum(34, 1024), 34),
    "basin": lambda: basin(minimum(34, 1024), "1e-6", "1e-3", "100"),
    "span": lambda: span(34, 1024),
    "symmetric": lambda: symmetric(saddle=False),
    "symmetric-saddle": lambda: symmetric(saddle=True),
    "birth": birth,
    "slope-birth": slope_birth,
    "family": lambda: family(f"{_FAMILIES}/II.json", 16, 71, 128),
    "family-saddle": lambda: family(f"{_FAMILIES}/saddle/II.json", 16, 43, 128),
    "slopes": lambda: slopes(11, 4, 1, 128),
    "family-slopes": lambda: family_slopes([32, 23], 128),
    "birth-curve": lambda: birth_curve(40, 8, 192),
    "slopes-copies": lambda: slopes_copies(6, 4, 20, 128),
    "slopes-parts": lambda: slopes(1, 4, 95, 128),
    "enumeration": lambda: enumeration(100, "1e-30", "1e-3"),
    "kinks": lambda: kinks("data-global-minimum", _GLOBAL, 15, 68),
    "kinks-minimum": lambda: kinks("data-minimum", _MINIMUM, 15, 68),
    "convolutions": lambda: convolutions(4, 20),
    "curve": lambda: curve(9, 11),
    "large-matrix": lambda: large_matrix(100),
    "entropy-classes": lambda: entropy(3, 488, 64, 258),
    "entropy-bits": lambda: entropy(15, 140, 17, 1024),
    "constant-values": lambda: constant_values(20, 18, 192),
    "constant-values-bits": lambda: constant_values(34, 3, 1024),
    "constant-jets": lambda: constant_jets(99, 101),
    "constant-jets-wide": lambda: constant_jets(215, 9),
    "constant-family": constant_family,
    "splitting-values": lambda: splitting_values(19, 192),
    "splitting-jets": lambda: splitting_jets(76),
    "strict-minimum": lambda: strict_minimum(10, 116, 140, 128),
    "strict-minimum-data": lambda: strict_minimum(10, 44, 9998, 128),
    "strict-minimum-units": lambda: strict_minimum(1, 10, 728, 128, _ERFS),
    "strict-minimum-bits": lambda: strict_minimum(10, 30, 540, 1024),
    "trained-saddle": lambda: trained_saddle(10, 82, 130, 128),
    "exact-fit": lambda: exact_fit(10, 100, 570, 128),
    "no-critical-point": lambda: no_critical_point(97, 10, 9998, 128),
    "trained-kinks": lambda: trained_kinks(10, 76, 140, 128),
    "landscape": lambda: landscape(1024, 32),
    "slopes-landscape": lambda: slopes_landscape(1024, 32),
}

ABSURD: dict[str, Callable[[], Document]] = {
    "minimum": lambda: minimum_absurd(100),
    "splitting": lambda: splitting(minimum_absurd(48), 1),
    "basin": lambda: basin(minimum_absurd(48), "1e-6", "1e-3", "100"),
    "span": lambda: span(48, MOST_BITS, HUGE),
    "family": lambda: family(f"{_FAMILIES}/II.json", 32, 256, MOST_BITS),
    "family-saddle": lambda: family(f"{_FAMILIES}/saddle/I.json", 32, 256, MOST_BITS),
    "slopes": lambda: slopes(400, 32, 256, MOST_BITS),
    "family-slopes": lambda: family_slopes([32, 32], MOST_BITS),
    "birth-curve": lambda: birth_curve(400, 32, MOST_BITS),
    "unit-slopes": lambda: unit_slopes("data-global-minimum", _GLOBAL),
    "unit-slopes-minimum": lambda: unit_slopes("data-minimum", _MINIMUM),
    "unit-slopes-derivative": lambda: unit_slopes("data-noncritical", _NONCRITICAL),
    "large-matrix": lambda: large_matrix(218),
    "large-matrix-digits": large_matrix_digits,
    "long-fractions": lambda: long_fractions(8999),
    "convolutions-units": lambda: convolutions(6, 20, 40),
    "field-digits": field_digits,
    "curve": lambda: curve(33, 130),
    "curve-digits": lambda: curve(9, 130, 300),
    "entropy-span": lambda: entropy(400, 420, 2, MOST_BITS),
    "entropy-classes": lambda: entropy(14, 480, 64, MOST_BITS),
    "constant-values": lambda: constant_values(20, 99, MOST_BITS),
    "constant-jets": lambda: constant_jets(256, 2),
    "splitting-values": lambda: splitting_values(66, MOST_BITS),
    "splitting-jets": lambda: splitting_jets(80),
    "strict-minimum": lambda: strict_minimum(10, 160, 200, MOST_BITS),
    "strict-minimum-units": lambda: strict_minimum(1, 30, 9998, 128, _ERFS),
    "trained-saddle": lambda: trained_saddle(20, 100, 200, MOST_BITS),
    "strict-minimum-wide": lambda: strict_minimum(1, 300, 2500, 128),
    "exact-fit-wide": lambda: exact_fit(24, 1000, 120, 128),
    "no-critical-point-outputs": lambda: many_outputs(300, 9000),
    "trained-kinks": lambda: trained_kinks(20, 100, 10, MOST_BITS),
    "no-critical-point": lambda: no_critical_point(97, 40, 400, MOST_BITS),
}


def written(document: Document) -> bytes:
    """The file: no white space."""
    return json.dumps(document, separators=(",", ":")).encode()


def cost(
    command: list[str], seconds: int = SECONDS, memory: int = MEMORY
) -> tuple[float, int, str]:
    """CPU seconds, peak MB and how it ended, of a command in a fresh process."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
        resource.prlimit(child.pid, resource.RLIMIT_AS, (memory, memory))
        resource.prlimit(child.pid, resource.RLIMIT_CPU, (seconds, seconds + 5))
        assert child.stdout is not None
        text = child.stdout.read().decode(errors="replace")
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    line = text.strip().splitlines()[-1] if text.strip() else ""
    verdict = re.match(r"(PROVED|REJECTED|MALFORMED|DECLINED)", line)
    code = re.search(r"\[([a-z-]+)\]", line)
    if child.returncode < 0:
        end = f"signal {-child.returncode}" + (" (time)" if -child.returncode in (9, 24) else "")
    elif verdict:
        end = f"{verdict[1]} {code[1] if code and verdict[1] != 'PROVED' else ''}".strip()
        if verdict[1] == "MALFORMED":
            end += ": " + line[:160].split(".json", 1)[-1]
    else:
        end = f"exit {child.returncode}: {line[:100]}"
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, end


def main() -> None:
    """Write the files, and measure if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--absurd", action="store_true", help="the files that are refused")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--checker", nargs="*", default=["kernel", "recheck"])
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--gigabytes", type=int, default=MEMORY >> 30)
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    kernel = [str(Path(sys.executable).parent / "certify"), "check"]
    commands = {"kernel": kernel, "recheck": [sys.executable, str(ROOT / "proofs/recheck")]}
    if chosen.measure:
        print(
            "| kind | name | bytes | kernel s | MB | verdict | recheck s | MB | verdict"
            " |\n|---|---|---|---|---|---|---|---|---|"
        )
    builders = ABSURD if chosen.absurd else AT_THE_BOUND
    for name in chosen.only or builders:
        document = builders[name]()
        path = chosen.folder / f"{name}.json"
        path.write_bytes(written(document))
        cells = [document["kind"], name, str(path.stat().st_size)]
        for checker, command in commands.items():
            if chosen.measure and checker in chosen.checker:
                seconds, size, end = cost(
                    [*command, str(path)], chosen.seconds, chosen.gigabytes << 30
                )
                cells += [f"{seconds:.1f}", str(size), end]
                print(
                    f"{name} {checker}: {seconds:.1f} s, {size} MB, {end}",
                    file=sys.stderr,
                    flush=True,
                )
            else:
                cells += ["", "", ""]
        print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
