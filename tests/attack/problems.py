"""Random problems of each kind, near to what is degenerate: neurons and teachers that are nearly
parallel, slopes just before a birth or a death, a Hessian or data that are nearly singular. Each
maker gives a certificate that the kernel has proved, or raises `NotProved` or `UnusableInput`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

import numpy as np

import certify
from certify import data
from certify.certificate import Certificate

Maker = Callable[[random.Random], Certificate]
# slopes where the member ceases to be a minimum, a little rounded towards it: (name, k, slope)
BIRTHS = (("II", 3, -0.556), ("II", 4, -0.484), ("II", 5, -0.331), ("II_2", 2, -0.4709))
SMOOTH = ("tanh", "sigmoid", "softplus", "gelu", "arctan", "silu")


def near(rng: random.Random, end: float, reach: float) -> float:
    """A number above -1 and below the end, as likely at any power of ten from it."""
    return max(-0.99, end - reach * 10 ** rng.uniform(-4, 0))


def slope(rng: random.Random, end: float) -> str:
    return f"leaky:{near(rng, end, 1 + end):.6f}"


def dense(rng: random.Random) -> Certificate:
    """Flipped teachers, some nearly parallel, at a slope near -1: there they are minima."""
    k, d = rng.choice([(2, 2), (2, 3), (3, 3)])
    seeded = np.random.default_rng(rng.randrange(10**9))
    teachers = np.eye(k, d) + seeded.normal(size=(k, d)) * 10 ** rng.uniform(-6, -0.5)
    if rng.random() < 0.3:  # two teachers at a small angle
        teachers[0] = teachers[1] + seeded.normal(size=d) * 10 ** rng.uniform(-2, -0.5)
    signs = np.array([rng.choice([1, -1]) for _ in range(k - 1)] + [-1])
    teachers = np.round(teachers, 9)
    activation = f"leaky:-{rng.uniform(0.9, 0.999):.6f}"
    return certify.prove((teachers.T * signs).T, teachers=teachers, activation=activation)


def symmetric(rng: random.Random) -> Certificate:
    name, k, end = rng.choice(BIRTHS)
    activation = slope(rng, end)
    return certify.prove(certify.family(name, k, activation=activation))


def saddle(rng: random.Random) -> Certificate:
    """Beyond its birth the member is a saddle."""
    name, k, end = rng.choice(BIRTHS)
    activation = f"leaky:{min(0.0, end + 0.02 + 10 ** rng.uniform(-3, -1)):.6f}"
    return certify.prove(certify.family(name, k, activation=activation))


def consequence(rng: random.Random, made: Callable[[Certificate], Certificate]) -> Certificate:
    return made(rng.choice([dense, symmetric])(rng))


def span(rng: random.Random) -> Certificate:
    if rng.random() < 0.5:
        return certify.near_orthonormal(rng.randint(6, 9))
    return certify.random_teacher(7, rng.choice([7, 8]), rng.randrange(10**6))


def slopes(rng: random.Random) -> Certificate:
    """A range that ends near the birth."""
    name, k, end = rng.choice(BIRTHS[:3])
    high = (1 + near(rng, end, 0.1)) ** 2 / (1 - near(rng, end, 0.1)) ** 2
    return certify.every_slope(name, k, (f"{high * rng.uniform(0.5, 0.99):.6f}", f"{high:.6f}"))


def table(rng: random.Random, count: int, width: int) -> tuple[list[list[str]], list[str]]:
    """Decimals of a few sizes; sometimes two inputs are nearly equal."""
    rows = [[f"{rng.gauss(0, 1):.3f}" for _ in range(width)] for _ in range(count)]
    if rng.random() < 0.3:
        rows[0] = [f"{float(x) + rng.choice([1e-6, 1e-3]):.6f}" for x in rows[1]]
    return rows, [f"{rng.gauss(0, 1):.3f}" for _ in range(count)]


def uncorrelated(rng: random.Random) -> tuple[list[list[str]], list[str]]:
    """Inputs in pairs x and -x with the same target: no correlation, exactly."""
    half = [f"{rng.uniform(0.1, 3):.2f}" for _ in range(rng.choice([1, 2]))]
    inputs = [[x] for x in half] + [[f"-{x}"] for x in half] + [["0"]]
    targets = [f"{rng.uniform(-1, 1):.2f}" for _ in half]
    middle = f"{rng.uniform(1, 3) * rng.choice([1, -1]):.2f}"
    return inputs, [*targets, *targets, middle]


def data_minimum(rng: random.Random) -> Certificate:
    inputs, targets = table(rng, rng.choice([5, 6, 8]), rng.choice([1, 2]))
    activation = rng.choice(["relu", "leaky", "hard-tanh", "abs", "0.7,-0.2"])
    return data.local_minimum(inputs, targets, widths=[rng.choice([3, 4])], activation=activation,
                              seed=rng.randrange(10**6))  # fmt: skip


def linear(rng: random.Random) -> Certificate:
    """A random point, nearly of lower rank."""
    inputs, targets = table(rng, 5, 2)
    scale = 10 ** rng.uniform(-6, 0)
    first = [[f"{rng.gauss(0, 1) * scale:.9f}" for _ in range(2)] for _ in range(2)]
    return data.linear_point(inputs, targets, [first, [[f"{rng.gauss(0, 1):.3f}", "0.001"]]])


def linear_saddle(rng: random.Random) -> Certificate:
    inputs, targets = table(rng, 5, 2)
    return data.linear_point(inputs, targets, [[["0", "0"]] * 2, [["0", "0"]]])


def linear_minimum(rng: random.Random) -> Certificate:
    """The exact solution of the normal equations, as two layers."""
    inputs, targets = table(rng, 5, 1)
    x, y = ([Fraction(value) for value in values] for values in ([r[0] for r in inputs], targets))
    best = sum(a * b for a, b in zip(x, y, strict=True)) / sum(a * a for a in x)
    share = Fraction(rng.randint(1, 99), 10)
    return data.linear_point(inputs, targets, [[[str(share)]], [[str(best / share)]]])


def entropy(rng: random.Random) -> Certificate:
    inputs, _ = table(rng, 7, 1)
    labels = [rng.choice("ab") for _ in inputs]
    return data.entropy_minimum(inputs, labels, widths=[2], seed=rng.randrange(10**6))


def constant(rng: random.Random) -> Certificate:
    inputs, targets = uncorrelated(rng)
    widths = [rng.choice([3, 4, 5])]
    return data.smooth_minimum(inputs, targets, widths=widths, activation=rng.choice(SMOOTH))


def constant_family(rng: random.Random) -> Certificate:
    inputs, targets = uncorrelated(rng)
    return data.every_architecture(inputs, targets, activation=rng.choice(SMOOTH))


def splitting_family(rng: random.Random) -> Certificate:
    activation = rng.choice(["tanh", "sigmoid", "arctan"])
    return data.every_width(1, activation=activation, seed=rng.randrange(10**6))


def trained(rng: random.Random, theorem: str, activation: str, decay: str | None) -> Certificate:
    """A small network from random weights; with decay its minimum may be nearly singular."""
    inputs, targets = table(rng, rng.choice([4, 5]), 1)
    h = 2 if decay else 4
    net = {
        "W1": [[round(rng.gauss(0, 1), 3)] for _ in range(h)],
        "b1": [round(rng.gauss(0, 1), 3) for _ in range(h)],
        "W2": [[round(rng.gauss(0, 1), 3) for _ in range(h)]],
        "b2": [round(rng.gauss(0, 1), 3)],
    }
    more = {"decay": decay, "decay_on": "all"} if decay else {}
    return data.trained(net, inputs, targets, activation=activation, loss="squared",
                        theorem=theorem, seed=0, **more)  # fmt: skip


def decay(rng: random.Random) -> str:
    return f"{10 ** rng.uniform(-3, -0.5):.6f}"


MAKERS: dict[str, Maker] = {
    "gaussian-minimum": dense,
    "gaussian-symmetric-minimum": symmetric,
    "gaussian-symmetric-saddle": saddle,
    "gaussian-splitting": lambda rng: consequence(rng, certify.split),
    "gaussian-basin": lambda rng: consequence(
        rng, lambda minimum: certify.basin(minimum, Fraction(rng.randint(1, 99), 100))
    ),
    "gaussian-span-minimum": span,
    "gaussian-enumeration": lambda rng: certify.enumerate_fixed(rng.randint(5, 20)),
    "gaussian-slopes-minimum": slopes,
    "data-minimum": data_minimum,
    "data-global-minimum": linear_minimum,
    "data-saddle": linear_saddle,
    "data-noncritical": linear,
    "data-entropy-minimum": entropy,
    "data-constant-minimum": constant,
    "data-constant-family": constant_family,
    "data-splitting-family": splitting_family,
    "smooth-strict-minimum": lambda rng: trained(
        rng, "minimum", rng.choice(SMOOTH[:3]), decay(rng)
    ),
    "smooth-exact-fit": lambda rng: trained(rng, "fit", rng.choice(SMOOTH[:3]), None),
    "smooth-saddle": lambda rng: trained(rng, "saddle", rng.choice(SMOOTH[:3]), decay(rng)),
    "smooth-no-critical-point": lambda rng: trained(
        rng, "no-critical-point", rng.choice(SMOOTH[:3]), decay(rng)
    ),
    "piecewise-kink-minimum": lambda rng: trained(rng, "kinks", "relu", decay(rng)),
}
