r"""The theorems about symmetric points of the Gaussian loss in LaTeX, with blocks and coordinates
in full.
"""

from __future__ import annotations

from collections.abc import Iterator

from certify.kernel.foundation.words import plain
from certify.kernel.gaussian.activation import RELU, Activation
from certify.kernel.gaussian.birth_statement import GaussianBirth
from certify.kernel.gaussian.blocks import Block, Blocks, unknowns
from certify.kernel.gaussian.families import FAMILIES
from certify.kernel.gaussian.family_saddle import GaussianFamilySaddle
from certify.kernel.gaussian.family_slopes_statement import GaussianFamilySlopes
from certify.kernel.gaussian.partition import SymmetricProblem
from certify.kernel.gaussian.slope_range import SlopeRange
from certify.kernel.gaussian.slopes_statement import GaussianSlopes
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric, Spectrum
from certify.report.environment import (
    display,
    lettered,
    long_number,
)
from certify.report.gaussian.claims import eigenvalues
from certify.report.gaussian.latex import (
    NORMAL,
    family_group,
    loss_display,
    loss_item,
    loss_of,
    sigma,
    unit_of,
)
from certify.report.tex import decimal, escaped, interval, number

__all__ = [
    "action",
    "birth",
    "family_saddle",
    "group_of",
    "matrix_of_blocks",
    "slopes",
    "symmetric",
]


def group_of(blocks: Blocks, sizes: list[str]) -> str:
    """The group of the partition."""
    return r"\times ".join(
        f"S_{{{size}}}" for block, size in zip(blocks, sizes, strict=True) if block.columns
    )


def _parts(blocks: Blocks, sizes: list[str]) -> str:
    """The blocks in words, in the order in which they make up the rows and the columns."""
    kinds = {
        (True, True): "rows and as many columns",
        (False, True): "columns",
        (True, False): "row",
    }
    words = []
    for i, (block, size) in enumerate(zip(blocks, sizes, strict=True), start=1):
        what = kinds[block.rows, block.columns]
        if block.copy_of is not None:
            what = f"rows, a copy of block {block.copy_of + 1}"
        if size == "1":
            what = {"rows and as many columns": "row and one column", "columns": "column"}.get(
                what, what
            )
        words.append(f"block {i} of ${size}$ {what}")
    return "; ".join(words)


def _copied(blocks: Blocks) -> bool:
    return any(block.copy_of is not None for block in blocks)


def action(blocks: Blocks) -> str:
    """How the group acts, from its verb on, in each block of rows and columns."""
    along = ", together with the rows of its copies" * _copied(blocks)
    return (
        "act by permuting the columns of each block, and its rows, if it has as many, alike"
        f"{along}."
    )


def _coordinates(blocks: Blocks, centre: dict[tuple[int, int, bool], object]) -> Iterator[str]:
    for name in unknowns(blocks):
        i, j, diagonal = name
        symbol = f"c_{{{i + 1}{',' if max(i, j) > 8 else ''}{j + 1}}}"
        if diagonal and blocks[i].size != 1:
            symbol = f"d_{{{i + 1}}}"
        yield f"{symbol}&={long_number(decimal(centre[name]))}"


def matrix_of_blocks(
    blocks: Blocks, sizes: list[str], centre: dict[tuple[int, int, bool], object], what: str
) -> str:
    """The sentences that say which matrix C is, as the coordinates of its blocks."""
    twins = any(block.rows and block.columns and block.size != 1 for block in blocks)
    diagonal = (
        r", except that the entries on the diagonal of a block of several rows and columns with"
        r" itself are $d_I$"
        if twins
        else ""
    )
    if _copied(blocks):
        diagonal += (
            r", and so are those where the $r$-th row of a copy $I$ meets the $r$-th column of the"
            r" block that it copies"
        )
    return "\n".join(
        (
            (
                f"Part the rows and the columns of {what} in this order into"
                f" {_parts(blocks, sizes)}. Let $C$ be the matrix whose entries in the rows of"
                f" block $I$ and the columns of block $J$ are $c_{{IJ}}${diagonal}, with"
            ),
            display(_coordinates(blocks, centre)),
        )
    )


