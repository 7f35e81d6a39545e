"""What a certificate claims, row by row: a symbol, a value that is printed outward, and what it
means. One function for each kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import singledispatch

from certify.enclosure import Enclosure, rounded
from certify.kernel.foundation.reals import Interval, counted
from certify.kernel.gaussian.basin import GaussianBasin
from certify.kernel.gaussian.birth_statement import GaussianBirth
from certify.kernel.gaussian.enumeration import GaussianEnumeration
from certify.kernel.gaussian.families import FAMILIES
from certify.kernel.gaussian.family import GaussianFamily
from certify.kernel.gaussian.family_saddle import GaussianFamilySaddle
from certify.kernel.gaussian.minimum import GaussianMinimum
from certify.kernel.gaussian.span import GaussianSpan
from certify.kernel.gaussian.splitting import GaussianSplitting
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric, Spectrum
from certify.kernel.kind import Statement
from certify.kernel.piecewise.entropy import DataEntropyMinimum
from certify.kernel.piecewise.global_minimum import DataGlobalMinimum
from certify.kernel.piecewise.minimum import DataMinimum
from certify.kernel.piecewise.noncritical import DataNoncritical
from certify.kernel.piecewise.saddle import DataSaddle
from certify.kernel.smooth.constant import DataConstantMinimum
from certify.kernel.smooth.constant_family import DataConstantFamily
from certify.kernel.smooth.moments import Moments
from certify.kernel.smooth.problem import SmoothProblem
from certify.kernel.smooth.splitting import DataSplittingFamily
from certify.report.words import unicode

__all__ = ["Bound", "Row", "Value", "claim_rows", "exact"]

_LONGEST = 40  # characters of a rational that is printed as it is


@dataclass(frozen=True)
class Bound:
    """One end: the quantity is at most `end` (`above`), or at least. Rounded to the side on which
    the statement stays true.

    >>> Bound(Fraction("9.14e-41"), above=True).printed(2)
    '9.2e-41'
    """

    end: Fraction
    above: bool

    @classmethod
    def most(cls, text: object) -> Bound:
        """At most this decimal."""
        return cls(Fraction(str(text)), above=True)

    @classmethod
    def least(cls, text: object) -> Bound:
        """At least this decimal."""
        return cls(Fraction(str(text)), above=False)

    def printed(self, digits: int = 12) -> str:
        """The end with at most `digits` significant digits: up for an upper bound, down for a lower
        one.
        """
        return rounded(self.end, digits, up=self.above)


Value = Enclosure | Bound | str  # a str is exact as it stands


@dataclass(frozen=True)
class Row:
    """One claim: `symbol` in Unicode, `latex` for mathematics mode, `value`, and its meaning in a
    few words.
    """

    symbol: str
    latex: str
    value: Value
    meaning: str
    one_of_many: bool = False  # an eigenvalue among all of them

    @property
    def relation(self) -> str:
        """The sign between symbol and value."""
        if isinstance(self.value, Enclosure):
            return "∈"
        if isinstance(self.value, Bound):
            return "≤" if self.value.above else "≥"
        return "="

    def printed(self, digits: int = 12) -> str:
        """The value, rounded outward to `digits` significant digits (what is exact text is left as
        it is).
        """
        return self.value if isinstance(self.value, str) else self.value.printed(digits)


def _in(interval: Interval) -> Enclosure:
    return Enclosure.of(*interval.texts)


def _loss(value: Interval, *, spurious: bool = True) -> Row:
    return Row(
        "F(W*)",
        r"F(W^\ast)",
        _in(value),
        "loss at the critical point" + (", above inf F = 0: spurious" if spurious else ""),
    )


def _lowest(value: Interval, where: str) -> Row:
    return Row(
        "λ_min(W*)",
        r"\lambda_{\min}(W^\ast)",
        _in(value),
        f"smallest eigenvalue of the Hessian at W* {where}",
    )


def _distance(text: str) -> Row:
    return Row(
        "‖W* − C‖", r"\|W^\ast-C\|", Bound.most(text), "from the centre C to the critical point"
    )


def _radius(text: str) -> Row:
    return Row("r", "r", text, "W* is the only critical point with ‖W − C‖ ≤ r")


def _curvature(text: str) -> Row:
    return Row(
        "λ_min(W)", r"\lambda_{\min}(W)", Bound.least(text), "Hessian on the whole ball ‖W − C‖ ≤ r"
    )


@singledispatch
def claim_rows(claim: Statement) -> list[Row]:
    """The claims of a statement, the most telling first. A kind without a function of its own is an
    error: `TypeError`.
    """
    raise TypeError(f"no table of claims for {type(claim).__name__}")


@claim_rows.register
def _(claim: GaussianMinimum) -> list[Row]:
    d = str(claim.problem.d)
    where = (
        Row("D", "D", Bound.least(d), "in every such dimension")
        if claim.every_dimension
        else Row("D", "D", d, "dimension of the input")
    )
    return [
        _loss(claim.loss),
        _lowest(
            claim.lambda_min,
            (
                "in every such dimension D"
                if claim.every_dimension
                else f"in {_space(claim.problem.n, d)}"
            ),
        ),
        _distance(claim.distance.text),
        _radius(claim.radius.text),
        _curvature(claim.curvature.text),
        where,
    ]


@claim_rows.register
def _(claim: GaussianSymmetric) -> list[Row]:
    problem = claim.problem
    rows = [
        _loss(claim.loss, spurious=not claim.saddle),
        _lowest(claim.lambda_min, f"in {_space(problem.n, problem.k)}"),
        Row(
            "max |W* − C|",
            r"\max_{r,t}|W^\ast_{rt}-C_{rt}|",
            Bound.most(claim.distance.text),
            "entry by entry, from the centre C to the critical point",
        ),
        _radius(claim.radius.text),
        Row("D", "D", Bound.least(str(problem.k)), "in every such dimension"),
        Row(
            "G",
            "G",
            unicode(problem.isotropy()),
            "permutations of rows and columns that fix W*"
            + (", and no others do" if claim.exact_isotropy else ""),
        ),
    ]
    if claim.saddle:
        where = f"negative eigenvalues of the Hessian in {_space(problem.n, problem.k)}"
        more = (
            f", {unicode(claim.index_in('D'))} in {_space(problem.n, 'D')}"
            if claim.index_beyond
            else f" and in every {_space(problem.n, 'D')}"
        )
        rows.insert(2, Row("index", r"\mathrm{index}", str(claim.index), where + more))
    if claim.lambda_min_beyond.low < claim.lambda_min.low:
        beyond = Row(
            "λ_min₊(W*)",
            r"\lambda_{\min+}(W^\ast)",
            _in(claim.lambda_min_beyond),
            f"smallest eigenvalue of the Hessian at W* in every {_space(problem.n, 'D')}, D >"
            f" {problem.k}",
        )
        rows.insert(2, beyond)
    if claim.exact_isotropy:
        rows.append(
            Row(
                "orbit",
                r"|\mathrm{orbit}|",
                problem.orbit(),
                f"points in {_space(problem.n, problem.k)} that permuting rows and columns gives",
            )
        )
    rows += _eigenvalues(claim.spectrum, "λ", r"\lambda", f"in {_space(problem.n, problem.k)}")
    rows += _eigenvalues(
        claim.padding, "λ₊", r"\lambda_{+}", f"in each dimension beyond {problem.k}"
    )
    return rows


def _eigenvalues(spectrum: Spectrum, symbol: str, latex: str, where: str) -> Iterator[Row]:
    found = [
        (_in(value), int(kind.dimension), kind.name)
        for kind, values in spectrum
        for value in values
    ]
    for value, times, name in sorted(found, key=lambda item: item[0].low):
        yield Row(
            symbol,
            latex,
            value,
            f"eigenvalue {where}, {_times(times)} (representation {name})",
            one_of_many=True,
        )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _space(n: int, k: int | str) -> str:
    return unicode(f"R^({n} x {k})")


@claim_rows.register
def _(claim: GaussianBirth) -> list[Row]:
    return [
        Row(
            "k*",
            r"k^\ast",
            _in(claim.k),
            "the only k in K at which the Hessian is singular; above it, in K, it is positive"
            " definite, in every dimension D ≥ k",
        ),
        Row(
            "representation",
            r"\mathrm{representation}",
            claim.crossing.name,
            "of the one eigenvalue that is 0 at k*",
        ),
        Row(
            "max |x(k) − C|",
            r"\max_i|x_i(k)-C_i|",
            Bound.most(claim.distance.text),
            "coordinate by coordinate, from the centre to the solution, k in K",
        ),
    ]


@claim_rows.register
def _(claim: GaussianFamily) -> list[Row]:
    family = FAMILIES[claim.family]
    times, tex = ("k ", "k\\,") if family.loss_order else ("", "")
    loss, loss_tex = f"{times}F(W*(k))", rf"{tex}F(W^\ast(k))"
    return [
        Row("k", "k", Bound.least(claim.k_from), "every such integer, and every D ≥ k"),
        Row(loss, loss_tex, _in(claim.loss), "loss at the critical point; inf F = 0: spurious"),
        Row(
            "λ_min(W*(k))",
            r"\lambda_{\min}(W^\ast(k))",
            _in(claim.lambda_min),
            "smallest eigenvalue of the Hessian at W*(k), for every such k and D",
        ),
        Row(
            f"k^(1/2) |{loss} − L|",
            rf"k^{{1/2}}\,|{loss_tex}-L|",
            Bound.most(claim.rate.text),
            f"L = {unicode(family.limit_text())}: the limit, and how fast",
        ),
        Row(
            "F(W*(k))",
            r"F(W^\ast(k))",
            "strictly " + ("decreasing" if family.decreasing else "increasing"),
            "as k grows",
        ),
        Row("G", "G", unicode(family.symmetry()), "fixes W*(k)"),
    ]


@claim_rows.register
def _(claim: GaussianFamilySaddle) -> list[Row]:
    low, high = claim.k.texts
    return [
        Row(
            "K",
            "K",
            f"[{low}, {high}]",
            "no local minimum for any whole k in K and any D ≥ k; negative curvature for every real"
            " k in K",
        ),
        Row(
            "representation",
            r"\mathrm{representation}",
            claim.representation,
            "of the negative curvature",
        ),
        Row(
            f"max |W*({high}) − C|",
            r"\max_i|x_i(k_{\max})-C_i|",
            Bound.most(claim.distance.text),
            "coordinate by coordinate, from the centre to the solution",
        ),
        Row("G", "G", unicode(FAMILIES[claim.family].symmetry()), "fixes W*(k)"),
    ]


@claim_rows.register
def _(claim: GaussianSplitting) -> list[Row]:
    what = "neurons" if isinstance(claim.minimum, GaussianMinimum) else "blocks of neurons"
    numbers = ", ".join(map(str, claim.neurons))
    return [
        Row(
            "split",
            r"\mathrm{split}",
            numbers,
            f"{what}: splitting any of them gives a saddle, whatever the shares (both positive)",
        ),
        *claim_rows(claim.minimum),
    ]


@claim_rows.register
def _(claim: GaussianBasin) -> list[Row]:
    return [
        Row(
            "ρ",
            r"\rho",
            claim.radius.text,
            "gradient flow, and descent with steps up to 1/L, converge to W* from ‖W − W*‖ ≤ ρ",
        ),
        Row(
            "λ(W)",
            r"\lambda(W)",
            Bound.least(claim.curvature.text),
            "every eigenvalue of the Hessian on that ball",
        ),
        Row(
            "λ(W)",
            r"\lambda(W)",
            Bound.most(claim.smoothness.text),
            "every eigenvalue of the Hessian on that ball: L",
        ),
        *claim_rows(claim.minimum),
    ]


@claim_rows.register
def _(claim: GaussianSpan) -> list[Row]:
    least = claim.d if claim.rho is None else claim.k
    rows = [
        _loss(claim.loss),
        _distance(claim.distance.text),
        _radius(claim.radius.text),
        _curvature(claim.curvature.text),
        Row("D", "D", Bound.least(least), "in every such dimension"),
    ]
    if claim.rho is not None:
        rows.append(
            Row(
                "ρ",
                r"\rho",
                claim.rho.text,
                "all teachers whose inner products differ by at most ρ from orthonormal ones",
            )
        )
    return rows


@claim_rows.register
def _(claim: GaussianEnumeration) -> list[Row]:
    rows = [
        Row(
            "number",
            r"\#",
            str(len(claim.points)),
            f"{'critical point' if len(claim.points) == 1 else 'critical points'} W(a, b) ≠ 0 in"
            f" {_space(claim.k, claim.k)}, those fixed by {unicode(f'S_{claim.k}')}, no others",
        )
    ]
    for i, point in enumerate(claim.points, start=1):
        a, b = float(Fraction(point.a.text)), float(Fraction(point.b.text))
        near = f"a ≈ {a:.6g}, b ≈ {b:.6g}"  # the theorem gives them exactly
        rows.append(
            Row(
                f"‖W{i}* − W(a, b)‖",
                rf"\|W_{{{i}}}^\ast-W(a,b)\|",
                Bound.most(point.distance.text),
                f"critical point {i}: {near}",
            )
        )
    return rows


def exact(value: object) -> str | Enclosure:
    """A rational as it is where it is short, else enclosed."""
    text = str(value)
    return text if len(text) <= _LONGEST else Enclosure.of(text, text)


def _yes(name: str, meaning: str) -> Row:
    return Row(name, rf"\text{{{name}}}", "yes", meaning)


def _data(claim: DataMinimum | DataGlobalMinimum | DataSaddle | DataNoncritical) -> list[Row]:
    problem = claim.problem
    return [
        Row("R(θ)", r"R(\theta)", exact(claim.risk), "risk at the parameters θ in the file"),
        Row(
            "data",
            r"\text{data}",
            str(problem.inputs.ncols()),
            f"with {counted(int(problem.inputs.nrows()), 'input')} and"
            f" {counted(int(problem.targets.nrows()), 'target')} each",
        ),
    ]


@claim_rows.register
def _(claim: DataMinimum) -> list[Row]:
    rows = [*_data(claim), _yes("minimum", "θ is a local minimum of R")]
    if claim.better is not None:
        rows.append(_yes("spurious", "R is smaller at the better parameters in the file"))
    if claim.continuum:
        rows.append(_yes("continuum", "θ is one of a continuum of local minima with the same risk"))
    if claim.linear_fit:
        rows.append(
            _yes(
                "linear fit",
                "on the data the network is an affine map, and no affine map has a smaller risk",
            )
        )
    return rows


@claim_rows.register
def _(claim: DataGlobalMinimum) -> list[Row]:
    return [*_data(claim), _yes("global", "θ is a global minimum of R")]


@claim_rows.register
def _(claim: DataSaddle) -> list[Row]:
    return [
        *_data(claim),
        _yes(
            "saddle", "θ is critical; R falls along one curve of the file and rises along the other"
        ),
    ]


@claim_rows.register
def _(claim: DataNoncritical) -> list[Row]:
    part = f"{'bias' if claim.bias else 'weight'} {claim.entry + 1} of layer {claim.layer}"
    return [
        *_data(claim),
        Row(
            "∂R",
            r"\partial R",
            exact(claim.derivative),
            f"derivative of R by {part}, not 0: θ is no local minimum",
        ),
    ]


@claim_rows.register
def _(claim: DataEntropyMinimum) -> list[Row]:
    rows = [
        Row("R(θ*)", r"R(\theta^\ast)", _in(claim.risk), "risk at the local minimum θ*"),
        Row(
            "‖θ* − θ‖",
            r"\|\theta^\ast-\theta\|",
            Bound.most(claim.distance.text),
            "θ the parameters in the file; only the last layer differs",
        ),
        Row(
            "data",
            r"\text{data}",
            str(claim.inputs.ncols()),
            f"with {counted(int(claim.inputs.nrows()), 'input')} each, {claim.classes} classes",
        ),
    ]
    if claim.better is not None:
        rows.append(_yes("spurious", "R is smaller at the better parameters in the file"))
    return rows


def _smooth(problem: SmoothProblem) -> Row:
    return Row(
        "data",
        r"\text{data}",
        str(problem.data),
        f"with {counted(problem.dimension, 'input')} and one target each",
    )


def _constant(moments: Moments) -> Row:
    return Row(
        "f_θ*(x_n)",
        r"f_{\theta^\ast}(x_n)",
        exact(moments.level),
        "for all n: the mean of the targets",
    )


def _hidden(widths: tuple[int, ...], meaning: str) -> Row:
    return Row("widths", r"\text{widths}", ", ".join(map(str, widths)), meaning)


@claim_rows.register
def _(claim: DataConstantMinimum) -> list[Row]:
    rows = [
        Row("R(θ*)", r"R(\theta^\ast)", exact(claim.risk), "risk at the local minimum θ*"),
        _constant(claim.moments),
        Row(
            "|b* − b|",
            r"|b^\ast-b|",
            Bound.most(claim.distance.text),
            "θ* is as in the file but for the last bias: there b",
        ),
        _hidden(claim.widths, "units of the hidden layers"),
        _smooth(claim.problem),
    ]
    if claim.better is not None:
        rows.append(_yes("spurious", "R is smaller at the better parameters in the file"))
    if claim.fits:
        rows.append(
            _yes(
                "fits",
                "with the hidden layers of the better parameters and another last layer R is 0",
            )
        )
    return rows


@claim_rows.register
def _(claim: DataConstantFamily) -> list[Row]:
    return [
        Row("R(θ*)", r"R(\theta^\ast)", exact(claim.risk), "risk at the spurious local minimum θ*"),
        Row("L", "L", Bound.least(1), "hidden layers: for every such number, and all widths"),
        _constant(claim.moments),
        Row(
            "a",
            "a",
            exact(claim.point),
            "what every hidden unit applies the activation to at θ*, on all data",
        ),
        _smooth(claim.problem),
    ]


@claim_rows.register
def _(claim: DataSplittingFamily) -> list[Row]:
    rows = [
        Row(
            "R(θ*)",
            r"R(\theta^\ast)",
            _in(claim.risk),
            "risk at the local minimum θ* of the base network, and where its neuron is split",
        ),
        Row(
            "k",
            "k",
            Bound.least(claim.least_width),
            "units of the last hidden layer: a spurious minimum for every such k",
        ),
        Row(
            "‖θ* − θ‖",
            r"\|\theta^\ast-\theta\|",
            Bound.most(claim.distance.text),
            "θ the parameters in the file",
        ),
        _hidden(claim.widths, "units of the hidden layers of the base network"),
        Row(
            "split",
            r"\text{split}",
            str(claim.neuron + 1),
            "neuron of the last hidden layer, its copies in any positive proportions",
        ),
        _smooth(claim.problem),
    ]
    if claim.spread.value > 0:
        rows.insert(
            2,
            Row(
                "s",
                "s",
                claim.spread.text,
                "for all targets that differ from those in the file by at most s each: a set of"
                " positive measure",
            ),
        )
    return rows
