"""The second checker on smooth activations: its functions and derivatives against mpmath, each
condition by a certificate that fails it.
"""

from __future__ import annotations

import copy
import itertools
import json
import random
from fractions import Fraction
from pathlib import Path

import mpmath
import pytest
from flint import fmpq
from mpmath import mp, mpf
from standalone import claim_of, recheck

from certify.kernel.foundation.balls import ball, precision
from certify.smooth.activations import REGISTRY

ROOT = Path(__file__).resolve().parents[2]


rc = recheck("smooth")


def verdict(tree) -> tuple[str, str | None]:
    try:
        rc.kinds.judge(rc.reader.parse(json.dumps(tree).encode()))
    except rc.verdict.Verdict as found:
        return found.verdict, found.code
    return "PROVED", None


def changed(tree, path: str, value):
    """A copy with one entry replaced; numbers in the path are places in arrays."""
    tree = copy.deepcopy(tree)
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    place = tree
    for step in way:
        place = place[step]
    if value is None and isinstance(place, dict):
        del place[last]
    else:
        place[last] = value
    return tree


# --------------------------------------------------------------------------------------------------
# Functions and their derivatives against mpmath
# --------------------------------------------------------------------------------------------------

FUNCTIONS = {
    "exp": (mp.exp, mp.exp, mp.exp),
    "log": (mp.log, lambda x: 1 / x, lambda x: -1 / x**2),
    "sqrt": (mp.sqrt, lambda x: 1 / (2 * mp.sqrt(x)), lambda x: -1 / (4 * x * mp.sqrt(x))),
    "sin": (mp.sin, mp.cos, lambda x: -mp.sin(x)),
    "cos": (mp.cos, lambda x: -mp.sin(x), lambda x: -mp.cos(x)),
    "tanh": (mp.tanh, lambda x: mp.sech(x) ** 2, lambda x: -2 * mp.tanh(x) * mp.sech(x) ** 2),
    "atan": (mp.atan, lambda x: 1 / (1 + x * x), lambda x: -2 * x / (1 + x * x) ** 2),
    "erf": (
        mp.erf,
        lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x),
        lambda x: -4 * x / mp.sqrt(mp.pi) * mp.exp(-x * x),
    ),
    "reciprocal": (lambda x: 1 / x, lambda x: -1 / x**2, lambda x: 2 / x**3),
}
POSITIVE = ("log", "sqrt")


def number(m: int, e: int) -> mpf:
    return mpf(m) * mpf(2) ** e


def holds(wide, value: mpf) -> bool:
    return number(wide.lo, wide.e) <= value <= number(wide.hi, wide.e)


def random_wide(rng: random.Random, bits: int, name: str):
    """Mantissas short and long; numbers near 0, near 1, near multiples of pi/2, ordinary and large;
    points and intervals.
    """
    style = rng.randrange(5)
    if style == 0:
        m, top = rng.getrandbits(rng.choice([1, 3, 20, bits])) + 1, rng.randint(-8, 8)
    elif style == 1:
        m, top = rng.getrandbits(bits) + 1, rng.randint(-2 * bits, 18)
    elif style == 2:
        m, top = (1 << bits - 1) + rng.getrandbits(rng.randint(1, bits - 1)), 1
    elif style == 3:
        m = int(mp.floor(mp.pi / 2 * rng.randint(1, 40) * 2 ** (bits - 6)))
        top = m.bit_length() - bits + 6
    else:
        m, top = (1 << bits) - rng.getrandbits(rng.randint(1, bits - 1)), 0
    e = top - m.bit_length()
    width = rng.choice([0, 0, 1, rng.getrandbits(rng.randint(1, m.bit_length() + 1))])
    if name not in POSITIVE and rng.random() < 0.5:
        low, high = -m - width, -m
    else:
        low, high = m, m + width
    if name not in (*POSITIVE, "reciprocal") and rng.random() < 0.1:
        low, high = -m, m + width
    return rc.wide.Wide(bits, low, high, e)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("bits", [96, 256, 1152])