def symmetric(claim: GaussianSymmetric, digest: str) -> str:
    """The theorem about a symmetric minimum or saddle, with all coordinates."""
    del digest  # the theorem prints the coordinates, so it need not name the file
    p = claim.problem
    n, k = p.n, p.k
    sizes = [str(block.size) for block in p.blocks]
    space = rf"\mathbb{{R}}^{{{n}\times {k}}}"
    what = "a strict local minimum"
    if claim.index is not None:
        further = rf"$\mathbb{{R}}^{{{n}\times D}}$"
        beyond = (
            f", and ${plain((claim.index_in('D'),))}$ in {further}"
            if claim.index_beyond
            else f" and in every {further}"
        )
        what = (
            rf"a nondegenerate saddle, with exactly ${claim.index}$ negative"
            rf" eigenvalue{'s' * (claim.index > 1)} of the Hessian in ${space}${beyond}"
        )
    items = [
        (
            r"exactly one critical point $W^\ast$ of $F$ fixed by $G$ has all entries within"
            rf" ${number(claim.distance.text)}$ of those of $C$; padded with $D-{k}$ zero columns,"
            rf" it is {what};"
        ),
        loss_item(claim.loss, spurious=not claim.saddle),
        (
            rf"the eigenvalues of the Hessian at $W^\ast$ in ${space}$, with their multiplicities,"
            rf" lie in{_spectrum(claim.spectrum)}and each dimension beyond ${k}$"
            rf" adds{_spectrum(claim.padding)}"
        ),
        r"$W^\ast$ is the only critical point in the closed ball $\|W-C\|\le"
        rf" {number(claim.radius.text)}$ (Frobenius norm)" + (";" if claim.exact_isotropy else "."),
    ]
    if claim.exact_isotropy:
        items.append(
            rf"permuting rows and columns of $W^\ast${' of equal output weight' * p.signs.mixed}"
            rf" gives ${_orbit(p)}$ different critical points in ${space}$."
        )
    return "\n".join(
        (
            (
                rf"Let $D\ge {k}$, let ${NORMAL}$, let $v_1,\dots,v_{{{k}}}\in\mathbb{{R}}^D$ be"
                r" orthonormal,"
            ),
            loss_display(n, k, rf"{n}\times D", p.activation, p.signs),
            (
                rf"Write $W$ in coordinates in which $v_1,\dots,v_{{{k}}}$ are the first ${k}$ unit"
                r" vectors."
            ),
            matrix_of_blocks(p.blocks, sizes, dict(claim.centre), rf"a ${n}\times {k}$ matrix"),
            (f"Let $G={group_of(p.blocks, sizes)}$ {action(p.blocks)}"),
            lettered(items),
        )
    )


def _spectrum(spectrum: Spectrum) -> str:
    return "\n{}\n".format(
        display(
            rf"{interval(value)}&\quad\text{{{'once' if times == 1 else f'{times} times'}}}"
            for value, times, _ in eigenvalues(spectrum)
        )
    )


def _orbit(problem: SymmetricProblem) -> str:
    above, _, below = problem.orbit_formula().partition(" / ")
    above, below = (text.strip("()").replace(" ", r"\,") for text in (above, below))
    formula, size = rf"\frac{{{above}}}{{{below}}}" if below else above, problem.orbit_size()
    return (
        rf"{formula}\approx{number(problem.orbit_about())}" if size is None else f"{formula}={size}"
    )


