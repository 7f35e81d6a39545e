"""Formulas of activations: enclosures of value and two derivatives against mpmath (60 digits) and
sympy, guards, malformed trees, words.
"""

from __future__ import annotations

import random
import re
from fractions import Fraction

import pytest
import sympy
from flint import arb, fmpq
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from oracles.smooth import Undefined, as_mpf, encloses, function, number
from sympy.parsing.sympy_parser import (
    convert_xor,
    parse_expr,
    rationalize,
    standard_transformations,
)

from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.words import plain
from certify.kernel.smooth.formula import Formula

BITS = 100
T = sympy.Symbol("t", real=True)
QUICK = settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
FEW = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)

OPERATIONS = {
    "t": "t",
    "pi": ["*", "pi", "t"],
    "number": ["+", "-7/3", "1.25e-3", "t"],
    "+": ["+", "t", ["sin", "t"], ["^", "t", 2], "pi"],
    "-": ["-", ["exp", "t"], ["^", "t", 3]],
    "*": ["*", "t", ["cos", "t"], ["exp", "t"], "-2/7"],
    "/": ["/", ["sin", "t"], ["+", "3", ["^", "t", 2]]],
    "/ below 0": ["/", "t", ["-", "-4", ["^", "t", 2]]],
    "^2": ["^", ["sin", "t"], 2],
    "^3": ["^", ["-", "t", "2"], 3],
    "^16": ["^", ["+", "t", ["cos", "t"]], 16],
    "exp": ["exp", ["*", "-1/2", ["^", "t", 2]]],
    "log": ["log", ["+", "1", ["exp", "t"]]],
    "sqrt": ["sqrt", ["+", "1", ["^", "t", 4]]],
    "sin": ["sin", ["*", "3", "t"]],
    "cos": ["cos", ["^", "t", 2]],
    "tanh": ["tanh", ["-", "t", "0.3"]],
    "atan": ["atan", ["*", "2", "t"]],
    "erf": ["erf", ["/", "t", ["sqrt", "2"]]],
    "piecewise": [
        "piecewise",
        "1/3",
        ["exp", "t"],
        ["*", "t", ["piecewise", "1.5", ["sin", "t"], ["^", "t", 2]]],
    ],
    "kink of a part": ["tanh", ["piecewise", "-0.5", ["*", "-1", "t"], "t"]],
}


def symbolic(tree):
    """The same in sympy."""
    if isinstance(tree, str):
        return {"t": T, "pi": sympy.pi}.get(tree) or sympy.Rational(tree)
    name, *parts = tree
    if name == "piecewise":
        return sympy.Piecewise(
            (symbolic(parts[1]), sympy.Rational(parts[0]) > T), (symbolic(parts[2]), True)
        )
    if name == "^":
        return symbolic(parts[0]) ** parts[1]
    first, *rest = map(symbolic, parts)
    match name:
        case "+":
            return sympy.Add(first, *rest)
        case "*":
            return sympy.Mul(first, *rest)
        case "-":
            return first - rest[0]
        case "/":
            return first / rest[0]
        case _:
            return getattr(sympy, name)(first)


def taylor(tree, t: arb):
    with precision(BITS):
        return Formula.read(tree).taylor(t)


def finite(values) -> bool:
    return all(value.is_finite() for value in values)


def rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def reference(tree, t: Fraction):
    """h, h' and h'' by mpmath's differences, to 60 digits and more; None where h is undefined."""
    with mp.workdps(90):
        h, at = function(tree), mpf(t.numerator) / t.denominator
        try:
            return [h(at), mp.diff(h, at, 1), mp.diff(h, at, 2)]
        except (Undefined, OverflowError):
            return None


def assert_encloses(enclosures, truths, digits: int = 45):
    for order, (enclosure, truth) in enumerate(zip(enclosures, truths, strict=True)):
        assert encloses(enclosure, truth, (1 + abs(truth)) * mpf(10) ** -digits), (
            f"derivative {order}: {mp.nstr(truth, 40)} is not in {enclosure}"
        )


def assert_tight(enclosures):
    """At an exact t nothing but rounding makes a ball wide."""
    for enclosure in enclosures:
        assert as_mpf(enclosure.rad()) < (1 + abs(as_mpf(enclosure.mid()))) * mpf(2) ** (12 - BITS)


