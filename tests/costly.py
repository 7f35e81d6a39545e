"""The costliest files that FORMAT.md allows, for each kind of statement, with few bytes: what a checker may have to bear.

`COSTLY` maps a name to a builder of a document. None of them need be true: each is made to get as far as possible into the work of both
checkers before it is judged. Run as a script it writes the files into a folder; with `--measure` it runs both checkers on each of them,
one process at a time, and prints a Markdown table of CPU seconds (user and system) and peak memory.

    python tests/costly.py FOLDER [--measure] [--only NAME ...]
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
from itertools import pairwise
from pathlib import Path
from typing import Any

from mpmath import atan2, findroot, mp, mpf, nstr, sqrt

ROOT = Path(__file__).parents[1]
SECONDS, MEMORY = 300, 8 * 2**30  # of one checker on one file: CPU time, address space
TINY, HUGE = "1e-300", "1e300"
MOST_BITS = 1024

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


# Networks of piecewise-linear units, all exact (FORMAT.md, 4.10 to 4.13)


def _dense(outputs: int, bias: bool = True) -> Document:
    return {"type": "dense", "outputs": outputs, "bias": bias}


def _convolution(channels: int, kernel: int, padding: int, bias: bool = True) -> Document:
    return {"type": "convolution", "channels": channels, "kernel": [kernel] * 2, "stride": [1, 1], "padding": [padding] * 2, "bias": bias}


def _average(size: int) -> Document:
    return {"type": "average", "kernel": [size] * 2, "stride": [1, 1]}


def _linear(slope: str) -> Document:
    return {"type": "units", "kinks": [], "slopes": [slope], "value": "0"}


def _bent(kink: str, slopes: list[str], value: str) -> Document:
    return {"type": "units", "kinks": [kink], "slopes": slopes, "value": value}


def _weights(channels: int, below: int, kernel: int, weight: Callable[[int], str]) -> list[Any]:
    entries = iter(map(weight, range(channels * below * kernel * kernel)))
    return [[[[next(entries) for _ in range(kernel)] for _ in range(kernel)] for _ in range(below)] for _ in range(channels)]


def _data(kind: str, network: Document, inputs: list[list[str]], targets: list[list[str]], parameters: list[Document], claims: Document, loss: str = "squared") -> Document:
    problem = {"network": network, "inputs": inputs, "targets": targets, "loss": {"type": loss}}
    return _certificate(kind, {"problem": problem, "parameters": parameters, "claims": claims}, {})


_MINIMUM = {"risk": "0", "better": None, "continuum": False, "linear_fit": False}


def _one_pixel(kind: str, middle: list[Document], claims: Document, *, side: int = 61, data: int = 41, loss: str = "squared") -> Document:
    """One input, spread to side x side units by the padding of a 1 x 1 convolution, layers between, the mean of all units."""
    network = {"input": [1, 1, 1], "layers": [_convolution(1, 1, side // 2), *middle, _average(side)]}
    parameters = [{"weights": [[[["1"]]]], "bias": ["1"]}]
    return _data(kind, network, [["1"]] * data, [["1"]] * data, parameters, claims, loss)


def unit_slopes() -> Document:
    """Numbers of 1000 bits more after each layer, at 3721 units on 41 data."""
    return _one_pixel("data-global-minimum", [_linear(TINY)] * 62, {"risk": "0"})


def unit_slopes_half() -> Document:
    """The same with fewer digits: within what recheck.py does not give up."""
    return _one_pixel("data-global-minimum", [_linear("1e-150")] * 62, {"risk": "1"})


def unit_slopes_back() -> Document:
    """Up and down again: the risk is 0 all the same, and all conditions are met."""
    middle = [*[_linear(HUGE)] * 31, *[_linear(TINY)] * 31]
    document = _one_pixel("data-minimum", middle, _MINIMUM, loss="squared-hinge")
    document["statement"]["parameters"][0]["bias"] = ["4"]
    return document


def derivatives_back() -> Document:
    """Derivatives by the parameters through numbers of up to 31 000 bits."""
    middle = [*[_linear(HUGE)] * 31, *[_linear(TINY)] * 31]
    claims = {"risk": "0", "layer": 1, "part": "bias", "entry": 0, "derivative": "1"}
    document = _one_pixel("data-noncritical", middle, claims)
    document["statement"]["parameters"][0]["weights"] = [[[["0"]]]]
    return document


def many_kinks() -> Document:
    """15 layers of 63 kinks at 3721 units on 160 data."""
    kinks = [str(j) for j in range(2, 65)]
    layer = {"type": "units", "kinks": kinks, "slopes": ["1", "2"] * 32, "value": "2"}
    return _one_pixel("data-global-minimum", [layer] * 15, {"risk": "0"}, data=160)


def large_matrix() -> Document:
    """One 1 x 1 convolution on 55 x 55 units, as a matrix, on 218 data."""
    network = {"input": [1, 1, 1], "layers": [_convolution(1, 1, 27), _convolution(1, 1, 0), _average(55)]}
    parameters = [{"weights": [[[["1"]]]], "bias": ["1"]}] * 2
    return _data("data-noncritical", network, [["1"]] * 218, [["1"]] * 218, parameters, {"risk": "0", "layer": 2, "part": "bias", "entry": 0, "derivative": "1"})


def large_matrix_digits() -> Document:
    """A 3 x 3 convolution whose nine weights have coprime denominators of 900 digits, on 55 x 55 units and 200 data."""
    network = {"input": [1, 1, 1], "layers": [_convolution(1, 1, 27), _convolution(1, 3, 1), _average(55)]}
    parameters = [{"weights": [[[["1"]]]], "bias": ["1"]}, {"weights": _weights(1, 1, 3, lambda j: f"1/{_odd(900, 2 * j + 1)}"), "bias": ["0"]}]
    return _data("data-global-minimum", network, [["1"]] * 200, [["1"]] * 200, parameters, {"risk": "0"})


def large_matrix_many_digits() -> Document:
    """The same with 9900 digits (medium)."""
    document = large_matrix_digits()
    document["statement"]["parameters"][1]["weights"] = _weights(1, 1, 3, lambda j: f"1/{_odd(9900, 2 * j + 1)}")
    return document


def pixel_fractions() -> Document:
    """62 convolutions 1 x 1 with weights of 60 digits on 21 x 21 units (the matrices have 10^7 entries at most) and 240 data."""
    network = {"input": [1, 1, 1], "layers": [_convolution(1, 1, 9), *[_convolution(1, 1, 0, False)] * 62, _average(19)]}
    parameters = [{"weights": [[[["1"]]]], "bias": ["1"]}, *({"weights": [[[[f"1/{_odd(60, 2 * j + 1)}"]]]], "bias": []} for j in range(62))]
    return _data("data-global-minimum", network, [["1"]] * 240, [["1"]] * 240, parameters, {"risk": "0"})


def pixel_many_fractions() -> Document:
    """The same with 3000 digits (medium)."""
    document = pixel_fractions()
    document["statement"]["parameters"][1:] = [{"weights": [[[[f"1/{_odd(3000, 2 * j + 1)}"]]]], "bias": []} for j in range(62)]
    return document


def deep_fractions() -> Document:
    """64 dense layers of one unit, 3000 digits each (medium)."""
    network = {"input": [1], "layers": [_dense(1)] * 64}
    parameters = [{"weights": [[f"1/{_odd(1500, 2 * j + 1)}"]], "bias": [f"1/{_odd(1500, 2 * j + 201)}"]} for j in range(64)]
    return _data("data-global-minimum", network, [["1"]], [["1"]], parameters, {"risk": "0"})


def deep_long_fractions() -> Document:
    """64 dense layers of one unit, 9000 digits above and below the line (1.1 MB)."""
    network = {"input": [1], "layers": [_dense(1, False)] * 64}
    parameters = [{"weights": [[f"{_odd(8999, 1)}/{_odd(8999, 2 * j + 3)}"]], "bias": []} for j in range(64)]
    return _data("data-global-minimum", network, [["1"]], [["1"]], parameters, {"risk": "0"})


def _pseudo(number: int) -> int:
    return (7919 * number * number + 104729 * number) % 2003


def _convolutions(count: int, more: list[Document], data: int) -> Document:
    """3 x 3 convolutions on 8 x 8 units, bent at 1/2 to 3 z - 1 above it; then more layers, and the mean. A hinge loss that is 0."""
    kernels = [[_pseudo(9 * layer + t + 1) % 7 - 3 for t in range(9)] for layer in range(count)]
    inputs = [[_pseudo(64 * n + i) % 19 - 9 for i in range(64)] for n in range(data)]
    signs = []
    for row in inputs:
        z = row
        for kernel in kernels:
            sums = [
                sum(kernel[3 * u + v] * z[8 * (y + u - 1) + x + v - 1] for u in range(3) for v in range(3) if 0 < y + u <= 8 and 0 < x + v <= 8)
                for y in range(8)
                for x in range(8)
            ]
            z = [3 * value - 1 if value > 0 else value for value in sums]
        signs.append("1" if sum(z) > 0 else "-1")
    layers = [layer for _ in kernels for layer in (_convolution(1, 3, 1, False), _bent("0.5", ["1", "3"], "0.5"))]
    network = {"input": [1, 8, 8], "layers": [*layers, *more, _average(8)]}
    parameters = [{"weights": _weights(1, 1, 3, lambda t, kernel=kernel: str(kernel[t])), "bias": []} for kernel in kernels]
    return _data("data-minimum", network, [list(map(str, row)) for row in inputs], [[sign] for sign in signs], parameters, _MINIMUM, "squared-hinge")


def convolutions() -> Document:
    """As many fields of lemma 19 as there are products of 9 shifts."""
    return _convolutions(6, [], 2)


def convolutions_units() -> Document:
    """The same fields over again at the output of 40 more layers of units."""
    return _convolutions(6, [_linear("1")] * 40, 2)


def convolutions_four() -> Document:
    """Four convolutions on 20 data."""
    return _convolutions(4, [_linear("1")] * 40, 20)


def field_digits() -> Document:
    """Fields at 3712 units with different vectors, whose numbers grow by 1000 bits with each of 58 layers."""
    layers = [_convolution(232, 3, 1), *[_bent("0", [TINY, "1"], "0")] * 58, _average(4), _dense(1)]
    network = {"input": [1, 4, 4], "layers": layers}
    weights = _weights(232, 1, 3, lambda j: str(_pseudo(j) % 10 - 5))
    parameters = [{"weights": weights, "bias": ["1"] * 232}, {"weights": [["0"] * 232], "bias": ["1"]}]
    data = 40
    inputs = [[str(_pseudo(31 * n + 5 * i + 3) % 19 - 9) for i in range(16)] for n in range(data)]
    for part in weights:
        part[0][0][0] = part[0][0][0] + ".5"
    for part in weights:  # half-integers plus odd numbers of halves stay off the kink at 0
        part[0][0][0] = part[0][0][0].replace("-0.5", "0.5")
    return _data("data-minimum", network, inputs, [["1"]] * data, [{"weights": weights, "bias": ["0.25"] * 232}, parameters[1]], _MINIMUM)


def field_few_digits() -> Document:
    """The same with 20 bits more a layer: within what recheck.py does not give up."""
    document = field_digits()
    for layer in document["statement"]["problem"]["network"]["layers"]:
        if layer["type"] == "units":
            layer["slopes"] = ["1e-60", "1"]
    return document


def curve_orders() -> Document:
    """A curve of order 64 through 8 convolutions on 33 x 33 units, 130 data and 54 layers of units."""
    side, data = 33, 130
    layers = [_convolution(1, 1, 16), *[_convolution(1, 1, 0)] * 7, *[_linear("1")] * 55, _average(side)]
    here = [{"weights": [[[["0"]]]], "bias": ["0"]}] * 7 + [{"weights": [[[["0"]]]], "bias": ["1"]}]
    curve = [[{"weights": [[[["1"]]]], "bias": ["1"]}] * 8] * 8
    return _data("data-saddle", {"input": [1, 1, 1], "layers": layers}, [["1"]] * data, [["1"]] * data, here, {"risk": "0", "descent": curve, "ascent": curve})


def curve_digits() -> Document:
    """The same on fewer units with weights of the curve of 300 digits and slopes of 1000 bits."""
    document = curve_orders()
    problem = document["statement"]["problem"]
    problem["network"]["layers"] = [_convolution(1, 1, 4), *[_convolution(1, 1, 0)] * 7, *[_linear(HUGE)] * 27, *[_linear(TINY)] * 27, _average(9)]
    return document


# Minima of the cross-entropy: FORMAT.md, section 4.14


def _entropy(network: Document, inputs: list[list[str]], labels: list[int], classes: int, parameters: list[Document], bits: int = MOST_BITS) -> Document:
    problem = {"network": network, "inputs": inputs, "labels": labels, "classes": classes}
    claims = {"distance": "1e-20", "risk": ["0", HUGE], "better": None}
    return _certificate("data-entropy-minimum", {"problem": problem, "parameters": parameters, "claims": claims}, {"bits": bits, "curvature": HUGE})


def _relus(units: int, data: int, classes: int) -> Document:
    """Units max(0, x - t) of one input, two for each place of the kink between the data: they span the vectors of all paths."""
    network = {"input": [1], "layers": [_dense(units), _bent("0", ["0", "1"], "0"), _dense(classes - 1)]}
    places = [u // 2 * (data - 2) // (units // 2) for u in range(units)]
    first = {"weights": [["1"]] * units, "bias": [f"-{place}.{'25' if u % 2 else '5'}" for u, place in enumerate(places)]}
    last = {"weights": [["0"] * units] * (classes - 1), "bias": ["0"] * (classes - 1)}
    return _entropy(network, [[str(n)] for n in range(data)], [n % classes for n in range(data)], classes, [first, last])


def entropy_span() -> Document:
    """400 independent inputs of the last layer on 420 data."""
    return _relus(400, 420, 2)


def entropy_span_full() -> Document:
    """As many as the format allows (medium)."""
    return _relus(960, 990, 2)


def entropy_classes() -> Document:
    """64 classes, 945 unknowns, 480 data."""
    return _relus(14, 480, 64)


def entropy_classes_full() -> Document:
    """64 classes, 945 unknowns, 488 data are 2 * 10^6 (medium)."""
    return _relus(14, 488, 64)


def entropy_few_classes() -> Document:
    """17 classes, 1008 unknowns, 980 data."""
    return _relus(62, 980, 17)


def entropy_digits() -> Document:
    """100 independent inputs with numbers of 1000 bits."""
    document = _relus(100, 150, 2)
    rows = document["statement"]["problem"]["inputs"]
    for n, row in enumerate(rows):
        row[0] += f".{_odd(40, _pseudo(n))}"
    document["statement"]["parameters"][0]["weights"] = [[f"1/{_odd(40, 2 * u + 1)}"] for u in range(100)]
    biases = document["statement"]["parameters"][0]["bias"]
    document["statement"]["parameters"][0]["bias"] = [f"{int(10 * float(bias)) - u % 2}/{_odd(41, 20 * u + 10)}" for u, bias in enumerate(biases)]
    return document


# Smooth activations (4.15 to 4.17)


def _formula(name: str, times: int, scale: str = "t") -> Any:
    """tanh t, and 0 times a sum of values of a function."""
    part = [name, "t"] if scale == "t" else [name, ["*", scale, "t"]]
    return ["+", ["tanh", "t"], ["*", "0", ["+", *[part] * times]]]


def _constant(activation: Any, widths: list[int], better: list[Document] | None, data: int, bits: int = MOST_BITS) -> Document:
    """Inputs -1, 0, 1 with targets 1, -2, 1; a first layer of zero weights, biases 1."""
    inputs, targets = [["-1"], ["0"], ["1"]] * (data // 3), [["1"], ["-2"], ["1"]] * (data // 3)
    sizes = [1, *widths, 1]
    parameters = [{"weights": [["0" if number == 0 else "1"] * below] * above, "bias": ["1"] * above} for number, (below, above) in enumerate(pairwise(sizes))]
    statement = {
        "problem": {"activation": activation, "widths": widths, "inputs": inputs, "targets": targets},
        "parameters": parameters,
        "claims": {"distance": HUGE, "risk": str(data), "better": better, "fits": False},
    }
    return _certificate("data-constant-minimum", statement, {"bits": bits, "low": "0.5", "high": "1.5"})


def _constant_better(activation: Any, units: int, data: int, t: str, bits: int = MOST_BITS) -> Document:
    better = [{"weights": [["1"]] * units, "bias": [t] * units}, {"weights": [["0"] * units], "bias": ["0"]}]
    return _constant(activation, [units], better, data, bits)


def constant_erf() -> Document:
    """About 2 * 10^5 values of erf where its series is longest."""
    return _constant_better(_formula("erf", 94), 25, 99, "31")


def constant_erf_less() -> Document:
    """As much of it as recheck.py does not give up: 4 * 10^5 nodes."""
    return _constant_better(_formula("erf", 94), 20, 99, "31")


def constant_erf_middle() -> Document:
    """The same where the series of the main checker is longest."""
    return _constant_better(_formula("erf", 94), 20, 99, "15.345")


def constant_log() -> Document:
    """The same with logarithms."""
    return _constant_better(_formula("log", 94), 20, 99, "2.345")


def constant_sin() -> Document:
    """Sines of large numbers: 2^4000."""
    return _constant_better(_formula("sin", 94), 20, 99, HUGE)


def constant_atan() -> Document:
    """Arcus tangens."""
    return _constant_better(_formula("atan", 94), 20, 99, "1.345")


def constant_exp() -> Document:
    """Exponentials."""
    return _constant_better(_formula("exp", 94), 20, 99, "-31.345")


def constant_jets() -> Document:
    """Hessians by 256 unknowns at 256 units."""
    return _constant(["tanh", "t"], [256, 2], None, 3)


def constant_deep_jets() -> Document:
    """32 layers, 80 unknowns: K d_1^2 close to 10^8 (medium)."""
    return _constant(["tanh", "t"], [120, *[13] * 30], None, 3)


def constant_family() -> Document:
    """100 data of 16 inputs of extreme sizes."""
    inputs = [[(HUGE if _pseudo(16 * n + i) % 3 else TINY) for i in range(16)] for n in range(60)]
    return _certificate(
        "data-constant-family",
        {"problem": {"activation": _formula("erf", 94), "inputs": inputs, "targets": [["0"]] * 60}, "point": "31", "claims": {"risk": "0"}},
        {"bits": MOST_BITS},
    )


def _splitting(activation: Any, widths: list[int], data: int, t: str, better: Document | None = None, bits: int = MOST_BITS) -> Document:
    sizes = [1, *widths, 1]
    parameters = [{"weights": [["1"] * below] * above, "bias": [t] * above} for below, above in pairwise(sizes)]
    problem = {"activation": activation, "widths": widths, "inputs": [["1"]] * data, "targets": [["0"]] * data, "spread": "0"}
    claims = {"distance": "1e-30", "risk": ["0", HUGE], "better": better or {"width": widths[-1], "parameters": parameters}}
    return _certificate("data-splitting-family", {"problem": problem, "parameters": parameters, "neuron": 0, "claims": claims}, {"bits": bits, "curvature": HUGE})


def splitting_erf() -> Document:
    """4 * 10^5 nodes, most of them erf, twice."""
    return _splitting(_formula("erf", 94), [20], 66, "31")


def splitting_jets() -> Document:
    """Hessians by 229 parameters at 76 units."""
    return _splitting(["tanh", "t"], [76], 1, "1")


def splitting_deep_jets() -> Document:
    """Hessians by 256 parameters or so, 12 layers."""
    return _splitting(["tanh", "t"], [4] * 12, 1, "1")


def splitting_data() -> Document:
    """60 parameters, 70 data."""
    return _splitting(["erf", "t"], [20], 66, "31")


def splitting_better() -> Document:
    """A true start, and another network of 226 units where 4 * 10^5 nodes, most of them erf, are evaluated."""
    document = _shipped("tests/corpus/accept/smooth-split-tanh.json")
    document["statement"]["problem"]["activation"] = _formula("erf", 94)
    units = 180
    better = [{"weights": [["0"]] * units, "bias": ["31"] * units}, {"weights": [["0"] * units], "bias": ["0"]}]
    document["statement"]["claims"]["better"] = {"width": units, "parameters": better}
    document["witness"]["bits"] = MOST_BITS
    return document


# The Gaussian loss, dense (4.1, 4.6, 4.7, 4.8)


def _slopes(k: int, a: Any, b: Any) -> tuple[Any, Any]:
    """The coordinates of the gradient at W(a, b), a on the diagonal and b off it."""
    square = a * a + (k - 1) * b * b
    p, s = b * (2 * a + (k - 2) * b), abs(a - b) * sqrt((a + b) ** 2 + 2 * (k - 2) * b * b)
    own, other = sqrt(k - 1) * abs(b), sqrt(a * a + (k - 2) * b * b)
    weight = mpf(1) / 2 + ((k - 1) * (s - other) - own) / (2 * mp.pi * square)
    turn, turn_own, turn_other = atan2(s, -p), atan2(own, -a), atan2(other, -b)
    return weight * a + (turn * (k - 1) * b - turn_own) / (2 * mp.pi), weight * b + (turn * (a + (k - 2) * b) - turn_other) / (2 * mp.pi)


def _type_a(k: int, digits: int) -> tuple[str, str]:
    """The critical point of type A, -I + 2/k about."""
    with mp.workdps(digits + 10):
        a, b = findroot(lambda x, y: _slopes(k, x, y), (mpf(2) / k - 1, mpf(2) / k))
        return nstr(a, digits), nstr(b, digits)


def _identity_targets(k: int, unit: str) -> Any:
    return [[unit if i == j else "0" for j in range(k)] for i in range(k)]


def _type_a_minimum(k: int, digits: int, exponent: str = "", bits: int = MOST_BITS) -> Document:
    """A spurious minimum in short decimals; with an exponent everything is scaled."""
    a, b = (value + exponent for value in _type_a(k, digits))
    shift = int(exponent[1:] or 0)
    claims = {
        "radius": f"1e{shift - 5}",
        "distance": f"1e{shift - 7}",
        "loss": [TINY, "1"],
        "curvature": "1e-2",
        "lambda_min": ["-1", "1"],
        "every_dimension": True,
    }
    problem = {"n": k, "k": k, "d": k, "targets": _identity_targets(k, f"1{exponent}") if exponent else "orthonormal"}
    centre = [[a if i == j else b for j in range(k)] for i in range(k)]
    return _certificate("gaussian-minimum", {"problem": problem, "centre": centre, "claims": claims}, {"bits": bits})


def minimum() -> Document:
    """A true start at k = 24 with the most bits."""
    return _type_a_minimum(24, 12)


def minimum_scaled() -> Document:
    """The same for rows of length 1e-140: more bits for the second checker."""
    return _type_a_minimum(20, 12, "e-140")


def minimum_full() -> Document:
    """n = k = d = 64 (medium)."""
    return _type_a_minimum(64, 12)


def _absurd(n: int, d: int, bits: int = MOST_BITS) -> Document:
    """A curvature that no Hessian has: refused, but for the work before."""
    claims = {"radius": "0.1", "distance": "0.01", "loss": [TINY, HUGE], "curvature": HUGE, "lambda_min": ["0", "1"], "every_dimension": True}
    centre = [["1" if (i * i + j * j + i * j) % 5 else "2" for j in range(d)] for i in range(n)]
    return _certificate("gaussian-minimum", {"problem": {"n": n, "k": 1, "d": d, "targets": "orthonormal"}, "centre": centre, "claims": claims}, {"bits": bits})


def minimum_absurd() -> Document:
    """2304 unknowns."""
    return _absurd(48, 48)


def minimum_absurd_full() -> Document:
    """4096 unknowns (medium)."""
    return _absurd(64, 64)


def minimum_extreme() -> Document:
    """Rows of lengths 1e300 and 1e-300, 1024 unknowns."""
    document = _absurd(32, 32)
    centre = document["statement"]["centre"]
    for i, row in enumerate(centre):
        row[0] = "3e300" if i % 2 else "3"
    document["statement"]["problem"]["targets"] = [[TINY, *["0"] * 31]]
    return document


def splitting() -> Document:
    """All neurons of a true start."""
    minimum = _type_a_minimum(24, 12)
    return _certificate("gaussian-splitting", {"minimum": {"kind": "gaussian-minimum", "statement": minimum["statement"]}, "claims": {"neurons": list(range(1, 25))}}, minimum["witness"])


def basin() -> Document:
    """A basin of a true start."""
    minimum = _type_a_minimum(24, 12)
    claims = {"radius": "1e-6", "curvature": "1e-3", "smoothness": "100"}
    return _certificate("gaussian-basin", {"minimum": {"kind": "gaussian-minimum", "statement": minimum["statement"]}, "claims": claims}, minimum["witness"])


def basin_absurd() -> Document:
    """2304 unknowns, and an absurd claim."""
    minimum = _absurd(48, 48)
    claims = {"radius": "1e-6", "curvature": "1e-3", "smoothness": "100"}
    return _certificate("gaussian-basin", {"minimum": {"kind": "gaussian-minimum", "statement": minimum["statement"]}, "claims": claims}, minimum["witness"])


def _span(problem: Document, coefficients: Any, curvature: str) -> Document:
    claims = {"radius": "1e-5", "distance": "1e-6", "loss": [TINY, HUGE], "curvature": curvature}
    return _certificate("gaussian-span-minimum", {"problem": problem, "coefficients": coefficients, "claims": claims}, {"bits": MOST_BITS})


def span() -> Document:
    """A true start for teachers within 1e-12 of orthonormal, k = 24."""
    a, b = _type_a(24, 12)
    return _span({"n": 24, "k": 24, "rho": "1e-14"}, [[a if i == j else b for j in range(24)] for i in range(24)], "1e-2")


def span_full() -> Document:
    """The same for k = 64 (medium)."""
    a, b = _type_a(64, 12)
    return _span({"n": 64, "k": 64, "rho": "1e-14"}, [[a if i == j else b for j in range(64)] for i in range(64)], "1e-3")


def span_absurd() -> Document:
    """2304 unknowns, and a curvature that no Hessian has."""
    return _span({"n": 48, "k": 48, "rho": "1e-14"}, [["2" if i == j else "1" for j in range(48)] for i in range(48)], HUGE)


def span_given() -> Document:
    """40 teachers in R^40, given (small numbers), and a curvature that no Hessian has."""
    targets = [["2" if i == j else "0" for j in range(34)] for i in range(34)]
    return _span({"n": 34, "k": 34, "d": 34, "targets": targets}, [["2" if i == j else "1" for j in range(34)] for i in range(34)], HUGE)


def span_wide() -> Document:
    """Teachers of R^4096 (medium)."""
    targets = [["1" if j % 8 == i else "0" for j in range(4096)] for i in range(8)]
    return _span({"n": 64, "k": 8, "d": 4096, "targets": targets}, [[str((i * j + i + 1) % 7 + 1) for j in range(8)] for i in range(64)], HUGE)


# Enumerations: FORMAT.md, section 4.9


def _enumeration(k: int, points: int, radius: str, gap: str = "2") -> Document:
    """The critical points W(a, b) in closed form or from Newton's iteration."""
    with mp.workdps(60):
        root = sqrt(mpf(k - 1))
        same = (root + atan2(root, -1)) / (mp.pi * k), (atan2(root, 1) - root) / (mp.pi * k)
        pairs = [("1", "0"), _type_a(k, 50), *((nstr(c, 50), nstr(c, 50)) for c in same)]
    found = [{"a": a, "b": b, "radius": radius, "distance": "1e-40", "gap": gap} for a, b in pairs]
    return _certificate("gaussian-enumeration", {"problem": {"k": k, "targets": "orthonormal"}, "points": found[:points]}, {"bits": MOST_BITS})