def birth(claim: GaussianBirth, digest: str) -> str:
    """The theorem about the birth of a minimum."""
    del digest
    grown = claim.growing
    sizes = [
        ("k" if not claim.less else f"k-{claim.less}") if i == grown else str(block.size)
        for i, block in enumerate(claim.parts)
    ]
    low, high = claim.k.texts
    where = "D>k" if claim.beyond else r"D\ge k"
    more, less, sign = (
        (">", "<", "positive") if claim.minimum == "above" else ("<", ">", "negative")
    )
    same = r" In dimension $D=k$ it is positive definite for every $k\in K$." * claim.beyond
    return "\n".join(
        (
            _reduced(group_of(claim.parts, sizes), claim.activation, copied=_copied(claim.parts)),
            matrix_of_blocks(claim.parts, sizes, dict(claim.centre), "such a point"),
            "and let $K=[k_0,k_1]$ with",
            display((f"k_0&={long_number(low)},", f"k_1&={long_number(high)}.")),
            lettered(
                (
                    (
                        r"For every real $k\in K$ the reduced equations have exactly one solution"
                        r" $x(k)$ whose coordinates differ by at most"
                        rf" ${number(claim.distance.text)}$ from those of $C$; it is smooth in"
                        r" $k$."
                    ),
                    (
                        r"There is exactly one $k^\ast\in K$ at which the Hessian at $x(k)$, in"
                        rf" any dimension ${where}$, is singular, it lies inside $K$, and there one"
                        r" eigenvalue, of the representation"
                        rf" \textup{{\texttt{{{escaped(claim.crossing.name)}}}}}, is $0$. For"
                        rf" $k{more}k^\ast$ in $K$ the Hessian is positive definite; for"
                        rf" $k{less}k^\ast$ in $K$ this eigenvalue and no other is negative.{same}"
                    ),
                    (
                        r"The eigenvalue is simple in its pencil, and its derivative by $k$ is"
                        rf" {sign} at $k^\ast$."
                    ),
                )
            ),
        )
    )


def range_of(slopes: SlopeRange) -> str:
    """A condition on c."""
    low = "$c>0$" if slopes.low.value == 0 else rf"$c\ge {number(slopes.low.text)}$"
    return low if slopes.high is None else rf"{low} and $c\le {number(slopes.high.text)}$"


def slopes(claim: GaussianSlopes, digest: str) -> str:
    """The theorem about one minimum for every slope."""
    del digest
    p = claim.problem
    sizes = [str(block.size) for block in p.blocks]
    return "\n".join(
        (
            (
                rf"Let $D\ge {p.k}$, let ${NORMAL}$, let $v_1,\dots,v_{{{p.k}}}\in\mathbb{{R}}^D$"
                r" be orthonormal, let $\sigma(t)=p\max(0,t)+q\max(0,-t)$ with $p+q\ne0$,"
                rf" $c=(p-q)^2/(p+q)^2$, {range_of(claim.slopes)},"
            ),
            loss_of(p.n, p.k, rf"{p.n}\times D", r"\sigma(") + ".\n\\]",
            (
                rf"Part the rows and the columns of a ${p.n}\times {p.k}$ matrix in this order into"
                f" {_parts(p.blocks, sizes)}. Let $G={group_of(p.blocks, sizes)}$"
                f" {action(p.blocks)} Then $F$ has a"
                r" critical point $W^\ast$, in coordinates in which"
                rf" $v_1,\dots,v_{{{p.k}}}$ are the first ${p.k}$ unit vectors a matrix fixed by"
                rf" $G$ and padded with $D-{p.k}$ zero columns, such that"
            ),
            lettered(
                (
                    r"$W^\ast$ is a strict local minimum;",
                    r"$F(W^\ast)>0$, while $\inf F=0$ is attained: it is spurious;",
                    (
                        r"every eigenvalue of the Hessian of $F$ at $W^\ast$ is above"
                        rf" ${number(claim.curvature.text)}\,(p+q)^2$."
                    ),
                )
            ),
        )
    )