# --------------------------------------------------------------------------------------------------
# Enclosures
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation(name):
    """At exact points: against mpmath and against sympy's derivatives, and tight. On wide balls:
    members are enclosed.
    """
    tree, rng = OPERATIONS[name], random.Random(name)
    exact = [
        sympy.lambdify(T, sympy.diff(symbolic(tree), T, order), "mpmath") for order in range(3)
    ]
    with mp.workdps(60):
        for _ in range(6):
            t = Fraction(rng.randrange(-2999, 3000), 1000)
            with precision(BITS):
                enclosures = taylor(tree, arb(rational(t)))
            assert_tight(enclosures)
            assert_encloses(enclosures, reference(tree, t))
            assert_encloses(enclosures, [f(number(str(t))) for f in exact])
        answered = 0
        for _ in range(12):
            middle, radius = (
                Fraction(rng.randrange(-2000, 2000), 1000),
                Fraction(rng.randrange(1, 900), 1000),
            )
            enclosures = taylor(tree, arb(rational(middle), rational(radius)))
            if not finite(enclosures):
                continue
            answered += 1
            for _ in range(6):
                member = middle + radius * Fraction(rng.randrange(-1000, 1001), 1000)
                assert_encloses(enclosures, [f(number(str(member))) for f in exact])
        assert answered >= 3  # balls that are too wide for a guard are refused


LEAVES = st.one_of(
    st.just("t"),
    st.just("t"),
    st.just("pi"),
    st.fractions(-3, 3, max_denominator=9).map(str),
    st.decimals(-2, 2, places=3).map(str),
)


def _nodes(parts):
    return st.one_of(
        st.tuples(st.sampled_from("+*"), parts, parts).map(list),
        st.tuples(st.sampled_from("+*"), parts, parts, parts).map(list),
        st.tuples(st.sampled_from("-/"), parts, parts).map(list),
        st.tuples(st.just("^"), parts, st.integers(2, 4)).map(list),
        st.tuples(
            st.sampled_from(["exp", "sin", "cos", "tanh", "atan", "erf", "log", "sqrt"]), parts
        ).map(list),
        st.tuples(
            st.sampled_from(["log", "sqrt"]), parts.map(lambda part: ["+", "1.5", ["sin", part]])
        ).map(list),
        st.tuples(
            st.just("piecewise"), st.fractions(-1, 1, max_denominator=7).map(str), parts, parts
        ).map(list),
    )


TREES = st.recursive(LEAVES, _nodes, max_leaves=7)
POINTS = st.fractions(-2, 2, max_denominator=1000)


@QUICK
@given(TREES, POINTS)
def test_random_trees_against_mpmath(tree, t):
    """Enclosed and tight where defined; never finite where not."""
    with precision(BITS):
        enclosures = taylor(tree, arb(rational(t)))
    truth = reference(tree, t)
    if truth is None:
        assert not finite(enclosures)
        return
    assume(finite(enclosures))
    assert_encloses(enclosures, truth)


@FEW
@given(TREES, POINTS)
def test_random_trees_against_sympy(tree, t):
    with precision(BITS):
        enclosures = taylor(tree, arb(rational(t)))
    assume(finite(enclosures) and "t" in str(tree))
    with mp.workdps(70):
        for order, enclosure in enumerate(enclosures):
            exact = sympy.diff(symbolic(tree), T, order)
            truth = sympy.lambdify(T, exact, "mpmath")(number(str(t)))
            assert encloses(enclosure, truth, (1 + abs(truth)) * mpf(10) ** -45)


@QUICK
@given(
    TREES,
    POINTS,
    st.fractions(Fraction(1, 10**6), 1, max_denominator=10**6),
    st.lists(st.fractions(-1, 1), min_size=2, max_size=2),
)
def test_random_trees_on_wide_balls(tree, middle, radius, places):
    enclosures = taylor(tree, arb(rational(middle), rational(radius)))
    assume(finite(enclosures))
    for place in places:
        truth = reference(tree, middle + place * radius)
        assert truth is not None
        assert_encloses(enclosures, truth)


