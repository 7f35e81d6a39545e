"""Risk, gradient and Hessian of the kinds of FORMAT 4.22 to 4.26, in intervals.

The derivatives are taken forwards.  Add a number e_p to each pre-activation z_p, p a unit of any
layer.  With V_up = dz_u/da_p for the units u of later layers than p,

    V_up = W_up if u is one layer later, else sum_v W_uv h'(z_v) V_vp,   T_up = dz_u/de_p = V_up
    h'(z_p),   T_pp = 1.

So the loss l of a datum has the derivatives, g and Q its first and second ones by the last z,

    delta_p = sum_k g_k T_kp,   l_pq = sum_kk' Q_kk' T_kp T_k'q + sum_u b_u h''(z_u) T_up T_uq,

b_u = dl/da_u = sum_k g_k V_ku, u over hidden units: the only second derivatives are those of h.
A change D of the weights of layer m (a bias is the weight of a constant input 1) is e = D a_(m-1),
and a_(m-1) itself depends on the weights below.  Therefore, x_i the inputs of the unit p, y_j those
of the unit q and c_j = dy_j/de_p if q is in a later layer, else 0,

    dl/dw_pi = delta_p x_i,   d^2 l/dw_pi dw_qj = l_pq x_i y_j + delta_q c_j x_i.

Each of these numbers is a Column over the data, and what is wanted are their sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from .columns import Column, added, multiplied
from .formulas import Activation
from .functions import Jet, root
from .smooth_networks import Balls
from .trained_losses import loss_of, slopes_of
from .trained_problem import Target, TrainedProblem, Vector
from .wide import Wide

# datum, unit of the first layer and z to the jet, or to None where it is that of h
Gate = Callable[[int, int, Wide], Any]


def added_squares(numbers: Iterable[Wide], bits: int) -> Wide:
    total = Wide.of(0, bits)
    for x in numbers:
        total = total + x.power(2)
    return total


class Sweep:
    """The network with the parameters theta_i within radius_i of those given, on all data; where
    `ball` is a number r, only with |theta - those given| <= r.
    """

    def __init__(
        self,
        problem: TrainedProblem,
        theta: Vector,
        radius: Fraction | Sequence[Fraction],
        bits: int,
        ball: Fraction | None = None,
    ) -> None:
        self.problem, self.bits = problem, bits
        self.one, self.zero = Wide.of(1, bits), Wide.of(0, bits)
        radii = [radius] * len(theta) if isinstance(radius, Fraction) else radius
        self.theta = [
            Wide.of(x - r, bits).hull(Wide.of(x + r, bits)) if r else Wide.of(x, bits)
            for x, r in zip(theta, radii)
        ]
        self.factor = Wide.of(problem.factor, bits)
        self.ball = None if ball is None else Wide.of(ball, bits)
        # of the ball, else of all there is
        self.centre = [Wide.of(x, bits) for x in theta] if ball is not None else self.theta
        self.rows = [
            [Balls([self.centre[i] for i in layer.places(a)]) for a in range(layer.units)]
            for layer in problem.layers
        ]
        self.activations = [
            None if layer.activation == "t" else Activation(layer.activation, bits)
            for layer in problem.layers
        ]

    def forward(
        self, n: int, order: int, gate: Gate | None = None
    ) -> tuple[list[list[Jet]], list[Wide]]:
        """The jets of all units on datum n, and the outputs.  A gate replaces h in the first
        layer.
        """
        numbers = [Wide.of(x, self.bits) for x in self.problem.inputs[n]]
        jets: list[list[Jet]] = []
        for m, layer in enumerate(self.problem.layers):
            inputs, h = [*numbers, self.one] if layer.bias else numbers, self.activations[m]
            jets.append([])
            below, spread = Balls(inputs), self.spread(inputs)
            for a, row in enumerate(self.rows[m]):
                z = row.dot(below).spread(spread)
                jet = gate(n, a, z) if gate is not None and m == 0 else None
                if jet is None:
                    jet = (z, self.one, self.zero)[: order + 1] if h is None else h(z, order)
                jets[m].append(jet)
            numbers = [jet[0] for jet in jets[m]]
        return jets, numbers

    def spread(self, numbers: Sequence[Wide]) -> Wide:
        """How much a row of W times these numbers differs from that of `centre`: r |numbers|."""
        if self.ball is None:
            return self.zero
        square = added_squares(numbers, self.bits)
        return self.zero if square.is_zero() else self.ball * root(square.ends()[1])

    def slopes(
        self, outputs: Sequence[Wide], target: Target
    ) -> tuple[list[Wide], list[list[Wide]]]:
        """The first and the second derivatives of factor l by the outputs."""
        first, second = slopes_of(self.problem.loss, outputs, target)
        return [self.factor * x for x in first], [[self.factor * x for x in row] for row in second]

    def risk(self, gate: Gate | None = None) -> Wide:
        total = self.zero
        for n, target in enumerate(self.problem.targets):
            total = total + loss_of(self.problem.loss, self.forward(n, 0, gate)[1], target)
        total = total * self.factor
        for x, decay in zip(self.theta, self.problem.decays):
            if decay:
                total = total + x.power(2) * Wide.of(decay / 2, self.bits)
        return total

    def derivatives(self, gate: Gate | None = None) -> Derivatives:
        return Derivatives(self, gate)


Row = dict[int, Column]  # by the units p


class Derivatives:
    """Those of R by the parameters, for all theta of the sweep."""

    def __init__(self, sweep: Sweep, gate: Gate | None = None) -> None:
        self.sweep, self.problem = sweep, sweep.problem
        layers, count = self.problem.layers, len(self.problem.inputs)
        self.units = self.problem.units
        self.number = {unit: p for p, unit in enumerate(self.units)}
        jets: list[list[list[Jet]]] = []
        first: list[list[Wide]] = []
        second: list[list[Wide]] = []
        for n, target in enumerate(self.problem.targets):
            found, outputs = sweep.forward(n, 2, gate)
            jets.append([jet for layer in found for jet in layer])
            slopes, bends = sweep.slopes(outputs, target)
            last = found[-1]
            # by the last pre-activations
            first.append([g * jet[1] for g, jet in zip(slopes, last)])
            if sweep.activations[-1] is not None:
                bends = [
                    [
                        x * one[1] * two[1] + (slopes[k] * one[2] if j == k else sweep.zero)
                        for j, (x, two) in enumerate(zip(row, last))
                    ]
                    for k, (row, one) in enumerate(zip(bends, last))
                ]
            second.append([x for row in bends for x in row])
        constant = Column.constant(sweep.one, count)
        inputs = [
            Column.of([Wide.of(x, sweep.bits) for x in column])
            for column in zip(*self.problem.inputs)
        ]
        values, self.slope, self.bend = (
            [Column.of([jet[part] for jet in column]) for column in zip(*jets)] for part in range(3)
        )
        self.g = list(map(Column.of, zip(*first)))
        outputs = layers[-1].units
        columns = list(map(Column.of, zip(*second)))
        self.q = [columns[k * outputs : (k + 1) * outputs] for k in range(outputs)]
        # the inputs of the units of each layer
        self.below = []
        for m, layer in enumerate(layers):
            part = (
                inputs if m == 0 else [values[self.number[m - 1, a]] for a in range(layer.inputs)]
            )
            self.below.append([*part, constant] if layer.bias else part)
        self._sensitivities()

    def weight(self, m: int, unit: int, below: int) -> Wide:
        return self.sweep.theta[self.problem.layers[m].weight(unit, below)]

    def _sensitivities(self) -> None:
        """V and T: `by_output` and `by_unit`, by u and p; then b and delta."""
        layers, count = self.problem.layers, len(self.problem.inputs)
        one = Column.constant(self.sweep.one, count)
        self.by_output: list[Row] = []
        self.by_unit: list[Row] = []
        for u, (m, a) in enumerate(self.units):
            found: Row = {}
            if m:
                weights = [self.weight(m, a, v) for v in range(layers[m].inputs)]
                before = [self.number[m - 1, v] for v in range(layers[m].inputs)]
                ways = [self.slope[v].times(w) for w, v in zip(weights, before)]
                found = {v: Column.constant(w, count) for w, v in zip(weights, before)}
                for p in range(before[0]):
                    total = added(
                        x * self.by_output[v][p]
                        for x, v in zip(ways, before)
                        if p in self.by_output[v]
                    )
                    if total is not None:
                        found[p] = total
            self.by_output.append(found)
            self.by_unit.append({p: x * self.slope[p] for p, x in found.items()})
            self.by_unit[u][u] = one
        self.last = [self.number[len(layers) - 1, k] for k in range(layers[-1].units)]
        self.delta: list[Column | None] = []
        self.pull: list[Column | None] = []  # b
        for p in range(len(self.units)):
            self.delta.append(
                added(multiplied(g, self.by_unit[k].get(p)) for g, k in zip(self.g, self.last))
            )
            self.pull.append(
                added(multiplied(g, self.by_output[k].get(p)) for g, k in zip(self.g, self.last))
            )

    @cached_property
    def _pairs(self) -> list[tuple[Row, Row]]:
        """Rows x and y such that l_pq is the sum of x_p y_q over them."""
        found: list[tuple[Row, Row]] = []
        for row in zip(self.q):
            mixed: Row = {}
            for p in range(len(self.units)):
                total = added(
                    multiplied(x, self.by_unit[k].get(p)) for x, k in zip(row[0], self.last)
                )
                if total is not None:
                    mixed[p] = total
            found.append((mixed, self.by_unit[self.last[len(found)]]))
        for u in range(self.last[0]):
            way = multiplied(self.pull[u], self.bend[u])
            if way is not None and not way.is_zero:
                found.append(({p: way * x for p, x in self.by_unit[u].items()}, self.by_unit[u]))
        return found

    def second(self, p: int, q: int) -> Column | None:
        """l_pq."""
        return added(multiplied(x.get(p), y.get(q)) for x, y in self._pairs if p in x and q in y)

    def changes(self, p: int, m: int) -> Iterator[tuple[int, Column]]:
        """Which inputs of layer m change with e_p, p in a layer below, and dy_j/de_p."""
        for j in range(self.problem.layers[m].inputs):
            v = self.number[m - 1, j]
            if p in self.by_unit[v]:
                yield j, self.slope[v] * self.by_unit[v][p]

    def gradient(self) -> list[Wide]:
        """dR/dtheta."""
        found = [
            x * Wide.of(decay, self.sweep.bits) if decay else self.sweep.zero
            for x, decay in zip(self.sweep.theta, self.problem.decays)
        ]
        for (m, a), delta in zip(self.units, self.delta):
            if delta is not None:
                for place, x in zip(self.problem.layers[m].places(a), self.below[m]):
                    found[place] = found[place] + delta.dot(x)
        return found

    def hessian(self) -> list[list[Wide]]:
        """The lower triangle of d^2 R/dtheta^2."""
        zero, layers = self.sweep.zero, self.problem.layers
        rows = [[zero] * (i + 1) for i in range(self.problem.parameters)]
        for i, decay in enumerate(self.problem.decays):
            rows[i][i] = Wide.of(decay, self.sweep.bits)
        for q, (m, a) in enumerate(self.units):
            above = layers[m].places(a)
            for p, (n, b) in enumerate(self.units[: q + 1]):
                left = list(zip(layers[n].places(b), self.below[n]))
                second = self.second(p, q)
                if second is not None:
                    for s, (i, x) in enumerate(left):
                        # of a unit with itself once
                        right = list(zip(above, self.below[m]))[: s + 1 if p == q else None]
                        enter(rows, i, second * x, right)
                if n < m and self.delta[q] is not None:
                    for j, change in self.changes(p, m):
                        enter(rows, above[j], self.delta[q] * change, left)
        return rows


def enter(
    rows: list[list[Wide]], i: int, left: Column, right: Iterable[tuple[int, Column]]
) -> None:
    """Add the sums of products to the entries of parameter i with others."""
    if left.is_zero:
        return
    for j, column in right:
        if not column.is_zero:
            row, place = rows[max(i, j)], min(i, j)
            row[place] = row[place] + left.dot(column)
