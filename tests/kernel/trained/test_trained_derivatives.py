"""Values and derivatives of trained networks: random networks of several depths, losses and
activations against differences of values in mpmath (`oracles/trained.py`), on points and in boxes.
"""

from __future__ import annotations

import random

import pytest
from flint import arb, arb_mat, fmpq
from mpmath import mp, mpf
from oracles.smooth import encloses
from oracles.trained import Model, flat

from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.trained.gated import Kink, by_gates, gain, gates_of, kink_forms
from certify.kernel.trained.hessian import hessian
from certify.kernel.trained.noncritical import turned
from certify.kernel.trained.passes import empirical_risk, gradient
from certify.kernel.trained.problem import TrainedProblem
from certify.kernel.trained.residuals import jacobian, residuals

BITS = 192
SLACK = mpf(10) ** -20  # of what the differences tell
TANH, SINE = ["tanh", "t"], ["sin", "t"]
LOGISTIC = ["+", "1/2", ["*", "1/2", ["tanh", ["*", "1/2", "t"]]]]
GELU = ["*", ["*", "1/2", "t"], ["+", "1", ["erf", ["/", "t", ["sqrt", "2"]]]]]
LEAKY = ["piecewise", "0", ["*", "1/10", "t"], "t"]

# inputs, units, activations, biases, loss
NETWORKS = {
    "one hidden layer": (3, [2, 1], [TANH, "t"], [True, True], "squared"),
    "no hidden layer": (3, [2], ["t"], [True], "squared"),
    "an activation at the end": (2, [2, 2], [LOGISTIC, TANH], [True, False], "squared"),
    "three layers": (2, [2, 3, 2], [SINE, GELU, "t"], [True, False, True], "squared"),
    "four layers": (1, [2, 2, 2, 1], [TANH, LOGISTIC, SINE, "t"], [True] * 4, "squared"),
    "cross-entropy": (2, [2, 2, 3], [TANH, TANH, "t"], [True] * 3, "cross-entropy"),
    "binary": (2, [3, 1], [LEAKY, "t"], [False, True], "binary"),
}


def number(rng: random.Random, size: int = 1500) -> str:
    return str(rng.randrange(-size, size + 1) / 1000)


def problem(name: str, rng: random.Random, data: int = 3) -> dict:
    inputs, units, activations, biases, loss = NETWORKS[name]
    layers = [
        {"units": u, "activation": a, "bias": b}
        for u, a, b in zip(units, activations, biases, strict=True)
    ]
    rows = [[number(rng) for _ in range(inputs)] for _ in range(data)]
    if loss == "squared":
        targets: list = [[number(rng) for _ in range(units[-1])] for _ in range(data)]
    else:
        targets = [rng.randrange(max(units[-1], 2)) for _ in range(data)]
    return {
        "network": {"inputs": inputs, "layers": layers},
        "inputs": rows,
        "targets": targets,
        "loss": {"type": loss, "factor": f"1/{data}"},
        "decay": [["0.01", "1/7" if bias else "0"] for bias in biases],
        "standard": {"mean": ["0.25"] * inputs, "scale": ["-3"] + ["0.7"] * (inputs - 1)},
    }


def parameters(known: TrainedProblem, rng: random.Random) -> list[dict]:
    return [
        {
            "weights": [[number(rng) for _ in range(layer.inputs)] for _ in range(layer.units)],
            "bias": [number(rng) for _ in range(layer.units * layer.bias)],
        }
        for layer in known.network.layers
    ]


