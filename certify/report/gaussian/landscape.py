r"""The landscape of two neurons and two teachers: its claims row by row, and the theorem in LaTeX.

r, s: the lengths of one neuron that is critical, along e and against it; the losses that they give
are exact (lemma 35). What is enclosed are the numbers of the saddle.
"""

from __future__ import annotations

from collections.abc import Iterator

from certify.kernel.foundation.words import Math
from certify.kernel.landscape.landscape import Landscape
from certify.kernel.landscape.slopes import SlopesLandscape
from certify.report.environment import display
from certify.report.gaussian.latex import loss_of
from certify.report.gaussian.latex_symmetric import range_of
from certify.report.gaussian.slopes import range_rows
from certify.report.rows import Row, least, row, within, yes
from certify.report.tex import interval, number

__all__ = ["claims", "latex", "slopes_claims", "slopes_latex"]

_HALF = "1/2 + 1/(2π)"  # F at 0, less what the neurons explain: their squared lengths over 4


def claims(claim: Landscape) -> list[Row]:
    """The claims about the landscape: the points from the lowest loss on."""
    dimension = "2" if claim.saddle is None else least(2)
    return [
        yes("global", "every local minimum of $F$ on $ℝ^{2×d}$ is a global one"),
        row(
            "level",
            r"\mathrm{level}",
            claim.level,
            "the set of the $W$ with $F(W)$ below it has exactly two connected components, one"
            " around each global minimum",
        ),
        row("F(G)", "F(G)", "0", "at $(e₁, e₂)$, a global minimum"),
        *_saddle(claim),
        row(
            "F(O)",
            "F(O)",
            Math(f"{_HALF} − (r² + s²)/4"),
            "at $(r e, −s e)$: $d − 1$ negative eigenvalues, the others positive",
        ),
        row(
            "F(P₊)",
            "F(P_{+})",
            Math(f"{_HALF} − r²/4"),
            "at $(t r e, (1 − t) r e)$, $0 < t < 1$: $d − 1$ negative eigenvalues, one 0, the"
            " others positive",
        ),
        row(
            "F(P₋)",
            "F(P_{-})",
            Math(f"{_HALF} − s²/4"),
            "at $(−t s e, −(1 − t) s e)$, $0 < t < 1$: $2(d − 1)$ negative eigenvalues, one 0, one"
            " positive",
        ),
        row("r", "r", Math("2^{1/2} (1 + 3π/4)/π"), "length of one neuron that is critical"),
        row(
            "s", "s", Math("2^{1/2} (1 − π/4)/π"), "of one that is critical and points against $e$"
        ),
        row("d", "d", dimension, "dimension of the input" if claim.saddle is None else "every one"),
    ]


def _saddle(claim: Landscape) -> Iterator[Row]:
    if claim.saddle is not None:
        yield row(
            "F(S)",
            "F(S)",
            within(claim.saddle.loss),
            "if $d ≥ 3$, at $(a(e₁ + e₂) + c z, a(e₁ + e₂) − c z)$, $z$ a unit vector orthogonal to"
            " $e₁$ and $e₂$: one negative eigenvalue, $d − 3$ are 0, the others positive",
        )
        yield row("a", "a", within(claim.saddle.plane), "of S, in the plane of the teachers")
        yield row("c", "c", within(claim.saddle.beyond), "of S, beyond the plane")


