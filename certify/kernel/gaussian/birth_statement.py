"""What the kind `gaussian-birth` claims (FORMAT 4.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields
from certify.kernel.foundation.reals import Range, Real, read_positive, read_range
from certify.kernel.foundation.words import Words, line, lowered
from certify.kernel.gaussian.activation import RELU, Activation, read_activation
from certify.kernel.gaussian.blocks import Blocks, Number
from certify.kernel.gaussian.components import Component, components, padding_components
from certify.kernel.gaussian.partition import Coordinates, copies, read_blocks, read_centre
from certify.kernel.gaussian.problem import reduced_setting, require_orthonormal

__all__ = ["GaussianBirth"]


_SIZE = re.compile(r"k(?:-([1-9][0-9]{0,2}))?")


_LARGEST = 1000


@dataclass(frozen=True)
class GaussianBirth:
    """One block has size k - less with k real, the others whole sizes; C has the coordinates
    `centre`, K = [k.low, k.high].

    (a) For every k in K the equations of lemma 8 have exactly one solution x(k) that differs from C
        by at most `distance` in each coordinate; it is smooth in k.
    (b) Exactly one k* in K makes a pencil of lemma 9 at x(k), or of the padding, singular: one of
        type `crossing`, of the padding if `beyond`; k* is inside K. For k `minimum` k* in K all
        pencils are positive definite; on the other side exactly one eigenvalue of one of them, that
        of `crossing`, is negative.
    (c) This eigenvalue is simple, and its derivative at k* is not 0: positive if `minimum` is
        above, else negative.
    """

    parts: Blocks  # the growing block has size 1000 here
    growing: int
    less: int
    centre: Coordinates
    k: Range
    crossing: Component
    distance: Real
    activation: Activation = RELU
    beyond: bool = False
    minimum: str = "above"

    @classmethod
    def read(cls, value: Any) -> GaussianBirth:
        """From the field `statement` of a certificate (FORMAT 4.3)."""
        known = fields(value, "the statement", ["problem", "blocks", "centre", "claims"])
        problem = fields(known["problem"], "the problem", ["targets"], ["activation"])
        require_orthonormal(problem)
        names, optional = ["k", "crossing", "distance"], ["beyond", "minimum"]
        claims = fields(known["claims"], "the claims", names, optional)
        if claims.get("beyond", True) is not True:
            raise Malformed("the field beyond is not true")
        if claims.get("minimum", "below") != "below":
            raise Malformed('the field minimum is not "below"')
        beyond = "beyond" in claims
        parts, growing, reduced = _read_blocks(known["blocks"])
        k = read_range(claims["k"], "k")
        # the growing block has size > 3: norms are positive, all types exist
        if not reduced + 3 < k.low or not k.high < _LARGEST:
            raise Malformed(f"k is not between {reduced + 3} and {_LARGEST}")
        types = padding_components(parts) if beyond else components(parts)
        named = [part for part in types if part.name == claims["crossing"]]
        if len(named) != 1:
            raise Malformed("the crossing type is none of these blocks")
        return cls(
            parts=parts,
            growing=growing,
            less=reduced,
            centre=read_centre(known["centre"], parts),
            k=k,
            crossing=named[0],
            distance=read_positive(claims["distance"], "the distance"),
            activation=read_activation(problem),
            beyond=beyond,
            minimum=claims.get("minimum", "above"),
        )

    def blocks(self, k: Number) -> Blocks:
        """The partition at a (real) k."""
        return tuple(
            replace(b, size=k - self.less) if i == self.growing else b
            for i, b in enumerate(self.parts)
        )

    def surplus(self) -> int:
        """n - k."""
        return int(sum(b.height for b in self.parts) - sum(b.width for b in self.parts))

    def _symmetry(self) -> str:
        """The group, from the sizes of the blocks with columns, and n where it is not k."""
        grown = f"k-{self.less}" if self.less else "k"
        factors = [
            f"S{lowered(grown if i == self.growing else b.size)}" + " (columns)" * (not b.rows)
            for i, b in enumerate(self.parts)
            if b.columns
        ]
        group = " × ".join(factors)
        return f"{group}$, $n = k + {self.surplus()}" if self.surplus() else group

    def headline(self) -> Words:
        """The theorem in one line."""
        what = "birth" if self.minimum == "above" else "death"
        beyond = " of the Hessian in each dimension beyond $k$" if self.beyond else ""
        return line(
            f"{what} of a minimum of ",
            *self.activation.loss(),
            f" fixed by ${self._symmetry()}$: an eigenvalue of representation {self.crossing.name}"
            f"{beyond} crosses 0 at exactly one real $k$ in ",
            self.k,
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield from reduced_setting(self._symmetry(), self.k, self.activation)
        yield from copies(self.parts)
        more, less = (">", "<") if self.minimum == "above" else ("<", ">")
        yield line(
            "  (a)  For every real $k$ in $K$ there is exactly one solution $x(k)$ within ",
            self.distance,
            " of the centre in the file; it is smooth in $k$.",
        )
        where = "$D > k$" if self.beyond else "$D ≥ k$"
        yield line(
            "  (b)  There is exactly one $k*$ in $K$ at which the Hessian at $x(k)$, in any"
            f" dimension {where}, is singular (one of its pencils is). It is inside $K$,"
        )
        yield line(
            f"       and one eigenvalue, of representation {self.crossing.name}, is 0 there. For"
            f" $k {more} k*$ in $K$ the Hessian is positive definite, for $k {less} k*$ that"
        )
        yield line("       eigenvalue and no other is negative.")
        if self.beyond:
            yield line("       In dimension $D = k$ it is positive definite for every $k$ in $K$.")
        sign = "positive" if self.minimum == "above" else "negative"
        yield line(
            f"  (c)  The eigenvalue is simple in its pencil, and its derivative by $k$ is {sign}"
            " at $k*$."
        )


def _read_blocks(value: Any) -> tuple[Blocks, int, int]:
    """Blocks, of which the growing one gets a large size, its number, and c where its size is
    k - c.
    """
    growing: list[tuple[int, int]] = []
    fixed: list[Any] = []
    for i, entry in enumerate(value if isinstance(value, list) else []):
        size = entry.get("size") if isinstance(entry, dict) else None
        if isinstance(size, str):
            known = fields(entry, f"block {i + 1}", ["type", "size"])
            match = _SIZE.fullmatch(size)
            if match is None or known["type"] != "diagonal":
                raise Malformed(
                    f"block {i + 1} is neither of fixed size nor a diagonal block of size k or"
                    " k - c"
                )
            growing.append((i, int(match.group(1) or 0)))
            fixed.append({"type": "diagonal", "size": _LARGEST})
        else:
            fixed.append(entry)
    parts = read_blocks(fixed)
    if len(growing) != 1:
        raise Malformed("not exactly one block grows with k")
    block, reduced = growing[0]
    if any(part.copy_of == block for part in parts):
        raise Malformed("a block copies the one that grows with k")
    if sum(part.width for i, part in enumerate(parts) if i != block) != reduced:
        raise Malformed("the blocks do not have k columns")
    if sum(part.height for i, part in enumerate(parts) if i != block) < reduced:
        raise Malformed("the blocks have fewer than k rows")
    return parts, block, reduced
