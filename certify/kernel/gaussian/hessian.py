"""The Hessian of the Gaussian loss at an exact point, as integers with one bound on what was
rounded away (lemma 2, in integers).

For student i and any row w_j, student or teacher, let q_ij = w_j - (p/|w_i|^2) w_i, and let

    r_ij = e_ij q_ij / (2 pi S_ij),

be the normals of i, with e_ij = 1 for students and -1 for teachers; r_ij = 0 for parallel rows,
|r_ij| = 1/(2 pi |w_i|) for others. For ReLU lemma 2 reads

    H_ij = e_ij A_ij/(2 pi) I + w_i r_ij^T + w_j r_ji^T    for two students i != j,
    H_ii = (1/2 + kappa_i) I + sum_j r_ij w_j^T - t_i w_i^T,
           t_i = sum_j p_ij/|w_i|^2 r_ij + kappa_i/|w_i|^2 w_i .

For other activations normals and kappa are multiplied by the share, and 1/2 and A_ij/(2 pi) are
what `Activation` makes of them (lemma 24). With signs e_ij is s_i s_j and - s_i t_j (lemma 25).

|w_i|^2 q_ij is exact, so nothing cancels where rows are nearly parallel. Rows and normals are kept
as integers, times powers of two near 1/|w_i| and |w_i|: the Hessian does not change if all rows
are multiplied by one number.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, arb_mat, fmpz, fmpz_mat

from certify.kernel.foundation.rounded import Rounded, Scaled, nearest
from certify.kernel.gaussian.closed_form import radial, sign, turn
from certify.kernel.gaussian.pairs import Pairs

__all__ = ["Hessian"]

_FINER = 24  # more bits for blocks on the diagonal, which are sums of many terms


@dataclass(frozen=True)
class _Frame:
    """Student i with its normals, and e with 2^e near |w_i|.

    normals: 2^e r_ij, a row for each student and teacher j. along: 2^-e w_i as a column, and
    across: the rows 2^e r_ij for students j, both with fewer bits.
    """

    i: int
    exponent: int
    normals: Scaled
    along: Scaled
    across: list[Scaled]


class Hessian:
    """The blocks H_ij of a point, d x d, each with the same even number of bits."""

    def __init__(self, point: Pairs, bits: int) -> None:
        self._point, self._half = point, bits // 2
        self._rows: dict[int, Scaled] = {}
        self._frames: dict[int, _Frame] = {}

    def whole(self) -> Rounded:
        """All of it, nd x nd, coordinates ordered row by row."""
        students = range(self._point.n)
        return Rounded.of([[*(self.other(i, j) for j in range(i)), self.own(i)] for i in students])

    def own(self, i: int) -> Scaled:
        """H_ii."""
        frame, kappa = self._frame(i), radial(self._point, i)
        turned = self._turned(frame, kappa)
        # r_ii is 0, so its place is free for - t_i
        left = fmpz_mat(frame.normals.whole)
        for a, entry in enumerate(turned.whole.entries()):
            left[i, a] = -entry
        error = max(frame.normals.error, turned.error)
        terms = Scaled(left.transpose(), error, turned.bits).times(self._near(frame.exponent))
        return terms.coarser(2 * self._half).plus_unit(kappa + self._point.activation.own)

    def other(self, i: int, j: int) -> Scaled:
        """H_ij for two students."""
        one, two = self._frame(i), self._frame(j)
        terms = one.along.times(one.across[j]).plus(two.along.times(two.across[i]))
        return terms.plus_unit(sign(self._point, i, j) * turn(self._point, i, j))

    def _turned(self, frame: _Frame, kappa: arb) -> Scaled:
        """2^e t_i, a row. The sum over j is one of integers, over the exact |w_i|^2."""
        gram, fine = self._point.gram[frame.i], frame.normals.bits
        square = gram[frame.i]
        sums = [x // square for x in (fmpz_mat([list(gram)]) * frame.normals.whole).entries()]
        error = sum(map(abs, gram), fmpz(0)) * frame.normals.error // square + 2
        share = kappa / self._point.square[frame.i] * _power(2 * frame.exponent)
        near = self._near(frame.exponent)
        own = Scaled(fmpz_mat([near.row(frame.i)]), near.error, fine)
        radial_part = nearest(arb_mat([[share]]), fine).times(own).coarser(fine)
        return Scaled(fmpz_mat([sums]), error, fine).plus(radial_part)

    def _near(self, exponent: int) -> Scaled:
        """2^-exponent w_j for all rows j, students and teachers."""
        if exponent not in self._rows:
            point, fine = self._point, self._half + _FINER
            up, down = max(fine - exponent, 0), max(exponent - fine, 0)
            divisor = point.scale << down
            entries = [x // divisor for x in (point.whole * (1 << up)).entries()]
            whole = fmpz_mat(point.whole.nrows(), point.d, entries)
            self._rows[exponent] = Scaled(whole, fmpz(1), fine)
        return self._rows[exponent]

    def _frame(self, i: int) -> _Frame:
        if i not in self._frames:
            self._frames[i] = self._new_frame(i)
        return self._frames[i]

    def _new_frame(self, i: int) -> _Frame:
        point, half, fine = self._point, self._half, self._half + _FINER
        square = point.gram[i][i]
        exponent = (int(square.bit_length()) - 2 * int(point.scale.bit_length())) // 2
        # |w_i|^2 q_ij is N_ij / D^3 with integers N_ij, D the scale
        own = fmpz_mat([[point.whole[i, a] for a in range(point.d)]])
        exact = (point.whole * square - fmpz_mat([[p] for p in point.gram[i]]) * own).tolist()
        sizes = [max(int(max(row).bit_length()), int(min(row).bit_length())) for row in exact]
        unit = _power(fine + exponent) * point.activation.per_turn / (square * point.scale)
        weights = [
            arb(0)
            if point.parallel[i][j]
            else sign(point, i, j) * unit * _power(size) / point.sine[i][j]
            for j, size in enumerate(sizes)
        ]
        # |weight N_ij / 2^size| < |weight|, so the error of a weight does not grow
        found = nearest(arb_mat([weights]), 0)
        rows = [
            [weight * x >> size for x in row]
            for weight, size, row in zip(found.whole.entries(), sizes, exact, strict=True)
        ]
        normals = Scaled(fmpz_mat(rows), found.error + 1, fine)
        near = self._near(exponent)
        along = Scaled(fmpz_mat([[x] for x in near.row(i)]), near.error, fine)
        coarse = Scaled(fmpz_mat(rows[: point.n]), normals.error, fine).coarser(half)
        return _Frame(
            i=i,
            exponent=exponent,
            normals=normals,
            along=along.coarser(half),
            across=[Scaled(fmpz_mat([row]), coarse.error, half) for row in coarse.whole.tolist()],
        )


def _power(exponent: int) -> arb:
    """2^exponent, exactly."""
    return arb(2) ** exponent