@pytest.mark.parametrize("exponent", range(2, 17))
def test_powers_around_0(exponent):
    """Where a logarithm would fail: balls that hold 0, and 0 itself."""
    tree = ["^", "t", exponent]
    assert [(as_mpf(value.mid()), as_mpf(value.rad())) for value in taylor(tree, arb(0))] == [
        (0, 0),
        (0, 0),
        (2 * (exponent == 2), 0),
    ]
    for middle, radius in (
        (0, 1),
        (Fraction(1, 3), Fraction(1, 2)),
        (Fraction(-1, 5), Fraction(1, 5)),
        (-2, Fraction(1, 100)),
    ):
        enclosures = taylor(tree, arb(rational(Fraction(middle)), rational(Fraction(radius))))
        assert finite(enclosures)
        for place in (-1, Fraction(-1, 3), 0, Fraction(1, 7), 1):
            t = middle + place * Fraction(radius)
            for enclosure, truth in zip(
                enclosures,
                (
                    t**exponent,
                    exponent * t ** (exponent - 1),
                    exponent * (exponent - 1) * t ** (exponent - 2),
                ),
                strict=True,
            ):
                assert enclosure.contains(rational(Fraction(truth)))
        most = (abs(middle) + Fraction(radius)) ** exponent
        assert as_mpf(enclosures[0].rad()) <= 1.01 * float(most)  # not much more than what is there


# --------------------------------------------------------------------------------------------------
# Guards
# --------------------------------------------------------------------------------------------------


def ball(low, high) -> arb:
    low, high = Fraction(low), Fraction(high)
    return arb(rational((low + high) / 2), rational((high - low) / 2))


UNDEFINED = {
    "log of 0": (["log", "t"], ball(0, 0)),
    "log around 0": (["log", "t"], ball("-0.1", 1)),
    "log from 0 on": (["log", "t"], ball(0, 1)),
    "log below 0": (["log", "t"], ball(-2, -1)),
    "sqrt of 0": (["sqrt", "t"], ball(0, 0)),
    "sqrt around 0": (["sqrt", "t"], ball("-0.1", 1)),
    "sqrt from 0 on": (["sqrt", "t"], ball(0, 1)),
    "sqrt below 0": (["sqrt", "t"], ball(-2, -1)),
    "sqrt of a square": (["sqrt", ["^", "t", 2]], ball(0, 0)),
    "division by 0": (["/", "1", "t"], ball(0, 0)),
    "division around 0": (["/", "t", "t"], ball(-1, 2)),
    "division from 0 on": (["/", "1", "t"], ball(0, 1)),
    "0 over 0": (["/", "0", "t"], ball(-1, 1)),
    "at a kink": (["piecewise", "0", "t", "t"], ball(0, 0)),
    "kink inside": (["piecewise", "1/3", "t", "t"], ball(0, 1)),
    "kink at the end": (["piecewise", "1", "t", "t"], ball(0, 1)),
    "kink at the beginning": (["piecewise", "0", "t", "t"], ball(0, 1)),
    "kink deep inside, times 0": (
        ["+", "t", ["*", "0", ["sin", ["piecewise", "0.5", "t", "1"]]]],
        ball(0, 1),
    ),
    "undefined part, times 0": (["*", "0", ["log", ["*", "-1", ["exp", "t"]]]], ball(0, 1)),
    "beyond 2^16384": (["exp", "t"], ball(11357, 11357)),
    "derivative beyond 2^16384": (["sin", ["exp", "t"]], ball(11357, 11357)),
    "second derivative beyond 2^16384": (
        ["*", ["exp", "t"], ["sin", ["exp", "t"]]],
        ball(5700, 5700),
    ),
    "powers of powers": (["^", ["^", ["^", ["^", ["^", "t", 16], 16], 16], 16], 16], ball(2, 2)),
    "exponentials of exponentials": (["exp", ["exp", ["exp", ["exp", "t"]]]], ball(3, 3)),
    "NaN": ("t", arb.nan()),
    "NaN in a constant": (["*", "0", "t"], arb.nan()),
    "NaN at a kink": (["piecewise", "0", "1", "2"], arb.nan()),
    "infinity": (["^", "t", 2], arb("inf")),
    "all numbers": (["atan", "t"], arb(0, arb("inf"))),
}


@pytest.mark.parametrize("name", UNDEFINED)
def test_undefined_is_not_finite(name):
    """None of the three is finite where one is undefined."""
    tree, t = UNDEFINED[name]
    assert not any(value.is_finite() for value in taylor(tree, t))


