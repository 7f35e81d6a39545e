"""Activations: every registered one (a new entry is tested without a change here), the constants of
the literature, and expressions of users.
"""

from __future__ import annotations

import copy
import json
import random
from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from console import call
from mpmath import mp, mpf
from oracles import smooth as oracle

import certify
from certify.kernel.check import check_document
from certify.kernel.foundation.outcomes import Proved, Rejected
from certify.kernel.smooth.formula import Formula
from certify.smooth.activations import REGISTRY, activation
from certify.smooth.prove.constant import prove_every_architecture
from certify.smooth.prove.counterexample import prove_activation
from certify.tables import make_data

T = sympy.Symbol("t", real=True)
SCALES = (1, 2, 4, 8, 12)
ROUNDING = mpf(10) ** -40  # of risks, relative, with 60 digits


@pytest.fixture(autouse=True)
def _digits():
    with mp.workdps(60):
        yield


def points(name: str, count: int, kinks: list[Fraction]) -> list[Fraction]:
    """Random rationals from -4 to 4, some of them close to the kinks."""
    rng = random.Random(name)
    close = [
        kink + sign * Fraction(1, 10**power)
        for kink in kinks
        for power in (2, 9)
        for sign in (1, -1)
    ]
    return [
        t
        for t in (Fraction(rng.randrange(-4000, 4001), 1000) for _ in range(count))
        if t not in kinks
    ] + close


def mp_fraction(value: Fraction):
    return mpf(value.numerator) / value.denominator


# --------------------------------------------------------------------------------------------------
# The registry
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REGISTRY)
def test_the_formula_is_the_expression(name):
    """Formula, text, words of the kernel's enclosures, sympy's derivatives and those for float64:
    one function.
    """
    entry = REGISTRY[name]
    assert activation(name.upper()) is entry
    tree = Formula.read(entry.formula)
    assert tree == entry.kernel
    # not by our parser
    written = sympy.sympify(entry.text.replace("^", "**"), locals={"t": T}, rational=True)
    pieces = sympy.piecewise_fold(written.rewrite(sympy.Piecewise)) if entry.kinks else written
    exact = [sympy.lambdify(T, sympy.diff(pieces, T, order), "mpmath") for order in range(3)]
    h = oracle.function(entry.formula)
    for t in points(name, 12, entry.kinks):
        at = mp_fraction(t)
        truths = [f(at) for f in exact]
        assert mp.almosteq(h(at), truths[0], mpf(10) ** -50)
        for order, (enclosure, truth) in enumerate(zip(entry.enclosure(t), truths, strict=True)):
            assert oracle.encloses(enclosure, truth, (1 + abs(truth)) * mpf(10) ** -50), (
                f"derivative {order} at {t}"
            )
            assert oracle.as_mpf(enclosure.rad()) < (1 + abs(truth)) * mpf(10) ** -30
            assert float(entry.numeric[order](float(t))) == pytest.approx(
                float(truth), rel=1e-5, abs=1e-5
            )
        assert abs(mp_fraction(entry.value(t)) - truths[0]) < mpf(10) ** -50 * (1 + abs(truths[0]))


@pytest.mark.parametrize("name", REGISTRY)
def test_kinks_are_where_it_is_not_twice_differentiable(name):
    """One-sided values of h, h', h'' agree everywhere but at the kinks; there at least one does
    not, and the kernel has nothing to say.
    """
    entry = REGISTRY[name]
    h, near = oracle.function(entry.formula), mpf(10) ** -20

    def sides(t: Fraction):
        at = mp_fraction(t)
        with mp.workdps(120):
            return [
                abs(
                    mp.diff(h, at + near, order, h=near / 100)
                    - mp.diff(h, at - near, order, h=near / 100)
                )
                for order in range(3)
            ]

    for kink in entry.kinks:
        assert max(sides(kink)) > 1e-3
        assert not any(value.is_finite() for value in entry.enclosure(kink))
    for t in {Fraction(n, 4) for n in range(-16, 17)} - set(entry.kinks):
        assert max(sides(t)) < 1e-12
        assert all(value.is_finite() for value in entry.enclosure(t))