def enumeration() -> Document:
    """All four points at k = 64."""
    return _enumeration(64, 4, "0.001")


def enumeration_boxes() -> Document:
    """Balls so small that all boxes are used up, k = 5."""
    return _enumeration(5, 4, "1e-30", "1e-3")


# Symmetric points, births, families (4.2 to 4.5)


def _symmetric(saddle: bool) -> Document:
    """The point of type A at k = 50, with its block cut into 8."""
    from certify.kernel.isotypic import component_types, padding_types
    from certify.kernel.symmetry import Block

    given = _shipped("proofs/symmetric/k50/A.json")
    sizes = [7, 7, 6, 6, 6, 6, 6, 6]
    ((diagonal, off),) = given["statement"]["centre"][0]
    blocks = tuple(Block(size, True, True, i) for i, size in enumerate(sizes))
    centre = [[[diagonal, off] if i == j else off for j in range(8)] for i in range(8)]
    spectrum = {kind.name: [["1e-9", "1e9"]] * kind.copies for kind in component_types(blocks)}
    claims = {
        "distance": "1e-50",
        "radius": "1e-20",
        "loss": given["statement"]["claims"]["loss"],
        "spectrum": spectrum,
        "padding": {kind.name: [["1e-9", "1e9"]] * kind.copies for kind in padding_types(blocks)},
        "exact_isotropy": False,
    }
    if saddle:
        spectrum["s7*s8"] = [["-1e9", "-1e-9"], ["1e-9", "1e9"]]
        claims["index"] = 25
    statement = {"problem": given["statement"]["problem"], "blocks": [{"type": "diagonal", "size": size} for size in sizes], "centre": centre, "claims": claims}
    return _certificate(f"gaussian-symmetric-{'saddle' if saddle else 'minimum'}", statement, {"bits": MOST_BITS})


