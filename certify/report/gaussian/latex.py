r"""The theorems about the Gaussian loss in LaTeX, one function for each kind; those with blocks are
in `latex_symmetric`, those about a minimum proved within them in `latex_consequences`.

Numbers that the certificate only bounds are rounded outward; numbers that a statement speaks about
(centres, radii, ranges of k) are exact.
"""

from __future__ import annotations

from certify.kernel.foundation.reals import Interval
from certify.kernel.gaussian.activation import RELU, Activation
from certify.kernel.gaussian.enumeration import GaussianEnumeration
from certify.kernel.gaussian.families import FAMILIES, Family
from certify.kernel.gaussian.family import GaussianFamily
from certify.kernel.gaussian.minimum import GaussianMinimum
from certify.kernel.gaussian.signs import UNSIGNED, Signs
from certify.kernel.gaussian.span import GaussianSpan
from certify.rationals import fraction
from certify.report.environment import (
    display,
    in_display,
    lettered,
    long_number,
    the_file,
)
from certify.report.tex import escaped, interval, number, rational

__all__ = [
    "NORMAL",
    "enumeration",
    "family",
    "family_group",
    "loss_display",
    "loss_item",
    "loss_of",
    "minimum",
    "sigma",
    "span",
    "unit_of",
]


def loss_display(
    n: object, k: object, where: str, activation: Activation = RELU, signs: Signs = UNSIGNED
) -> str:
    """The loss of n students and k teachers, for W in R^where."""
    weights = ("s_i", "t_j") if signs.mixed else ("", "")
    shown = loss_of(n, k, where, unit_of(activation), weights)
    told = [] if activation.is_relu else [f"${sigma(activation)}$"]
    told += [output_weights(signs)] if signs.mixed else []
    return f"{shown},\n\\]\nwhere {', '.join(told)}." if told else f"{shown}.\n\\]"


def output_weights(signs: Signs) -> str:
    """Which output weights are -1."""
    told = []
    for letter, values, what in (
        ("s_i", signs.students, "rows"),
        ("t_j", signs.teachers, "columns"),
    ):
        numbers = ",".join(str(i) for i, sign in enumerate(values, start=1) if sign < 0)
        if numbers:
            blocks = f"the {what} of block{'s' if ',' in numbers else ''} ${numbers}$"
            told.append(
                f"${letter}=-1$ for {blocks if signs.blocks else f'${letter[2]}={numbers}$'}"
            )
    return f"{', '.join(told)}, and all other output weights are $1$"


def loss_of(
    n: object, k: object, where: str, unit: str, weights: tuple[str, str] = ("", "")
) -> str:
    """The same for units that begin like this, the display left open. weights: what stands before a
    unit in either sum.
    """
    s, t = (f"{weight}\\," if weight else "" for weight in weights)
    return "\n".join(
        (
            f"and for $W\\in\\mathbb{{R}}^{{{where}}}$ with rows $w_1,\\dots,w_{{{n}}}$ let",
            "\\[",
            (
                rf"  F(W)=\tfrac12\,\mathbb{{E}}\Bigl(\sum_{{i=1}}^{{{n}}}{s}{unit}w_i\cdot"
                rf" x)-\sum_{{j=1}}^{{{k}}}{t}{unit}v_j\cdot x)\Bigr)^2"
            ),
        )
    )


def unit_of(activation: Activation) -> str:
    """What stands before the argument of a unit, its bracket open."""
    return r"\max(0," if activation.is_relu else r"\sigma("


def sigma(activation: Activation) -> str:
    r"""What \sigma is."""
    parts: list[str] = []
    for part, positive in zip(map(fraction, activation.parts), (True, False), strict=True):
        if part:
            size = "" if abs(part) == 1 else rf"{rational(abs(part))}\,"
            sign = "-" if part < 0 else "+" if parts else ""
            parts.append(rf"{sign}{size}\max(0,{'' if positive else '-'}t)")
    return r"\sigma(t)=" + "".join(parts)


