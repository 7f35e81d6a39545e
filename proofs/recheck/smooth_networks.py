"""Networks with smooth activations: outputs, adjoints and second derivatives in intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from operator import mul as times

from .arithmetic import GUARD_BITS, ZERO
from .formulas import Activation, Formula
from .functions import LARGE_ANGLE, Jet
from .matrices import Cholesky, SymmetricMatrix
from .smooth_data import SmoothData, SmoothParameters
from .verdict import brackets, refuse
from .wide import Undefined, Wide, shifted

QUICK_BITS = 96  # a first precision
MOST_AGAIN = 10**6  # the work of an attempt with more bits


class Balls:
    """Vectors of numbers that differ from middle_i 2^e by at most radius_i 2^e."""

    __slots__ = ("bits", "e", "exact", "middle", "radius", "size")

    def __init__(self, numbers: Sequence[Wide]) -> None:
        """The exponent keeps `bits` + 8 places of the largest."""
        self.bits = numbers[0].bits
        some = [x for x in numbers if not x.is_zero()]
        self.e = (
            max(min(x.e for x in some), max(x.top for x in some) - self.bits - 8) if some else 0
        )
        ends = [shifted(x.lo, x.hi, x.e - self.e) if x.lo or x.hi else ZERO for x in numbers]
        self.middle = [low + high >> 1 for low, high in ends]
        # the larger half
        self.radius = [high - middle for (_, high), middle in zip(ends, self.middle)]
        self.exact = not any(self.radius)
        self.size = list(map(abs, self.middle))

    def dot(self, other: Balls) -> Wide:
        """Sum of x_i y_i: |x y - m k| <= |m| s + r (|k| + s) where |x - m| <= r, |y - k| <= s."""
        value, error = sum(map(times, self.middle, other.middle)), 0
        if not other.exact:
            error += sum(map(times, self.size, other.radius))
        if not self.exact:
            error += sum(map(times, self.radius, other.size)) + (
                0 if other.exact else sum(map(times, self.radius, other.radius))
            )
        return Wide(self.bits, value - error, value + error, self.e + other.e)


class SmoothNetwork:
    """A network of section 4.15, its parameters within `radius` of the given ones."""

    def __init__(
        self, formula: Formula, layers: SmoothParameters, bits: int, radius: Fraction = Fraction(0)
    ) -> None:
        self.bits, self.h, self.radius = bits, Activation(formula, bits), radius
        self.one, self.zero = Wide.of(1, bits), Wide.of(0, bits)
        self.weights = [[list(map(self.number, row)) for row in rows] for rows, _ in layers]
        self.rows = [
            [Balls([*numbers, self.number(b)]) for numbers, b in zip(part, bias)]
            for part, (_, bias) in zip(self.weights, layers)
        ]

    def number(self, q: Fraction) -> Wide:
        if self.radius == 0:
            return Wide.of(q, self.bits)
        return Wide.of(q - self.radius, self.bits).hull(Wide.of(q + self.radius, self.bits))

    def layer(self, number: int, below: Sequence[Wide]) -> list[Wide]:
        inputs = Balls([*below, self.one])
        return [row.dot(inputs) for row in self.rows[number]]

    def above(self, z: list[Wide], order: int) -> tuple[list[list[Jet]], Wide]:
        """The jets of h at all hidden units, and the output, where the first layer gets the numbers
        z.
        """
        jets: list[list[Jet]] = []
        for number in range(1, len(self.rows)):
            jets.append([self.h(x, order) for x in z])
            z = self.layer(number, [jet[0] for jet in jets[-1]])
        return jets, z[0]

    def at(self, x: Sequence[Wide], order: int) -> tuple[list[list[Jet]], Wide]:
        return self.above(self.layer(0, x), order)

    def adjoints(self, jets: list[list[Jet]]) -> list[list[Wide]]:
        """For each hidden layer the derivatives of the output by the outputs of its units, from the
        last layer down.
        """
        found = [self.weights[-1][0]]
        for part, jet in zip(self.weights[-2:0:-1], jets[::-1]):
            slopes = Balls([a * d[1] for a, d in zip(found[0], jet)])
            found.insert(0, [Balls(column).dot(slopes) for column in zip(*part)])
        return found

    def expansion(self, jets: list[list[Jet]]) -> tuple[list[Wide], list[list[Wide]]]:
        """Gradient and lower triangle of the Hessian of the output by the numbers t that the first
        layer gets.

        With z the numbers that the units get and a the adjoints, D^2 f (p, q) is the sum over all
        hidden units of a h''(z) (D_p z)(D_q z): the only second derivatives are those of h.
        """
        order = len(jets[0])
        adjoints = self.adjoints(jets)
        gradient = [a * jet[1] for a, jet in zip(adjoints[0], jets[0])]
        hessian = [[self.zero] * i + [adjoints[0][i] * jets[0][i][2]] for i in range(order)]
        # by t_j
        slopes = [
            [jets[0][i][1] if i == j else self.zero for i in range(order)] for j in range(order)
        ]
        for number in range(1, len(jets)):
            bare = [Balls(row) for row in self.weights[number]]
            columns_of = [[row.dot(column) for row in bare] for column in map(Balls, slopes)]
            bends = [a * jet[2] for a, jet in zip(adjoints[number], jets[number])]
            right = [Balls(column) for column in columns_of]
            for i, column in enumerate(columns_of):
                left = Balls([c * x for c, x in zip(bends, column)])
                hessian[i] = [total + left.dot(other) for total, other in zip(hessian[i], right)]
            slopes = [[jet[1] * x for jet, x in zip(jets[number], column)] for column in columns_of]
        return gradient, hessian


def prove_definite(code: str, lower: list[list[Wide]], what: str) -> None:
    """The symmetric matrices with these lower triangles are positive definite.

    Rows and columns are multiplied by powers of 2 that bring the diagonal to about 1: this changes
    nothing. First try: class Cholesky, with the radii in `slack`.  Second, where radii matter: with
    middles M and radii R, and T any matrix, say an approximate inverse of the factor of M, the
    matrices T X T^T lie within |T| R |T|^T of T M T^T. If all of them are strictly diagonally
    dominant with positive diagonals they are positive definite (Gershgorin), so T is regular and
    the X are positive definite, too.
    """
    claim = f"{what} is positive definite"
    if any(row[-1].lo <= 0 for row in lower):
        refuse(
            code,
            f"{claim}: a number on the diagonal is in"
            f" {next(row[-1] for row in lower if row[-1].lo <= 0).shown()}",
        )
    powers = [row[-1].top // 2 for row in lower]
    bits = lower[0][0].bits
    if any(
        x.top - powers[i] - powers[j] > 4 for i, row in enumerate(lower) for j, x in enumerate(row)
    ):
        refuse(code, f"{claim}: a number off the diagonal is too large for those on it")
    ends = [
        [shifted(x.lo, x.hi, x.e + bits - powers[i] - powers[j]) for j, x in enumerate(row)]
        for i, row in enumerate(lower)
    ]
    if Cholesky(SymmetricMatrix(ends), 0, bits).failure is None:
        return
    middle = [[low + high >> 1 for low, high in row] for row in ends]
    factor = Cholesky(SymmetricMatrix([(x, x) for x in row] for row in middle), 0, bits)
    if factor.failure is not None:
        refuse(code, claim)
    order = len(lower)
    inverse: list[list[int]] = []  # rows of T in units of 2^-bits
    for i, row in enumerate(factor.factor):
        inverse.append(
            [-sum(row[k] * inverse[k][j] for k in range(j, i)) // row[i] for j in range(i)]
            + [(1 << 2 * bits) // row[i]]
        )
    full = [
        [row[j] if j <= i else middle[j][i] for j in range(order)] for i, row in enumerate(middle)
    ]
    radius = [[high - m for (_, high), m in zip(row, line)] for row, line in zip(ends, middle)]
    wide = [
        [row[j] if j <= i else radius[j][i] for j in range(order)] for i, row in enumerate(radius)
    ]
    for left, matrix_row in ((t, [sum(map(times, t, line)) for line in full]) for t in inverse):
        bold = list(map(abs, left))
        spread_row = [sum(map(times, bold, line)) for line in wide]
        own = len(left) - 1
        total = 0
        for j, right in enumerate(inverse):
            value = sum(map(times, matrix_row, right))
            error = sum(map(times, spread_row, map(abs, right)))
            total += (value if j == own else -abs(value)) - error
        if total <= 0:
            refuse(code, claim)


def prove_below(code: str, left: Wide, right: Fraction) -> None:
    if left.compare(right) >= 0:
        refuse(code, f"{left.shown()} < {brackets(right.numerator, right.denominator)}")


@contextmanager
def condition(code: str) -> Iterator[None]:
    """Inside the block a value that is undefined rejects the certificate with this code."""
    try:
        yield
    except Undefined as found:
        refuse(code, str(found))


def smooth_risk(
    network: SmoothNetwork, data: SmoothData, keep: Callable[[list[Wide]], object] | None = None
) -> Wide:
    """R for all targets within the spread; the outputs of the last hidden layer are kept if asked
    for.
    """
    total = network.zero
    for row, low, high in data.ranges(network.bits):
        jets, value = network.at(row, 0)
        total = total + (value - low.hull(high)).power(2)
        if keep is not None:
            keep([jet[0] for jet in jets[-1]])
    return total.doubled(-1)


def more_bits(data: SmoothData, layers: SmoothParameters, bits: int) -> list[int]:
    """The bits given and, where numbers are far from 1, as many more as their sizes take: 1e200 (1
    + erf(-1e200)), say, is enclosed by the number 1e200 times a last place.
    """

    def far(numbers: Iterable[Fraction]) -> int:
        return max(
            (abs(x.numerator.bit_length() - x.denominator.bit_length()) for x in numbers if x),
            default=0,
        )

    more = far(x for row in data.inputs for x in row) + sum(
        far([*bias, *(w for row in rows for w in row)]) for rows, bias in layers
    )
    more = min(more, LARGE_ANGLE)
    values = len(data.inputs) * sum(len(bias) for _, bias in layers[:-1]) * data.nodes
    return (
        [bits, bits + more]
        if more > GUARD_BITS and values * ((bits + more) // 256 + 1) ** 2 <= MOST_AGAIN
        else [bits]
    )


def prove_better(layers: SmoothParameters, data: SmoothData, bits: int, bound: Fraction) -> None:
    """`spurious`: R < bound at these parameters.  An enclosure with few bits is tried first, then
    one with more.
    """
    attempts = [QUICK_BITS, *more_bits(data, layers, bits)]
    for precision in attempts:
        try:
            value = smooth_risk(SmoothNetwork(data.formula, layers, precision), data)
        except Undefined as found:
            if precision == attempts[-1]:
                refuse("spurious", str(found))
            continue
        if precision == attempts[-1] or value.compare(bound) < 0:
            prove_below("spurious", value, bound)
            return