def symmetric() -> Document:
    """Eight diagonal blocks, a true statement."""
    return _symmetric(False)


def symmetric_saddle() -> Document:
    """Eight diagonal blocks, refused at the last representation."""
    return _symmetric(True)


def symmetric_splitting() -> Document:
    """Splitting the neurons of eight blocks."""
    minimum = _symmetric(False)
    return _certificate("gaussian-splitting", {"minimum": {"kind": minimum["kind"], "statement": minimum["statement"]}, "claims": {"neurons": list(range(1, 9))}}, minimum["witness"])


def symmetric_basin() -> Document:
    """A basin of a point with eight blocks."""
    minimum = _symmetric(False)
    claims = {"radius": "1e-20", "curvature": "1e-10", "smoothness": "1e10"}
    return _certificate("gaussian-basin", {"minimum": {"kind": minimum["kind"], "statement": minimum["statement"]}, "claims": claims}, minimum["witness"])


def birth() -> Document:
    """Type A at k = 20 with its block cut into 8."""
    diagonal, off = _type_a(20, 60)
    blocks = [{"type": "diagonal", "size": "k-7"}, *[{"type": "diagonal", "size": 1}] * 7]
    centre = [[([diagonal, off] if i == 0 else diagonal) if i == j else off for j in range(8)] for i in range(8)]
    claims = {"k": ["19.9999999999", "20.0000000001"], "crossing": "x1", "distance": "1e-9"}
    return _certificate("gaussian-birth", {"problem": {"targets": "orthonormal"}, "blocks": blocks, "centre": centre, "claims": claims}, {"bits": MOST_BITS})