@pytest.fixture(scope="module")
def counterexample():
    """The attempt for a registered activation, made once."""
    known: dict = {}

    def made(name: str):
        if name not in known:
            known[name] = prove_activation(REGISTRY[name])
        return known[name]

    return made


@pytest.mark.parametrize("name", REGISTRY)
@pytest.mark.first(6)
def test_every_activation_has_a_counterexample(name, counterexample):
    """Proved, of risk 1/3 beside 0; and in mpmath: the risk is 1/3, (C2.6) and (C2.7) hold, the
    better point fits, no point nearby is lower.
    """
    attempt = counterexample(name)
    assert isinstance(attempt.outcome, Proved)
    document = attempt.document
    assert isinstance(check_document(json.loads(json.dumps(document))), Proved)
    claims, problem = document["statement"]["claims"], document["statement"]["problem"]
    assert (claims["risk"], claims["fits"], problem["widths"]) == ("1/3", True, [2])
    given = oracle.parsed(document["statement"]["parameters"])
    risk, theta = oracle.risk_of(problem), oracle.constant_on_data(problem, given)
    assert abs(theta[-1][1][0] - given[-1][1][0]) < oracle.number(claims["distance"])
    assert abs(risk(theta) - mpf(1) / 3) < mpf(10) ** -55
    assert risk(oracle.parsed(claims["better"])) < mpf(10) ** -60
    first, second = conditions(
        problem["activation"], [row[0] for row in theta[0][0]], theta[1][0][0]
    )
    assert first > 0
    assert second > 0
    ways = [*oracle.directions(theta, random.Random(name), 16), *oracle.eigenvectors(risk, theta)]
    assert oracle.lowest(risk, theta, ways, SCALES) > -ROUNDING


@pytest.mark.parametrize("name", REGISTRY)
def test_every_activation_has_minima_for_every_architecture(name):
    attempt = prove_every_architecture(make_data([[-1], [1], [0]], [0, 0, 1]), REGISTRY[name])
    assert isinstance(attempt.outcome, Proved)
    assert attempt.document["statement"]["claims"]["risk"] == "1/3"
    slope, bend = REGISTRY[name].enclosure(Fraction(attempt.document["statement"]["point"]))[1:]
    assert not slope.contains(0)
    assert not bend.contains(0)


def test_the_registry_is_not_smaller_than_it_was():
    assert {
        "tanh",
        "sigmoid",
        "arctan",
        "softplus",
        "quadratic",
        "elu",
        "selu",
        "gelu",
        "silu",
        "sin",
    } <= REGISTRY.keys()
    assert [name for name in REGISTRY if REGISTRY[name].kinks] == [
        "elu",
        "selu",
        "celu",
        "softsign",
    ]


# --------------------------------------------------------------------------------------------------
# Constants: conditions (C2.6) and (C2.7) of Yun, Sra and Jadbabaie
# --------------------------------------------------------------------------------------------------


def conditions(tree, v, u):
    """(u1 h'(v1))^2 + u1 h''(v1) / 3, and the right side of (C2.7) minus the left one, by
    differences.
    """
    h = oracle.function(tree)
    (a1, c1), (a2, c2) = (
        (weight * mp.diff(h, at, 1), weight * mp.diff(h, at, 2))
        for at, weight in zip(v, u, strict=True)
    )
    return a1**2 + c1 / 3, (a1**2 + c1 / 3) * (a2**2 + c2 / 3) - (a1 * a2) ** 2


def _by_shares(name: str, v: tuple, shares: tuple) -> tuple:
    h = oracle.function(REGISTRY[name].formula)
    return v, tuple(share / h(at) for share, at in zip(shares, v, strict=True))


