"""Symmetric matrices of intervals: proofs that they are positive definite, counts
of eigenvalues.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from math import isqrt
from operator import mul as times

from .arithmetic import Arithmetic, Interval, Num, ceil_div
from .verdict import NOTHING, reject, require

ITERATIONS = 40  # steps of a search for a vector, or for a shift
COARSE_BITS = 80  # precision of the first attempt to factor a matrix
DROPPED = 16  # rows that are left behind at once; see Columns


class SymmetricMatrix:
    """A set of symmetric matrices: the rows of the lower triangle of one of them in units of 2^-P,
    and `slack` in the same unit such that | X - middle |_op <= slack for all X in the set.

    (The operator norm of a symmetric matrix is at most its largest absolute row sum, and at most
    its Frobenius norm.)
    """

    def __init__(self, lower: Iterable[Sequence[Interval]]) -> None:
        self.rows: list[list[int]] = []
        sums: list[int] = []
        squares = 0
        for row in lower:
            middle = [(lo + hi) >> 1 for lo, hi in row]
            # >= mid - lo, because mid is rounded down
            widths = [hi - mid for (_, hi), mid in zip(row, middle)]
            sums = [s + w for s, w in zip(sums, widths)] + [sum(widths)]
            squares += 2 * sum(map(times, widths, widths)) - widths[-1] ** 2
            self.rows.append(middle)
        self.slack = min(max(sums), isqrt(squares) + 1)

    @classmethod
    def around(cls, rows: list[list[int]], slack: int) -> SymmetricMatrix:
        """The set with this middle, its lower triangle, and slack."""
        found = cls.__new__(cls)
        found.rows, found.slack = rows, slack
        return found

    def negative(self) -> SymmetricMatrix:
        """All -X."""
        return self.around([[-x for x in row] for row in self.rows], self.slack)

    def block(self, start: int, size: int) -> SymmetricMatrix:
        """The diagonal blocks of all X: the norm of a block is at most that of the whole."""
        return self.around([row[start:] for row in self.rows[start : start + size]], self.slack)

    def cut(self, bits: int) -> SymmetricMatrix:
        """The same set, or a larger one, in units 2^bits times as large: entries are rounded down,
        by less than 1, so a row by less than its length.
        """
        slack = -(-self.slack >> bits) + len(self.rows)
        return self.around([[x >> bits for x in row] for row in self.rows], slack)


class Columns:
    """Columns of a lower triangle of integers of size <= top, for sums of their multiples.

    A column is the integer sum_i (x_i + half) base^i, half > top, from some row on: all digits are
    positive and less than the base.  So are those of a sum of multiples by at most `order` numbers
    of size <= top, after base/2 is added to each: 2 * order * half^2 < base/2.
    """

    def __init__(self, order: int, top: int) -> None:
        self.order, self.half = order, 1 << top.bit_length()
        self.width = (2 * order * self.half**2).bit_length() // 8 + 1
        self.first, self.columns = 0, list[int]()  # the first row that the integers hold
        self.middle = 1 << 8 * self.width - 1
        self.middles = int.from_bytes(self.middle.to_bytes(self.width, "little") * order, "little")

    def append(self, column: Sequence[int]) -> None:
        """The last entries of the next column."""
        width, gap = self.width, self.order - self.first - len(column)
        digits = b"".join([(x + self.half).to_bytes(width, "little") for x in column])
        self.columns.append(int.from_bytes(bytes(gap * width) + digits, "little"))

    def sums(self, factors: Sequence[int]) -> list[int]:
        """The sum of the columns times the factors, one for each column; its last entries, from
        row len(factors) or one before on.
        """
        width, passed = self.width, len(factors) - self.first
        if passed >= DROPPED:
            self.columns = [column >> 8 * width * passed for column in self.columns]
            self.first += passed
        count = self.order - self.first
        total = sum(map(times, factors, self.columns))
        total += self.middles & (1 << 8 * width * count) - 1
        digits, less = (
            total.to_bytes(count * width, "little"),
            self.middle + self.half * sum(factors),
        )
        return [
            int.from_bytes(digits[at : at + width], "little") - less
            for at in range(0, count * width, width)
        ]


class Cholesky:
    """A proof that X - s I is positive definite for every X of a SymmetricMatrix.  Where there is
    no proof, a vector along which X - s I is small.

    Let N be the order, `middle` and slack those of the set, t = 2^-P.  Put A = middle - (s + eps) I
    and run Cholesky's recursion on it with integers L_ij (in units of t) and these roundings:

        L_jj = isqrt( A_jj/t^2 - sum_{k<j} L_jk^2 ),
        L_ij = floor( ( A_ij/t^2 - sum_{k<j} L_ik L_jk ) / L_jj )   for i > j.

    If each number under isqrt is positive, the roundings alone make up E = A/t^2 - L L^T: its
    diagonal is >= 0, and the remainder of the division by L_jj gives 0 <= E_ij < L_jj <= top, where
    top = isqrt(max_j A_jj/t^2), because L_jj^2 <= A_jj/t^2.  Hence for every X of the set

        X - s I  =  t^2 L L^T  +  [ t^2 E + (eps - slack t) I ]  +  [ slack t I + (X - middle) ].

    The first and the last term are positive semidefinite (| X - middle |_op <= slack t).  The term
    in the middle is symmetric, its diagonal is >= eps - slack t, and the absolute values of the
    other entries of a row sum to less than t^2 N top; eps is chosen below so that eps - slack
    t > t^2 N top, so it is strictly diagonally dominant with a positive diagonal, hence positive
    definite (Gershgorin).  So X - s I is positive definite.  No residual is computed and nothing is
    assumed of eps: it is of the size of N t, far below the margins of certificates.

    If a number under isqrt is <= 0 nothing is proved; `failure` is then an approximation of
    (-A11^-1 a, 1, 0), where A11, a are the leading block and the column in question: a vector whose
    quotient tells how far off s was.  The same where an L_ij is larger than top in size: then
    A_ii/t^2 < L_ij^2.

    The sums over k for all i > j are one sum of products of numbers L_jk with long integers, which
    hold the columns of L one digit an entry, to a base 256^w that no sum reaches.
    """

    def __init__(self, matrix: SymmetricMatrix, shift: int, bits: int) -> None:
        """`shift` is an integer multiple of 2^-bits and stands for s."""
        self.bits = bits
        self.factor: list[list[int]] = []
        self.failure: list[int] | None = None
        order = len(matrix.rows)
        # because A_jj <= matrix_jj - s
        top = isqrt(max(0, max(row[-1] for row in matrix.rows) - shift) << bits)
        # in units of t, so that (eps/t - slack) > t N top
        epsilon = matrix.slack + 1 + (order * top >> bits)
        columns = Columns(order, top)
        lines: list[list[int]] = [[] for _ in range(order)]
        for j, row in enumerate(matrix.rows):
            pivot = (row[j] - shift - epsilon << bits) - sum(map(times, lines[j], lines[j]))
            if pivot <= 0:
                self._fail(lines[j], j, order)
                return
            root = isqrt(pivot)
            inner = columns.sums(lines[j])
            self.factor.append([*lines[j], root])
            column = []
            for i in range(j + 1, order):
                entry = ((matrix.rows[i][j] << bits) - inner[i - order]) // root
                lines[i].append(entry)
                column.append(entry)
                if abs(entry) > top:
                    self._fail(lines[i], i, order)
                    return
            columns.append(column)

    def _fail(self, line: Sequence[int], at: int, order: int) -> None:
        self.failure = [-z for z in self._back(line)] + [0] * (order - len(line))
        self.failure[at] = 1 << self.bits

    def _back(self, right: Sequence[int]) -> list[int]:
        """An approximate solution z of L^T z = right."""
        solution = [0] * len(right)
        rest = [value << self.bits for value in right]
        for i in reversed(range(len(right))):
            z = solution[i] = rest[i] // self.factor[i][i]
            rest = [value - z * entry for value, entry in zip(rest[:i], self.factor[i])]
        return solution

    def solve(self, right: Sequence[int]) -> list[int]:
        """An approximate solution of L L^T z = right, cut to `bits` bits.  Nothing depends on its
        accuracy.
        """
        middle: list[int] = []
        for row, value in zip(self.factor, right):
            middle.append(((value << self.bits) - sum(map(times, row, middle))) // row[-1])
        solution = self._back(middle)
        excess = max(map(abs, solution)).bit_length() - self.bits
        return [z >> excess if excess > 0 else z << -excess for z in solution]


def quotient(matrix: SymmetricMatrix, x: Sequence[int]) -> Interval:
    """x^T X x / x^T x for all X of the set, x not zero: the quotient of `middle` is exact, the rest
    is <= slack.
    """
    doubled = sum(
        x[i] * (2 * sum(map(times, row[:i], x)) + row[i] * x[i])
        for i, row in enumerate(matrix.rows)
    )
    square = sum(map(times, x, x))
    return doubled // square - matrix.slack, ceil_div(doubled, square) + matrix.slack


def lower_and_lower(
    matrix: SymmetricMatrix,
    cholesky: Cholesky,
    low: int,
    bits: int,
    moves: Container[int],
    allowed: Callable[[list[int]], list[int]] = lambda x: x,
) -> Iterator[Interval]:
    """Quotients x^T X x/x^T x, for all X of the set, of vectors x that tend to the lowest one:
    inverse iteration from an arbitrary vector, with a factor of X - low I.  At the steps named
    the shift moves most of the way to the quotient; where that is too far, the factorisation ends
    with a vector whose quotient is below the shift.

    low, bits: low is a multiple of 2^-bits, as the matrix is (the factor may have fewer digits).
    allowed: the projection to the space that x is to lie in.
    """
    x = [
        ((7919 * i * i + 104729 * i) % 2003 - 1001) << bits for i in range(1, len(matrix.rows) + 1)
    ]
    for step in range(1, ITERATIONS + 1):
        x = allowed(x)
        if not any(x):
            return
        found = quotient(matrix, x)
        yield found
        if step in moves:
            shift = (low + 3 * found[1]) // 4
            closer = Cholesky(SymmetricMatrix.around(matrix.rows, 0), shift, bits)
            if closer.failure is not None:
                x = closer.failure
                continue
            cholesky, low = closer, shift
        x = cholesky.solve(x)


def prove_above(code: str, matrix: SymmetricMatrix, shift: Interval, ar: Arithmetic) -> Cholesky:
    """X - s I is positive definite for all X of the set and all s of the interval (its upper end is
    enough): with few digits if they suffice.
    """
    less = max(0, ar.bits - COARSE_BITS)
    cholesky = Cholesky(matrix.cut(less), -(-shift[1] >> less), ar.bits - less)
    if cholesky.failure is not None and less:
        cholesky = Cholesky(matrix, shift[1], ar.bits)
    if cholesky.failure is not None:
        reject(
            code,
            ar.side(shift),
            ar.side(quotient(matrix, cholesky.failure)),
            " (s on the left; on the right x^T X x / x^T x of a trial vector x, at least the"
            " smallest eigenvalue)",
        )
    return cholesky


def pivots(matrix: SymmetricMatrix, shift: int, bits: int) -> tuple[list[int], int] | None:
    """Integers d_j and eps (units t = 2^-bits) with | middle - shift I - L diag(d) L^T |_op < eps,
    L unit triangular, or None if a pivot is 0.  With A = middle - shift I, exact sums and L_ij
    rounded down to a multiple of t,

        d_j = A_jj - sum_{k<j} L_jk^2 d_k,   L_ij = ( A_ij - sum_{k<j} L_ik d_k L_jk )/d_j   leave

    less than t |d_j| of A_ij; rounding d_j leaves less than t.  So a row of the residual sums to t
    (N max |d_j| + 1) at most, N the order.
    """
    lower: list[list[int]] = []
    found: list[int] = []
    for i, row in enumerate(matrix.rows):
        line: list[int] = []
        weighted: list[int] = []  # L_ij d_j in units of t^2
        for j in range(i):
            line.append(
                ((row[j] << 2 * bits) - sum(map(times, weighted, lower[j]))) // (found[j] << bits)
            )
            weighted.append(line[j] * found[j])
        found.append(((row[i] - shift << 2 * bits) - sum(map(times, weighted, line))) >> 2 * bits)
        if found[i] == 0:
            return None
        lower.append(line)
    return found, (len(found) * max(map(abs, found)) >> bits) + 2


def eigenvalues_below(matrix: SymmetricMatrix, bound: int, sign: int, bits: int) -> int | None:
    """For every X of the set: at least the number of eigenvalues <= bound if sign is 1, at most the
    number of those < bound if sign is -1 (bound in units t = 2^-bits).  In place of lemma 11; None
    if no elimination served.

    With eps of `pivots` at the shift bound + sign m and m > slack + eps, X - bound I = L diag(d)
    L^T + Y, where Y = (residual) + (X - middle) + sign m I is positive definite for sign 1,
    negative definite for -1.  So each eigenvalue of X - bound I lies above (below) that of L
    diag(d) L^T with the same number; and this matrix has as many negative eigenvalues as there are
    negative d_j, and none is 0 (Sylvester).
    """
    margin = 2 * matrix.slack + 16
    for _ in range(ITERATIONS):
        result = pivots(matrix, bound + sign * margin, bits)
        if result is not None and matrix.slack + result[1] < margin:
            return sum(d < 0 for d in result[0])
        margin = 3 * margin if result is None else 2 * (matrix.slack + result[1])
    return None


def last_pivot(
    matrix: Sequence[Sequence[Num]],
    kind: str,
    order: Sequence[int] = (),
    code: str = "other-eigenvalues",
) -> tuple[Num, list[int]]:
    """Elimination on the matrix B of a component (lemma 9) in the order given, else with the
    largest pivot first: the last pivot and the order.  Inequalities 4 and 5 of section 4.3 for the
    pivots before.

    B = N^-1 T, where T is the pencil of theorem 3 in the same test matrices and N the diagonal of
    their square norms, positive as the growing block is larger than 3; so each pivot is that of T
    over its N_i.  Theorem 3 holds with these pivots: their signs are those of T, and their product
    is det T / det N, the product of the eigenvalues.
    """
    rows, done = [list(row) for row in matrix], list[int]()
    left = list(range(len(rows)))
    while True:
        at = order[len(done)] if order else max(left, key=lambda i: rows[i][i].ends[0])
        left.remove(at)
        done.append(at)
        pivot = rows[at][at]
        if not left:
            return pivot, done
        require(code, NOTHING, pivot.side(), f", pivot {len(done)} of representation {kind}")
        for i in left:
            factor = rows[i][at] / pivot
            rows[i] = [x - factor * y for x, y in zip(rows[i], rows[at])]