class Case:
    """A problem, a point, and where the parameters of the oracle stand in the kernel's order."""

    def __init__(self, name: str, seed: int = 0) -> None:
        rng = random.Random(f"{name} {seed}")
        described = problem(name, rng)
        self.known = TrainedProblem.read(described)
        written = parameters(self.known, rng)
        self.point = self.known.network.read_parameters(written, "the point")
        with mp.workdps(60):
            self.model, self.theta = Model(described), flat(written)
        network = self.known.network
        self.places = {
            network.place(number, unit, column): self.model.place(number, unit, column)
            for number, layer in enumerate(network.layers)
            for unit in range(layer.units)
            for column in range(layer.columns)
        }

    def thin(self) -> list[arb_mat]:
        return self.known.network.matrices(self.point)

    def wide(self, radius: arb) -> list[arb_mat]:
        return self.known.network.matrices(self.point, lambda _: radius)

    def inside(self, radius: float, rng: random.Random, *, ball: bool) -> list[arb_mat]:
        """The matrices of a random point of the box, or of the Euclidean ball."""
        steps = [rng.choice((-1, 1)) if not ball else rng.gauss(0, 1) for _ in self.places]
        if ball:
            length = sum(s * s for s in steps) ** 0.5
            steps = [s / length for s in steps]
        found, i = [], 0
        for matrix in self.thin():
            moved = [
                entry + arb(steps[i + n]) * arb(radius) * arb("0.999999")
                for n, entry in enumerate(matrix.entries())
            ]
            i += len(moved)
            found.append(arb_mat(matrix.nrows(), matrix.ncols(), [e.mid() for e in moved]))
        return found


@pytest.fixture(params=list(NETWORKS))
def case(request):
    return Case(request.param)


def test_values_and_derivatives_are_those_of_plain_loops(case):
    ledger, size = Ledger(), len(case.places)
    with mp.workdps(60), precision(BITS):
        thin = case.thin()
        assert encloses(empirical_risk(case.known, thin, ledger), case.model.risk(case.theta))
        truth = case.model.gradient(case.theta)
        for i, entry in enumerate(gradient(case.known, thin, ledger)):
            assert encloses(entry, truth[case.places[i]], SLACK)
        bent, form = hessian(case.known, thin, ledger), case.model.hessian(case.theta)
        for i in range(size):
            for j in range(i + 1):
                assert encloses(bent[i][j], form[case.places[i], case.places[j]], SLACK)


@pytest.mark.parametrize("ball", [False, True])
def test_enclosures_hold_every_point_of_a_box_or_ball(case, ball):
    ledger, rng = Ledger(), random.Random(3)
    for radius in (1e-3, 0.02):
        with precision(BITS):
            around = (case.thin(), arb(radius)) if ball else None
            wide = case.wide(arb(radius))
            try:
                bent = hessian(case.known, wide, ledger, around=around)
            except Unverified:  # the box reaches a kink
                assert "piecewise" in str(NETWORKS["binary"])
                assert case.known.loss == "binary"
                continue
            direction = case.inside(1, rng, ball=True)
            by = turned(case.known, wide, direction, around, ledger)
            for _ in range(4):
                point = case.inside(radius, rng, ball=ball)
                there = hessian(case.known, point, ledger)
                assert all(
                    wide_.contains(thin)
                    for row, other in zip(bent, there, strict=True)
                    for wide_, thin in zip(row, other, strict=True)
                )
                exact = turned(case.known, point, direction, None, ledger)
                assert all(a.contains(b) for a, b in zip(by, exact, strict=True))


def test_the_turned_direction_is_the_hessian_times_it(case):
    ledger, size = Ledger(), len(case.places)
    with precision(BITS):
        direction = case.inside(1, random.Random(5), ball=True)
        rows = hessian(case.known, case.thin(), ledger)
        full = arb_mat([[rows[max(i, j)][min(i, j)] for j in range(size)] for i in range(size)])
        flat_ = [[entry] for matrix in direction for entry in matrix.entries()]
        product = (full * arb_mat(flat_)).entries()
        for a, b in zip(
            turned(case.known, case.thin(), direction, None, ledger), product, strict=True
        ):
            assert a.overlaps(b)
            assert a.rad() < 1e-40


@pytest.mark.parametrize("name", ["one hidden layer", "an activation at the end", "three layers"])
def test_the_jacobian_of_the_residuals(name):
    case, ledger = Case(name), Ledger()
    fitted = list(range(case.known.network.outputs))
    step = mpf(10) ** -20
    with mp.workdps(60), precision(BITS):
        rows = jacobian(case.known, fitted, case.thin(), ledger).tolist()
        values = residuals(case.known, fitted, case.thin(), ledger)
        for n in range(case.known.data):
            outputs = case.model.outputs(case.theta, n)
            for k in fitted:
                row = n * len(fitted) + k
                assert encloses(values[row], outputs[k] - case.model.targets[n][k])
                for i, place in case.places.items():
                    ends = [
                        case.model.outputs(case.model.moved(case.theta, (place, s)), n)[k]
                        for s in (step, -step)
                    ]
                    assert encloses(rows[row][i], (ends[0] - ends[1]) / (2 * step), SLACK)