def _family(path: str, boxes: int | None = None) -> Document:
    """A shipped family with the most bits, terms and parts."""
    document = _shipped(path)
    document["witness"]["bits"] = MOST_BITS
    for box in document["witness"]["cover"]:
        box["order"], box["parts"] = 32, 256
    if boxes is not None:
        del document["witness"]["cover"][boxes:]
    return document


def family() -> Document:
    """One box of type I."""
    return _family("tests/corpus/accept/family-I-from-1112.json")


def family_full() -> Document:
    """The shipped cover of type II (medium)."""
    return _family("proofs/family/II.json")


def family_saddle() -> Document:
    """One box of type I, a saddle."""
    return _family("tests/corpus/accept/family-saddle-I-as-II.json")


def family_saddle_full() -> Document:
    """The shipped cover of the saddles of type I (medium)."""
    return _family("proofs/family/saddle/I.json")


COSTLY: dict[str, Callable[[], Document]] = {
    builder.__name__: builder
    for builder in (
        minimum, minimum_scaled, minimum_absurd, minimum_extreme, minimum_full, minimum_absurd_full,
        symmetric, symmetric_saddle, birth, family, family_full, family_saddle, family_saddle_full,
        splitting, symmetric_splitting, basin, basin_absurd, symmetric_basin,
        span, span_absurd, span_given, span_wide, span_full, enumeration, enumeration_boxes,
        unit_slopes, unit_slopes_half, unit_slopes_back, many_kinks, large_matrix, large_matrix_digits, large_matrix_many_digits,
        pixel_fractions, pixel_many_fractions, deep_fractions, deep_long_fractions,
        convolutions, convolutions_units, convolutions_four, field_digits, field_few_digits, derivatives_back, curve_orders, curve_digits,
        entropy_span, entropy_span_full, entropy_classes, entropy_classes_full, entropy_few_classes, entropy_digits,
        constant_erf, constant_erf_less, constant_erf_middle, constant_log, constant_sin, constant_atan, constant_exp, constant_jets, constant_deep_jets, constant_family,
        splitting_erf, splitting_jets, splitting_deep_jets, splitting_data, splitting_better,
    )
}  # fmt: skip