def family_slopes(claim: GaussianFamilySlopes, digest: str) -> str:
    """The theorem about a minimum for every k and every slope."""
    del digest
    return "\n".join(
        (
            (
                rf"For every integer $k\ge {claim.k_from}$ and every $D\ge k$ let ${NORMAL}$, let"
                r" $v_1,\dots,v_k\in\mathbb{R}^D$ be orthonormal, let"
                r" $\sigma(t)=p\max(0,t)+q\max(0,-t)$ with $p+q\ne0$ and $p\ne q$ (neither linear"
                r" nor a multiple of $|t|$),"
            ),
            loss_of("k", "k", r"k\times D", r"\sigma(") + ".\n\\]",
            (
                r"Then $F$ has a critical point $W^\ast$, in coordinates in which $v_1,\dots,v_k$"
                r" are the first $k$ unit vectors a matrix fixed by all permutations of the first"
                r" $k-1$ rows together with the first $k-1$ columns, and padded with $D-k$ zero"
                r" columns, such that"
            ),
            lettered(
                (
                    r"$W^\ast$ is a strict local minimum;",
                    r"$F(W^\ast)>0$, while $\inf F=0$ is attained: it is spurious;",
                    (
                        r"every eigenvalue of the Hessian of $F$ at $W^\ast$ is above"
                        rf" ${number(claim.curvature.text)}\,(p+q)^2$."
                    ),
                )
            ),
        )
    )


def _reduced(group: str, activation: Activation = RELU, *, copied: bool = False) -> str:
    unit = unit_of(activation)
    along = ", together with the rows of its copies" * copied
    told = "" if activation.is_relu else rf", where ${sigma(activation)}$,"
    return (
        r"For orthonormal $v_1,\dots,v_k$, $x\sim\mathcal{N}(0,I_k)$ and students $w_1,\dots,w_n$"
        r" consider "
        rf"$F(W)=\tfrac12\,\mathbb{{E}}\bigl(\sum_i{unit}w_i\cdot x)-\sum_j{unit}v_j\cdot"
        rf" x)\bigr)^2${told} "
        rf"at the points fixed by $G={group}$, which permutes rows and columns of a block"
        rf" alike{along}."
        r" The coordinates of the gradient there (the \emph{reduced equations}) and the"
        r" Hessian on "
        r"each isotypic component of $\mathbb{R}^{n\times k}$ (a \emph{pencil}) are closed forms in"
        r" which the sizes of the blocks enter as numbers "
        r"(equations (8.2) and lemma 9 of \textup{\texttt{proofs/lemmas}}), so they are defined for"
        r" real $k$."
    )


def family_saddle(claim: GaussianFamilySaddle, digest: str) -> str:
    """The theorem about a family that is no minimum."""
    del digest
    family = FAMILIES[claim.family]
    low, high = claim.k.texts
    size = "k-1" if family.beside else "k"
    blocks = (
        Block(1000, rows=True, columns=True, parent=0),
        *(Block(1, rows=True, columns=True, parent=1) for _ in range(family.beside)),
    )
    centre: dict[tuple[int, int, bool], object] = dict(
        zip(unknowns(blocks), claim.centre, strict=True)
    )
    return "\n".join(
        (
            _reduced(family_group(family)),
            matrix_of_blocks(blocks, [size, "1"][: len(blocks)], centre, "such a point"),
            "and let $K=[k_0,k_1]$ with",
            display((f"k_0&={long_number(low)},", f"k_1&={long_number(high)}.")),
            lettered(
                (
                    (
                        r"For every real $k\in K$ the reduced equations have a solution"
                        r" $W^\ast(k)$, continuous in $k$, whose coordinates at $k=k_1$ differ by"
                        rf" less than ${number(claim.distance.text)}$ from those of $C$."
                    ),
                    (
                        r"For every real $k\in K$ the pencil of the representation"
                        rf" \textup{{\texttt{{{escaped(claim.representation)}}}}} at $W^\ast(k)$"
                        r" takes a negative value."
                    ),
                )
            ),
            (
                r"So for every integer $k\in K$ and every $D\ge k$, $W^\ast(k)$, padded with $D-k$"
                r" zero columns, is a critical point of $F$ ($n=k$) and no local minimum."
            ),
        )
    )
