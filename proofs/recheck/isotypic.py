"""The Hessian of the Gaussian loss on isotypic components (lemma 9)."""

from __future__ import annotations

from typing import Any, NamedTuple

from .arithmetic import Num
from .block_forms import SymmetricNetwork
from .blocks import Size

# B, N: test matrices T_i with H T_j = sum_i B_ij T_i, N_i = |T_i|^2
Component = tuple[list[list[Num]], list[Size]]


def large(p: Size, least: int) -> bool:
    """A block of this size is not smaller than `least`; a growing one is large."""
    return not isinstance(p, int) or p >= least


class RowPart(NamedTuple):
    """A matrix of type s_b in the rows of one block that own columns of b, by its coefficients.

    With a vector eps on the indices of b, sum eps = 0, the row s has c_L eps_s in the columns of
    each block L != b, d eps_s in its own column, and x eps_s + y eps_t in another column t of b.
    """

    c: dict[int, Any]
    d: Any
    x: Any
    y: Any


class IsotypicNetwork(SymmetricNetwork):
    """H on the types of R^(n x k) and of R^n.

    Sums of eps over b are 0, but for one index s -eps_s, but for two -eps_s - eps_t.  `own` and
    `off` are the entries of a row in its own column and in the others of that block, `gap` is their
    difference.
    """

    def _entries(self, i: int) -> tuple[Num, Num, Num]:
        """own, off, gap."""
        b = self.shape.owner[i]
        own, off = self.w[i, b, True], self.w[i, b, False]
        return own, off, own - off

    def _free(self, b: int) -> list[int]:
        """The row blocks that own no columns of b."""
        return [i for i in self.shape.height if self.shape.owner.get(i) != b]

    def _coefficients(self, b: int, free: dict[int, Num], tied: dict[int, RowPart]) -> list[Num]:
        """Those of the test matrices of type s_b, in the order of `_standard_tests`."""
        found = list(free.values())
        for part in tied.values():
            less, both = self.half * (part.x - part.y), self.half * (part.x + part.y)
            found += [*part.c.values(), part.d, less]
            found += [both] if large(self.shape.width[b], 3) else []
        return found

    def along_columns(self, b: int, i: int) -> list[Num]:
        """H applied to the matrix with eps_t in each column t of b in the rows of I, that own none
        of these.

        All a_r are 0.  With s a row of J that owns a column of b, dp = gap_J eps_s, so that dS = -p
        gap_J/S eps_s and dA = gap_J/S eps_s.
        """
        shape, w, i2, h = self.shape, self.w, self.inv_2pi, self.shape.height[i]
        free = {
            j: sum(
                (m * self.angle[j, x, tied] for x, tied, m in shape.others(j) if x == i), self.zero
            )
            for j in self._free(b)
        }
        free[i] -= 1 / self.s_teacher[i, b, False]
        tied = {}
        for j in shape.tied(b):
            own, off, gap = self._entries(j)
            pair = i, j, False
            da = gap / self.s[pair]
            free[i] += da * gap
            dk = 0 - i2 * (h * (self.p[pair] * da)) / self.square[j]
            by_a, by_da = h * self.angle[pair], h * (da * w[i, b, False])
            tied[j] = RowPart(
                {
                    c: dk * w[j, c, False] + i2 * (da * self.total(shape.column(i, c), w))
                    for c in shape.width
                    if c != b
                },
                dk * own + i2 * (by_a + by_da),
                dk * off + i2 * by_da,
                i2 * by_a,
            )
        image = {j: i2 * x for j, x in free.items()}
        image[i] += self.c[i]
        return self._coefficients(b, image, tied)

    def along_rows(self, b: int, i: int, z: RowPart) -> list[Num]:
        """H applied to the matrix that is z in the rows of I, that own columns of b, and else 0.

        For s in I a_s = alpha eps_s.  Let u be another row.  If it owns no column of b,

            dp(s, u) = dp_J eps_s;

        if it owns that of another index s', dp = first eps_s + second eps_s', the two being equal
        for J = I; if it is tied to s, dp = met eps_s.  The same holds for dS and dA.
        """
        shape, w, i2, p, (c, d, x, y) = self.shape, self.w, self.inv_2pi, self.shape.width[b], z
        own, off, gap = self._entries(i)
        # the sums of a row of z, over eps_s: of its products with the rows of J in the columns
        # outside b, and of its entries in b
        far = {
            j: sum((m * self.total(shape.part(j, k), w) for k, m in c.items()), self.zero)
            for j in shape.height
        }
        row = d + (p - 1) * x - y
        rest = far[i] + off * (row - d)
        alpha = rest + own * d
        rel, s_own, s_off = (
            alpha / self.square[i],
            *(self.s_teacher[i, b, q] for q in (True, False)),
        )
        moved = 0 - rest / s_own - ((p - 1) * (alpha - off * x) + off * y) / s_off  # sum of dS
        moved -= sum(
            shape.width[k] * (alpha - w[i, k, False] * m) / self.s_teacher[i, k, False]
            for k, m in c.items()
        )

        def change(pair: tuple[int, int, bool], dp: Num) -> tuple[Num, Num]:
            """dS and dA."""
            s = self.s[pair]
            ds = (self.square[pair[1]] * alpha - self.p[pair] * dp) / s
            return ds, (dp - self.p[pair] * rel) / s

        # rows of I itself
        angle = self.angle[i, i, False]
        ds, da = change((i, i, False), far[i] + off * row + gap * (x + y))
        moved += (p - 2) * ds
        turn = {
            k: (p - 2) * da * w[i, k, False]
            - m * angle
            - (m - w[i, k, False] * rel) / self.s_teacher[i, k, False]
            for k, m in c.items()
        }
        # d |w|^2 - own alpha = d S^2 - own rest
        turn_d = (p - 2) * da * off + ((p - 1) * y - x) * angle
        turn_d -= (d * s_own - own * rest / s_own) / self.square[i]
        turn_x = da * (own + (p - 3) * off) - x * angle - (x - off * rel) / s_off
        turn_y = da * gap + (d - x + (p - 2) * y) * angle - y / s_off
        free, tied = dict.fromkeys(self._free(b), self.zero), dict.fromkeys(shape.tied(b), z)
        for j in free:
            h = shape.height[j]
            ds, da = change((i, j, False), far[j] + w[j, b, False] * row)
            moved += h * ds
            turn = {k: t + da * self.total(shape.column(j, k), w) for k, t in turn.items()}
            turn_d, turn_x = (t + h * (da * w[j, b, False]) for t in (turn_d, turn_x))
            free[j] = i2 * ((d - x + (p - 1) * y) * self.angle[j, i, False] + da * gap)
        for j in tied:
            if j == i:
                continue
            own_j, off_j, gap_j = self._entries(j)
            other, same = (i, j, False), (i, j, True)
            ds, da = change(other, far[j] + off_j * row + gap_j * x)
            da_2 = gap_j * y / self.s[other]
            ds_2 = 0 - self.p[other] * da_2
            ds_met, da_met = change(same, far[j] + off_j * row + gap_j * d)
            moved += (p - 1) * ds - ds_2 + ds_met
            spread = (p - 1) * da - da_2
            turn = {k: t + (spread + da_met) * w[j, k, False] for k, t in turn.items()}
            turn_d += spread * off_j + da_met * own_j
            turn_x += da * (own_j + (p - 2) * off_j) + (da_met - da_2) * off_j
            turn_y += da_2 * gap_j
            # rows of J, in eps of their own index
            angle, dk = self.angle[other], i2 * ((p - 1) * ds_2 - ds + ds_met) / self.square[j]
            gain, back = self.angle[same] - angle, (p - 1) * da_2 - da + da_met
            tied[j] = RowPart(
                {
                    k: dk * w[j, k, False] + i2 * (gain * m + back * w[i, k, False])
                    for k, m in c.items()
                },
                dk * own_j
                + i2
                * (
                    ((p - 1) * y - x) * angle
                    + d * self.angle[same]
                    + (back - da_met) * off
                    + da_met * own
                ),
                dk * off_j + i2 * (x * gain + da_2 * own + ((p - 2) * da_2 - da + da_met) * off),
                i2 * ((d - x + (p - 2) * y) * angle + y * self.angle[same] + da * gap),
            )
        dk = i2 * moved / self.square[i] - 2 * (self.kappa[i] * rel)
        tied[i] = RowPart(
            {k: self.c[i] * m + dk * w[i, k, False] + i2 * turn[k] for k, m in c.items()},
            self.c[i] * d + dk * own + i2 * turn_d,
            self.c[i] * x + dk * off + i2 * turn_x,
            self.c[i] * y + i2 * turn_y,
        )
        return self._coefficients(b, free, tied)

    def _standard_tests(self, b: int) -> list[tuple[int, RowPart | None, Size]]:
        """The test matrices of type s_b: the row block, what is in its rows, the square over
        |eps|^2.  First eps in the columns of b, for the blocks that own none; then for each that
        owns columns eps_s in the columns of another block, diag(eps), eps_s - eps_t, eps_s + eps_t.
        """
        shape, p = self.shape, self.shape.width[b]
        found: list[tuple[int, RowPart | None, Size]] = []
        found += [(i, None, shape.height[i]) for i in self._free(b)]
        columns = [c for c in shape.width if c != b]
        none = dict.fromkeys(columns, 0)
        inner = [((1, 0, 0), 1), ((0, 1, -1), 2 * p), ((0, 1, 1), 2 * p - 4)]
        for i in shape.tied(b):
            found += [(i, RowPart({**none, c: 1}, 0, 0, 0), shape.width[c]) for c in columns]
            found += [(i, RowPart(none, *z), m) for z, m in inner[: 2 + int(large(p, 3))]]
        return found

    def standard(self, b: int) -> Component:
        """H on s_b; squares over |eps|^2."""
        tests = self._standard_tests(b)
        images = [
            self.along_columns(b, i) if z is None else self.along_rows(b, i, z) for i, z, _ in tests
        ]
        return [list(row) for row in zip(*images)], [m for _, _, m in tests]

    def components(self) -> dict[str, Component]:
        """H on each type of R^(n x k)."""
        shape, found = self.shape, {"1": (self.jacobian(), list(self.shape.count.values()))}
        several = {b: p for b, p in shape.width.items() if large(p, 2)}
        for b, p in several.items():
            found[f"s{b + 1}"] = self.standard(b)
            inside = dict.fromkeys(shape.tied(b), b)
            if inside and large(p, 3):
                found[f"x{b + 1}"] = self._products(inside, -1)
            if inside and large(p, 4):
                found[f"y{b + 1}"] = self._products(inside, 1)
            for c in several:
                between = {**dict.fromkeys(inside, c), **dict.fromkeys(shape.tied(c), b)}
                if b < c and between:
                    found[f"s{b + 1}*s{c + 1}"] = self._products(between, 1)
        return found

    def _products(self, columns: dict[int, int], sign: int) -> Component:
        """H on x_b (sign -1), y_b or s_b*s_c.  For these row blocks I the matrix is m_I u in the
        rows of I and the columns of the block named, where all sums of rows and columns are 0 and u
        is eps_s eta_t, or eps_t eta_s if I owns columns of c; on x_b it is antisymmetric.

        All a_r and all sums of dS are 0.  Where the rows s of I have entries in the columns that J
        owns, dp = (m_I gap_J + sign m_J gap_I) u_st for the row of J that owns t, and the sum of dA
        over these rows times their entries is gap_J dp/S.
        """
        shape, rows = self.shape, []
        gap = {i: self._entries(i)[2] for i in columns}
        for i, c in columns.items():
            row = {j: self._between(i, j) for j in columns}
            teacher = self.s_teacher[i, c, False]
            row[i] = self.c[i] - self.inv_2pi * (self.angle[i, i, False] + 1 / teacher)
            for j in columns:
                over = self.inv_2pi / self.s[i, j, False] if shape.owner[j] == c else self.zero
                if i != j:
                    row[i] += gap[j].square() * over
                    row[j] += sign * (gap[i] * gap[j] * over)
                elif sign > 0:
                    row[i] += 2 * gap[i].square() * over
            rows.append([*row.values()])
        return rows, [1] * len(rows)

    def _between(self, i: int, j: int) -> Num:
        """(A_tied - A)/(2 pi) for two blocks that own the same columns, 0 for others."""
        if i == j or self.shape.owner[i] != self.shape.owner[j]:
            return self.zero
        return self.inv_2pi * (self.angle[i, j, True] - self.angle[i, j, False])

    def padding(self) -> dict[str, Component]:
        """M of lemma 5 on each type of R^n."""
        shape, height = self.shape, self.shape.height
        rows = [[int(i == j) * self.c[i] for j in height] for i in height]
        for at, i in enumerate(height):
            for j, tied, m in shape.others(i):
                rows[at][list(height).index(j)] += m * (self.inv_2pi * self.angle[i, j, tied])
        found: dict[str, Component] = {"1": (rows, list(height.values()))}
        for b, p in shape.width.items():
            if b in height and large(p, 2):
                tied = shape.tied(b)
                rows = [[self._between(i, j) for j in tied] for i in tied]
                for at, i in enumerate(tied):
                    rows[at][at] = self.c[i] - self.inv_2pi * self.angle[i, i, False]
                found[f"s{b + 1}"] = rows, [1] * len(tied)
        return found
