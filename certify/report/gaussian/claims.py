"""The claims about the Gaussian loss, row by row, the most telling first: one function for each
kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from certify.enclosure import Enclosure
from certify.kernel.foundation.reals import Interval, Real
from certify.kernel.foundation.words import Math, Numeral, Words, line, lowered
from certify.kernel.gaussian.activation import Activation
from certify.kernel.gaussian.basin import GaussianBasin
from certify.kernel.gaussian.birth_statement import GaussianBirth
from certify.kernel.gaussian.blocks import Blocks
from certify.kernel.gaussian.consequence import Minimum
from certify.kernel.gaussian.enumeration import GaussianEnumeration
from certify.kernel.gaussian.families import FAMILIES
from certify.kernel.gaussian.family import GaussianFamily
from certify.kernel.gaussian.family_saddle import GaussianFamilySaddle
from certify.kernel.gaussian.minimum import GaussianMinimum
from certify.kernel.gaussian.partition import SymmetricProblem
from certify.kernel.gaussian.signs import Signs
from certify.kernel.gaussian.span import GaussianSpan
from certify.kernel.gaussian.splitting import GaussianSplitting
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric, Spectrum
from certify.report.rows import Row, least, most, row, within

__all__ = [
    "basin",
    "birth",
    "eigenvalues",
    "enumeration",
    "family",
    "family_saddle",
    "minimum",
    "span",
    "splitting",
    "symmetric",
]


def _loss(value: Interval, *, spurious: bool = True) -> Row:
    above = ", above $inf F = 0$: spurious" if spurious else ""
    return row("F(W*)", r"F(W^\ast)", within(value), f"loss at the critical point{above}")


def _lowest(value: Interval, where: str) -> Row:
    return row(
        "λ_min(W*)",
        r"\lambda_{\min}(W^\ast)",
        within(value),
        f"smallest eigenvalue of the Hessian at $W*$ {where}",
    )


def _distance(value: Real) -> Row:
    meaning = "from the centre $C$ to the critical point"
    return row("‖W* − C‖", r"\|W^\ast-C\|", most(value), meaning)


def _radius(value: Real) -> Row:
    return row("r", "r", value, "$W*$ is the only critical point with $‖W − C‖ ≤ r$")


def _curvature(value: Real) -> Row:
    return row(
        "λ_min(W)",
        r"\lambda_{\min}(W)",
        least(value),
        "Hessian on the whole ball $‖W − C‖ ≤ r$",
    )


def _activation(activation: Activation) -> list[Row]:
    """What sigma is; nothing for ReLU."""
    if activation.is_relu:
        return []
    _, _, *formula, _ = activation.where()
    return [row("σ(t)", r"\sigma(t)", tuple(formula), "the activation")]


def _weights(signs: Signs, blocks: Blocks = ()) -> list[Row]:
    """Which output weights are -1; nothing where all are 1. A block without students, or without
    teachers, has a dot in the place of their weight.
    """
    if not signs.mixed:
        return []
    each = "block by block" if signs.blocks else "one by one"
    rows = []
    for letter, who, part, counts in (
        ("s", "students", signs.students, [block.rows for block in blocks]),
        ("t", "teachers", signs.teachers, [block.columns for block in blocks]),
    ):
        some = counts or [True] * len(part)
        told = ", ".join(
            str(sign).replace("-", "−") if count else "·"
            for sign, count in zip(part, some, strict=True)
        )
        none = "" if all(some) else f" (· for a block without {who})"
        meaning = f"output weights of {who}, {each}{none}"
        rows.append(row(letter, letter, Math(f"({told})"), meaning))
    return rows


def _space(n: int, k: int | str) -> str:
    return f"$ℝ^{{{n}×{k}}}$"


def minimum(claim: GaussianMinimum) -> list[Row]:
    """The claims about a dense minimum."""
    d = str(claim.problem.d)
    if claim.every_dimension:
        where = row("D", "D", least(d), "in every such dimension")
        lowest = _lowest(claim.lambda_min, "in every such dimension $D$")
    else:
        where = row("D", "D", d, "dimension of the input")
        lowest = _lowest(claim.lambda_min, f"in {_space(claim.problem.n, d)}")
    return [
        _loss(claim.loss),
        lowest,
        _distance(claim.distance),
        _radius(claim.radius),
        _curvature(claim.curvature),
        where,
        *_activation(claim.problem.activation),
        *_weights(claim.problem.signs),
    ]


def symmetric(claim: GaussianSymmetric) -> list[Row]:
    """The claims about a symmetric minimum or saddle; all eigenvalues at the end."""
    n, k = claim.problem.n, claim.problem.k
    rows = [
        _loss(claim.loss, spurious=not claim.saddle),
        _lowest(claim.lambda_min, f"in {_space(n, k)}"),
    ]
    if claim.lambda_min_beyond.low < claim.lambda_min.low:
        beyond = row(
            "λ_min₊(W*)",
            r"\lambda_{\min+}(W^\ast)",
            within(claim.lambda_min_beyond),
            f"smallest eigenvalue of the Hessian at $W*$ in every {_space(n, 'D')}, $D > {k}$",
        )
        rows.append(beyond)
    if claim.saddle:
        rows.append(_index(claim))
    others = ", and no others do" if claim.exact_isotropy else ""
    rows += [
        row(
            "max |W* − C|",
            r"\max_{r,t}|W^\ast_{rt}-C_{rt}|",
            most(claim.distance),
            "entry by entry, from the centre $C$ to the critical point",
        ),
        _radius(claim.radius),
        row("D", "D", least(k), "in every such dimension"),
        *_activation(claim.problem.activation),
        *_weights(claim.problem.signs, claim.problem.blocks),
        row(
            "G",
            "G",
            claim.problem.group(),
            f"permutations of rows and columns that fix $W*${others}{_tied(claim.problem)}",
        ),
    ]
    if claim.exact_isotropy:
        alike = " of equal output weight" if claim.problem.signs.mixed else ""
        points = f"points in {_space(n, k)} that permuting rows and columns{alike} gives"
        rows.append(row("orbit", r"|\mathrm{orbit}|", _orbit(claim.problem), points))
    rows += _spectrum(claim.spectrum, "λ", r"\lambda", f"in {_space(n, k)}")
    rows += _spectrum(claim.padding, "λ₊", r"\lambda_{+}", f"in each dimension beyond {k}")
    return rows


def _tied(problem: SymmetricProblem) -> str:
    """That rows of copies are permuted too, where there are some."""
    copied = any(block.copy_of is not None for block in problem.blocks)
    return "; the rows of a copy go with those of its block" * copied


def _orbit(problem: SymmetricProblem) -> Words:
    size, formula = problem.orbit_size(), Math(problem.orbit_formula())
    if size is None:
        return line(formula, " (about ", Numeral(problem.orbit_about()), ")")
    return line(formula, f"$ = {size}$")


def _index(claim: GaussianSymmetric) -> Row:
    n, k = claim.problem.n, claim.problem.k
    more = (
        f", ${claim.index_in('D')}$ in {_space(n, 'D')}"
        if claim.index_beyond
        else f" and in every {_space(n, 'D')}"
    )
    meaning = f"negative eigenvalues of the Hessian in {_space(n, k)}{more}"
    return row("index", r"\mathrm{index}", str(claim.index), meaning)


def eigenvalues(spectrum: Spectrum) -> list[tuple[Enclosure, int, str]]:
    """Each enclosure with its multiplicity and its representation, the lowest first."""
    found = [
        (within(value), int(component.dimension), component.name)
        for component, values in spectrum
        for value in values
    ]
    return sorted(found, key=lambda item: item[0].low)


def _spectrum(spectrum: Spectrum, symbol: str, latex: str, where: str) -> Iterator[Row]:
    for value, count, name in eigenvalues(spectrum):
        times = "once" if count == 1 else f"{count} times"
        meaning = line(f"eigenvalue {where}, {times} (representation {name})")
        yield Row(symbol, latex, value, meaning, one_of_many=True)


def birth(claim: GaussianBirth) -> list[Row]:
    """The claims about the birth of a minimum, or its death."""
    k = claim.k
    side = claim.minimum
    where = "$D > k$ (in $D = k$ on both sides)" if claim.beyond else "$D ≥ k$"
    crossing_point = Interval(k.low, k.high, k.texts)  # k* is one number, in K
    return [
        row(
            "k*",
            r"k^\ast",
            within(crossing_point),
            f"the only $k$ in $K$ at which the Hessian is singular; {side} it, in $K$, it is"
            f" positive definite, in every dimension {where}",
        ),
        _representation(claim.crossing.name, "of the one eigenvalue that is 0 at $k*$"),
        row(
            "max |x(k) − C|",
            r"\max_i|x_i(k)-C_i|",
            most(claim.distance),
            "coordinate by coordinate, from the centre to the solution, $k$ in $K$",
        ),
        *_activation(claim.activation),
    ]


def _representation(name: str, meaning: str) -> Row:
    return row("representation", r"\mathrm{representation}", name, meaning)


def family(claim: GaussianFamily) -> list[Row]:
    """The claims about a family of minima."""
    shape = FAMILIES[claim.family]
    times, tex = ("k ", "k\\,") if shape.loss_order else ("", "")
    loss, loss_tex = f"{times}F(W*(k))", rf"{tex}F(W^\ast(k))"
    power = f"{shape.soft}/{shape.root}"
    scaled, scaled_tex = (f"k^({power}) ", rf"k^{{{power}}}\,") if shape.soft else ("", "")
    return [
        row("k", "k", least(claim.k_from), "every such integer, and every $D ≥ k$"),
        row(
            loss,
            loss_tex,
            within(claim.loss),
            "loss at the critical point; $inf F = 0$: spurious",
        ),
        row(
            f"{scaled}λ_min(W*(k))",
            rf"{scaled_tex}\lambda_{{\min}}(W^\ast(k))",
            within(claim.lambda_min),
            "smallest eigenvalue of the Hessian at $W*(k)$, for every such $k$ and $D$",
        ),
        row(
            f"k^(1/2) |{loss} − L|",
            rf"k^{{1/2}}\,|{loss_tex}-L|",
            most(claim.rate),
            f"$L = {shape.limit_formula()}$: the limit, and how fast"
            if claim.limit is None
            else "$L$: the limit, and how fast",
        ),
        *([row("L", "L", within(claim.limit), "limit of this quantity")] if claim.limit else []),
        row(
            "F(W*(k))",
            r"F(W^\ast(k))",
            "strictly " + ("decreasing" if shape.decreasing else "increasing"),
            "as $k$ grows",
        ),
        row("G", "G", shape.symmetry(), "fixes $W*(k)$"),
    ]


def family_saddle(claim: GaussianFamilySaddle) -> list[Row]:
    """The claims about a family that is no minimum."""
    return [
        row(
            "K",
            "K",
            claim.k,
            "no local minimum for any whole $k$ in $K$ and any $D ≥ k$; negative curvature for"
            " every real $k$ in $K$",
        ),
        _representation(claim.representation, "of the negative curvature"),
        row(
            f"max |W*({claim.k.upper}) − C|",
            r"\max_i|x_i(k_{\max})-C_i|",
            most(claim.distance),
            "coordinate by coordinate, from the centre to the solution",
        ),
        row("G", "G", FAMILIES[claim.family].symmetry(), "fixes $W*(k)$"),
    ]


def _minimum(claim: Minimum) -> list[Row]:
    return symmetric(claim) if isinstance(claim, GaussianSymmetric) else minimum(claim)


def splitting(claim: GaussianSplitting) -> list[Row]:
    """The claims about the neurons whose splitting gives saddles, and of the minimum."""
    what = "neurons" if isinstance(claim.minimum, GaussianMinimum) else "blocks of neurons"
    return [
        row(
            "split",
            r"\mathrm{split}",
            ", ".join(map(str, claim.neurons)),
            f"{what}: splitting any of them gives a saddle, for all positive shares",
        ),
        *_minimum(claim.minimum),
    ]


def basin(claim: GaussianBasin) -> list[Row]:
    """The claims about the basin, and of the minimum."""
    every = "every eigenvalue of the Hessian on that ball"
    return [
        row(
            "ρ",
            r"\rho",
            claim.radius,
            "gradient flow, and descent with steps up to $1/L$, converge to $W*$ from"
            " $‖W − W*‖ ≤ ρ$",
        ),
        row("λ(W)", r"\lambda(W)", least(claim.curvature), every),
        row("λ(W)", r"\lambda(W)", most(claim.smoothness), f"{every}: $L$"),
        *_minimum(claim.minimum),
    ]


def span(claim: GaussianSpan) -> list[Row]:
    """The claims about a minimum in the span of its teachers."""
    rows = [
        _loss(claim.loss),
        _distance(claim.distance),
        _radius(claim.radius),
        _curvature(claim.curvature),
        row("D", "D", least(claim.d if claim.rho is None else claim.k), "in every such dimension"),
        *_activation(claim.activation),
    ]
    if claim.rho is not None:
        meaning = "all teachers whose inner products differ by at most $ρ$ from orthonormal ones"
        rows.append(row("ρ", r"\rho", claim.rho, meaning))
    return rows


def enumeration(claim: GaussianEnumeration) -> list[Row]:
    """The claims about all critical points of a form."""
    k, number = claim.k, len(claim.points)
    what = "critical point" if number == 1 else "critical points"
    rows = [
        row(
            "number",
            r"\#",
            str(number),
            f"{what} $W(a, b) ≠ 0$ in {_space(k, k)}, those fixed by $S{lowered(k)}$, no others",
        )
    ]
    for i, point in enumerate(claim.points, start=1):
        a, b = float(Fraction(point.a.text)), float(Fraction(point.b.text))
        rows.append(
            row(
                f"‖W{i}* − W(a, b)‖",
                rf"\|W_{{{i}}}^\ast-W(a,b)\|",
                most(point.distance),
                # The theorem gives them exactly.
                f"critical point {i}: $a ≈ {a:.6g}$, $b ≈ {b:.6g}$",
            )
        )
    return rows