DEFINED = {
    "log": (["log", "t"], ball("0.5", 1)),
    "sqrt": (["sqrt", "t"], ball("0.5", 1)),
    "division": (["/", "1", "t"], ball("0.001", 1)),
    "division below 0": (["/", "1", "t"], ball(-1, "-0.001")),
    "beside a kink": (["piecewise", "0", "t", "2"], ball("0.001", 1)),
    "below a kink": (["piecewise", "1.001", "t", "2"], ball(0, 1)),
    "below 2^16384": (["exp", "t"], ball(11356, 11356)),
    "other piece undefined": (
        ["piecewise", "0", ["log", ["*", "-1", ["exp", "t"]]], "t"],
        ball(1, 2),
    ),
}


@pytest.mark.parametrize("name", DEFINED)
def test_guards_do_not_refuse_too_much(name):
    tree, t = DEFINED[name]
    assert finite(taylor(tree, t))


def test_pieces_belong_to_their_sides():
    """Below the kink the first part, above it the second; the kink is compared with t itself,
    wherever it stands.
    """
    tree = [
        "+",
        ["*", "10", ["piecewise", "1", "2", "3"]],
        ["^", ["piecewise", "-1/2", "5", "t"], 2],
    ]
    for t, value in ((-1, 45), (0, 20), (2, 34)):
        with precision(BITS):
            assert taylor(tree, arb(t))[0].contains(value)
            assert not taylor(tree, arb(t))[0].contains(value + 1)


# --------------------------------------------------------------------------------------------------
# Reading
# --------------------------------------------------------------------------------------------------


def chain(name: str, length: int):
    tree = "t"
    for _ in range(length):
        tree = [name, tree]
    return tree