def test_values_and_derivatives_are_enclosed(name, bits):
    rng = random.Random(f"{name}{bits}")
    with mp.workprec(3 * bits + 100):
        for _ in range(4000 // bits):
            x = random_wide(rng, bits, name)
            jet = rc.functions.derivatives(name, x, 2)
            for part in (mpf(0), mpf(1), mpf(rng.random())):
                point = number(x.lo, x.e) + part * number(x.hi - x.lo, x.e)
                for order, function in enumerate(FUNCTIONS[name]):
                    assert holds(jet[order], function(point)), (name, order, x.lo, x.hi, x.e)


@pytest.mark.parametrize("name", ["log", "sqrt", "tanh", "atan", "erf", "reciprocal", "exp"])
def test_values_at_points_are_sharp_at_every_size(name):
    """Relative to the value, a few last places: also for tiny arguments and next to the zeros."""
    rng = random.Random(7)
    for bits in (96, 256, 1152):
        for _ in range(40):
            m = rng.getrandbits(bits) + 1
            x = rc.wide.Wide(bits, m, m, rng.choice([-3 * bits, -bits - 30, -bits, 4 - bits]))
            value = rc.functions.derivatives(name, x, 0)[0]
            assert value.hi - value.lo <= max(abs(value.lo), abs(value.hi)) >> bits - 6, (
                name,
                bits,
            )


def test_decay_encloses_and_is_sharp():
    rng = random.Random(13)
    for bits in (64, 192, 320, 1216):
        ar = rc.arithmetic.Arithmetic(bits)
        for top in (0, 1, 20, bits - 3, bits, bits + 3, bits + 12):
            for width in (0, 1, 1000):
                high = -rng.getrandbits(top)
                low, up = rc.functions.decay(ar, (high - width, high))
                with mp.workprec(3 * bits + 200):
                    assert low <= mp.exp(number(high - width, -bits)) * 2**bits
                    assert up >= mp.exp(number(high, -bits)) * 2**bits
                assert up - low <= width + 8 + (ar.ln2[1] - ar.ln2[0]) * (
                    1 + 2 * (width - high >> bits)
                )


def test_sine_is_sharp_up_to_its_last_places_and_reduced_exactly():
    for e in (-600, -256, -3, 0, 40, 1000):
        x = rc.wide.Wide(256, 12345678901234567, 12345678901234567, e)
        sine, cosine = rc.functions.sine(x)
        with mp.workprec(3000):
            point = number(x.lo, e)
            assert holds(sine, mp.sin(point))
            assert holds(cosine, mp.cos(point))
            assert number(sine.hi - sine.lo, sine.e) < mpf(2) ** -245
    huge = rc.wide.Wide(256, 1, 1, 10**5)
    assert [(x.lo, x.hi, x.e) for x in rc.functions.sine(huge)] == [(-1, 1, 0)] * 2
    wide = rc.functions.sine(rc.wide.Wide(256, -(1 << 60), 1 << 60, 0))
    assert all(x.size().compare(Fraction(1)) <= 0 for x in wide)


@pytest.mark.parametrize(
    ("name", "m", "e"),
    [
        ("log", 0, 0),
        ("log", -1, 0),
        ("sqrt", 0, 0),
        ("sqrt", -1, -900),
        ("reciprocal", 0, 0),
        ("exp", 1, 40),
    ],
)
def test_guards(name, m, e):
    with pytest.raises(rc.wide.Undefined):
        rc.functions.derivatives(name, rc.wide.Wide(128, m, m + (name == "sqrt"), e), 2)


def test_one_plus_a_square_is_never_enclosed_by_0():
    jet = rc.functions.derivatives("atan", rc.wide.Wide(64, -(1 << 63), 1 << 63, 200), 2)
    assert all(holds(x, mpf(0)) for x in jet)


@pytest.mark.parametrize("name", sorted({*FUNCTIONS} - {*POSITIVE, "reciprocal"}))
@pytest.mark.parametrize("e", [-(2**19), -600, -97, 0, 30, 700])
def test_zero_is_zero_whatever_its_exponent_is(name, e):
    """A 0 that is a difference of large numbers has a large exponent: it says nothing of its size,
    alone or as an end of an interval.
    """
    for low, high in ((0, 0), (-1, 0), (0, 1), (-3, 3), (-(1 << 95), 0)):
        if name == "exp" and e > 0 < high:
            continue  # too large
        for value, function in zip(
            rc.functions.derivatives(name, rc.wide.Wide(96, low, high, e), 2),
            FUNCTIONS[name],
            strict=True,
        ):
            assert holds(value, function(mpf(0)))


LARGEST = {
    "sin": (1, 1, 1),
    "cos": (1, 1, 1),
    "tanh": (1, 1, 1),
    "atan": ("1.5715", 1, 1),
    "erf": (1, "1.143", "1.143"),
}


@pytest.mark.parametrize("name", LARGEST)
def test_bounded_functions_stay_in_their_range(name):
    """At 1e200 the last place of the argument is itself a large number; a part of the range that is
    known to be free stays free.
    """
    for bits in (96, 384):
        for centre, radius in itertools.product(
            (Fraction(0), Fraction(1), Fraction(10**30), Fraction(10**200), Fraction(10**400)),
            (Fraction(0), Fraction(1, 3), Fraction(2)),
        ):
            for sign in (1, -1):
                low, high = sorted(sign * (centre + s * max(centre, 1) * radius) for s in (-1, 1))
                x = rc.wide.Wide.of(low, bits).hull(rc.wide.Wide.of(high, bits))
                for order, (value, bound) in enumerate(
                    zip(rc.functions.derivatives(name, x, 2), LARGEST[name], strict=True)
                ):
                    assert value.size().compare(Fraction(bound)) <= 0, (name, order)
                    if name in ("tanh", "erf") and centre > 1 and radius < 1:
                        near = value - rc.wide.Wide.of(sign if order == 0 else 0, bits)
                        assert near.size().compare(Fraction(1, 2**80)) < 0


SIZES = [Fraction(10) ** e for e in (-200, -3, 0, 1, 30, 200, 400)]


@pytest.mark.parametrize("name", REGISTRY)
@pytest.mark.first(6)
def test_both_checkers_enclose_every_activation_at_arguments_of_every_size(name):
    """The second one at least as sharply, with as many bits more as the size of the argument takes
    (`more_bits`).
    """
    function, tree, narrow = (
        REGISTRY[name],
        rc.formulas.read_formula(REGISTRY[name].formula, [200]),
        Fraction(1, 10**20),
    )
    for size, sign, radius in itertools.product(SIZES, (1, -1), (0, narrow)):
        centre = sign * size
        low, high = (centre + s * size * radius for s in (-1, 1))
        with precision(320), mp.workprec(3500):
            t = (ball(fmpq(low.numerator, low.denominator))).union(
                ball(fmpq(high.numerator, high.denominator))
            )
            first = function.kernel.taylor(t)[0]
            ends = (
                None
                if not first.is_finite()
                else [number(*map(int, end.man_exp())) for end in (first.lower(), first.upper())]
            )
        bits = 384 + abs(size.numerator.bit_length() - size.denominator.bit_length())
        try:
            second = rc.formulas.Activation(tree, bits)(
                rc.wide.Wide.of(low, bits).hull(rc.wide.Wide.of(high, bits)), 0
            )[0]
        except rc.wide.Undefined:
            assert ends is None, (name, centre)
            continue
        with mp.workprec(3500):
            if ends is not None:
                assert number(second.hi - second.lo, second.e) <= 16 * (ends[1] - ends[0]) + mpf(
                    2
                ) ** -300 * max(1, abs(ends[0])), (name, centre)
            for q in {low, centre, high}:
                value = evaluated(REGISTRY[name].formula, mpf(q.numerator) / q.denominator)
                room = mpf(2) ** -3000 * max(1, abs(value))
                assert (
                    number(second.lo, second.e) - room
                    <= value
                    <= number(second.hi, second.e) + room
                ), (name, centre)
                assert ends is None or ends[0] - room <= value <= ends[1] + room, (name, centre)


def evaluated(node, t: mpf) -> mpf:
    """A formula in the numbers of mpmath."""
    if isinstance(node, str):
        return (
            t
            if node == "t"
            else (
                mp.pi
                if node == "pi"
                else mpf(Fraction(node).numerator) / Fraction(node).denominator
            )
        )
    name, *parts = node
    if name == "piecewise":
        return evaluated(parts[1] if t < evaluated(parts[0], t) else parts[2], t)
    if name == "^":
        return evaluated(parts[0], t) ** parts[1]
    if name == "erf" and abs(evaluated(parts[0], t)) > 100:
        return mp.sign(evaluated(parts[0], t))  # up to exp(-10000)
    values = [evaluated(part, t) for part in parts]
    if name in "+-*/":
        return {
            "+": mp.fsum,
            "*": mp.fprod,
            "-": lambda v: v[0] - v[1],
            "/": lambda v: v[0] / v[1],
        }[name](values)
    return FUNCTIONS[name][0](values[0])


RANDOM_NUMBERS = [
    Fraction(0),
    Fraction(1),
    Fraction(-3, 7),
    Fraction(1, 10**40),
    Fraction(-(10**30)),
    Fraction(10**300, 3),
]


def test_arithmetic_encloses_across_many_sizes():
    rng = random.Random(3)

    def pick():
        a, b = sorted(
            rng.choice(RANDOM_NUMBERS) + Fraction(rng.randint(-9, 9), rng.choice([1, 7, 10**50]))
            for _ in range(2)
        )
        wide = rc.wide.Wide.of(a, 128).hull(rc.wide.Wide.of(b, 128))
        return wide, a + (b - a) * Fraction(rng.randint(0, 8), 8)

    def within(wide, q):
        scale = Fraction(2) ** wide.e
        return wide.lo * scale <= q <= wide.hi * scale

    for _ in range(2000):
        (x, p), (y, q) = pick(), pick()
        n = rng.randint(0, 5)
        assert within(x, p)
        assert within(x + y, p + q)
        assert within(x - y, p - q)
        assert within(x * y, p * q)
        assert within(x.power(n), p**n)
        assert within(x.size(), abs(p))
        assert within(x.hull(y), p)
        assert within(x.doubled(-3), p / 8)
        if not y.lo <= 0 <= y.hi:
            assert within(x / y, p / q)
        assert x.compare(q) in ((0, -1) if p < q else (0, 1) if p > q else (0,))
        k = rng.randint(1, 4)
        pairs = [(pick(), pick()) for _ in range(k)]
        dot = rc.smooth_networks.Balls([a[0] for a, _ in pairs]).dot(
            rc.smooth_networks.Balls([b[0] for _, b in pairs])
        )
        assert within(dot, sum(a[1] * b[1] for a, b in pairs))


def test_powers_are_sharp_around_0():
    wide = rc.wide.Wide(64, -3, 2, 0)
    assert [(x.lo, x.hi) for x in (wide.power(n) for n in (0, 1, 2, 3))] == [
        (1, 1),
        (-3, 2),
        (0, 9),
        (-27, 8),
    ]


def test_underflow_stays_an_enclosure_and_overflow_is_undefined():
    tiny = rc.wide.Wide(64, 1, 1, -rc.wide.RANGE)
    square = tiny * tiny
    assert (square.lo, square.hi) == (0, 1)
    with pytest.raises(rc.wide.Undefined):
        rc.wide.Wide(64, 1, 1, rc.wide.RANGE) * rc.wide.Wide(64, 1, 1, 1)


SOFTPLUS = ["log", ["+", "1", ["exp", "t"]]]
GELU = ["*", "t", "1/2", ["+", "1", ["erf", ["/", "t", ["sqrt", "2"]]]]]
ELU = ["piecewise", "0", ["-", ["exp", "t"], "1"], "t"]
FORMULAS = [
    (["tanh", "t"], mp.tanh),
    (SOFTPLUS, lambda t: mp.log(1 + mp.exp(t))),
    (GELU, lambda t: t / 2 * (1 + mp.erf(t / mp.sqrt(2)))),
    (ELU, lambda t: mp.exp(t) - 1 if t < 0 else t),
    (["/", "1", ["+", "1", ["exp", ["-", "0", "t"]]]], lambda t: 1 / (1 + mp.exp(-t))),
    (["*", "t", ["tanh", SOFTPLUS]], lambda t: t * mp.tanh(mp.log(1 + mp.exp(t)))),
    (
        ["+", ["^", "t", 3], ["sin", ["*", "pi", "t"]], ["atan", ["^", "t", 2]]],
        lambda t: t**3 + mp.sin(mp.pi * t) + mp.atan(t**2),
    ),
    (
        ["cos", ["sqrt", ["+", ["^", "t", 2], "1e-3"]]],
        lambda t: mp.cos(mp.sqrt(t**2 + mpf(1) / 1000)),
    ),
]


@pytest.mark.parametrize(("formula", "function"), FORMULAS)
def test_formulas_have_the_derivatives_of_mpmath(formula, function):
    rng, tree = random.Random(11), rc.formulas.read_formula(formula, [200])
    h = rc.formulas.Activation(tree, 256)
    with mp.workprec(4000):
        for _ in range(12):
            t = Fraction(rng.randint(-4000, 4000) * 2 + 1, 1000)
            jet = h(rc.wide.Wide.of(t, 256), 2)
            reach = mpf(10) ** -400
            point = mpf(t.numerator) / t.denominator
            low, mid, high = (function(point + s * reach) for s in (-1, 0, 1))
            for wide, value in zip(
                jet,
                (mid, (high - low) / (2 * reach), (high - 2 * mid + low) / reach**2),
                strict=True,
            ):
                centre = number(wide.lo + wide.hi, wide.e - 1)
                assert abs(centre - value) <= number(wide.hi - wide.lo, wide.e) + mpf(10) ** -300
                assert number(wide.hi - wide.lo, wide.e) < mpf(10) ** -60
            assert h(rc.wide.Wide.of(t, 256), 0)[0].hi == jet[0].hi


def test_a_kink_is_undefined_and_its_sides_are_not():
    h = rc.formulas.Activation(
        rc.formulas.read_formula(["+", ["piecewise", "1/3", "t", ["^", "t", 2]], "1"], [200]), 192
    )
    third = rc.wide.Wide.of(Fraction(1, 3), 192)
    with pytest.raises(rc.wide.Undefined):
        h(third, 0)
    for sign in (-1, 1):
        value = h(rc.wide.Wide.of(Fraction(1, 3) + sign * Fraction(1, 10**50), 192), 2)[1]
        assert value.compare(Fraction(9, 10)) == -sign


HUGE = "1" + "0" * 4999 + "/"


@pytest.mark.parametrize(
    ("formula", "order", "defined"),
    [
        (["^", ["^", "2", 16], 16], 2, True),
        (["^", ["^", ["^", "2", 16], 16], 16], 2, True),  # 2^4096
        (["*", "t", *[["^", ["^", "2", 16], 16]] * 63], 2, True),  # 2^16128
        (["*", "t", *[["^", ["^", "2", 16], 16]] * 64], 2, False),
        (["*", "t", "1/2", *[["^", ["^", "2", 16], 16]] * 64], 0, True),  # 2^16383
        (["*", "0", *[["^", ["^", "2", 16], 16]] * 64], 2, True),
        # a part counts, even if the whole is about 1
        (
            ["tanh", ["*", "t", *[["^", ["^", "2", 16], 16]] * 65]],
            0,
            False,
        ),
        (["*", "0", ["^", ["^", ["^", "16", 16], 16], 16]], 2, False),
        (["*", "0", HUGE[:4001] + "/1"], 2, True),
        (["*", "0", HUGE + "1"], 2, False),
        (["*", "0", "1/" + HUGE[:-1]], 2, True),
        (["piecewise", "2", "t", HUGE + "1"], 2, True),  # not needed at 1
        (["sqrt", HUGE + HUGE[:-2]], 2, True),
        (["^", ["*", "t", ["^", ["^", "2", 16], 15]], 16], 2, True),
        # derivatives of sizes 2^512, 2^1024
        (
            ["sin", ["*", "t", ["^", ["^", ["^", "2", 16], 16], 2]]],
            2,
            True,
        ),
        (
            [
                "sin",
                [
                    "*",
                    "t",
                    ["^", ["^", ["^", "2", 16], 16], 16],
                    ["^", ["^", ["^", "2", 16], 16], 16],
                    ["^", ["^", ["^", "2", 16], 16], 2],
                ],
            ],
            2,
            False,
        ),
    ],
    ids=range(16),
)
def test_parts_and_their_derivatives_are_bounded(formula, order, defined):
    h = rc.formulas.Activation(rc.formulas.read_formula(formula, [200]), 192)
    if defined:
        h(rc.wide.Wide.of(1, 192), order)
    else:
        with pytest.raises(rc.wide.Undefined):
            h(rc.wide.Wide.of(1, 192), order)


# --------------------------------------------------------------------------------------------------
# Networks against differences in mpmath
# --------------------------------------------------------------------------------------------------


def layers(rng: random.Random, units):
    """Random parameters with three decimals, as strings."""

    def draw():
        return f"{rng.randint(-1500, 1500)}e-3"

    return [
        {
            "weights": [[draw() for _ in range(below)] for _ in range(above)],
            "bias": [draw() for _ in range(above)],
        }
        for below, above in itertools.pairwise(units)
    ]


def value_of(parameters, x, first: int = 0):
    """The output of a tanh network with mpmath numbers; from `first` on x is what the activation is
    applied to.
    """
    z = x
    for k, (weights, bias) in enumerate(parameters):
        if k < first:
            continue
        below = z if k == 0 else [mp.tanh(t) for t in z]
        z = [mp.fdot(row, below) + b for row, b in zip(weights, bias, strict=True)]
    return z[0]


def in_numbers(parameters, read):
    return [
        ([[read(x) for x in row] for row in p["weights"]], [read(x) for x in p["bias"]])
        for p in parameters
    ]


def flat(parameters):
    return [
        x
        for weights, bias in parameters
        for row, b in zip(weights, bias, strict=True)
        for x in (*row, b)
    ]


def refill(parameters, numbers):
    source = iter(numbers)
    found = []
    for weights, bias in parameters:
        part = [
            ([next(source) for _ in row], next(source))
            for row, _ in zip(weights, bias, strict=True)
        ]
        found.append(([row for row, _ in part], [b for _, b in part]))
    return found


def differences(function, at):
    """Gradient and Hessian by central differences, at a precision where their error is about
    1e-140.
    """
    h = mpf(10) ** -70
    order = len(at)

    def moved(*steps):
        point = list(at)
        for place, sign in steps:
            point[place] += sign * h
        return function(point)

    gradient = [(moved((i, 1)) - moved((i, -1))) / (2 * h) for i in range(order)]
    hessian = [
        [
            (
                moved((i, 1), (j, 1))
                - moved((i, 1), (j, -1))
                - moved((i, -1), (j, 1))
                + moved((i, -1), (j, -1))
            )
            / (4 * h * h)
            for j in range(i + 1)
        ]
        for i in range(order)
    ]
    return gradient, hessian


def near(wide, value) -> bool:
    return (
        wide.bits
        and abs(number(wide.lo + wide.hi, wide.e - 1) - value) < mpf(10) ** -60
        and number(wide.hi - wide.lo, wide.e) < mpf(10) ** -60
    )


@pytest.mark.parametrize("units", [[3, 1], [3, 2, 1], [2, 3, 2, 1]])
def test_the_expansion_by_the_first_layer(units):
    rng = random.Random(5)
    texts = layers(rng, [1, *units])
    with mp.workdps(300):
        parameters = in_numbers(texts, mpf)
        t = [mpf(rng.randint(-9, 9)) / 8 for _ in range(units[0])]
        gradient, hessian = differences(lambda z: value_of(parameters, z, 1), t)
        network = rc.smooth_networks.SmoothNetwork(("tanh", "t"), in_numbers(texts, Fraction), 320)
        jets, _ = network.above([rc.wide.Wide.of(Fraction(int(x * 8), 8), 320) for x in t], 2)
        found = network.expansion(jets)
        assert all(map(near, found[0], gradient))
        assert all(
            near(x, y)
            for row, line in zip(found[1], hessian, strict=True)
            for x, y in zip(row, line, strict=True)
        )


def splitting(widths, d: int, count: int, seed: int, kappa: str, spread: str = "0"):
    """A certificate of section 4.17: the errors rho are orthogonal to all derivatives of the
    outputs by the parameters, and those times h'' make up kappa times the unit matrix for neuron 0;
    `better` solves for the output weights of a wider layer.
    """
    rng = random.Random(seed)
    with mp.workdps(90):
        units = [d, *widths, 1]
        texts = layers(rng, units)
        base = in_numbers(texts, mpf)
        inputs = [[f"{rng.randint(-1999, 1999)}e-3" for _ in range(d)] for _ in range(count)]
        points = [[mpf(x) for x in row] for row in inputs]
        start, h = flat(base), mpf(10) ** -28
        conditions, below = [], []
        for k in range(len(start)):
            up, down = (
                refill(base, [*start[:k], start[k] + s * h, *start[k + 1 :]]) for s in (1, -1)
            )
            conditions.append([(value_of(up, x) - value_of(down, x)) / (2 * h) for x in points])
        for x in points:
            u = x
            for weights, bias in base[:-2]:
                u = [mp.tanh(mp.fdot(row, u) + b) for row, b in zip(weights, bias, strict=True)]
            below.append([*u, mpf(1)])
        tops = [mp.tanh(mp.fdot([*base[-2][0][0], base[-2][1][0]], u)) for u in below]
        right = [mpf(0)] * len(start)
        for i in range(len(below[0])):
            for j in range(i + 1):
                conditions.append(
                    [
                        -2 * z * (1 - z * z) * u[i] * u[j] * base[-1][0][0][0]
                        for z, u in zip(tops, below, strict=True)
                    ]
                )
                right.append(mpf(kappa) * (i == j))
        matrix = mpmath.matrix(conditions)
        rho = matrix.T * mp.lu_solve(matrix * matrix.T, mpmath.matrix(right))
        targets = [value_of(base, x) - r for x, r in zip(points, rho, strict=True)]
        risk = sum(r * r for r in rho) / 2

        def text(x):
            return mp.nstr(x, 60, min_fixed=-(10**6), max_fixed=10**6)

        wider = layers(rng, [len(below[0]) - 1, count, 1])
        wide = [
            [mpf(x) for x in (*row, b)]
            for row, b in zip(wider[0]["weights"], wider[0]["bias"], strict=True)
        ]
        features = mpmath.matrix([[*(mp.tanh(mp.fdot(row, u)) for row in wide), 1] for u in below])
        out = features.T * mp.lu_solve(features * features.T, mpmath.matrix(targets))
        better = [
            *texts[:-2],
            wider[0],
            {"weights": [[text(x) for x in out[:count]]], "bias": [text(out[count])]},
        ]
        ends = [text(risk * (1 + s * mpf("1e-6")))[:45] for s in (-1, 1)]
    statement = {
        "problem": {
            "activation": ["tanh", "t"],
            "widths": list(widths),
            "inputs": inputs,
            "targets": [[text(y)] for y in targets],
            "spread": spread,
        },
        "parameters": texts,
        "neuron": 0,
        "claims": {
            "distance": "1e-40",
            "risk": ends,
            "better": {"width": count, "parameters": better},
        },
    }
    return {
        "format": "certify/1",
        "kind": "data-splitting-family",
        "statement": statement,
        "witness": {"bits": 256, "curvature": "1e-6"},
    }


SPLIT = splitting([1], 1, 12, 1, "1e-4")
DEEP = splitting([2, 1], 1, 16, 2, "1e-6")


def three_layers():
    """No true certificate: three hidden layers, two inputs."""
    tree, rng = copy.deepcopy(DEEP), random.Random(4)
    tree["statement"]["problem"].update(
        widths=[2, 2, 1], inputs=[["1", "-0.5"], ["0.25", "2"]], targets=[["1"], ["-2"]]
    )
    tree["statement"]["parameters"] = layers(rng, [2, 2, 2, 1, 1])
    tree["statement"]["claims"]["better"] = {
        "width": 1,
        "parameters": tree["statement"]["parameters"],
    }
    return tree


@pytest.mark.parametrize("tree", [SPLIT, DEEP, three_layers()])
def test_gradient_hessian_and_risk_by_all_parameters(tree):
    claim = claim_of(rc, rc.reader.parse(json.dumps(tree).encode()))
    curve = rc.splitting_family.Curve(claim, Fraction(0))
    with mp.workdps(300):
        base = in_numbers(tree["statement"]["parameters"], mpf)
        problem = tree["statement"]["problem"]
        points = [[mpf(x) for x in row] for row in problem["inputs"]]
        targets = [mpf(row[0]) for row in problem["targets"]]

        def risk(numbers):
            return (
                sum(
                    (value_of(refill(base, numbers), x) - y) ** 2
                    for x, y in zip(points, targets, strict=True)
                )
                / 2
            )

        gradient, hessian = differences(risk, flat(base))
        assert near(curve.risk(), risk(flat(base)))
        assert all(map(near, curve.gradient(), gradient))
        assert all(
            near(x, y)
            for row, line in zip(curve.hessian(), hessian, strict=True)
            for x, y in zip(row, line, strict=True)
        )


def test_the_hessian_on_a_box_holds_that_of_its_points():
    claim = claim_of(rc, rc.reader.parse(json.dumps(DEEP).encode()))
    radius, rng = Fraction(1, 1000), random.Random(9)
    box = rc.splitting_family.Curve(claim, radius)
    hessian, inner = box.hessian(), box.inner(0)
    for _ in range(5):
        moved = [
            (
                [[w + radius * rng.randint(-1, 1) for w in row] for row in weights],
                [b + radius * rng.randint(-1, 1) for b in bias],
            )
            for weights, bias in claim.parameters
        ]
        point = rc.splitting_family.Curve(
            rc.splitting_family.SplittingFamily(**{**claim.__dict__, "parameters": moved}),
            Fraction(0),
        )
        for large, small in ((hessian, point.hessian()), (inner, point.inner(0))):
            for row, line in zip(large, small, strict=True):
                for x, y in zip(row, line, strict=True):
                    assert number(x.lo, x.e) <= number(y.hi, y.e)
                    assert number(y.lo, y.e) <= number(x.hi, x.e)


def test_definite_with_entries_of_very_different_sizes_and_with_radii():
    def matrix(rows):
        return [[rc.wide.Wide.of(Fraction(x), 192) for x in row] for row in rows]

    rc.smooth_networks.prove_definite("c", matrix([["1e-80"], ["0.9e-40", "1"]]), "X")
    for rows in (
        [["1"], ["1", "1"]],
        [["1e-80"], ["1.1e-40", "1"]],
        [["1"], ["1e50", "1"]],
        [["0"]],
        [["-1"]],
    ):
        with pytest.raises(rc.verdict.Verdict):
            rc.smooth_networks.prove_definite("c", matrix(rows), "X")
    ill, radius = [["1"], ["0.9999", "1"]], Fraction(1, 25000)  # least eigenvalue 1e-4
    for factor, proved in ((1, True), (2, False)):
        rows = [
            [
                rc.wide.Wide.of(Fraction(x) - factor * radius, 192).hull(
                    rc.wide.Wide.of(Fraction(x) + factor * radius, 192)
                )
                for x in row
            ]
            for row in ill
        ]
        if proved:
            rc.smooth_networks.prove_definite("c", rows, "X")
        else:
            with pytest.raises(rc.verdict.Verdict):
                rc.smooth_networks.prove_definite("c", rows, "X")


# --------------------------------------------------------------------------------------------------
# The conditions
# --------------------------------------------------------------------------------------------------

HALF_LOG_3 = "0.54930614433405484569762261846126285232374527891137"  # tanh is 1/2 there
CONSTANT = {
    "format": "certify/1",
    "kind": "data-constant-minimum",
    "statement": {
        "problem": {
            "activation": ["tanh", "t"],
            "widths": [2],
            "inputs": [["1", "0"], ["0", "1"], ["0.5", "0.5"]],
            "targets": [["0"], ["0"], ["1"]],
        },
        "parameters": [
            {"weights": [[HALF_LOG_3] * 2] * 2, "bias": ["0", "0"]},
            {
                "weights": [
                    [
                        "-0.66666666666666666666666666666666666666666666666667",
                        "1.3333333333333333333333333333333333333333333333333",
                    ]
                ],
                "bias": ["0"],
            },
        ],
        "claims": {
            "distance": "1e-40",
            "risk": "1/3",
            "fits": True,
            "better": [
                {"weights": [["3", "0"], ["0", "3"]], "bias": ["0", "0"]},
                {"weights": [["1.227", "1.227"]], "bias": ["-1.221"]},
            ],
        },
    },
    "witness": {"bits": 256, "low": "-0.33334", "high": "-0.33333"},
}
FAMILY = {
    "format": "certify/1",
    "kind": "data-constant-family",
    "statement": {
        "problem": {
            "activation": ["tanh", "t"],
            "inputs": [["-1"], ["1"], ["0"]],
            "targets": [["0"], ["0"], ["1"]],
        },
        "point": "0.5",
        "claims": {"risk": "1/3"},
    },
    "witness": {"bits": 128},
}
ONE_FEATURE = [
    {"weights": [["3", "0"], ["3", "0"]], "bias": ["0", "0"]},
    {"weights": [["0.224", "0.224"]], "bias": ["0.05"]},
]


def test_the_unchanged_certificates_are_proved():
    for tree in (
        CONSTANT,
        FAMILY,
        SPLIT,
        DEEP,
        changed(CONSTANT, "witness/bits", 1024),
        changed(SPLIT, "witness/bits", 128),
        changed(SPLIT, "statement/problem/spread", "1e-60"),
    ):
        assert verdict(tree) == ("PROVED", None)
    exact = changed(CONSTANT, "statement/claims/better", "x")
    exact["statement"]["claims"].update(better=None, fits=False)
    assert verdict(exact) == ("PROVED", None)


# M is 0 for these data
CUBIC = {
    "activation": ["tanh", "t"],
    "inputs": [["0"], ["1"], ["2"], ["3"]],
    "targets": [["-1"], ["3"], ["-3"], ["1"]],
}
CONDITIONS = [
    (CONSTANT, "statement/problem/targets/0", ["0.1"], "uncorrelated"),
    (CONSTANT, "statement/claims/risk", "0.33333333", "risk"),
    (CONSTANT, "statement/parameters/0/weights/0/0", "0.5", "constant"),
    (CONSTANT, "witness/low", "-0.333", "bounds"),
    (CONSTANT, "witness/high", "-0.3334", "bounds"),
    (CONSTANT, "statement/claims/distance", "1e-70", "distance"),
    (CONSTANT, "statement/parameters/1/bias/0", "0.01", "distance"),
    (CONSTANT, "statement/problem/activation", ["log", ["-", "t", "1"]], "distance"),
    (
        CONSTANT,
        "statement/problem/activation",
        ["exp", ["exp", ["exp", ["*", "t", "100"]]]],
        "distance",
    ),
    (CONSTANT, "statement/problem/activation", ["piecewise", HALF_LOG_3, "t", "t"], "distance"),
    (CONSTANT, "witness/high", "1", "definite"),
    (CONSTANT, "witness/low", "-1e6", "definite"),
    (CONSTANT, "statement/claims/better/1/bias/0", "3", "spurious"),
    (CONSTANT, "statement/claims/better/1/weights", [["1e30", "-1e300"]], "spurious"),
    (CONSTANT, "statement/claims/better", ONE_FEATURE, "fits"),
    (FAMILY, "statement/problem/targets/0", ["0.1"], "uncorrelated"),
    (FAMILY, "statement/claims/risk", "1/4", "risk"),
    (changed(FAMILY, "statement/claims/risk", "10"), "statement/problem", CUBIC, "bounds"),
    (FAMILY, "statement/problem/activation", ["cos", ["-", "t", "0.5"]], "slope"),
    (FAMILY, "statement/problem/activation", ["sqrt", ["-", "t", "0.5"]], "slope"),
    (FAMILY, "statement/point", "0", "bend"),
    (SPLIT, "witness/curvature", "0", "curvature"),
    (SPLIT, "witness/curvature", "-1e-3", "curvature"),
    (SPLIT, "statement/claims/distance", "1e-70", "distance"),
    (SPLIT, "statement/problem/spread", "1", "distance"),
    (SPLIT, "statement/problem/activation", ["log", "t"], "distance"),
    (SPLIT, "witness/curvature", "1000", "curvature"),
    (SPLIT, "statement/claims/distance", "1", "curvature"),
    (SPLIT, "statement/claims/risk/0", SPLIT["statement"]["claims"]["risk"][1][:-4], "risk-low"),
    (SPLIT, "statement/claims/risk", ["0", SPLIT["statement"]["claims"]["risk"][0]], "risk-high"),
    (SPLIT, "statement/claims/better/parameters/1/bias/0", "1e3", "spurious"),
    (SPLIT, "statement/claims/better/parameters/1/bias/0", "1e300", "spurious"),
]


@pytest.mark.parametrize(("tree", "path", "value", "code"), CONDITIONS)
def test_each_condition_is_needed(tree, path, value, code):
    assert verdict(changed(tree, path, value)) == ("REJECTED", code)


def test_a_better_point_of_size_1e200_and_the_fit_it_makes():
    """tanh of numbers that are known to some 1e100 only; two such units fit the data, two equal
    ones do not.
    """
    shifted = changed(CONSTANT, "statement/problem/inputs", [["-1", "0"], ["1", "0"], ["0", "0"]])
    shifted["statement"]["parameters"][0]["weights"] = [["0", "0"]] * 2
    shifted["statement"]["parameters"][0]["bias"] = [HALF_LOG_3] * 2
    far = [
        {"weights": [["-1e200", "0"], ["1e200", "0"]], "bias": ["0.5", "0.5"]},
        {"weights": [["1", "1"]], "bias": ["0"]},
    ]
    shifted["statement"]["claims"]["better"] = far
    assert verdict(shifted) == ("PROVED", None)
    assert verdict(changed(shifted, "statement/claims/better/1/bias/0", "1")) == (
        "REJECTED",
        "spurious",
    )
    shifted["statement"]["claims"]["better"] = [
        {"weights": [["-1e200", "0"]] * 2, "bias": ["0.5", "0.5"]},
        {"weights": [["0.07", "0.07"]], "bias": ["0.31"]},
    ]
    assert verdict(shifted) == ("REJECTED", "fits")


def test_the_neuron_has_to_bend_the_right_way():
    assert verdict(splitting([1], 1, 12, 1, "-1e-4")) == ("REJECTED", "inner")


def test_the_sign_of_the_output_decides():
    """The other sign of the output weights, the bias made up for: the same risk, a point that is no
    minimum.
    """
    tree = changed(
        CONSTANT,
        "statement/parameters/1",
        {
            "weights": [
                [
                    "0.66666666666666666666666666666666666666666666666667",
                    "-1.3333333333333333333333333333333333333333333333333",
                ]
            ],
            "bias": ["0.66666666666666666666666666666666666666666666666667"],
        },
    )
    assert verdict(tree) == ("REJECTED", "definite")


def test_small_distances_and_tiny_weights():
    """Output weights of 1e-60: all the numbers that decide are below 1e-60, and the point is a
    minimum all the same.
    """
    sixth = "0." + "3" * 94
    statement = {
        "problem": {**FAMILY["statement"]["problem"], "widths": [1]},
        "parameters": [
            {"weights": [["0"]], "bias": ["0.5"]},
            {"weights": [["-1e-60"]], "bias": [sixth]},
        ],
        "claims": {"distance": "1e-59", "risk": "1/3", "better": None, "fits": False},
    }
    tree = {
        **FAMILY,
        "kind": "data-constant-minimum",
        "statement": statement,
        "witness": {"bits": 128, "low": "-0.34", "high": "-0.33"},
    }
    assert verdict(tree) == ("PROVED", None)
    assert verdict(changed(tree, "statement/parameters/1/weights/0/0", "1e-60")) == (
        "REJECTED",
        "definite",
    )
    assert verdict(changed(tree, "statement/claims/distance", "1e-61")) == ("REJECTED", "distance")


def nested(depth: int, name: str):
    formula = "t"
    for _ in range(depth):
        formula = [name, formula]
    return formula


HOSTILE = [
    ["*", *[["+", *["t"] * 12]] * 15],
    ["sin", ["*", "1e300", ["^", "t", 16]]],
    ["^", ["^", ["^", ["^", ["^", ["^", ["+", "t", "1e300"], 16], 16], 16], 16], 16], 16],
    ["^", ["^", ["^", ["^", ["^", ["^", ["*", "t", "1e-300"], 16], 16], 16], 16], 16], 16],
    ["/", "1", ["-", "t", "t"]],
    ["log", "0"],
    ["erf", ["*", "t", "1e9"]],
    ["exp", ["-", "0", ["exp", ["*", "50", "t"]]]],
    ["tanh", "1e300"],
    ["atan", ["/", "t", "1e-300"]],
    ["sqrt", ["sqrt", ["sqrt", ["-", "0", "t"]]]],
]


@pytest.mark.parametrize("formula", HOSTILE)
def test_hostile_formulas_get_a_verdict(formula):
    for tree in (CONSTANT, SPLIT):
        assert verdict(changed(tree, "statement/problem/activation", formula))[0] == "REJECTED"
    smooth = formula in (HOSTILE[0], HOSTILE[9])  # and bent at 1/2: these two are true
    assert verdict(changed(FAMILY, "statement/problem/activation", formula))[0] == (
        "PROVED" if smooth else "REJECTED"
    )


@pytest.mark.parametrize("name", ["exp", "sin", "cos", "tanh", "atan", "erf", "log", "sqrt"])
def test_nested_functions_get_a_verdict(name):
    for depth in (3, 9):
        assert verdict(changed(FAMILY, "statement/problem/activation", nested(depth, name)))[0] in (
            "PROVED",
            "REJECTED",
        )
    # 17 levels of JSON
    assert (
        verdict(changed(FAMILY, "statement/problem/activation", nested(14, name)))[0] == "MALFORMED"
    )


def test_bits_are_added_for_the_sizes_of_numbers_where_that_is_cheap():
    """Those of 10^200 and 10^-200, the last place of which is large or about 1; not where numbers
    are ordinary, and not for ever.
    """
    claim = claim_of(rc, rc.reader.parse(json.dumps(CONSTANT).encode()))
    plain = claim.better
    far = [
        ([[Fraction(10) ** 200, Fraction(0)], *plain[0][0][1:]], plain[0][1]),
        ([[Fraction(10) ** -200] * 2], plain[1][1]),
    ]
    assert rc.smooth_networks.more_bits(claim.data, plain, 384) == [384]
    # the inputs, the layers
    assert rc.smooth_networks.more_bits(claim.data, far, 384) == [
        384,
        384 + 1 + 664 + 664,
    ]
    assert rc.smooth_networks.more_bits(
        claim.data, [([[Fraction(10) ** 700, Fraction(0)]] * 2, plain[0][1])] * 9, 384
    ) == [384, 384 + 4096]
    many = rc.smooth_data.SmoothData(**{**claim.data.__dict__, "inputs": claim.data.inputs * 3000})
    assert rc.smooth_networks.more_bits(many, far, 384) == [384]


P, W = "statement/problem/", "statement/claims/better/"
MALFORMED = [
    (CONSTANT, P + "activation", formula)
    for formula in (
        "x",
        1,
        [],
        ["t"],
        [1],
        ["tanh"],
        ["tanh", "t", "t"],
        ["+", "t"],
        ["-", "t"],
        ["-", "t", "t", "t"],
        ["/", "t", "t", "t"],
        ["*"],
        ["^", "t", 1],
        ["^", "t", 17],
        ["^", "t", "2"],
        ["^", "t", True],
        ["^", 2, "t"],
        ["piecewise", "t", "t", "t"],
        ["piecewise", "0", "t"],
        ["piecewise", ["+", "1", "1"], "t", "t"],
        ["relu", "t"],
        "1/0",
        "+1",
        "1e301",
        ["+", *["t"] * 200],
        {"tanh": "t"},
        None,
        [["tanh"], "t"],
    )
] + [
    (CONSTANT, P + "widths", []),
    (CONSTANT, P + "widths", [0]),
    (CONSTANT, P + "widths", [257]),
    (CONSTANT, P + "widths", [3]),
    (CONSTANT, P + "widths", [2, 2]),
    (CONSTANT, P + "widths", [1] * 33),
    (CONSTANT, P + "inputs", []),
    (CONSTANT, P + "inputs", [["1", "0"]] * 3),
    (CONSTANT, P + "inputs", [["1", "0"], ["0", "1"], ["0.5"]]),
    (CONSTANT, P + "inputs", [["1", "0"], ["0", "1"], ["1/2", "0.5"]]),
    (CONSTANT, P + "inputs", [[], [], []]),
    (CONSTANT, P + "targets", [["0"], ["1"]]),
    (CONSTANT, P + "targets", [["0"], ["0"], ["1/2"]]),
    (CONSTANT, P + "targets", ["0", "0", "1"]),
    (CONSTANT, P + "targets", [["0", "0"]] * 3),
    (CONSTANT, P + "spread", "0"),
    (CONSTANT, "statement/parameters/0/weights", [["1", "1"]]),
    (CONSTANT, "statement/parameters/0/weights/0", ["1"]),
    (CONSTANT, "statement/parameters/0/bias", ["0"]),
    (CONSTANT, "statement/parameters/0/bias/0", "1/2"),
    (CONSTANT, "statement/parameters/1/bias", []),
    (CONSTANT, "statement/parameters/1/weights", [["1", "1"]] * 2),
    (CONSTANT, "statement/claims/distance", "0"),
    (CONSTANT, "statement/claims/distance", "1/2"),
    (CONSTANT, "statement/claims/risk", 1),
    (CONSTANT, "statement/claims/fits", 1),
    (CONSTANT, "statement/claims/fits", "true"),
    (CONSTANT, W + "1/bias", ["0", "0"]),
    (CONSTANT, "statement/claims/better", []),
    (CONSTANT, "statement/claims/better", False),
    (CONSTANT, "witness/bits", 127),
    (CONSTANT, "witness/bits", 1025),
    (CONSTANT, "witness/low", "-1/3"),
    (CONSTANT, "witness/high", None),
    (CONSTANT, "witness/curvature", "1"),
    (CONSTANT, "statement/claims/better", None),
    (FAMILY, "statement/point", "1/2"),
    (FAMILY, "statement/point", None),
    (FAMILY, P + "widths", [1]),
    (FAMILY, P + "inputs", [["1"]] * 3),
    (FAMILY, "witness/low", "0"),
    (FAMILY, "statement/claims/distance", "1"),
    (SPLIT, "statement/neuron", 1),
    (SPLIT, "statement/neuron", -1),
    (SPLIT, "statement/neuron", "0"),
    (SPLIT, P + "spread", "-1"),
    (SPLIT, P + "spread", "1/2"),
    (SPLIT, P + "spread", None),
    (SPLIT, "statement/claims/risk", ["1", "1"]),
    (SPLIT, "statement/claims/risk", ["2", "1"]),
    (SPLIT, "statement/claims/risk", "1"),
    (SPLIT, "statement/claims/better", None),
    (SPLIT, W + "width", 0),
    (SPLIT, W + "width", 257),
    (SPLIT, W + "width", 2),
    (SPLIT, W + "parameters/0/bias", ["0"]),
    (SPLIT, "statement/claims/fits", False),
    (SPLIT, "witness/curvature", "1/2"),
    (SPLIT, "witness/curvature", 1),
]


@pytest.mark.parametrize(("tree", "path", "value"), MALFORMED)
def test_malformed(tree, path, value):
    assert verdict(changed(tree, path, value)) == ("MALFORMED", None)


def test_null_for_better_is_read_and_forbids_fits():
    tree = copy.deepcopy(CONSTANT)
    tree["statement"]["claims"]["better"] = None
    assert verdict(tree) == ("MALFORMED", None)


def of_zeros(widths, d: int):
    """Parameters of zeros."""
    return [
        {"weights": [["0"] * below] * above, "bias": ["0"] * above}
        for below, above in zip([d, *widths], [*widths, 1], strict=True)
    ]


def sized(widths, d: int, count: int, activation=("tanh", "t")):
    """A certificate of section 4.15 with zeros, of that size; with few bits, which the bounds of
    section 3.1 count.
    """
    statement = {
        "problem": {
            "activation": list(activation),
            "widths": widths,
            "inputs": [[str(n)] * d for n in range(count)],
            "targets": [["1"]] * count,
        },
        "parameters": of_zeros(widths, d),
        "claims": {"distance": "1", "risk": "1", "better": None, "fits": False},
    }
    return {**CONSTANT, "statement": statement, "witness": {**CONSTANT["witness"], "bits": 192}}


@pytest.mark.parametrize(
    ("widths", "d", "count", "expected"),
    [
        ([2], 16, 3906, "REJECTED"),
        ([2], 16, 3907, "MALFORMED"),
        ([2], 16, 2, "REJECTED"),
        ([2], 17, 2, "MALFORMED"),
        ([1], 1, 10_000, "REJECTED"),
        ([1], 1, 10_001, "MALFORMED"),
        ([215, 4], 1, 2, "REJECTED"),
        ([216, 4], 1, 2, "MALFORMED"),
    ],
)
def test_bounds_of_a_constant_minimum(widths, d, count, expected):
    """The last two: 215^3 <= 10^7 < 216^3."""
    assert verdict(sized(widths, d, count))[0] == expected


@pytest.mark.parametrize(("width", "expected"), [(26, "REJECTED"), (27, "MALFORMED")])
def test_bound_on_weights_times_data(width, expected):
    """5000 data: 26 * 15 * 5000 <= 2 * 10^6 < 27 * 15 * 5000."""
    tree = sized([width], 14, 5000)
    tree["statement"]["problem"]["activation"] = "t"
    assert verdict(tree)[0] == expected


@pytest.mark.parametrize(
    ("activation", "widths", "count", "expected"),
    [
        (["tanh", "t"], [45, 5], 1500, "REJECTED"),
        (["tanh", "t"], [45, 5], 1501, "MALFORMED"),
        ("t", [100], 1500, "REJECTED"),
        ("t", [100], 1501, "MALFORMED"),
        (["^", "t", 2], [50], 1500, "REJECTED"),
        (["^", "t", 2], [50], 1501, "MALFORMED"),
        (["piecewise", "1/2", "0", "t"], [17], 2941, "REJECTED"),
        (["piecewise", "1/2", "0", "t"], [17], 2942, "MALFORMED"),
        (["+", *["t"] * 199], [50], 15, "REJECTED"),
        (["+", *["t"] * 199], [50], 16, "MALFORMED"),
        (["erf", "t"], [30], 1000, "REJECTED"),
        (["erf", "t"], [30], 1001, "MALFORMED"),
    ],
)
def test_bound_on_units_times_data_times_nodes(activation, widths, count, expected):
    """Every node counts, erf four times; the exponent and the kink are none:

    3 * 17 * 2941 <= 15 * 10^4 < 3 * 17 * 2942.
    """
    tree = sized(widths, 1, count, activation if isinstance(activation, list) else ())
    tree["statement"]["problem"]["activation"] = activation
    assert verdict(tree)[0] == expected


@pytest.mark.parametrize(("width", "expected"), [(75, "REJECTED"), (76, "MALFORMED")])
def test_that_bound_holds_for_better_where_neurons_are_split(width, expected):
    tree = sized([1], 1, 1000)
    tree["kind"], tree["witness"] = "data-splitting-family", {"bits": 128, "curvature": "-1"}
    tree["statement"]["problem"]["spread"], tree["statement"]["neuron"] = "0", 0
    tree["statement"]["claims"] = {
        "distance": "1",
        "risk": ["1", "2"],
        "better": {"width": width, "parameters": of_zeros([width], 1)},
    }
    assert verdict(tree)[0] == expected
    # and for `parameters`: 1000 * 100, and 3000 * 100
    tree["statement"]["problem"]["activation"] = [
        "+",
        *["t"] * 99,
    ]
    tree["statement"]["claims"]["better"] = {"width": 1, "parameters": of_zeros([1], 1)}
    assert verdict(tree)[0] == "REJECTED"
    tree["statement"]["problem"].update(inputs=[["1"]] * 3000, targets=[["1"]] * 3000)
    assert verdict(tree)[0] == "MALFORMED"


@pytest.mark.parametrize(("d", "text"), [(1, "2 data with 1 input,"), (2, "2 data with 2 inputs,")])
def test_summaries_count_inputs(d, text):
    assert claim_of(rc, rc.reader.parse(json.dumps(sized([2], d, 2)).encode())).summary.startswith(
        text
    )


@pytest.mark.parametrize(
    ("widths", "count", "expected"),
    [
        ([76], 1, "REJECTED"),
        ([77], 1, "MALFORMED"),
        ([10], 520, "REJECTED"),
        ([10], 521, "MALFORMED"),
    ],
)
def test_bounds_of_a_splitting(widths, count, expected):
    """76 * 229^2 <= 4 * 10^6 < 77 * 232^2; 520 * 20 * 31^2 <= 10^7."""
    tree = sized(widths, 1, count)
    tree["kind"], tree["witness"] = "data-splitting-family", {"bits": 128, "curvature": "-1"}
    tree["statement"]["problem"]["spread"], tree["statement"]["neuron"] = "0", 0
    tree["statement"]["claims"] = {
        "distance": "1",
        "risk": ["1", "2"],
        "better": {"width": widths[0], "parameters": tree["statement"]["parameters"]},
    }
    assert verdict(tree) == (
        (expected, "curvature") if expected == "REJECTED" else (expected, None)
    )


def test_equal_inputs_are_allowed_where_neurons_are_split():
    assert verdict(changed(SPLIT, P + "inputs", [["1"]] * 12))[0] == "REJECTED"


def test_dependent_coordinates_are_left_out():
    """A second coordinate that is 2 x_1 + 1: the same certificate with weights 0 for it."""
    tree = changed(
        CONSTANT,
        "statement/problem/inputs",
        [["1", "0", "3"], ["0", "1", "1"], ["0.5", "0.5", "2"]],
    )
    for part in (tree["statement"]["parameters"], tree["statement"]["claims"]["better"]):
        part[0]["weights"] = [[*row, "0"] for row in part[0]["weights"]]
    assert verdict(tree) == ("PROVED", None)