NORMAL = r"x\sim\mathcal{N}(0,I_D)"
_MINIMUM = (
    r"$F$ has exactly one critical point $W^\ast$ in $B$, and $W^\ast$ is a strict local minimum;"
)
_SPURIOUS = r"while $\inf F=0$ is attained, so $W^\ast$ is a spurious local minimum;"


def loss_item(value: Interval, *, spurious: bool = True) -> str:
    """The claim about the loss at the critical point."""
    display = in_display(r"F(W^\ast)", value, "," if spurious else ";")
    return f"the loss at the critical point is enclosed by\n{display}" + (
        f"\n{_SPURIOUS}" if spurious else ""
    )


def minimum(claim: GaussianMinimum, digest: str) -> str:
    """The theorem about a dense minimum."""
    p = claim.problem
    every = claim.every_dimension
    padded = f", padded with $D-{p.d}$ zero columns" if every else ""
    teachers = (
        f"$v_1,\\dots,v_{{{p.k}}}$ be the first ${p.k}$ unit vectors of $\\mathbb{{R}}^D$"
        if p.orthonormal
        else f"$v_1,\\dots,v_{{{p.k}}}$ be the rows of the targets in {the_file(digest)}{padded}"
    )
    dimension = rf"Let $D\ge {p.d}$" if every else f"Let $D={p.d}$"
    return "\n".join(
        (
            f"{dimension}, let ${NORMAL}$, let {teachers},",
            loss_display(p.n, p.k, rf"{p.n}\times D", p.activation, p.signs),
            (
                rf"Let $C$ be the ${p.n}\times {p.d}$ centre in"
                rf" {the_file(digest) if p.orthonormal else 'the same certificate'}{padded}, and"
                rf" $B$ the closed ball $\|W-C\|\le {number(claim.radius.text)}$ (Frobenius"
                r" norm)."
            ),
            lettered(
                (
                    _MINIMUM,
                    rf"$\|W^\ast-C\|\le {number(claim.distance.text)}$;",
                    loss_item(claim.loss),
                    r"every eigenvalue of the Hessian of $F$ is at least"
                    rf" ${number(claim.curvature.text)}$ on $B$, and the smallest one at"
                    r" $W^\ast$ satisfies"
                    "\n" + in_display(r"\lambda_{\min}(W^\ast)", claim.lambda_min, "."),
                )
            ),
        )
    )


def _family_setting(which: str, n: str = "k") -> str:
    return "\n".join(
        (
            (
                rf"Let {which}, $D\ge k$, ${NORMAL}$, let $v_1,\dots,v_k\in\mathbb{{R}}^D$ be"
                r" orthonormal,"
            ),
            loss_display(n, "k", rf"{_rows(n)}\times D"),
        )
    )


def _rows(n: str) -> str:
    return n if n == "k" else f"({n})"


def family_group(family: Family) -> str:
    """The group that fixes the points of a family."""
    beside = family.beside
    return rf"S_{{k-{beside}}}\times S_{beside}" if beside else "S_k"


def _limit(family: Family) -> str:
    """The limit's formula; L where there is none."""
    if family.limit is None:
        return "L"
    whole, first, second = family.limit
    terms = ((first, r"\pi"), (second, r"\pi^2"))
    parts = [
        rf"{'-' if value < 0 else '+'} \frac{{{abs(value)}}}{{{below}}}"
        for value, below in terms
        if value
    ]
    return " ".join([rational(whole), *parts])