OTHER = (
    'a part of the activation is not "t", "pi", a number or a list that begins with one of + - * /'
    " ^ piecewise exp log sqrt sin cos tanh atan erf"
)
MALFORMED = {
    "null": (None, OTHER),
    "an integer": (2, OTHER),
    "a float": (0.5, OTHER),
    "true": (True, OTHER),
    "an object": ({"exp": "t"}, OTHER),
    "an empty list": ([], OTHER),
    "a list of a list": ([["exp"], "t"], OTHER),
    "a number first": (["2", "t"], OTHER),
    "an unknown operation": (["sinh", "t"], OTHER),
    "the empty operation": (["", "t"], OTHER),
    "two operations": (["+-", "t", "t"], OTHER),
    "deep inside": (["exp", ["sin", ["+", "t", ["abs", "t"]]]], OTHER),
    "an integer inside": (["+", "t", 1], OTHER),
    "a name": ("x", "a number of the activation is not a decimal string"),
    "the empty string": ("", "a number of the activation is not a decimal string"),
    "two numbers": ("1 2", "a number of the activation is not a decimal string"),
    "infinity": ("inf", "a number of the activation is not a decimal string"),
    "NaN": ("nan", "a number of the activation is not a decimal string"),
    "over 0": ("1/0", "a number of the activation is neither a decimal string nor a fraction"),
    "a fraction of decimals": (
        "1.5/2",
        "a number of the activation is neither a decimal string nor a fraction",
    ),
    "a long number": ("1" * 10**4, "a number of the activation is longer than the limit"),
    "a large exponent": ("1e999999999", "a number of the activation"),
    "+ of one": (["+", "t"], "the operation + in the activation has a wrong number of parts"),
    "* of one": (["*", "t"], "the operation * in the activation has a wrong number of parts"),
    "- of one": (["-", "t"], "the operation - in the activation has a wrong number of parts"),
    "- of three": (
        ["-", "t", "t", "t"],
        "the operation - in the activation has a wrong number of parts",
    ),
    "/ of three": (
        ["/", "t", "t", "t"],
        "the operation / in the activation has a wrong number of parts",
    ),
    "exp of none": (["exp"], "the operation exp in the activation has a wrong number of parts"),
    "exp of two": (
        ["exp", "t", "t"],
        "the operation exp in the activation has a wrong number of parts",
    ),
    "^ of one": (["^", "t"], "a power in the activation does not have a base and an exponent"),
    "^ of three": (
        ["^", "t", 2, 2],
        "a power in the activation does not have a base and an exponent",
    ),
    "^1": (["^", "t", 1], "an exponent of the activation is not an integer in 2..16"),
    "^17": (["^", "t", 17], "an exponent of the activation is not an integer in 2..16"),
    "^-2": (["^", "t", -2], "an exponent of the activation is not an integer in 2..16"),
    "^'2'": (["^", "t", "2"], "an exponent of the activation is not an integer in 2..16"),
    "^true": (["^", "t", True], "an exponent of the activation is not an integer in 2..16"),
    "^t": (["^", "t", "t"], "an exponent of the activation is not an integer in 2..16"),
    "piecewise of two": (
        ["piecewise", "0", "t"],
        "a piecewise part of the activation does not have a kink and two parts",
    ),
    "piecewise of four": (
        ["piecewise", "0", "t", "t", "t"],
        "a piecewise part of the activation does not have a kink and two parts",
    ),
    "a kink at t": (
        ["piecewise", "t", "t", "t"],
        "a kink of the activation is not a decimal string",
    ),
    "a kink at pi": (
        ["piecewise", "pi", "t", "t"],
        "a kink of the activation is not a decimal string",
    ),
    "a kink that is computed": (
        ["piecewise", ["+", "1", "1"], "t", "t"],
        "a kink of the activation is not a decimal string",
    ),
    "too long a chain": (chain("exp", 200), "the activation has more than 200 parts"),
    "too broad": (["+", *["t"] * 200], "the activation has more than 200 parts"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_trees_are_one_sentence(name):
    tree, sentence = MALFORMED[name]
    with pytest.raises(Malformed) as error:
        Formula.read(tree)
    assert str(error.value).startswith(sentence)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 200


def test_the_largest_trees_are_read():
    """200 nodes; kinks and exponents are none."""
    for tree in (
        chain("sin", 199),
        ["+", *["t"] * 199],
        ["+", *["t"] * 196, ["piecewise", "1", "t", "t"]],
        ["+", *["t"] * 197, ["^", "t", 2]],
    ):
        assert Formula.read(tree).in_words().text
        assert finite(taylor(tree, arb(2)))


def test_numbers_are_exact():
    assert Formula.read("1e-30").tree == fmpq(1, 10**30)
    assert Formula.read(["*", "-22/7", "t"]).tree == ("*", fmpq(-22, 7), "t")


# --------------------------------------------------------------------------------------------------
# Words
# --------------------------------------------------------------------------------------------------


def from_words(text: str):
    """What a reader makes of it: sympy's parser, and the braces of pieces."""
    pieces = re.compile(r"\{((?:(?! where )[^{}])*) where t < ([^,]*), ([^{}]*) elsewhere\}")
    while "{" in text:
        text, changed = pieces.subn(r"Piecewise((\1, t < \2), (\3, True))", text)
        assert changed, text
    return parse_expr(
        text,
        local_dict={"t": T},
        transformations=(*standard_transformations, convert_xor, rationalize),
    )


@FEW
@given(TREES, st.lists(POINTS, min_size=2, max_size=3))
def test_words_say_the_same_function(tree, points):
    words = from_words(plain((Formula.read(tree).in_words(),)))
    assume(not words.has(sympy.zoo, sympy.nan))  # defined nowhere
    said = sympy.lambdify(T, words, "mpmath")
    compared = 0
    with mp.workdps(40):
        for t in points:
            try:
                truth = function(tree)(number(str(t)))
            except (Undefined, OverflowError):
                continue
            compared += 1
            assert mp.almosteq(
                said(number(str(t))), truth, rel_eps=mpf(10) ** -25, abs_eps=mpf(10) ** -25
            )
    assume(compared)


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ("t", "t"),
        ("-1/3", "(-1/3)"),
        (["^", "-0.5", 2], "(-0.5)^2"),
        (["*", "-1", ["^", "t", 2]], "-(t^2)"),
        (["-", "t", ["-", "1", "t"]], "t - (1 - t)"),
        (["/", "t", ["/", "2", "t"]], "t / (2 / t)"),
        (["^", ["^", "t", 2], 3], "(t^2)^3"),
        (["exp", ["*", "-1", "t"]], "exp(-t)"),
        (
            ["piecewise", "-1/3", ["exp", "t"], ["+", "t", "1"]],
            "{exp(t) where t < -1/3, (t + 1) elsewhere}",
        ),
        ("1e-30", "(1/1000000000000000000000000000000)"),
        ("12345.678", "12345.678"),
        ("100", "100"),
    ],
)
def test_words(tree, words):
    assert plain((Formula.read(tree).in_words(),)) == words
