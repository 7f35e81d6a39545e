"""Births in the slope of the activation: the claims row by row, and the theorem in LaTeX."""

from __future__ import annotations

from certify.kernel.foundation.reals import Interval, counted
from certify.kernel.gaussian.slope_birth_statement import GaussianSlopeBirth
from certify.report.environment import display, lettered, long_number
from certify.report.gaussian.latex import NORMAL, loss_of
from certify.report.gaussian.latex_symmetric import group_of, matrix_of_blocks
from certify.report.rows import Row, least, most, row, within, yes
from certify.report.tex import escaped, number

__all__ = ["claims", "latex"]


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
            f"Let $G={group_of(p.blocks, sizes)}$ permute rows and columns of each block alike.",
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
