"""Births in the slope of the activation: the claims row by row, and the theorem in LaTeX."""

from __future__ import annotations

from certify.kernel.foundation.reals import Interval, counted
from certify.kernel.gaussian.birth_curve_statement import GaussianBirthCurve
from certify.kernel.gaussian.slope_birth_statement import GaussianSlopeBirth
from certify.report.environment import display, lettered, long_number
from certify.report.gaussian.latex import NORMAL, loss_of
from certify.report.gaussian.latex_symmetric import action, group_of, matrix_of_blocks
from certify.report.rows import Row, least, most, row, within, yes
from certify.report.tex import escaped, number

__all__ = ["claims", "curve_claims", "curve_latex", "latex"]


def claims(claim: GaussianSlopeBirth) -> list[Row]:
    """The claims about a birth in the slope."""
    c, slope = claim.c, claim.slope
    other = "above" if claim.minimum == "below" else "below"
    return [
        row(
            "c*",
            r"c^\ast",
            within(Interval(c.low, c.high, c.texts)),  # one number, in U
            "the only $c = ((p − q)/(p + q))²$ in $U$ at which the Hessian is singular: a strict"
            f" local minimum {claim.minimum} it, a saddle {other} it, in $U$",
        ),
        row(
            "a*",
            r"a^\ast",
            within(Interval(slope.low, slope.high, slope.texts)),
            "the slope of leaky ReLU with $c = c*$",
        ),
        row(
            "representation",
            r"\mathrm{representation}",
            claim.crossing.name,
            "of the one eigenvalue that is 0 at $c*$; it is negative on the side of the saddle",
        ),
        yes("spurious", "$F(W(c)) > 0$, above $inf F = 0$, for every $c$ in $U$"),
        row(
            "max |W(c) − C|",
            r"\max_i|W(c)_i-C_i|",
            most(claim.distance),
            "coordinate by coordinate, from the centre to the critical point, $c$ in $U$",
        ),
        row("D", "D", least(claim.problem.k), "in every such dimension"),
        row("G", "G", claim.problem.group(), "permutations of rows and columns that fix $W(c)$"),
    ]


def latex(claim: GaussianSlopeBirth, digest: str) -> str:
    """The theorem about a birth in the slope."""
    del digest
    p = claim.problem
    sizes = [str(block.size) for block in p.blocks]
    (low, high), (first, last) = claim.c.texts, claim.slope.texts
    less, more = ("<", ">") if claim.minimum == "below" else (">", "<")
    name = rf"\textup{{\texttt{{{escaped(claim.crossing.name)}}}}}"
    return "\n".join(
        (
            (
                rf"Let $D\ge {p.k}$, let ${NORMAL}$, let $v_1,\dots,v_{{{p.k}}}\in\mathbb{{R}}^D$"
                r" be orthonormal, let $\sigma(t)=p\max(0,t)+q\max(0,-t)$ with $p+q\ne0$,"
                r" $c=(p-q)^2/(p+q)^2$,"
            ),
            loss_of(p.n, p.k, rf"{p.n}\times D", r"\sigma(") + ".\n\\]",
            f"Let $G={group_of(p.blocks, sizes)}$ {action(p.blocks)}",
            matrix_of_blocks(p.blocks, sizes, dict(claim.centre), "such a point"),
            "Matrices are padded with zero columns. Let $U=[c_0,c_1]$ with",
            display((f"c_0&={long_number(low)},", f"c_1&={long_number(high)}.")),
            lettered(
                (
                    (
                        r"For every $c\in U$, $F$ has exactly one critical point $W(c)$ fixed by"
                        r" $G$ whose coordinates differ by at most"
                        rf" ${number(claim.distance.text)}$ from those of $C$. It is smooth in $c$,"
                        r" and $F(W(c))>0=\inf F$."
                    ),
                    (
                        r"There is exactly one $c^\ast$ inside $U$ such that for"
                        rf" $c{less}c^\ast$ in $U$, $W(c)$ is a strict local minimum, and for"
                        rf" $c{more}c^\ast$ in $U$ it is a saddle whose Hessian has exactly"
                        f" {counted(claim.crossing.dimension, 'negative eigenvalue')}, of the"
                        f" representation {name}, and is positive on the other representations."
                    ),
                    (
                        r"The eigenvalue that is $0$ at $c^\ast$ is simple in its pencil, and its"
                        r" derivative by $c$ is not $0$."
                    ),
                    (
                        r"Leaky ReLU with $c=c^\ast$ has a slope $a^\ast$ with"
                        "\n\\[\n\\begin{aligned}\n"
                        rf"a^\ast&\ge {long_number(first)},\\"
                        "\n"
                        rf"a^\ast&\le {long_number(last)}."
                        "\n\\end{aligned}\n\\]"
                    ),
                )
            ),
        )
    )


def curve_claims(claim: GaussianBirthCurve) -> list[Row]:
    """The claims about the curve of births."""
    limit = claim.limit
    return [
        row("k", "k", least(claim.values[0].k), "every such real number below $k₁$"),
        row(
            "k₁",
            r"k_1",
            within(Interval(limit.low, limit.high, limit.texts)),
            "$c*(k) → ∞$ as $k → k₁$: the slope of leaky ReLU tends to 1",
        ),
        *(
            row(
                f"c*({value.k})",
                rf"c^\ast({value.k})",
                within(Interval(value.c.low, value.c.high, value.c.texts)),
                "on the curve: an eigenvalue of s1 crosses 0, downwards as $c$ grows",
            )
            for value in claim.values
        ),
        yes("increasing", "$c*$ is a strictly increasing analytic function of $k$"),
    ]


def curve_latex(claim: GaussianBirthCurve, digest: str) -> str:
    """The theorem about the curve of births."""
    del digest
    low, high = claim.limit.texts
    values = [
        rf"{long_number(value.c.texts[0])}&<c^\ast({value.k.text})<{long_number(value.c.texts[1])}"
        for value in claim.values
    ]
    return "\n".join(
        (
            (
                r"Let $G_c=F+\frac{c-1}8\bigl|\sum_iw_i-\sum_jv_j\bigr|^2$, $F$ the Gaussian ReLU"
                r" loss with orthonormal teachers: up to a factor, the loss of"
                r" $\sigma(t)=p\max(0,t)+q\max(0,-t)$ with $c=(p-q)^2/(p+q)^2$. Consider its"
                r" reduced equations and pencils for blocks of the sizes $k-1$ and $1$, in which"
                rf" $k$ enters as a number. Let $k_0={number(claim.values[0].k.text)}$."
            ),
            lettered(
                (
                    (
                        r"There are $k_1$ and a strictly increasing analytic function $c^\ast$"
                        r" on $[k_0,k_1)$ with $c^\ast(k)\to\infty$ as $k\to k_1$, such"
                        r" that for every $k$ there the equations with $c=c^\ast(k)$ have a"
                        r" solution $W(k)$, analytic in $k$, at which an eigenvalue of the pencil"
                        r" of \textup{\texttt{s1}} is $0$. It is simple in this pencil; its other"
                        r" eigenvalues and all other pencils are positive. Here"
                        + display((f"k_1&>{long_number(low)},", f"k_1&<{long_number(high)}."))
                    ),
                    (
                        r"On the branch of solutions through $W(k)$ with $k$ fixed, this eigenvalue"
                        r" has a negative derivative by $c$."
                    ),
                    "The values at single $k$:" + display([*values]),
                )
            ),
        )
    )