def test_data_taken_in_parts_give_the_same_hessian(case, monkeypatch):
    ledger = Ledger()
    with precision(BITS):
        whole = hessian(case.known, case.thin(), ledger)
        monkeypatch.setattr("certify.kernel.trained.hessian._step", lambda _: 1)
        parts = hessian(case.known, case.thin(), ledger)
    assert all(
        a.overlaps(b) for r, s in zip(whole, parts, strict=True) for a, b in zip(r, s, strict=True)
    )


@pytest.mark.parametrize("seed", range(3))
def test_gates_stand_for_slopes_at_kinks(seed):
    """Gradient, Hessian, and their derivatives by the gates."""
    case, ledger, step = Case("binary", seed), Ledger(), mpf(10) ** -15
    kinks = (Kink(0, 1, fmpq(1, 3)), Kink(1, 0, fmpq(3, 5)), Kink(1, 2, fmpq(7, 10)))
    with mp.workdps(60), precision(BITS):
        gates, thin = gates_of(kinks, arb(0)), case.thin()
        known = {
            (kink.datum, kink.unit): mpf(int(kink.gate.p)) / int(kink.gate.q) for kink in kinks
        }
        truth = case.model.gradient(case.theta, known)
        for i, entry in enumerate(gradient(case.known, thin, ledger, gates)):
            assert encloses(entry, truth[case.places[i]], SLACK)
        form = case.model.hessian(case.theta, known)
        for i, row in enumerate(hessian(case.known, thin, ledger, gates)):
            for j, entry in enumerate(row):
                assert encloses(entry, form[case.places[i], case.places[j]], SLACK)
        columns = by_gates(case.known, thin, kinks, gates, ledger)
        costs = gain(case.known, thin, kinks, gates, ledger)
        forms = kink_forms(case.known, kinks)
        for number_, (pair, gate) in enumerate(known.items()):
            ends = [
                case.model.gradient(case.theta, {**known, pair: gate + s}) for s in (step, -step)
            ]
            for i, entry in enumerate(columns[number_]):
                place = case.places[i]
                assert encloses(entry, (ends[0][place] - ends[1][place]) / (2 * step), SLACK)
            # z is the form, and R changes by cost times z where the gate does
            rows, _ = case.model.parts(case.theta)[0]
            z = mp.fdot(rows[pair[1]], case.model.inputs[pair[0]])
            row = arb_mat([forms.tolist()[number_]]) * arb_mat(
                [[entry] for matrix in thin for entry in matrix.entries()]
            )
            assert encloses(row[0, 0], z)
            levels = [case.model.risk(case.theta, {**known, pair: gate + s}) for s in (step, -step)]
            assert encloses(costs[number_], (levels[0] - levels[1]) / (2 * step) / z, SLACK)


@pytest.mark.parametrize("size, holds", [("1", True), ("1e5", True), ("1e300", False)])
@pytest.mark.parametrize("name", ["cross-entropy", "binary"])
def test_large_outputs(name, size, holds):
    """Exponentials of outputs up to 2^20 are taken; beyond, nothing is proved."""
    case, ledger = Case(name), Ledger()
    with precision(BITS):
        *below, last = case.thin()
        layers = [*below, last * arb(size)]
        if not holds:
            with pytest.raises(Unverified) as failure:
                gradient(case.known, layers, ledger)
            assert failure.value.inequality.code == "undefined"
            return
        assert all(entry.is_finite() for entry in gradient(case.known, layers, ledger))
        assert empirical_risk(case.known, layers, ledger).is_finite()


def test_a_kink_on_a_datum_is_named():
    case, ledger = Case("binary"), Ledger()
    with precision(BITS):
        first, last = case.thin()
        for column in range(first.ncols()):
            first[1, column] = arb(0)
        with pytest.raises(Unverified) as failure:
            gradient(case.known, [first, last], ledger)
    assert failure.value.inequality.code == "undefined"
    assert "unit 2 of layer 1 at datum 1" in failure.value.inequality.sentence
