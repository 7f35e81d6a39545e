"""Students, teachers and the loss of the Gaussian kinds, read from the field `problem`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal_matrix, fields, natural
from certify.kernel.foundation.reals import Matrix, Range, no_zero_row
from certify.kernel.foundation.words import Words, line, raised
from certify.kernel.gaussian.activation import RELU, Activation, read_activation
from certify.kernel.gaussian.signs import UNSIGNED, Signs, read_signs

__all__ = [
    "MAX_SIZE",
    "GaussianProblem",
    "loss_display",
    "read_sizes",
    "reduced_setting",
    "require_orthonormal",
]

MAX_SIZE = 100  # bound on n, k and d of a dense statement


def require_orthonormal(problem: dict[str, Any]) -> None:
    """`Malformed` unless the field `targets` says that the teachers are orthonormal."""
    if problem["targets"] != "orthonormal":
        raise Malformed('the targets are not "orthonormal"')


def read_sizes(problem: dict[str, Any], largest: int = MAX_SIZE) -> tuple[int, int]:
    """The fields n and k, 1 <= k <= n."""
    n, k = (natural(problem[name], f"the field {name}", 1, largest) for name in ("n", "k"))
    if n < k:
        raise Malformed(f"n = {n} students are fewer than k = {k} teachers")
    return n, k


def loss_display(
    n: object, k: object, activation: Activation = RELU, signs: Signs = UNSIGNED
) -> Iterator[Words]:
    """The loss as a formula between blank lines."""
    students = f"∑ᵢ₌₁{raised(n)} {signs.of('sᵢ')}{activation.of('wᵢ·x')}"
    teachers = f"∑ⱼ₌₁{raised(k)} {signs.of('tⱼ')}{activation.of('vⱼ·x')}"
    where = activation.where()
    yield ()
    yield line(f"    $F(W) = ½ E( {students} − {teachers} )²${',' if where else '.'}")
    yield ()
    yield from (words for words in (where, signs.where()) if words)


def reduced_setting(symmetry: str, of: Range, activation: Activation = RELU) -> Iterator[Words]:
    """The first lines of a theorem about all k in a range."""
    yield line(
        "THEOREM.  Consider the equations (8.2) and the Hessian's pencils of lemma 9"
        " (proofs/lemmas/symmetric.md) for ",
        *activation.loss(),
        " with orthonormal",
    )
    yield line(
        f"teachers and the symmetry ${symmetry}$, in which the sizes of the blocks enter as"
        " numbers, and let $K = $",
        of,
        ".",
    )


@dataclass(frozen=True)
class GaussianProblem:
    """Students W in R^{n x d}, teachers V in R^{k x d}, n >= k, inputs x ~ N(0, I_d), and the loss

    F(W) = 1/2 E ( sum_i s_i sigma(w_i.x) - sum_j t_j sigma(v_j.x) )^2,

    with s_i = t_j = 1 but for the field `signs`. Its infimum 0 is attained: n >= k, each sign has
    as many students as teachers or more, and sigma(0) = 0 (lemma 25).
    """

    n: int
    k: int
    d: int
    orthonormal: bool
    teachers: Matrix
    activation: Activation
    signs: Signs

    @classmethod
    def read(cls, value: Any) -> GaussianProblem:
        """From the field `problem` of a statement (FORMAT 4)."""
        known = fields(value, "the problem", ["n", "k", "d", "targets"], ["activation", "signs"])
        n, k = read_sizes(known)
        activation, signs = read_activation(known), read_signs(known, [1] * n, [1] * k)
        d = natural(known["d"], "the field d", 1, MAX_SIZE)
        if known["targets"] == "orthonormal":
            if d < k:
                raise Malformed(f"d = {d} dimensions hold no k = {k} orthonormal teachers")
            unit = tuple(tuple(fmpq(int(i == j)) for j in range(d)) for i in range(k))
            return cls(n, k, d, True, unit, activation, signs)
        teachers = decimal_matrix(known["targets"], "the targets", k, d)
        return cls(n, k, d, False, no_zero_row(teachers, "target"), activation, signs)