def part(numerator: int, denominator: int):
    """A fraction, to as many digits as there are when it is asked for."""
    return mpf(numerator) / denominator


CONSTANTS = {
    "sigmoid": (lambda: ((-mp.log(3), -mp.log(3)), (part(2, 3), part(2, 3))), "7/192", "5/4608"),
    "tanh": (lambda: ((mp.atanh(0.5), mp.atanh(0.5)), (-part(2, 3), part(4, 3))), "5/12", "1/36"),
    "arctan": (
        lambda: _by_shares("arctan", (mpf(0.5), mpf(0.5)), (-part(1, 3), part(2, 3))),
        ".48417",
        ".054424",
    ),
    "softplus": (
        lambda: _by_shares("softplus", (mpf(0), mpf(0)), (part(1, 6), part(1, 6))),
        ".0344914",
        ".000980739",
    ),
    "quadratic": (lambda: ((mpf(1), mpf(1)), (part(1, 6), part(1, 6))), "2/9", "1/27"),
    "elu": (lambda: ((-mp.log(2), mpf(1)), (mpf(1), part(5, 6))), "5/12", "25/216"),
    "selu": (
        lambda: _by_shares("selu", (mpf(-1), mpf(1)), (-mpf(1) / 2, part(5, 6))),
        ".181670",
        ".0673584",
    ),
    "gelu": (
        lambda: _by_shares("gelu", (mpf(0.5), mpf(0.5)), (part(1, 6), part(1, 6))),
        ".273889",
        ".0444302",
    ),
    "silu": (
        lambda: _by_shares("silu", (mpf(1), mpf(1)), (part(1, 6), part(1, 6))),
        ".0677059",
        ".00258349",
    ),
    "sin": (
        lambda: _by_shares("sin", (mpf(0.5), mpf(0.5)), (-part(1, 3), part(2, 3))),
        ".483409",
        ".0580416",
    ),
}


@pytest.mark.parametrize("name", CONSTANTS)
def test_constants_of_the_literature(name, counterexample):
    """The values of (C2.6) and (C2.7), and the kernel proves these very points, to 50 digits."""
    constants, first, second = CONSTANTS[name]
    v, u = constants()
    found = conditions(REGISTRY[name].formula, v, u)
    for value, text in zip(found, (first, second), strict=True):
        digits = len(text.replace(".", "").lstrip("0")) if "." in text else 45
        assert abs(value / oracle.number(text) - 1) < 5 * mpf(10) ** -digits
    document = copy.deepcopy(counterexample(name).document)
    document["statement"]["parameters"] = [
        {"weights": [[mp.nstr(at, 55)] * 2 for at in v], "bias": ["0", "0"]},
        {"weights": [[mp.nstr(weight, 55) for weight in u]], "bias": ["0"]},
    ]
    assert isinstance(check_document(document), Proved)


