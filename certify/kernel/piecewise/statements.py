"""What can be claimed of a point of an empirical risk of a piecewise-linear network: four kinds,
all exact (theorems 10 to 13 of LEMMAS.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat

from certify.kernel.foundation.balls import interval_text
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields, flag, natural, rational
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import counted
from certify.kernel.piecewise.cells import (
    Cell,
    Vector,
    gradients,
    outputs_along,
)
from certify.kernel.piecewise.network import (
    Activation,
    Affine,
    Parameters,
    Residual,
)
from certify.kernel.piecewise.problem import (
    DataProblem,
    require_differentiable,
    require_orthogonal,
    vectors_of_outputs,
)

__all__ = [
    "DataGlobalMinimum",
    "DataMinimum",
    "DataNoncritical",
    "DataSaddle",
    "first_change",
    "verify_data_global_minimum",
    "verify_data_minimum",
    "verify_data_noncritical",
    "verify_data_saddle",
]

_MAX_POWERS = 8
_MAX_ORDER = 64  # of the outputs along a curve

Curve = tuple[Parameters, ...]


@dataclass(frozen=True)
class _Point:
    """What all four kinds begin with: a problem, parameters theta, and the exact value of the risk
    there.
    """

    problem: DataProblem
    parameters: Parameters
    risk: fmpq

    def _where(self) -> str:
        p = self.problem
        return (
            f"{p.network.in_words()}; {counted(int(p.inputs.ncols()), 'datum', 'data')}, loss"
            f" {p.loss.in_words()}, risk {interval_text(self.risk)}"
        )

    def _words(self) -> list[str]:
        risk = _number(self.risk)
        return [
            *self.problem.in_words(),
            (
                "Let theta be the parameters in the file, where R(theta)"
                f" {'is' if risk.startswith('a ') else '='} {risk}."
            ),
        ]


def _number(value: fmpq) -> str:
    """The number where it is short, else an interval that holds it."""
    text = str(value)
    return text if len(text) <= 40 else f"a rational in {interval_text(value, 20)}"


def _read_point(
    value: Any, names: list[str]
) -> tuple[DataProblem, Parameters, fmpq, dict[str, Any]]:
    known = fields(value, "the statement", ["problem", "parameters", "claims"])
    problem = DataProblem.read(known["problem"])
    parameters = problem.read_parameters(known["parameters"], "the parameters")
    claims = fields(known["claims"], "the claims", ["risk", *names])
    return problem, parameters, rational(claims["risk"], "the risk"), claims


def _verify_point(claim: _Point, ledger: Ledger) -> Cell:
    """The cell of theta; the risk is as claimed."""
    cell = claim.problem.at(claim.parameters)
    ledger.require_equal(
        "risk", "the risk has the claimed value", claim.problem.risk(cell.outputs[-1]), claim.risk
    )
    return cell


@dataclass(frozen=True)
class DataMinimum(_Point):
    """Kind `data-minimum`. theta is a local minimum of R, R(theta) = risk, and

    better: R is smaller at these parameters, so that the minimum is spurious (None: not claimed);
    continuum: theta is one of a continuum of local minima with the same risk;
    linear_fit: f_theta is an affine map on the data, and no affine map has a smaller risk.
    """

    better: Parameters | None
    continuum: bool
    linear_fit: bool

    @classmethod
    def read(cls, value: Any) -> DataMinimum:
        """From the field `statement` of a certificate (FORMAT.md, section 4.10)."""
        problem, parameters, risk, claims = _read_point(
            value, ["better", "continuum", "linear_fit"]
        )
        better = (
            None
            if claims["better"] is None
            else problem.read_parameters(claims["better"], "the better parameters")
        )
        continuum, fit = (
            flag(claims["continuum"], "the field continuum"),
            flag(claims["linear_fit"], "the field linear_fit"),
        )
        return cls(problem, parameters, risk, better, continuum, fit)

    def headline(self) -> str:
        """The theorem in one line."""
        what = "local minimum" if self.better is None else "spurious local minimum"
        return (
            f"{what}{', one of a continuum,' if self.continuum else ''} of the empirical risk of a"
            f" network: {self._where()}"
        )

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        lines = [*self._words(), "  (a)  theta is a local minimum of R."]
        if self.better is not None:
            lines.append(
                "  (b)  It is spurious: R is smaller at the better parameters in the file."
            )
        if self.continuum:
            lines.append("  (c)  It is one of a continuum of local minima with the same risk.")
        if self.linear_fit:
            lines.append(
                "  (d)  f_theta is an affine map on the data, and no affine map has a smaller risk."
            )
        return "\n".join(lines)


def verify_data_minimum(claim: DataMinimum, ledger: Ledger) -> None:
    """Theorem 10: pieces strict, the slope of the risk orthogonal to the vectors of all paths; then
    what else is claimed.
    """
    cell = _verify_point(claim, ledger)
    require_differentiable(ledger, cell)
    slope = claim.problem.slope(cell.outputs[-1])
    _require_stationary(ledger, cell, slope)
    if claim.linear_fit:
        ledger.require_equal(
            "linear-fit",
            "units that change their piece between data",
            fmpq(int(not cell.one_piece())),
            fmpq(0),
        )
        for row in slope.tolist():
            require_orthogonal(
                ledger, tuple(row), _affine_vectors(cell), "linear-fit", "every affine map"
            )
    if claim.continuum:
        ledger.require_true("continuum", "some hidden channel can be rescaled", _scalable(cell))
    if claim.better is not None:
        lower = claim.problem.risk(claim.problem.at(claim.better).outputs[-1])
        ledger.require(
            "spurious", "the risk at the better parameters is smaller", lower, claim.risk
        )


def _require_stationary(ledger: Ledger, cell: Cell, slope: fmpq_mat) -> None:
    rows = [tuple(row) for row in slope.tolist()]
    for output, vectors in enumerate(vectors_of_outputs(cell)):
        require_orthogonal(
            ledger,
            rows[output],
            vectors,
            "stationary",
            f"the vectors of the paths to output {output + 1}",
        )


def _affine_vectors(cell: Cell) -> list[Vector]:
    """The constant vector and the input coordinates, on the data."""
    return [tuple([fmpq(1)] * cell.data), *(tuple(row) for row in cell.outputs[0].tolist())]


def _scalable(cell: Cell) -> bool:
    """Whether some channel of an affine layer, not zero, goes only through units without intercept
    into another affine layer (lemma 20).
    """
    layers = cell.network.layers
    tapped = {layer.source for layer in layers if isinstance(layer, Residual)}
    for (number, layer), (weights, biases) in zip(
        cell.network.affine, cell.parameters, strict=True
    ):
        if (
            len(layers) < number + 2
            or not isinstance(layers[number], Activation)
            or not isinstance(layers[number + 1], Affine)
        ):
            continue
        if not tapped.isdisjoint((number, number + 1)):
            continue
        intercepts, each = cell.intercepts[number + 1], len(weights) // layer.form[0]
        for channel, units in enumerate(layer.channels):
            own = [*weights[channel * each : (channel + 1) * each], *biases[channel : channel + 1]]
            if any(own) and not any(entry for unit in units for entry in intercepts[unit]):
                return True
    return False


@dataclass(frozen=True)
class DataGlobalMinimum(_Point):
    """Kind `data-global-minimum`. theta is a global minimum of R, R(theta) = risk."""

    @classmethod
    def read(cls, value: Any) -> DataGlobalMinimum:
        """From the field `statement` of a certificate (FORMAT.md, section 4.11)."""
        return cls(*_read_point(value, [])[:3])

    def headline(self) -> str:
        """The theorem in one line."""
        return f"global minimum of the empirical risk of a network: {self._where()}"

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        return "\n".join([*self._words(), "theta is a global minimum of R."])


def verify_data_global_minimum(claim: DataGlobalMinimum, ledger: Ledger) -> None:
    """Theorem 11: the risk is 0, or the network has no units but affine ones and no affine map has
    a smaller risk.
    """
    cell = _verify_point(claim, ledger)
    if claim.risk == 0:
        return
    bent = sum(isinstance(layer, Activation) for layer in cell.network.layers)
    ledger.require_equal(
        "global-minimum", "layers of units that are not affine", fmpq(bent), fmpq(0)
    )
    constant = any(layer.biases for _, layer in cell.network.affine)
    for row in claim.problem.slope(cell.outputs[-1]).tolist():
        vectors = _affine_vectors(cell)[0 if constant else 1 :]
        require_orthogonal(
            ledger,
            tuple(row),
            vectors,
            "global-minimum",
            "every affine map" if constant else "every linear map",
        )


@dataclass(frozen=True)
class DataSaddle(_Point):
    """Kind `data-saddle`. theta is a critical point of R, R(theta) = risk, and neither a local
    minimum nor a local maximum:

    along theta + eps descent[0] + eps^2 descent[1] + ... R falls below R(theta) for small eps > 0,
    along `ascent` it rises above.
    """

    descent: Curve
    ascent: Curve

    @classmethod
    def read(cls, value: Any) -> DataSaddle:
        """From the field `statement` of a certificate (FORMAT.md, section 4.12)."""
        problem, parameters, risk, claims = _read_point(value, ["descent", "ascent"])
        if problem.loss.name != "squared":
            raise Malformed("a saddle is claimed for the squared loss only")
        curves = (
            _read_curve(claims[name], problem, parameters, name) for name in ("descent", "ascent")
        )
        return cls(problem, parameters, risk, *curves)

    def headline(self) -> str:
        """The theorem in one line."""
        return f"saddle of the empirical risk of a network: {self._where()}"

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        lines = [
            (
                "theta is a critical point of R and neither a local minimum nor a local maximum:"
                " along the curve `descent` of the file R falls"
            ),
            "below R(theta) at once, along the curve `ascent` it rises above.",
        ]
        return "\n".join([*self._words(), *lines])


def _read_curve(value: Any, problem: DataProblem, parameters: Parameters, name: str) -> Curve:
    network = problem.network
    if not isinstance(value, list) or not 1 <= len(value) <= _MAX_POWERS:
        raise Malformed(f"the curve {name} is not a list of 1 to {_MAX_POWERS} coefficients")
    if len(value) * len(network.affine) > _MAX_ORDER:
        raise Malformed(f"the outputs along the curve {name} may have an order above {_MAX_ORDER}")
    curve = tuple(
        network.read_parameters(entry, f"the coefficients of eps^{power} of {name}")
        for power, entry in enumerate(value, start=1)
    )
    problem.require_room([parameters, *curve])
    return curve


def verify_data_saddle(claim: DataSaddle, ledger: Ledger) -> None:
    """Theorem 12: all partial derivatives vanish, and the first coefficient of R along each curve
    that does not has the sign claimed.
    """
    cell = _verify_point(claim, ledger)
    require_differentiable(ledger, cell)
    for number, (weights, biases) in zip(
        (n for n, _ in cell.network.affine),
        gradients(cell, claim.problem.slope(cell.outputs[-1])),
        strict=True,
    ):
        for derivative in (*weights, *biases):
            if derivative != 0:
                ledger.require_equal(
                    "critical",
                    f"the partial derivatives by the parameters of layer {number} vanish",
                    derivative,
                    fmpq(0),
                )
        ledger.require_equal(
            "critical",
            f"the partial derivatives by the {counted(len(weights) + len(biases), 'parameter')} of"
            f" layer {number} vanish",
            fmpq(0),
            fmpq(0),
        )
    power, first = first_change(claim.problem, cell, claim.descent)
    ledger.require(
        "descent",
        f"the first coefficient of R along the descent, that of eps^{power}, is negative",
        first,
        fmpq(0),
    )
    power, first = first_change(claim.problem, cell, claim.ascent)
    ledger.require(
        "ascent",
        f"the first coefficient of R along the ascent, that of eps^{power}, is positive",
        fmpq(0),
        first,
    )


def first_change(problem: DataProblem, cell: Cell, curve: Curve) -> tuple[int, fmpq]:
    """The first coefficient, of eps or a higher power, of R along the curve that is not 0, with its
    power; (0, 0) if all are.
    """
    outputs = outputs_along(cell, curve)
    residuals = [outputs[0] - problem.targets, *outputs[1:]]
    for power in range(1, 2 * len(residuals) - 1):
        pairs = [(i, power - i) for i in range(len(residuals)) if 0 <= power - i < len(residuals)]
        coefficient = (
            sum(
                (
                    a * b
                    for i, j in pairs
                    for a, b in zip(residuals[i].entries(), residuals[j].entries(), strict=True)
                ),
                fmpq(0),
            )
            / 2
        )
        if coefficient != 0:
            return power, coefficient
    return 0, fmpq(0)


@dataclass(frozen=True)
class DataNoncritical(_Point):
    """Kind `data-noncritical`. R is differentiable at theta, R(theta) = risk, and its derivative by
    one parameter is `derivative`, not 0.

    So theta is no local minimum. layer: the number of the affine layer; entry: of its weights, row
    by row, or of its bias, from 0 on.
    """

    layer: int
    bias: bool
    entry: int
    derivative: fmpq

    @classmethod
    def read(cls, value: Any) -> DataNoncritical:
        """From the field `statement` of a certificate (FORMAT.md, section 4.13)."""
        problem, parameters, risk, claims = _read_point(
            value, ["layer", "part", "entry", "derivative"]
        )
        numbers = [number for number, _ in problem.network.affine]
        layer = natural(claims["layer"], "the layer", 1, len(problem.network.layers))
        if layer not in numbers:
            raise Malformed("the layer has no parameters")
        if claims["part"] not in ("weights", "bias"):
            raise Malformed('the part is neither "weights" nor "bias"')
        part = parameters[numbers.index(layer)][claims["part"] == "bias"]
        entry = natural(claims["entry"], "the entry", 0, len(part) - 1)
        return cls(
            problem,
            parameters,
            risk,
            layer,
            claims["part"] == "bias",
            entry,
            rational(claims["derivative"], "the derivative"),
        )

    def headline(self) -> str:
        """The theorem in one line."""
        return f"not a critical point of the empirical risk of a network: {self._where()}"

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        part = "bias" if self.bias else "weight"
        lines = [
            (
                f"R is differentiable at theta, and its derivative by {part} {self.entry + 1} of"
                f" layer {self.layer} is {_number(self.derivative)}, not 0:"
            ),
            "theta is no critical point, so no local minimum.",
        ]
        return "\n".join([*self._words(), *lines])


def verify_data_noncritical(claim: DataNoncritical, ledger: Ledger) -> None:
    """Theorem 13: no unit is at a kink, and the derivative is as claimed and not 0."""
    cell = _verify_point(claim, ledger)
    require_differentiable(ledger, cell)
    numbers = [number for number, _ in cell.network.affine]
    parts = gradients(cell, claim.problem.slope(cell.outputs[-1]))[numbers.index(claim.layer)]
    ledger.require_equal(
        "derivative",
        "the partial derivative has the claimed value",
        parts[claim.bias][claim.entry],
        claim.derivative,
    )
    ledger.require("critical", "the partial derivative is not 0", fmpq(0), abs(claim.derivative))
