"""data-entropy-minimum: the eight conditions of FORMAT 4.14.

How the proof goes.  The outputs of the last layer but one span all path vectors (2), so it is
enough to change the last layer.  There the cross-entropy has a strict minimum by gradient and
curvature.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from operator import mul as times
from typing import Any

from .arithmetic import (
    GUARD_BITS,
    ZERO,
    Arithmetic,
    Interval,
    add,
    ceil_div,
    exactly,
    neg,
    norm,
    scale,
    sub,
)
from .bounds import MOST_CLASSES, MOST_LAST_LAYER
from .data import Data, Parameters, read_data, read_parameters, require_room
from .evaluation import Evaluation, watch
from .gaussian import beyond
from .matrices import SymmetricMatrix, prove_above
from .networks import Model, picker
from .paths import Paths, columns
from .piecewise import prove_no_kink
from .reader import fields, increasing, integer, real
from .verdict import NOTHING, need, refuse, require

MODULUS = (1 << 61) - 1  # a prime, for ranks


@dataclass(frozen=True)
class EntropyMinimum:
    """The claim of section 4.14 in exact numbers."""

    data: Data
    parameters: Parameters
    distance: Fraction
    risk: tuple[Fraction, Fraction]
    better: Parameters | None
    curvature: Fraction
    bits: int
    summary: str


def read(tree: dict[str, Any]) -> EntropyMinimum:
    """The certificate of section 4.14."""
    statement = fields(tree["statement"], "statement", "problem parameters claims")
    claims = fields(statement["claims"], "claims", "distance risk better")
    witness = fields(tree["witness"], "witness", "bits curvature")
    data = read_data(statement["problem"], True)
    distance, better = real(claims["distance"], "distance"), claims["better"]
    need(distance > 0, "distance is not positive.")
    parameters = read_parameters(statement["parameters"], "parameters", data.layers)
    better = None if better is None else read_parameters(better, "better", data.layers)
    for point in (parameters, better):
        if point is not None:
            require_room(data, [point])
    claim = EntropyMinimum(
        data=data,
        parameters=parameters,
        distance=distance,
        risk=increasing(claims["risk"], "risk"),
        better=better,
        curvature=real(witness["curvature"], "curvature"),
        bits=integer(witness["bits"], "bits", 128, 1024),
        summary=f"{data.size}: a {'' if better is None else 'spurious '}local minimum within"
        f" {claims['distance']} of the parameters, in the last layer, {claims['risk'][0]} < risk"
        f" < {claims['risk'][1]}",
    )
    require_effort(claim)
    return claim


def require_effort(claim: EntropyMinimum) -> None:
    """The bounds on the work of section 3.1."""
    unknowns = (claim.data.classes - 1) * (prod(claim.data.shapes[-2]) + 1)
    need(unknowns <= MOST_LAST_LAYER, f"The last layer has more than {MOST_LAST_LAYER} unknowns.")
    need(
        len(claim.data.rows) * unknowns**2 * (claim.bits + GUARD_BITS) <= MOST_CLASSES,
        "There are too many data and unknowns.",
    )


class Span:
    """Vectors of integers that are linearly independent, with the inverse of their Gram matrix G.

    A vector v is a combination of them if and only if e = |v|^2 det G - b^T adj(G) b = 0, b their
    products with v: e is the determinant of the Gram matrix with v added.  Otherwise, with
    y = adj(G) b, the adjugate of that matrix is [[(e adj(G) + y y^T) / det G, -y], [-y^T, det G]]
    (the inverse by blocks, times e), and the division is exact.
    """

    def __init__(self) -> None:
        self.rows: list[list[int]] = []
        self.adjugate: list[list[int]] = []
        self.determinant = 1

    def add(self, v: list[int]) -> None:
        b = [sum(map(times, row, v)) for row in self.rows]
        y = [sum(map(times, line, b)) for line in self.adjugate]
        e, det = sum(map(times, v, v)) * self.determinant - sum(map(times, b, y)), self.determinant
        if e:
            self.adjugate = [
                [(e * x + y_i * y_j) // det for x, y_j in zip(line, y)] + [-y_i]
                for line, y_i in zip(self.adjugate, y)
            ] + [[-x for x in y] + [det]]
            self.determinant = e
            self.rows.append(v)


def independent(rows: Sequence[Sequence[int]]) -> list[int]:
    """The numbers of those integer vectors that are no combination of the ones before them, found
    modulo MODULUS.

    Where these rows of the Gram matrix are independent modulo a prime so are the vectors, modulo it
    and hence over the rationals.  (They are all of them, unless MODULUS divides a certain minor.)
    """
    rows = [[x % MODULUS for x in row] for row in rows]
    half = [[sum(map(times, u, v)) % MODULUS for v in rows[: i + 1]] for i, u in enumerate(rows)]
    rest = [line + [half[j][i] for j in range(i + 1, len(half))] for i, line in enumerate(half)]
    found = []
    for i, line in enumerate(rest):
        place = next((j for j, x in enumerate(line) if x), None)
        if place is None:
            continue
        found.append(i)
        inverse = pow(line[place], -1, MODULUS)
        for k in range(i + 1, len(rest)):
            if rest[k][place]:
                q = rest[k][place] * inverse % MODULUS
                rest[k] = [(x - q * y) % MODULUS for x, y in zip(rest[k], line)]
    return found


class Entropy:
    """The sums over the data of section 4.14, in intervals."""

    def __init__(self, claim: EntropyMinimum) -> None:
        self.claim, self.data = claim, claim.data
        self.free = claim.data.classes - 1
        model = Model(claim.data, [claim.parameters], "kink")
        self.found = Evaluation(model)
        self.inputs: list[
            list[int]
        ] = []  # phi_n over the denominator `unit`, at first with all inputs
        self.logits: list[list[int]] = []  # over model.units[-1]
        self.unit = model.units[-2]
        for first, rows in model.blocks():
            outputs, chosen = model.forward(rows)
            watch(model, self.found, first, outputs, chosen)
            self.inputs += [[self.unit, *row] for row in outputs[-2][0]]
            self.logits += outputs[-1][0]
        _, *given = zip(*self.inputs)
        pick = picker(independent([(1,) * len(self.inputs), *given]), len(given) + 1)
        self.inputs = [list(pick(row)) for row in self.inputs]
        squares = [
            Fraction(sum(x * x for x in column), self.unit**2) for column in zip(*self.inputs)
        ]
        self.ar = Arithmetic(claim.bits + GUARD_BITS + min(4096, beyond(q for q in squares if q)))

    def prove_span(self) -> None:
        """2.  Each phi_j is a combination of path vectors (lemma 19 for unit j of layer L - 1,
        where a field 1 is made) and 1 is one.  So the phi_j, which are independent, span them if
        the rank of the path vectors is not larger.
        """
        paths, inputs, known = Paths(self.found, 0), columns(self.data), Span()
        entries = paths.vectors.entries
        least = len(self.inputs[0])
        for path in paths:
            terms = [map(times, entries[v], inputs[i]) for v, i in path]
            known.add(list(map(sum, zip(*terms))))
            if len(known.rows) > least:
                refuse(
                    "span",
                    f"{len(known.rows)} <= {least}, numbers of independent path vectors and of"
                    " independent ones among 1 and the inputs of the last layer",
                )

    def _ratios(self, numbers: Sequence[int], unit: int) -> list[Interval]:
        return [self.ar.ratio(x, unit) for x in numbers]

    def point(self) -> tuple[Interval, Interval]:
        """|g| and R at the parameters."""
        ar, width = self.ar, len(self.inputs[0])
        sums = [[ZERO] * width for _ in range(self.free)]
        terms = []
        for row, inputs, label in zip(self.logits, self.inputs, self.data.labels):
            logits = self._ratios(row, self.found.model.units[-1]) + [ZERO] * (
                self.data.classes - len(row)
            )
            phi = self._ratios(inputs, self.unit)
            for u, p in enumerate(probabilities(ar, logits)[: self.free]):
                slope = sub(p, ar.one) if u == label else p
                sums[u] = [add(total, ar.mul(slope, x)) for total, x in zip(sums[u], phi)]
            terms.append(log_loss(ar, logits, label))
        return norm(x for line in sums for x in line), add(ZERO, *terms)

    def hessian(self) -> SymmetricMatrix:
        """H(A) for all A within delta of the centre: sum over n of (diag(p) - p p^T) (x) phi phi^T,
        where each logit but the last varies by delta |phi| on its own.  The entry at u, j and v, k
        is the sum of +-q phi_j phi_k with q = p_u (1 - p_u) or p_u p_v, signs + and -.  An integer
        s with |s - 2^P q| <= r, and integers f with |f - 2^P phi| <= 1, make up s f_j f_k with an
        error of at most r (|f_j| + 1)(|f_k| + 1) + |s| (|f_j| + |f_k| + 1).
        """
        ar, width, m = self.ar, len(self.inputs[0]), self.free
        signs = [(u, v) for u in range(m) for v in range(u + 1)]
        middle: dict[tuple[int, int], list[int]] = {pair: [] for pair in signs}
        radius: dict[tuple[int, int], list[int]] = {pair: [] for pair in signs}
        floors = []
        for row, inputs in zip(self.logits, self.inputs):
            phi = self._ratios(inputs, self.unit)
            floors.append([low for low, _ in phi])
            reach = scale((norm(phi)[1],) * 2, self.claim.distance)[1]
            logits = [
                (low - reach, high + reach)
                for low, high in self._ratios(row[:m], self.found.model.units[-1])
            ]
            logits += [ar.ratio(row[m], self.found.model.units[-1]) if len(row) > m else ZERO]
            p = probabilities(ar, logits)
            for u, v in signs:
                low, high = ar.mul(p[u], sub(ar.one, p[u]) if u == v else neg(p[v]))
                middle[u, v].append(low + high >> 1)
                radius[u, v].append(high - low + 1 >> 1)
        return SymmetricMatrix(self._rows(middle, radius, list(zip(*floors)), width))

    def _rows(
        self,
        middle: dict[tuple[int, int], list[int]],
        radius: dict[tuple[int, int], list[int]],
        f: list[tuple[int, ...]],
        width: int,
    ) -> Iterator[list[Interval]]:
        """The rows of the lower triangle."""
        size = [[abs(x) + 1 for x in column] for column in f]
        weight = {pair: [abs(s) + r for s, r in zip(middle[pair], radius[pair])] for pair in middle}
        drift = {
            (pair, j): sum(map(times, weight[pair], size[j]))
            for pair in middle
            for j in range(width)
        }
        for u in range(self.free):
            for j in range(width):
                row: list[Interval] = []
                for v in range(u + 1):
                    pair = u, v
                    first = list(map(times, middle[pair], f[j]))
                    spread_out = list(map(times, radius[pair], size[j]))
                    for k in range(width if v < u else j + 1):
                        value = sum(map(times, first, f[k]))
                        error = (
                            sum(map(times, spread_out, size[k])) + drift[pair, j] + drift[pair, k]
                        )
                        row.append(
                            (
                                value - error >> 2 * self.ar.bits,
                                -(-value - error >> 2 * self.ar.bits),
                            )
                        )
                yield row


def probabilities(ar: Arithmetic, logits: Sequence[Interval]) -> list[Interval]:
    """The probabilities exp z_u / sum_v exp z_v, where each logit varies on its own.

    Such a number increases with z_u and decreases with the others.  The largest upper end is
    subtracted from all. Upper ends of exp are positive, so no denominator is 0.
    """
    top = max(high for _, high in logits)
    powers = [ar.exp((low - top, high - top)) for low, high in logits]
    lows, highs = sum(low for low, _ in powers), sum(high for _, high in powers)
    return [
        ((low << ar.bits) // (low + highs - high), ceil_div(high << ar.bits, high + lows - low))
        for low, high in powers
    ]


def log_loss(ar: Arithmetic, logits: Sequence[Interval], label: int) -> Interval:
    """The loss log sum_u exp z_u - z_label, with t the largest upper end:
    log sum_u exp(z_u - t) + t - z_label.
    """
    top = max(high for _, high in logits)
    total = add(*(ar.exp((low - top, high - top)) for low, high in logits))
    return add(ar.log((max(1, total[0]), total[1])), sub((top, top), logits[label]))


def verify(claim: EntropyMinimum) -> None:
    """The eight conditions in their order; the first that fails raises a Verdict."""
    sums = Entropy(claim)
    ar, mu = sums.ar, claim.curvature
    prove_no_kink(sums.found)  # 1; `paths` in prove_span
    sums.prove_span()  # 2
    require("curvature", NOTHING, (mu, mu))  # 3
    g, value = sums.point()
    require("distance", ar.side(g), (mu * claim.distance,) * 2)  # 4
    prove_above("curvature", sums.hessian(), exactly(ar, mu), ar)  # 5
    # 6
    require(
        "risk-low", (claim.risk[0],) * 2, ar.side(sub(value, scale(ar.mul(g, g), 1 / (2 * mu))))
    )
    require("risk-high", ar.side(value), (claim.risk[1],) * 2)  # 7
    if claim.better is not None:  # 8
        model = Model(claim.data, [claim.better], "spurious")
        terms = [
            log_loss(
                ar,
                [ar.ratio(x, model.units[-1]) for x in row]
                + [ZERO] * (claim.data.classes - len(row)),
                claim.data.labels[first + n],
            )
            for first, rows in model.blocks()
            for n, row in enumerate(model.forward(rows)[0][-1][0])
        ]
        require("spurious", ar.side(add(*terms)), (claim.risk[0],) * 2)
