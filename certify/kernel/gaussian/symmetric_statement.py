"""What is claimed of block-symmetric points: the kinds `gaussian-symmetric-minimum` and
`gaussian-symmetric-saddle`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial, prod
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields, flag, natural
from certify.kernel.foundation.reals import Interval, counted, read_interval, read_positive
from certify.kernel.gaussian.blocks import Block, Blocks, unknowns
from certify.kernel.gaussian.isotypic import ComponentType, component_types, padding_types
from certify.kernel.gaussian.problem import read_sizes, require_orthonormal

__all__ = [
    "MAX_BLOCKS",
    "MAX_BLOCK_SIZE",
    "GaussianSymmetric",
    "Spectrum",
    "SymmetricProblem",
    "read_block",
    "read_centre",
]

MAX_BLOCKS = 8
MAX_BLOCK_SIZE = 10**12
_MAX_EXACT = 28  # students: orbits of more have above 30 digits

Spectrum = tuple[tuple[ComponentType, tuple[Interval, ...]], ...]


@dataclass(frozen=True)
class SymmetricProblem:
    """Students W in R^(n x D), D >= k, with orthonormal teachers v_1, ..., v_k, n >= k, parted into
    blocks (FORMAT.md, section 5).
    """

    n: int
    k: int
    blocks: Blocks

    @classmethod
    def read(cls, problem: Any, blocks: Any) -> SymmetricProblem:
        """From the fields `problem` and `blocks` of a statement."""
        known = fields(problem, "the problem", ["n", "k", "targets"])
        require_orthonormal(known)
        if not isinstance(blocks, list) or not 1 <= len(blocks) <= MAX_BLOCKS:
            raise Malformed(f"the blocks are not a list of 1 to {MAX_BLOCKS} blocks")
        parts = tuple(read_block(value, i) for i, value in enumerate(blocks))
        largest = MAX_BLOCKS * MAX_BLOCK_SIZE
        n, k = read_sizes(known, largest)
        if n != sum(block.height for block in parts) or k != sum(block.width for block in parts):
            raise Malformed("the blocks do not have n rows and k columns")
        return cls(n, k, parts)

    def isotropy(self) -> str:
        """The group of the partition, as S_9 x S_1; blocks of one row are left out."""
        return " x ".join(
            f"S_{b.size}" if b.rows else f"S_{b.size} (columns)" for b in self.blocks if b.columns
        )

    def group_order(self) -> int:
        """|G| = prod p! over the blocks with columns."""
        return prod(factorial(block.size) for block in self.blocks if block.columns)

    def orbit(self) -> str:
        """The number of points W gives by permuting rows and columns, if nothing but the group
        fixes it: n! k! / prod p!, and how many these are.
        """
        size = self.orbit_size()
        return (
            f"{self.orbit_formula()} (about {self.orbit_about()})"
            if size is None
            else f"{self.orbit_formula()} = {size}"
        )

    def orbit_formula(self) -> str:
        """The size of the orbit as n! k! / prod p!."""
        below = " ".join(f"{b.size}!" for b in self.blocks if b.columns and b.size > 1)
        above = f"{self.n}! {self.k}!"
        return f"{above} / ({below})" if " " in below else f"{above} / {below}" if below else above

    def orbit_size(self) -> int | None:
        """The same as a whole number, where it has at most 30 digits."""
        size = (
            factorial(self.n) * factorial(self.k) // self.group_order()
            if self.n <= _MAX_EXACT
            else 10**30
        )
        return size if size < 10**30 else None

    def orbit_about(self) -> str:
        """The same to three digits, rightly rounded, as 1.23e456, for numbers of more than 30
        digits.

        Then n >= 18, so the number is a multiple of 7 * 11 * 13 * 17 and neither a power of ten nor
        in the middle between two such decimals:
        enough bits tell which is nearer.
        """
        sizes = [block.size for block in self.blocks if block.columns]
        bits = 128
        while True:
            with precision(bits):
                logarithm = (
                    _log_factorial(self.n)
                    + _log_factorial(self.k)
                    - sum(map(_log_factorial, sizes), arb(0))
                ) / arb(10).log()
                exponent = logarithm.floor().unique_fmpz()
                digits = (
                    None
                    if exponent is None
                    else (100 * arb(10) ** (logarithm - exponent) + arb(1) / 2)
                    .floor()
                    .unique_fmpz()
                )
            if digits is not None:
                text, power = (
                    (str(digits), int(exponent)) if digits < 1000 else ("100", int(exponent) + 1)
                )
                return f"{text[0]}.{text[1:]}e{power}"
            bits *= 2


def _log_factorial(number: int) -> arb:
    return arb(number + 1).lgamma()


def read_block(value: Any, i: int) -> Block:
    """Block i, from an object with type and size."""
    known = fields(value, f"block {i + 1}", ["type", "size"])
    kind = known["type"]
    if kind not in ("diagonal", "columns", "row"):
        raise Malformed(f'the type of block {i + 1} is not "diagonal", "columns" or "row"')
    size = natural(
        known["size"], f"the size of block {i + 1}", 1, 1 if kind == "row" else MAX_BLOCK_SIZE
    )
    return Block(size, kind != "columns", kind != "row", i)


def read_centre(value: Any, blocks: Blocks) -> dict[tuple[int, int, bool], fmpq]:
    """The coordinates of the centre, by name."""
    rows = [i for i, block in enumerate(blocks) if block.rows]
    columns = [j for j, block in enumerate(blocks) if block.columns]
    if not isinstance(value, list) or len(value) != len(rows):
        raise Malformed(
            f"the centre is not a list of {len(rows)} rows, one for each block with rows"
        )
    names = unknowns(blocks)
    result: dict[tuple[int, int, bool], fmpq] = {}
    for i, row in zip(rows, value, strict=True):
        if not isinstance(row, list) or len(row) != len(columns):
            raise Malformed(
                f"a row of the centre is not a list of {len(columns)} entries, one for each block"
                " with columns"
            )
        for j, entry in zip(columns, row, strict=True):
            where = f"entry ({i + 1}, {j + 1}) of the centre"
            here = [name for name in names if name[:2] == (i, j)]
            values = entry if len(here) == 2 else [entry]
            if not isinstance(values, list) or len(values) != len(here):
                raise Malformed(f"{where} is not a list of two numbers, on the diagonal and off it")
            for name, number in zip(here, values, strict=True):
                result[name] = decimal(number, where)
    return result


def _spectrum(value: Any, where: str, types: list[ComponentType]) -> Spectrum:
    known = fields(value, where, [kind.name for kind in types])
    result = []
    for kind in types:
        values = known[kind.name]
        if not isinstance(values, list) or len(values) != kind.copies:
            raise Malformed(
                f"{where} of representation {kind.name} is not a list of"
                f" {counted(kind.copies, 'interval')}"
            )
        result.append(
            (
                kind,
                tuple(
                    read_interval(entry, f"{where} of representation {kind.name}")
                    for entry in values
                ),
            )
        )
    return tuple(result)


def _least(intervals: list[Interval]) -> Interval:
    least = intervals[0]
    for value in intervals:
        if value.low < least.low:
            least = value
    return least


def _intervals(spectrum: Spectrum) -> list[Interval]:
    return [value for _, values in spectrum for value in values]


@dataclass(frozen=True)
class GaussianSymmetric:
    """Both kinds. With C the n x k matrix fixed by the group of the blocks whose entries are the
    `centre`:

    (a) there is exactly one critical point W* fixed by the group whose entries differ from those of
        C by at most `distance`;
    (b) loss.low < F(W*) < loss.high; for a minimum loss.low > 0 = inf F;
    (c) the eigenvalues of the Hessian at W* on each isotypic component of R^(n x k), in increasing
        order and each with the dimension of the type as multiplicity, lie in the intervals of
        `spectrum`; those in each dimension beyond k in the intervals of `padding`;
    (d) none of them is 0; for a minimum all are positive, for a saddle `index` >= 1 of those in
        R^(n x k) are negative, and `index` + `index_beyond` (D - k) in R^(n x D);
    (e) in every R^(n x D), D >= k, W* (padded with zeros) is the only critical point in the closed
        ball |W - C| <= radius, and the Hessian at every point of the ball is nondegenerate with the
        signs it has at W*;
    (f) if exact_isotropy: no permutation of rows and columns fixes W* but those of the group.
    """

    problem: SymmetricProblem
    centre: dict[tuple[int, int, bool], fmpq]
    distance: fmpq
    radius: fmpq
    loss: Interval
    index: int
    spectrum: Spectrum
    padding: Spectrum
    exact_isotropy: bool
    texts: dict[str, str]

    @classmethod
    def read_minimum(cls, value: Any) -> GaussianSymmetric:
        """From the field `statement` of a certificate of the kind gaussian-symmetric-minimum."""
        return cls._read(value, saddle=False)

    @classmethod
    def read_saddle(cls, value: Any) -> GaussianSymmetric:
        """From the field `statement` of a certificate of the kind gaussian-symmetric-saddle."""
        return cls._read(value, saddle=True)

    @classmethod
    def _read(cls, value: Any, *, saddle: bool) -> GaussianSymmetric:
        known = fields(value, "the statement", ["problem", "blocks", "centre", "claims"])
        problem = SymmetricProblem.read(known["problem"], known["blocks"])
        names = ["distance", "radius", "loss", "spectrum", "padding", "exact_isotropy"]
        claims = fields(known["claims"], "the claims", [*names, "index"] if saddle else names)
        return cls(
            problem=problem,
            centre=read_centre(known["centre"], problem.blocks),
            distance=read_positive(claims["distance"], "the distance"),
            radius=read_positive(claims["radius"], "the radius"),
            loss=read_interval(claims["loss"], "the loss"),
            index=natural(claims["index"], "the index", 1, 10**25) if saddle else 0,
            spectrum=_spectrum(claims["spectrum"], "the spectrum", component_types(problem.blocks)),
            padding=_spectrum(
                claims["padding"], "the padding spectrum", padding_types(problem.blocks)
            ),
            exact_isotropy=flag(claims["exact_isotropy"], "the field exact_isotropy"),
            texts={name: claims[name] for name in ("distance", "radius")},
        )

    @property
    def saddle(self) -> bool:
        """Whether the kind is that of saddles."""
        return self.index > 0

    @property
    def index_beyond(self) -> int:
        """By how much each dimension beyond k raises the index: the dimensions of the types in
        `padding`, once for each interval below 0.
        """
        return sum(
            int(kind.dimension)
            for kind, values in self.padding
            for value in values
            if value.high < 0
        )

    def index_in(self, dimension: str) -> str:
        """The index in R^(n x dimension), dimension >= k a letter, as 12 + (d - 8)."""
        times = {0: "", 1: "("}.get(self.index_beyond, f"{self.index_beyond}(")
        return (
            f"{self.index} + {times}{dimension} - {self.problem.k})" if times else str(self.index)
        )

    def eigenvalues(self) -> list[Interval]:
        """All claimed intervals, those of the further dimensions included."""
        return _intervals(self.spectrum) + _intervals(self.padding)

    @property
    def lambda_min(self) -> Interval:
        """The claimed interval with the least lower end among the eigenvalues in R^(n x k): it
        holds the smallest of them.
        """
        return _least(_intervals(self.spectrum))

    @property
    def lambda_min_beyond(self) -> Interval:
        """The same in R^(n x D) for every D > k, where the eigenvalues of `padding` are added."""
        return _least(self.eigenvalues())

    def headline(self) -> str:
        """The theorem in one line."""
        p = self.problem
        what = "spurious local minimum"
        if self.saddle:
            beyond = (
                f", {self.index_in('d')} in dimension d,"
                if self.index_beyond
                else f" and in every dimension d >= {p.k},"
            )
            what = f"saddle of index {self.index} in R^({p.n} x {p.k}){beyond}"
        return (
            f"{what} of the Gaussian ReLU loss, n = {p.n}, k = {p.k}, every d >= {p.k}, orthonormal"
            f" targets, fixed by {p.isotropy()}, F in {self.loss}"
        )

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        p = self.problem
        what = "a strict local minimum"
        if self.saddle:
            beyond = (
                f", {self.index_in('D')} in R^({p.n} x D)"
                if self.index_beyond
                else f" and in every R^({p.n} x D)"
            )
            what = f"a nondegenerate saddle of index {self.index} in R^({p.n} x {p.k}){beyond}"
        lines = [
            (
                f"THEOREM.  Let x ~ N(0, I_D), D >= {p.k}, v_1, ..., v_{p.k} orthonormal, and for W"
                f" in R^({p.n} x D)"
            ),
            "",
            (
                f"    F(W) = 1/2 E( sum_(i=1..{p.n}) max(0, w_i.x) - sum_(j=1..{p.k}) max(0, v_j.x)"
                " )^2."
            ),
            "",
            (
                f"Let C be the {p.n} x {p.k} matrix of the file, in coordinates v_1, ..., v_{p.k},"
                f" fixed by G = {p.isotropy()}."
            ),
            (
                "  (a)  One critical point W* fixed by G, and no other, has all entries within"
                f" {self.texts['distance']} of those of C;"
            ),
            f"       padded with D - {p.k} zero columns it is {what};",
            f"  (b)  F(W*) lies in {self.loss}" + (";" if self.saddle else ","),
        ]
        if not self.saddle:
            lines.append("       while inf F = 0 is attained: W* is a spurious local minimum;")
        lines.append(f"  (c)  the eigenvalues of the Hessian at W* in R^({p.n} x {p.k}) lie")
        lines += self._table(self.spectrum)
        lines.append(f"       and, added by each dimension beyond {p.k},")
        lines += self._table(self.padding)
        lines.append(
            "  (d)  W* is the only critical point in the closed ball |W - C| <="
            f" {self.texts['radius']} (Frobenius norm)."
        )
        if self.exact_isotropy:
            size = p.orbit_size()
            equal, about = (
                ("", f", about {p.orbit_about()}") if size is None else (f" = {size}", "")
            )
            lines.append(
                f"  (e)  permuting rows and columns gives {p.orbit_formula()}{equal} different"
                f" points W* in R^({p.n} x {p.k}){about}."
            )
        return "\n".join(lines)

    @staticmethod
    def _table(spectrum: Spectrum) -> list[str]:
        times = {
            kind.name: "once" if kind.dimension == 1 else f"{kind.dimension} times"
            for kind, _ in spectrum
        }
        return [
            f"         {times[kind.name]} in {value}   (representation {kind.name})"
            for kind, values in spectrum
            for value in values
        ]