def written(document: Document) -> bytes:
    """The file: no white space."""
    return json.dumps(document, separators=(",", ":")).encode()


def cost(command: list[str], seconds: int = SECONDS, memory: int = MEMORY) -> tuple[float, int, str]:
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
    parser.add_argument("--only", nargs="*", default=list(COSTLY))
    parser.add_argument("--checker", nargs="*", default=["kernel", "recheck"])
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--gigabytes", type=int, default=MEMORY >> 30)
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    kernel = [str(Path(sys.executable).parent / "certify"), "check"]
    commands = {"kernel": kernel, "recheck": [sys.executable, str(ROOT / "proofs/recheck.py")]}
    if chosen.measure:
        print("| kind | name | bytes | kernel s | MB | verdict | recheck s | MB | verdict |\n|---|---|---|---|---|---|---|---|---|")
    for name in chosen.only:
        document = COSTLY[name]()
        path = chosen.folder / f"{name}.json"
        path.write_bytes(written(document))
        cells = [document["kind"], name, str(path.stat().st_size)]
        for checker, command in commands.items():
            if chosen.measure and checker in chosen.checker:
                seconds, size, end = cost([*command, str(path)], chosen.seconds, chosen.gigabytes << 30)
                cells += [f"{seconds:.1f}", str(size), end]
                print(f"{name} {checker}: {seconds:.1f} s, {size} MB, {end}", file=sys.stderr, flush=True)
            else:
                cells += ["", "", ""]
        print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
