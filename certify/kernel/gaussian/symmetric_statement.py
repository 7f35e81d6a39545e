"""What the kinds `gaussian-symmetric-minimum` and `gaussian-symmetric-saddle` claim (FORMAT 4.2):
a critical point fixed by the group of a partition, with its whole spectrum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields, flag, natural
from certify.kernel.foundation.reals import (
    Interval,
    Real,
    counted,
    read_interval,
    read_positive,
)
from certify.kernel.foundation.words import Math, Numeral, Words, line, series
from certify.kernel.gaussian.components import Component, components, padding_components
from certify.kernel.gaussian.partition import Coordinates, SymmetricProblem, copies, read_centre
from certify.kernel.gaussian.problem import loss_display

__all__ = ["GaussianSymmetric", "Spectrum"]

Spectrum = tuple[tuple[Component, tuple[Interval, ...]], ...]


def _read_spectrum(value: Any, where: str, parts: list[Component]) -> Spectrum:
    known = fields(value, where, [component.name for component in parts])
    result = []
    for component in parts:
        values, of = known[component.name], f"{where} of representation {component.name}"
        if not isinstance(values, list) or len(values) != component.copies:
            raise Malformed(f"{of} is not a list of {counted(component.copies, 'interval')}")
        result.append((component, tuple(read_interval(entry, of) for entry in values)))
    return tuple(result)


def _least(intervals: list[Interval]) -> Interval:
    least = intervals[0]
    for value in intervals:
        if value.low < least.low:
            least = value
    return least


def _intervals(spectrum: Spectrum) -> list[Interval]:
    return [value for _, values in spectrum for value in values]


def _table(spectrum: Spectrum) -> Iterator[Words]:
    """One line for each enclosure: how many eigenvalues it holds, and of which component."""
    for component, values in spectrum:
        times = "once" if component.dimension == 1 else f"{component.dimension} times"
        for value in values:
            yield line(f"         {times} in ", value, f"   (representation {component.name})")


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
    centre: Coordinates
    distance: Real
    radius: Real
    loss: Interval
    index: int | None
    spectrum: Spectrum
    padding: Spectrum
    exact_isotropy: bool

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
            index=natural(claims["index"], "the index", 1, 10**25) if saddle else None,
            spectrum=_read_spectrum(claims["spectrum"], "the spectrum", components(problem.blocks)),
            padding=_read_spectrum(
                claims["padding"], "the padding spectrum", padding_components(problem.blocks)
            ),
            exact_isotropy=flag(claims["exact_isotropy"], "the field exact_isotropy"),
        )

    @property
    def saddle(self) -> bool:
        """Whether the kind is that of saddles."""
        return self.index is not None

    @property
    def index_beyond(self) -> int:
        """By how much each dimension beyond k raises the index: the dimensions of the types in
        `padding`, once for each interval below 0.
        """
        return sum(
            int(component.dimension)
            for component, values in self.padding
            for value in values
            if value.high < 0
        )

    def index_in(self, dimension: str) -> Math:
        """The index in R^(n x dimension), dimension >= k a letter, as 12 + (d − 8)."""
        times = {0: "", 1: "("}.get(self.index_beyond, f"{self.index_beyond}(")
        beyond = f" + {times}{dimension} − {self.problem.k})" if times else ""
        return Math(f"{self.index}{beyond}")

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

    def neurons(self) -> list[int]:
        """The numbers, from 1 on, of the blocks that have rows."""
        return [i for i, block in enumerate(self.problem.blocks, start=1) if block.rows]

    def headline(self) -> Words:
        """The theorem in one line."""
        p = self.problem
        what = "spurious local minimum"
        if self.saddle:
            beyond = (
                f", ${self.index_in('d')}$ in dimension $d$,"
                if self.index_beyond
                else f" and in every dimension $d ≥ {p.k}$,"
            )
            what = f"saddle of index {self.index} in $ℝ^{{{p.n}×{p.k}}}${beyond}"
        return line(
            f"{what} of ",
            *p.activation.loss(),
            f"{p.signs.named()}, $n = {p.n}$, $k = {p.k}$, every $d ≥ {p.k}$, orthonormal targets,"
            " fixed by ",
            p.group(),
            ", $F$ in ",
            self.loss,
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        p = self.problem
        space = f"$ℝ^{{{p.n}×{p.k}}}$"
        yield line(
            f"THEOREM.  Let $x ∼ N(0, I_D)$, $D ≥ {p.k}$, ${series('v', p.k)}$ orthonormal, and"
            f" for $W ∈ ℝ^{{{p.n}×D}}$"
        )
        yield from loss_display(p.n, p.k, p.activation, p.signs)
        yield line(
            f"Let $C$ be the ${p.n} × {p.k}$ matrix of the file, in coordinates"
            f" ${series('v', p.k)}$, fixed by $G = {p.group()}$."
        )
        yield from copies(p.blocks)
        yield line(
            "  (a)  One critical point $W*$ fixed by $G$, and no other, has all entries within ",
            self.distance,
            " of those of $C$;",
        )
        yield line(f"       padded with $D − {p.k}$ zero columns it is {self._what()};")
        yield line("  (b)  $F(W*)$ lies in ", self.loss, ";" if self.saddle else ",")
        if not self.saddle:
            yield line("       while $inf F = 0$ is attained: $W*$ is a spurious local minimum;")
        yield line(f"  (c)  the eigenvalues of the Hessian at $W*$ in {space} lie")
        yield from _table(self.spectrum)
        yield line(f"       and, added by each dimension beyond {p.k},")
        yield from _table(self.padding)
        yield line(
            "  (d)  $W*$ is the only critical point in the closed ball $‖W − C‖ ≤ $",
            self.radius,
            " (Frobenius norm).",
        )
        if self.exact_isotropy:
            yield self._orbit(space)

    def _what(self) -> str:
        """A text for `line`: which critical point it is, in which dimensions."""
        if not self.saddle:
            return "a strict local minimum"
        p = self.problem
        beyond = (
            f", ${self.index_in('D')}$ in $ℝ^{{{p.n}×D}}$"
            if self.index_beyond
            else f" and in every $ℝ^{{{p.n}×D}}$"
        )
        return f"a nondegenerate saddle of index {self.index} in $ℝ^{{{p.n}×{p.k}}}${beyond}"

    def _orbit(self, space: str) -> Words:
        p, points = self.problem, f"different points $W*$ in {space}"
        alike = " of equal output weight" if p.signs.mixed else ""
        start = f"  (e)  permuting rows and columns{alike} gives ${p.orbit_formula()}"
        size = p.orbit_size()
        if size is None:
            return line(f"{start}$ {points}, about ", Numeral(p.orbit_about()), ".")
        return line(f"{start} = {size}$ {points}.")