def family(claim: GaussianFamily, digest: str) -> str:
    """The theorem about a family of minima."""
    del digest
    shape, name = FAMILIES[claim.family], escaped(claim.family)
    loss = ("k\\," if shape.loss_order else "") + r"F(W^\ast(k))"
    n = shape.students().replace(" ", "")
    space = rf"\mathbb{{R}}^{{{_rows(n)}\times D}}"
    limit = rf" for its limit $L\in{interval(claim.limit)}$ as $k\to\infty$" if claim.limit else ""
    scaled = rf"k^{{{shape.soft}/{shape.root}}}\," if shape.soft else ""
    return "\n".join(
        (
            _family_setting(rf"$k\ge {claim.k_from}$ be an integer", n),
            (
                rf"Then $F$ has a spurious local minimum $W^\ast(k)$ (type {name}), fixed"
                rf" by $G={family_group(shape)}$ permuting rows and columns of each block alike:"
            ),
            lettered(
                (
                    rf"$W^\ast(k)$ is a strict local minimum of $F$ in ${space}$;",
                    rf"${loss}\in{interval(claim.loss)}$, while $\inf F=0$ is attained;",
                    rf"the smallest eigenvalue of the Hessian at $W^\ast(k)$ in ${space}$ satisfies"
                    "\n" + in_display(scaled + r"\lambda_{\min}(W^\ast(k))", claim.lambda_min, ";"),
                    (
                        rf"$\bigl|{loss}-\bigl({_limit(shape)}\bigr)\bigr|"
                        rf"<{number(claim.rate.text)}\,k^{{-1/2}}${limit};"
                    ),
                    (
                        r"$F(W^\ast(k))$ is strictly"
                        rf" {'decreasing' if shape.decreasing else 'increasing'} in $k$."
                    ),
                )
            ),
        )
    )


def span(claim: GaussianSpan, digest: str) -> str:
    """The theorem about a minimum in the span of its teachers."""
    if claim.rho is not None:
        rho = number(claim.rho.text)
        teachers = (
            rf"Let $D\ge {claim.k}$ and let $v_1,\dots,v_{{{claim.k}}}\in\mathbb{{R}}^D$ satisfy"
            rf" $|v_a\cdot v_b|\le {rho}$ for $a\ne b$ and $\bigl||v_a|^2-1\bigr|\le {rho}$."
        )
    else:
        teachers = (
            rf"Let $D\ge {claim.d}$ and let $v_1,\dots,v_{{{claim.k}}}\in\mathbb{{R}}^D$ be the"
            rf" rows of the targets in {the_file(digest)}, padded with zeros."
        )
    where = "the same certificate" if claim.rho is None else the_file(digest)
    return "\n".join(
        (
            f"{teachers} Let ${NORMAL}$,",
            loss_display(claim.n, claim.k, rf"{claim.n}\times D", claim.activation),
            (
                r"Let $C$ have the rows $\sum_a c_{ia}v_a$, with the coefficients $c_{ia}$ in"
                rf" {where}, and let $B$ be the closed ball $\|W-C\|\le"
                rf" {number(claim.radius.text)}$ (Frobenius norm)."
            ),
            lettered(
                (
                    _MINIMUM,
                    rf"$\|W^\ast-C\|\le {number(claim.distance.text)}$;",
                    loss_item(claim.loss),
                    (
                        r"every eigenvalue of the Hessian of $F$ is at least"
                        rf" ${number(claim.curvature.text)}$ on $B$."
                    ),
                )
            ),
        )
    )


def enumeration(claim: GaussianEnumeration, digest: str) -> str:
    """The theorem about all critical points of a form."""
    del digest
    k = claim.k
    points = []
    for i, point in enumerate(claim.points, start=1):
        points += [
            f"a_{{{i}}}&={long_number(point.a.text)},",
            f"b_{{{i}}}&={long_number(point.b.text)},",
            rf"\delta_{{{i}}}&={number(point.distance.text)};",
        ]
    points[-1] = points[-1][:-1] + "."
    return "\n".join(
        (
            (
                rf"Let $x\sim\mathcal{{N}}(0,I_{{{k}}})$, let"
                rf" $v_1,\dots,v_{{{k}}}\in\mathbb{{R}}^{{{k}}}$ be orthonormal,"
            ),
            loss_display(k, k, rf"{k}\times {k}"),
            (
                r"Let $W(a,b)$ be the matrix with $a$ on the diagonal and $b$ off it, in the basis"
                rf" $v_1,\dots,v_{{{k}}}$; these are the matrices fixed by $S_{{{k}}}$ permuting"
                r" rows and columns alike."
            ),
            (
                rf"Then $F$ has exactly ${len(claim.points)}$ critical"
                rf" point{'s' * (len(claim.points) > 1)} of the form $W(a,b)\ne0$, one in each"
                r" closed ball $\|W-W(a_i,b_i)\|\le\delta_i$ (Frobenius norm), where"
            ),
            display(points),
        )
    )