@pytest.mark.parametrize("name", ["arctan", "softplus", "quadratic", "selu", "gelu", "silu", "sin"])
def test_at_the_points_of_the_literature(name, tmp_path):
    """--at with them proves, at them."""
    v, _ = CONSTANTS[name][0]()
    text = ",".join(mp.nstr(at, 5) for at in v)
    result = call("data", "constant", "--activation", name, f"--at={text}", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    (path,) = tmp_path.glob(f"{name}.counterexample-at-*.json")
    parameters = json.loads(path.read_text())["statement"]["parameters"]
    assert [Fraction(row[0]) for row in parameters[0]["weights"]] == [
        Fraction(mp.nstr(at, 5)) for at in v
    ]


def test_sin_at_1_is_no_minimum():
    """(C2.7) fails by .0145, the kernel does not prove it, and there are lower points nearby; at
    every scale.
    """
    attempt = prove_activation(REGISTRY["sin"], points=(Fraction(1), Fraction(1)))
    assert isinstance(attempt.outcome, Rejected)
    assert attempt.outcome.code == "definite"
    v, u = _by_shares("sin", (mpf(1), mpf(1)), (-part(1, 3), part(2, 3)))
    assert conditions(["sin", "t"], v, u)[1] == pytest.approx(-0.0145, abs=5e-5)
    problem, given = (
        attempt.document["statement"]["problem"],
        oracle.parsed(attempt.document["statement"]["parameters"]),
    )
    risk, theta = oracle.risk_of(problem), oracle.constant_on_data(problem, given)
    assert abs(risk(theta) - part(1, 3)) < mpf(10) ** -55
    ways = oracle.eigenvectors(risk, theta)
    for scale in SCALES:
        assert oracle.lowest(risk, theta, ways, [scale]) < -(mpf(10) ** (-2 * scale - 4))


def test_sin_is_proved_up_to_a_quarter_of_pi():
    """With equal units (C2.7) holds for sin where cot^2 > 1: a kernel that were wrong by a factor
    would not tell these two apart.
    """
    outcomes = [
        prove_activation(REGISTRY["sin"], points=(Fraction(at), Fraction(at))).outcome
        for at in ("0.785", "0.786")
    ]
    assert isinstance(outcomes[0], Proved)
    assert isinstance(outcomes[1], Rejected)


@pytest.mark.parametrize("name", [name for name in REGISTRY if name != "quadratic"])
def test_flipped_twins_are_no_minima(name, counterexample):
    """The output weights with the other sign: the same risk, critical, and lower points nearby."""
    attempt = counterexample(name)
    problem = attempt.document["statement"]["problem"]
    theta = oracle.constant_on_data(
        problem, oracle.flipped(oracle.parsed(attempt.document["statement"]["parameters"]))
    )
    risk = oracle.risk_of(problem)
    assert abs(risk(theta) - part(1, 3)) < mpf(10) ** -55
    ways = oracle.eigenvectors(risk, theta)
    for scale in SCALES[1:]:
        assert oracle.lowest(risk, theta, ways, [scale]) < -ROUNDING


# --------------------------------------------------------------------------------------------------
# Expressions of users
# --------------------------------------------------------------------------------------------------

PROVED = [
    "t*exp(-t^2)",
    "2^t",
    "1/t",
    "t^(-1/2)",
    "log(t)",
    "erf(log(t))",
    "Piecewise((sin(t), t < -1), (t, t < 1), (exp(t), True))",
    "Max(0.1*t, t) + t^2",
    "sin(t)^16^2",
]
WRITTEN = [
    "t**2 + t", "E^t", "sinh(t)", "cosh(t)", "asinh(t)", "tan(t)", "erfc(t)", "sqrt(1 + t^2)",
    "t^pi", "t**-2", "atan(1/t)", "t^t", "Abs(t)^3", "Piecewise((t, t > 0), (exp(t) - 1, True))",
    "tanh(t) + 0*exp(1000000)", "sin(1e30*t)", "-t^2", "t^(1/3)", " TanH ", "(t + 1)^99", "t^1e2",
]  # fmt: skip


@pytest.mark.parametrize("text", PROVED + WRITTEN)
def test_expressions_of_users(text):
    """The formula is the expression, and where one is known there is a counterexample."""
    entry = activation(text)
    exact = sympy.lambdify(T, entry.expression, "mpmath")
    for t in (Fraction(1, 7), Fraction(5, 3)):
        at = mp_fraction(t)
        assert mp.almosteq(oracle.function(entry.formula)(at), exact(at), mpf(10) ** -20)
    if text in PROVED:
        attempt = prove_activation(entry)
        assert isinstance(attempt.outcome, Proved), attempt.reason
        assert attempt.document["statement"]["claims"]["fits"]


HOSTILE = {
    "import": ("__import__('os')", "it has the name __import__"),
    "lambda": ("(lambda t: t)(t)", "it has the name lambda"),
    "attribute": ("t.__class__", "has a character that is not understood at position 2"),
    "statements": ("t; t", "has a character that is not understood at position 2"),
    "walrus": ("(t:=2)", "has a character that is not understood at position 3"),
    "string": ("'t'", "has a character that is not understood at position 1"),
    "list": ("[t]", "has a character that is not understood at position 1"),
    "format": ("{t}", "has a character that is not understood at position 1"),
    "condition": ("t if t else t", "it has the name if"),
    "open": ("open(t)", "it has the name open"),
    "eval": ("eval(t)", "it has the name eval"),
    "sympy's symbols": ("Symbol(t)", "it has the name Symbol"),
    "another variable": ("x", "it has the name x"),
    "another function": ("zeta(t)", "it has the name zeta"),
    "the imaginary unit": ("exp(I*t)", "it has the name I"),
    "hexadecimal": ("0x10*t", "it has the name x10"),
    "underscores": ("1_000*t", "it has the name _000"),
    "greek": ("τ^2", "has a character that is not understood at position 1"),
    "superscript": ("t²", "it has the name t²"),
    "full width": ("ｔ", "not understood"),
    "null": ("t\0", "has a character that is not understood at position 2"),
    "comparison": ("t == 1", "has a character that is not understood"),
    "tuple": ("t, t", "is not a function of t"),
    "function itself": ("exp", "is not a function of t"),
    "constant": ("pi^2 + 1", "is not a function of t"),
    "constant in disguise": ("t - t", "is not a function of t"),
    "inequality": ("t > 0", "is not a function of t"),
    "truth": ("True", "is not a function of t"),
    "brackets": ("exp(t", "is not an expression in t"),
    "brackets closed": ("exp(t))", "is not an expression in t"),
    "no argument": ("exp()", "is not an expression in t"),
    "three arguments": ("exp(t, t, t)", "is not an expression in t"),
    "call of t": ("t(2)", "is not an expression in t"),
    "no operator": ("2t", "is not an expression in t"),
    "two points": ("1.5.2*t", "is not an expression in t"),
    "over 0": ("t/0", "is not a real function of t"),
    "log of 0": ("log(0)*t", "is not a real function of t"),
    "imaginary": ("sqrt(-1)*t", "is not a real function of t"),
    "never defined": ("sqrt(-1 - t^2)", "has no suitable point"),
    "linear": ("3*t + 1", "has no suitable point"),
    "pieces of lines": ("Max(t, 0)", "has no suitable point"),
    "floor": ("t//2", "the format has no word for floor(t/2)"),
    "pieces missing": ("Piecewise((t, t > 0))", "is not defined for all t"),
    "irrational kink": (
        "Piecewise((1, t > pi), (0, True))",
        "are not intervals of t with rational ends",
    ),
    "many kinks": ("Abs(sin(t))", "are not intervals of t"),
    "power": ("t^100", "a power beyond 99"),
    "many powers": ("+".join(["t^2"] * 21), "too many powers"),
    "power of power": ("((t^99)^99)^99", "powers too large to multiply out"),
    "tower": ("9^9^9^9*t", "powers too large to multiply out"),
    "tower in stars": ("t*9**9**9", "powers too large to multiply out"),
    "computed power": ("2^(99^9)*t", "powers too large to multiply out"),
    "negative tower": ("9^-9^9*t", "powers too large to multiply out"),
    "huge number": ("1e999999999*t", "an exponent beyond 99"),
    "tiny number": ("1e-999999999*t", "an exponent beyond 99"),
    "long number": ("1" * 41 + "*t", "more than 40 digits"),
    "deep": ("exp(" * 60 + "t" + ")" * 60, "more than 20 brackets in each other"),
    "long": ("t" * 401, "longer than 400 characters"),
    "large": ("t^(30*30)*(1+t)^99*sin(t)^99*cos(t)^99*exp(t)", "powers too large to multiply out"),
    "many parts": (
        "+".join(f"sin({n}*t)" for n in range(2, 12))
        + "+t^99+(1+t^2)^99+(2+t^2)^99+(3+t^2)^99+(4+t^2)^99+(5+t^2)^99",
        "more than 200 parts",
    ),
    "blank": ("   ", "is not an expression in t"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_bad_expressions_are_one_sentence(name, tmp_path):
    """Exit code 2, one sentence, no file."""
    text, sentence = HOSTILE[name]
    result = call("data", "constant", f"--activation={text}", cwd=tmp_path)
    assert result.returncode == 2, result.stdout
    assert result.stdout == ""
    *progress, last = result.stderr.splitlines()
    assert all(line.startswith("  ") for line in progress)
    assert last.startswith("certify: ")
    assert sentence in last
    assert len(last) < 1000
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "Missing option '--activation'"),
        (["--activation", "tanh", "--widths", "2"], "without a FILE there are three data"),
        (["--activation", "tanh", "--all-architectures"], "without a FILE there are three data"),
        (["--activation", "tanh", "--seed", "1"], "without a FILE there are three data"),
        (["--activation", "tanh", "--drop", "x"], "without a FILE there are three data"),
        (["--activation", "relu6x"], "is neither registered (tanh, sigmoid,"),
        (["--activation", "tanh", "--at", "x"], "--at x is not one or two numbers"),
        (["--activation", "tanh", "--at", "nan"], "--at nan is not one or two numbers"),
        (["--activation", "tanh", "--at", "1/0"], "--at 1/0 is not one or two numbers"),
        (["--activation", "tanh", "--at", "1,2,3"], "--at 1,2,3 is not one or two numbers"),
        (["--activation", "tanh", "--at", "1e999999"], "is not one or two numbers"),
        (["--activation", "tanh", "--at", "9" * 101], "is not one or two numbers"),
        (["--activation", "elu", "--at", "0"], "is not smooth at 0"),
        (["--activation", "softsign", "--at", "1,0"], "is not smooth at 0"),
        (["--activation", "sqrt(t)", "--at", "0"], "is not smooth at 0"),
        (["--activation", "log(t)", "--at=-1"], "is not smooth at -1"),
        (["--activation", "tanh", "--at", "0"], "is 0 at the units asked for"),
    ],
)
def test_bad_options_are_one_sentence(options, sentence, tmp_path):
    result = call("data", "constant", *options, cwd=tmp_path)
    assert result.returncode == 2, result.stdout
    assert result.stdout == ""
    assert sentence in result.stderr.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