def latex(claim: Landscape, digest: str) -> str:
    """The theorem, with a table of the points."""
    del digest
    relation = "=" if claim.saddle is None else r"\ge "
    points = [
        ("G", "(e_1,e_2)", "0", "0 & 0"),
        ("O", "(re,-se)", r"A-\tfrac14(r^2+s^2)", "d-1 & 0"),
        (r"P_{+}", "(tre,(1-t)re)", r"A-\tfrac14r^2", "d-1 & 1"),
        (r"P_{-}", "(-tse,-(1-t)se)", r"A-\tfrac14s^2", "2(d-1) & 1"),
    ]
    if claim.saddle is not None:
        points.append(("S", "(a(e_1+e_2)+cz,a(e_1+e_2)-cz)", r"\in I", "1 & d-3"))
    table = "\\\\\n  ".join(" & ".join(entries) for entries in points)
    return "\n".join(
        (
            (
                rf"Let $d{relation}2$, let $x\sim\mathcal{{N}}(0,I_d)$, let"
                r" $e_1,e_2\in\mathbb{R}^d$ be orthonormal, $e=(e_1+e_2)/\sqrt2$,"
            ),
            loss_of(2, 2, r"2\times d", r"\max(0,").replace("v_j", "e_j") + ".\n\\]",
            (
                r"The $W$ with $w_1,w_2\ne0$ and gradient $0$ are, up to exchanging $w_1$ and"
                r" $w_2$, exactly those of the table"
            ),
            "\\[\n\\begin{array}{llccc}",
            r"  & \text{point} & F & \text{index} & \text{nullity}\\",
            f"  {table}",
            "\\end{array}\n\\]",
            *_where(claim),
            (
                r"Index and nullity are the numbers of negative eigenvalues of the Hessian and of"
                r" those that are $0$. Every local minimum of $F$ on all of"
                r" $\mathbb{R}^{2\times d}$ is global. The set of the $W$ with"
            ),
            rf"\[ F(W)<{number(claim.level.text)} \]",
            (
                r"has exactly two connected components: $(e_1,e_2)$ is in one, $(e_2,e_1)$ in the"
                r" other."
            ),
        )
    )


def _where(claim: Landscape) -> Iterator[str]:
    """What the letters of the table mean."""
    lengths = [
        r"r&=\frac{\sqrt2}{\pi}\Bigl(1+\frac{3\pi}{4}\Bigr),",
        r"s&=\frac{\sqrt2}{\pi}\Bigl(1-\frac{\pi}{4}\Bigr),",
        r"A&=\frac12+\frac1{2\pi}.",
    ]
    yield f"for $0<t<1$, where\n{display(lengths)}"
    if claim.saddle is not None:
        enclosed = [
            rf"a&\in{interval(claim.saddle.plane)},",
            rf"c&\in{interval(claim.saddle.beyond)},",
            rf"I&={interval(claim.saddle.loss)}.",
        ]
        yield (
            r"The points $S$ exist for $d\ge3$: $z$ is each unit vector orthogonal to $e_1$ and"
            r" $e_2$, and $a$, $c$ are two numbers, the same for all $z$ and $d$, with"
        )
        yield display(enclosed)


def slopes_claims(claim: SlopesLandscape) -> list[Row]:
    """The claims about many activations."""
    every = "for every such activation and $d$"
    return [
        *range_rows(claim.slopes),
        yes("global", f"no local minimum of $F$ on $ℝ^{{2×d}}$ is spurious, {every}"),
        row("F(G)", "F(G)", "0", f"at $(e₁, e₂)$ and $(e₂, e₁)$, the only local minima, {every}"),
        row("d", "d", least(2), "every one"),
    ]


def slopes_latex(claim: SlopesLandscape, digest: str) -> str:
    """The theorem about many activations."""
    del digest
    return "\n".join(
        (
            (
                r"Let $d\ge2$, let $x\sim\mathcal{N}(0,I_d)$, let $e_1,e_2\in\mathbb{R}^d$ be"
                r" orthonormal, $\sigma(t)=p\max(0,t)+q\max(0,-t)$ with $p+q\ne0$,"
                rf" $c=(p-q)^2/(p+q)^2$, {range_of(claim.slopes)},"
            ),
            loss_of(2, 2, r"2\times d", r"\sigma(").replace("v_j", "e_j") + ".\n\\]",
            (
                r"Then $F$ has no local minima on $\mathbb{R}^{2\times d}$ but $(e_1,e_2)$ and"
                r" $(e_2,e_1)$, and there $F=0$."
            ),
        )
    )
