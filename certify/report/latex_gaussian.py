r"""The theorems about the Gaussian loss in LaTeX, one function for each kind; symmetric ones with
blocks and coordinates in full.

Numbers that the certificate only bounds are rounded outward; numbers that a statement speaks about
(centres, radii, ranges of k) are exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from certify.enclosure import Enclosure
from certify.kernel.foundation.reals import Interval
from certify.kernel.gaussian.basin import GaussianBasin
from certify.kernel.gaussian.birth_statement import GaussianBirth
from certify.kernel.gaussian.blocks import Block, Blocks, unknowns
from certify.kernel.gaussian.enumeration import GaussianEnumeration
from certify.kernel.gaussian.families import FAMILIES, Family
from certify.kernel.gaussian.family import GaussianFamily
from certify.kernel.gaussian.family_saddle import GaussianFamilySaddle
from certify.kernel.gaussian.minimum import GaussianMinimum
from certify.kernel.gaussian.partition import SymmetricProblem
from certify.kernel.gaussian.span import GaussianSpan
from certify.kernel.gaussian.splitting import GaussianSplitting
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric, Spectrum
from certify.report.environment import (
    display,
    in_display,
    lettered,
    long_number,
    the_file,
    theorem_body,
)
from certify.report.tex import decimal, escaped, interval, number

__all__: list[str] = []  # the functions register themselves with `theorem_body`


def _loss(n: object, k: object, where: str) -> str:
    return "\n".join(
        (
            f"and for $W\\in\\mathbb{{R}}^{{{where}}}$ with rows $w_1,\\dots,w_{{{n}}}$ let",
            "\\[",
            (
                rf"  F(W)=\tfrac12\,\mathbb{{E}}\Bigl(\sum_{{i=1}}^{{{n}}}\max(0,w_i\cdot"
                rf" x)-\sum_{{j=1}}^{{{k}}}\max(0,v_j\cdot x)\Bigr)^2."
            ),
            "\\]",
        )
    )


_NORMAL = r"x\sim\mathcal{N}(0,I_D)"
_MINIMUM = (
    r"$F$ has exactly one critical point $W^\ast$ in $B$, and $W^\ast$ is a strict local minimum;"
)
_SPURIOUS = r"while $\inf F=0$ is attained, so $W^\ast$ is a spurious local minimum;"


def _loss_item(value: Interval, *, spurious: bool = True) -> str:
    display = in_display(r"F(W^\ast)", value, "," if spurious else ";")
    return f"the loss at the critical point is enclosed by\n{display}" + (
        f"\n{_SPURIOUS}" if spurious else ""
    )


@theorem_body.register
def _(claim: GaussianMinimum, digest: str) -> str:
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
            f"{dimension}, let ${_NORMAL}$, let {teachers},",
            _loss(p.n, p.k, rf"{p.n}\times D"),
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
                    _loss_item(claim.loss),
                    r"every eigenvalue of the Hessian of $F$ is at least"
                    rf" ${number(claim.curvature.text)}$ on $B$, and the smallest one at"
                    r" $W^\ast$ satisfies"
                    "\n" + in_display(r"\lambda_{\min}(W^\ast)", claim.lambda_min, "."),
                )
            ),
        )
    )


def _group(blocks: Blocks, sizes: list[str]) -> str:
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
        if size == "1":
            what = {"rows and as many columns": "row and one column", "columns": "column"}.get(
                what, what
            )
        words.append(f"block {i} of ${size}$ {what}")
    return "; ".join(words)


def _coordinates(blocks: Blocks, centre: dict[tuple[int, int, bool], object]) -> Iterator[str]:
    for name in unknowns(blocks):
        i, j, diagonal = name
        symbol = f"c_{{{i + 1}{',' if max(i, j) > 8 else ''}{j + 1}}}"
        if i == j and blocks[i].size != 1:
            symbol = f"d_{{{i + 1}}}" if diagonal else symbol
        yield f"{symbol}&={long_number(decimal(centre[name]))}"


def _matrix_of_blocks(
    blocks: Blocks, sizes: list[str], centre: dict[tuple[int, int, bool], object], what: str
) -> str:
    twins = any(block.rows and block.columns and block.size != 1 for block in blocks)
    diagonal = (
        r", except that the entries on the diagonal of a block of several rows and columns with"
        r" itself are $d_I$"
        if twins
        else ""
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


@theorem_body.register
def _(claim: GaussianSymmetric, digest: str) -> str:
    del digest  # nothing is left to the file
    p = claim.problem
    n, k = p.n, p.k
    sizes = [str(block.size) for block in p.blocks]
    space = rf"\mathbb{{R}}^{{{n}\times {k}}}"
    what = "a strict local minimum"
    if claim.index is not None:
        further = rf"$\mathbb{{R}}^{{{n}\times D}}$"
        beyond = (
            f", and ${claim.index_in('D')}$ in {further}"
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
            rf" ${number(claim.distance.text)}$ of those of $C$; padded with $D-{k}$ zero columns, it"
            rf" is {what};"
        ),
        _loss_item(claim.loss, spurious=not claim.saddle),
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
            rf"permuting rows and columns of $W^\ast$ gives ${_orbit(p)}$ different critical points"
            rf" in ${space}$."
        )
    return "\n".join(
        (
            (
                rf"Let $D\ge {k}$, let ${_NORMAL}$, let $v_1,\dots,v_{{{k}}}\in\mathbb{{R}}^D$ be"
                r" orthonormal,"
            ),
            _loss(n, k, rf"{n}\times D"),
            (
                rf"Write $W$ in coordinates in which $v_1,\dots,v_{{{k}}}$ are the first ${k}$ unit"
                r" vectors."
            ),
            _matrix_of_blocks(p.blocks, sizes, dict(claim.centre), rf"a ${n}\times {k}$ matrix"),
            (
                f"Let $G={_group(p.blocks, sizes)}$ act by permuting the columns of each block, and"
                " its rows, if it has as many, alike."
            ),
            lettered(items),
        )
    )


def _spectrum(spectrum: Spectrum) -> str:
    found = [
        (Enclosure.of(*value.texts), int(kind.dimension))
        for kind, values in spectrum
        for value in values
    ]
    found.sort(key=lambda pair: pair[0].low)
    return "\n{}\n".format(
        display(
            rf"{interval(value)}&\quad\text{{{'once' if times == 1 else f'{times} times'}}}"
            for value, times in found
        )
    )


def _orbit(problem: SymmetricProblem) -> str:
    above, _, below = problem.orbit_formula().partition(" / ")
    above, below = (text.strip("()").replace(" ", r"\,") for text in (above, below))
    formula, size = rf"\frac{{{above}}}{{{below}}}" if below else above, problem.orbit_size()
    return (
        rf"{formula}\approx{number(problem.orbit_about())}" if size is None else f"{formula}={size}"
    )


@theorem_body.register
def _(claim: GaussianBirth, digest: str) -> str:
    del digest
    grown = claim.growing
    sizes = [
        ("k" if not claim.less else f"k-{claim.less}") if i == grown else str(block.size)
        for i, block in enumerate(claim.parts)
    ]
    low, high = claim.k.texts
    return "\n".join(
        (
            _reduced(_group(claim.parts, sizes)),
            _matrix_of_blocks(claim.parts, sizes, dict(claim.centre), "such a point"),
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
                        r" any dimension $D\ge k$, is singular, it lies inside $K$, and there one"
                        r" eigenvalue, of the representation"
                        rf" \textup{{\texttt{{{escaped(claim.crossing.name)}}}}}, is $0$. For"
                        r" $k>k^\ast$ in $K$ the Hessian is positive definite; for $k<k^\ast$ in"
                        r" $K$ this eigenvalue and no other is negative."
                    ),
                    (
                        r"The eigenvalue is simple in its pencil, and its derivative by $k$ is"
                        r" positive at $k^\ast$."
                    ),
                )
            ),
        )
    )


def _reduced(group: str) -> str:
    return (
        r"For orthonormal $v_1,\dots,v_k$, $x\sim\mathcal{N}(0,I_k)$ and students $w_1,\dots,w_n$"
        r" consider "
        r"$F(W)=\tfrac12\,\mathbb{E}\bigl(\sum_i\max(0,w_i\cdot x)-\sum_j\max(0,v_j\cdot"
        r" x)\bigr)^2$ "
        rf"at the points fixed by $G={group}$, which permutes rows and columns of a block alike."
        r" The coordinates of the gradient there (the \emph{reduced equations}) and the"
        r" Hessian on "
        r"each isotypic component of $\mathbb{R}^{n\times k}$ (a \emph{pencil}) are closed forms in"
        r" which the sizes of the blocks enter as numbers "
        r"(equations (8.2) and lemma 9 of \textup{\texttt{LEMMAS.md}}), so they are defined for"
        r" real $k$."
    )


def _family_setting(which: str) -> str:
    return "\n".join(
        (
            (
                rf"Let {which}, $D\ge k$, ${_NORMAL}$, let $v_1,\dots,v_k\in\mathbb{{R}}^D$ be"
                r" orthonormal,"
            ),
            _loss("k", "k", r"k\times D"),
        )
    )


def _family_group(family: Family) -> str:
    return r"S_{k-1}\times S_1" if family.beside else "S_k"


@theorem_body.register
def _(claim: GaussianFamily, digest: str) -> str:
    del digest
    family = FAMILIES[claim.family]
    loss = ("k\\," if family.loss_order else "") + r"F(W^\ast(k))"
    limit = re.sub(r"(\d+)/(\w+(?:\^2)?)", r"\\frac{\1}{\2}", family.limit_text()).replace(
        "pi", "\\pi"
    )
    return "\n".join(
        (
            _family_setting(rf"$k\ge {claim.k_from}$ be an integer"),
            (
                rf"Then $F$ has a spurious local minimum $W^\ast(k)$ (type {claim.family}), fixed"
                rf" by $G={_family_group(family)}$ permuting rows and columns of each block alike:"
            ),
            lettered(
                (
                    r"$W^\ast(k)$ is a strict local minimum of $F$ in $\mathbb{R}^{k\times D}$;",
                    rf"${loss}\in{interval(claim.loss)}$, while $\inf F=0$ is attained;",
                    r"the smallest eigenvalue of the Hessian at $W^\ast(k)$ in $\mathbb{R}^{k\times"
                    r" D}$ satisfies"
                    "\n" + in_display(r"\lambda_{\min}(W^\ast(k))", claim.lambda_min, ";"),
                    rf"$\bigl|{loss}-\bigl({limit}\bigr)\bigr|<{number(claim.rate.text)}\,k^{{-1/2}}$;",
                    (
                        r"$F(W^\ast(k))$ is strictly"
                        rf" {'decreasing' if family.decreasing else 'increasing'} in $k$."
                    ),
                )
            ),
        )
    )


@theorem_body.register
def _(claim: GaussianFamilySaddle, digest: str) -> str:
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
            _reduced(_family_group(family)),
            _matrix_of_blocks(blocks, [size, "1"][: len(blocks)], centre, "such a point"),
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
                        rf" \textup{{\texttt{{{escaped(claim.representation)}}}}} at $W^\ast(k)$ takes a"
                        r" negative value."
                    ),
                )
            ),
            (
                r"So for every integer $k\in K$ and every $D\ge k$, $W^\ast(k)$, padded with $D-k$"
                r" zero columns, is a critical point of $F$ ($n=k$) and no local minimum."
            ),
        )
    )


@theorem_body.register
def _(claim: GaussianSplitting, digest: str) -> str:
    numbers = ", ".join(map(str, claim.neurons))
    which = f"row ${numbers}$" if len(claim.neurons) == 1 else f"any of the rows ${numbers}$"
    if isinstance(claim.minimum, GaussianSymmetric):
        which = f"any row of {'block' if len(claim.neurons) == 1 else 'the blocks'} ${numbers}$"
    return "\n".join(
        (
            theorem_body(claim.minimum, digest),
            (
                rf"Moreover, let $w$ be {which} of $W^\ast$ and $0<\alpha<1$. The point with the"
                r" two rows $\alpha w$ and $(1-\alpha)w$ in the place of $w$ is a critical point"
                r" of the loss of one student more,"
            ),
            (
                r"with the same value of the loss, and a saddle. The point with a row $0$ added to"
                r" $W^\ast$ is no local minimum of it."
            ),
        )
    )


@theorem_body.register
def _(claim: GaussianBasin, digest: str) -> str:
    radius, mu, smooth = (
        number(str(value)) for value in (claim.radius, claim.curvature, claim.smoothness)
    )
    return "\n".join(
        (
            theorem_body(claim.minimum, digest),
            (
                rf"Moreover, let $\mu={mu}$ and $L={smooth}$. On the closed ball $\|W-W^\ast\|\le"
                rf" {radius}$ all eigenvalues of the Hessian of $F$ lie between $\mu$ and $L$."
            ),
            (
                r"Gradient flow from any point of this ball stays in it, with $\|W(t)-W^\ast\|\le"
                r" e^{-\mu t}\,\|W(0)-W^\ast\|$; gradient descent with steps $0<\eta\le 1/L$"
            ),
            (
                r"stays in it, and each step reduces $\|W-W^\ast\|$ by a factor of at most"
                r" $1-\eta\mu$."
            ),
        )
    )


@theorem_body.register
def _(claim: GaussianSpan, digest: str) -> str:
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
            f"{teachers} Let ${_NORMAL}$,",
            _loss(claim.n, claim.k, rf"{claim.n}\times D"),
            (
                r"Let $C$ have the rows $\sum_a c_{ia}v_a$, with the coefficients $c_{ia}$ in"
                rf" {where}, and let $B$ be the closed ball $\|W-C\|\le"
                rf" {number(claim.radius.text)}$ (Frobenius norm)."
            ),
            lettered(
                (
                    _MINIMUM,
                    rf"$\|W^\ast-C\|\le {number(claim.distance.text)}$;",
                    _loss_item(claim.loss),
                    (
                        r"every eigenvalue of the Hessian of $F$ is at least"
                        rf" ${number(claim.curvature.text)}$ on $B$."
                    ),
                )
            ),
        )
    )


@theorem_body.register
def _(claim: GaussianEnumeration, digest: str) -> str:
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
            _loss(k, k, rf"{k}\times {k}"),
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