def test_the_command_proves_or_says_why_not(tmp_path):
    """sin at 1/2, and at 1: the exit codes, the file, and what the file proves again."""
    result = call("data", "constant", "--activation", "sin", "--at", "1/2", cwd=tmp_path)
    assert result.returncode == 0
    assert result.stdout.startswith("THEOREM.")
    assert result.stdout.splitlines()[-1].startswith(
        "PROVED sin.counterexample-at-1over2.json: spurious local minimum of a network with one"
        " hidden layer of 2 units"
    )
    assert isinstance(certify.check(tmp_path / "sin.counterexample-at-1over2.json"), Proved)
    (tmp_path / "sin.counterexample-at-1over2.json").unlink()
    result = call("data", "constant", "--activation", "sin", "--at", "1", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stdout.startswith("not proved: [definite] ")
    assert "refuted" not in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_verb(tmp_path):
    proof = certify.data.activation_counterexample("t*exp(-t^2)", at=["1/2", 1])
    assert proof.risk == "1/3"
    with pytest.raises(certify.NotProved, match="definite"):
        certify.data.activation_counterexample("sin", at=[1])
    with pytest.raises(certify.UnusableInput, match="give one or two numbers"):
        certify.data.activation_counterexample("sin", at=[1, 2, 3])
    assert list(Path(tmp_path).iterdir()) == []
