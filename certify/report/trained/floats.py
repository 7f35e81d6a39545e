"""A trained network in float64, for pictures: risks by numpy; derivatives from the kernel's own
formulas at single points, rounded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flint import arb, arb_mat

from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.trained.gated import Kink, gates_of
from certify.kernel.trained.hessian import hessian
from certify.kernel.trained.losses import BINARY, SQUARED
from certify.kernel.trained.network import Parameters, flat
from certify.kernel.trained.passes import empirical_risk, gradient
from certify.kernel.trained.problem import TrainedProblem
from certify.kernel.trained.symmetries import Slice
from certify.report.smooth.values import float_of, values_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["Floats", "array_of", "tangent"]

_BITS = 192
_MOST_VALUES = 10**5  # data times parameters, of a risk along a line
_MOST_ENTRIES = 3 * 10**7  # data times squared parameters, of a Hessian


def array_of(parameters: Parameters) -> Array:
    """All parameters in the kernel's order."""
    import numpy as np

    return np.array([float_of(value) for value in flat(parameters)])


@dataclass(frozen=True)
class Floats:
    """The risk of a problem as a function of the vector of all parameters."""

    problem: TrainedProblem

    @property
    def draws_lines(self) -> bool:
        """Whether the risk is cheap enough to be drawn along a line."""
        return self.problem.data * self.problem.network.size <= _MOST_VALUES

    @cached_property
    def inputs(self) -> Array:
        """The x_n, N rows."""
        import numpy as np

        return np.array([[float_of(x) for x in row] for row in self.problem.points])

    @cached_property
    def targets(self) -> Any:
        """The y_n: N rows, or N labels."""
        import numpy as np

        targets = self.problem.targets
        if self.problem.loss == SQUARED:
            rows = [row for row in targets if not isinstance(row, int)]
            return np.array([[float_of(y) for y in row] for row in rows])
        return np.array(targets)

    def layers(self, theta: Array) -> list[tuple[Array, Array]]:
        """Weights (units x inputs) and biases, 0 where there are none, of each layer."""
        import numpy as np

        network, found = self.problem.network, []
        for layer, first, last in zip(
            network.layers, network.starts[:-1], network.starts[1:], strict=True
        ):
            table = theta[first:last].reshape(layer.units, layer.columns)
            bias = table[:, layer.inputs] if layer.bias else np.zeros(layer.units)
            found.append((table[:, : layer.inputs], bias))
        return found

    def inner(self, theta: Array) -> list[Array]:
        """The z_l of all layers, N rows each."""
        import numpy as np

        values, found = self.inputs, []
        with np.errstate(all="ignore"):
            for (weights, bias), layer in zip(
                self.layers(theta), self.problem.network.layers, strict=True
            ):
                found.append(values @ weights.T + bias)
                values = values_of(layer.activation.tree, found[-1])
        return found

    def outputs(self, theta: Array) -> Array:
        """f_theta(x_n), N rows."""
        import numpy as np

        last = self.problem.network.layers[-1].activation.tree
        with np.errstate(all="ignore"):
            return values_of(last, self.inner(theta)[-1])

    def risk(self, theta: Array) -> float:
        """R(theta); NaN where it is not defined."""
        import numpy as np

        f, y = self.outputs(theta), self.targets
        with np.errstate(all="ignore"):
            if self.problem.loss == SQUARED:
                losses = 0.5 * ((f - y) ** 2).sum(axis=1)
            elif self.problem.loss == BINARY:
                losses = np.logaddexp(0, f[:, 0]) - y * f[:, 0]
            else:
                losses = np.logaddexp.reduce(f, axis=1) - f[np.arange(len(y)), y]
        total = float_of(self.problem.factor) * float(losses.sum())
        for (weights, bias), (d, e) in zip(self.layers(theta), self.problem.decay, strict=True):
            total += 0.5 * float_of(d) * float((weights**2).sum())
            total += 0.5 * float_of(e) * float((bias**2).sum())
        return total

    def above(self, centre: Parameters, direction: Array, steps: Array) -> Array | None:
        """R(c + t u) - R(c) for steps t so small that float64 does not see it; None where R is not
        defined.
        """
        import numpy as np

        def differences() -> Array:
            start = [arb(value) for value in flat(centre)]

            def risk(step: float) -> arb:
                moved = [a + arb(step) * arb(u) for a, u in zip(start, direction, strict=True)]
                return empirical_risk(self.problem, self._matrices(moved), Ledger())

            base = risk(0.0)
            return np.array([float((risk(float(step)) - base).mid()) for step in steps])

        return _rounded(differences)

    def gradient(self, theta: Array) -> Array | None:
        """That of R; None where it is not defined."""
        import numpy as np

        return _rounded(
            lambda: np.array(
                [
                    float(entry.mid())
                    for entry in gradient(
                        self.problem, self._matrices([arb(x) for x in theta]), Ledger()
                    )
                ]
            )
        )

    def hessian(self, centre: Parameters, kinks: tuple[Kink, ...] = ()) -> Array | None:
        """That of R, units on kinks replaced by gates; None where it is not defined or too much
        work.
        """
        import numpy as np

        problem = self.problem
        if problem.data * problem.network.size**2 > _MOST_ENTRIES:
            return None

        def entries() -> Array:
            layers = problem.network.matrices(centre)
            gates = gates_of(kinks, arb(0)) if kinks else None
            rows = hessian(problem, layers, Ledger(), gates)
            lower = np.zeros((len(rows), len(rows)))
            for i, row in enumerate(rows):
                lower[i, : len(row)] = [float(entry.mid()) for entry in row]
            return np.asarray(lower + np.tril(lower, -1).T)

        return _rounded(entries)

    def _matrices(self, entries: list[arb]) -> list[arb_mat]:
        network = self.problem.network
        return [
            arb_mat(layer.units, layer.columns, entries[first:last])
            for layer, first, last in zip(
                network.layers, network.starts[:-1], network.starts[1:], strict=True
            )
        ]


def _rounded(function: Callable[[], Array]) -> Array | None:
    """What it returns, if that is defined and finite."""
    import numpy as np

    try:
        with precision(_BITS):
            found = function()
    except Unverified:
        return None
    return found if np.isfinite(found).all() else None


def tangent(modulo: Slice) -> Array:
    """An orthonormal basis of the directions of the slice, a column each."""
    import numpy as np

    size = modulo.problem.network.size
    basis = np.eye(size)[:, modulo.kept]
    if not modulo.shifts:
        return basis
    across = np.zeros((size, len(modulo.shifts)))
    for column, places in enumerate(modulo.shifts):
        across[list(places), column] = 1
    return np.linalg.qr(across, mode="complete")[0][:, len(modulo.shifts) :]
