"""The public verbs that find and prove. Each proposes a certificate, and the kernel decides;
`NotProved` is raised for what it does not prove.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from certify.certificate import Certificate, load
from certify.errors import NotProved
from certify.kernel.foundation.outcomes import Proved

if TYPE_CHECKING:
    from certify.arrays import Array, Matrix, Rows, Source
    from certify.attempt import Attempt
    from certify.gaussian.atlas import Entry
    from certify.gaussian.search.candidate import Candidate
    from certify.gaussian.search.starts import SearchResult
    from certify.gaussian.search.symmetric import SymmetricCandidate

    Point: TypeAlias = SearchResult | Candidate | SymmetricCandidate | Array | str | Path

__all__ = [
    "NotProved",
    "atlas",
    "basin",
    "birth",
    "birth_curve",
    "certificate_of",
    "enumerate_fixed",
    "every_k",
    "every_k_and_slope",
    "every_slope",
    "family",
    "landscape",
    "near_orthonormal",
    "no_minimum",
    "prove",
    "random_teacher",
    "split",
]


def certificate_of(attempt: Attempt, sources: Iterable[Source] = ()) -> Certificate:
    """The certificate that the kernel has proved, with the names of the files that were read.
    Raises `NotProved` with the reason.
    """
    if attempt.document is None or not isinstance(attempt.outcome, Proved):
        raise NotProved(attempt.reason)
    return Certificate.proved(attempt.signed(one.record for one in sources), attempt.outcome)


@overload
def prove(  # type: ignore[overload-overlap]  # a str is a sequence of str, and here a path
    found: Point,
    *,
    teachers: Matrix | str | Path | None = None,
    polished: bool = True,
    symmetric: bool = False,
    activation: str | None = None,
    signs: str | None = None,
) -> Certificate: ...


@overload
def prove(  # type: ignore[overload-overlap]  # rows of str are one point
    found: Sequence[Point],
    *,
    teachers: Matrix | str | Path | None = None,
    polished: bool = True,
    symmetric: bool = False,
    activation: str | None = None,
    signs: str | None = None,
) -> list[Certificate]: ...


@overload
def prove(
    found: Rows,
    *,
    teachers: Matrix | str | Path | None = None,
    polished: bool = True,
    symmetric: bool = False,
    activation: str | None = None,
    signs: str | None = None,
) -> Certificate: ...


def prove(
    found: Point | Rows | Sequence[Point | Rows],
    *,
    teachers: Matrix | str | Path | None = None,
    polished: bool = True,
    symmetric: bool = False,
    activation: str | None = None,
    signs: str | None = None,
) -> Certificate | list[Certificate]:
    """A certificate for a point; for a list of points, a list of certificates.

    found: a candidate; the result of a search, of which the candidate of lowest loss is taken; a
    matrix of students, one row a neuron, shape (n, d): an array or tensor of any library, or a list
    of rows; or the path of a file with such a matrix. What is to be known of the point proved
    beside the theorem is in the certificate's `remarks`.

    teachers: a matrix, shape (k, d), or the path of a file; orthonormal by default.
    polished: Newton's method first. symmetric: detect the symmetry of a matrix and use it.
    activation: of a matrix or file, as "leaky:0.2", "abs" or "p:q"; ReLU, or what the file says, by
    default. signs: of a matrix or file, the output weights of students and teachers row by row, as
    "++-:+-". A candidate has its own.

    Raises `NotProved` with the reason, `certify.UnusableInput` for what cannot be worked with, and
    `FileNotFoundError`. In a list the first point that fails raises it, and the message says which
    one; the certificates of the points before it are lost.

    >>> import numpy as np
    >>> w = np.full((7, 7), -0.035)
    >>> np.fill_diagonal(w, 0.997)
    >>> w[:-1, -1], w[-1, :-1], w[-1, -1] = 0.262, 0.186, -0.633
    >>> prove(w).lambda_min.printed(10)
    '[0.01405901318, 0.01405901319]'
    """
    from certify.errors import UnusableInput
    from certify.gaussian.prove.given import prove_given, several

    def proved(point: Any) -> Certificate:
        attempt, sources = prove_given(
            point,
            teachers,
            polished=polished,
            symmetric=symmetric,
            activation=activation,
            signs=signs,
        )
        return certificate_of(attempt, sources)

    if not several(found):
        return proved(found)
    certificates = []
    for number, point in enumerate(found, start=1):
        try:
            certificates.append(proved(point))
        except (NotProved, UnusableInput) as error:
            raise type(error)(f"point {number} of {len(found)}: {error}") from error
    return certificates


def family(name: str, k: int, *, activation: str = "relu") -> SymmetricCandidate:
    """The member at k of a named symmetric family (II, A, I, II_3, A_7, II+1, ...), unproved: give
    it to `prove`. activation: as "leaky:0.2"; the member is followed there from slope 0.

    >>> prove(family("II", 100)).loss.printed(12)
    '[0.00274167166656, 0.00274167166657]'
    >>> prove(family("II", 6, activation="leaky:0.2")).loss.printed(12)
    '[0.0162379604749, 0.0162379604750]'
    """
    from certify.gaussian.activations import activation_of
    from certify.gaussian.search.families import family as member

    return member(name, k, activation_of(activation))


def every_k(name: str, k_from: int) -> Certificate:
    """One certificate for every k >= k_from and every d >= k: family II, A or I. Takes up to a
    minute.

    >>> every_k("A", 1112).kind
    'gaussian-family-minimum'
    """
    from certify.gaussian.prove.family import prove_family

    return certificate_of(prove_family(name, k_from, command="certify.every_k"))


def every_slope(name: str, k: int, c: tuple[str, str] = ("0", "infinity")) -> Certificate:
    """One certificate at this k, and every d >= k, for leaky ReLU with every slope a in (-1, 1), or
    with those whose c = ((1 + a)/(1 - a))^2 is in a range. Takes up to a minute.

    name: II, A, I. c: two decimals; the second may be "infinity". Type II at k >= 6 needs none.

    >>> every_slope("A", 6, ("0.9", "1.1")).kind
    'gaussian-slopes-minimum'
    """
    from certify.gaussian.prove.slopes import prove_slopes

    return certificate_of(prove_slopes(name, k, c, command="certify.every_slope"))


def every_k_and_slope(k_from: int, jobs: int = 1) -> Certificate:
    """One certificate for every k >= k_from, every d >= k, and leaky ReLU with every slope a in
    (-1, 1): type II. k_from is 6 or more. Takes about ten minutes, divided by jobs.
    """
    from certify.gaussian.prove.family_slopes import prove_family_slopes

    found = prove_family_slopes(k_from, jobs=jobs, command="certify.every_k_and_slope")
    return certificate_of(found)


def no_minimum(name: str, k_from: str, k_to: str) -> Certificate:
    """The family is no minimum at any whole k between the two decimals: family II, A or I.

    >>> no_minimum("A", "5", "5.1").kind
    'gaussian-family-saddle'
    """
    from certify.gaussian.prove.family import prove_family_saddle

    return certificate_of(prove_family_saddle(name, k_from, k_to, command="certify.no_minimum"))


def birth(
    name: str,
    digits: int = 35,
    *,
    activation: str = "relu",
    k: int | None = None,
    death: bool = False,
) -> Certificate:
    """The real k at which a family (II, A, I, II_2, II+1, II_2+2, ...) becomes a minimum, or ceases
    to be one (`death`), within 10^-digits. With a whole k: the c of the activation, hence its
    slope, at which the member at k ceases to be one.

    >>> "".join(map(str, birth("II", 8).statement.headline()))[:39]
    'birth of a minimum of the Gaussian ReLU'
    >>> birth("II", 8, k=5).statement.slope.texts[0][:8]
    '-0.32572'
    """
    from certify.errors import UnusableInput
    from certify.gaussian.activations import activation_of
    from certify.gaussian.prove.birth import prove_birth
    from certify.gaussian.prove.slope_birth import prove_slope_birth

    if k is not None:
        if activation != "relu":
            raise UnusableInput("with k the birth is about all activations: give none")
        if death:
            raise UnusableInput("with k there is no death")
        return certificate_of(prove_slope_birth(name, k, digits, command="certify.birth"))
    sigma = activation_of(activation)
    return certificate_of(prove_birth(name, digits, sigma, death=death, command="certify.birth"))


def birth_curve(k_from: str = "3.001", jobs: int = 1) -> Certificate:
    """The slopes at which type II ceases to be a minimum, for all real k from this decimal, above 3
    and below 4, to the k where the slope is 1. Takes some minutes, divided by jobs.
    """
    from certify.gaussian.prove.birth_curve import prove_birth_curve

    return certificate_of(prove_birth_curve("II", k_from, jobs=jobs, command="certify.birth_curve"))


def split(minimum: Certificate | str | Path) -> Certificate:
    """Splitting a neuron of a certified minimum, or of that in a file, in two gives saddles for
    every way to share its weights.

    >>> from certify import load
    >>> split(load("proofs/symmetric/k07/II.json")).kind
    'gaussian-splitting'
    """
    from certify.gaussian.prove.consequences import prove_splitting

    return certificate_of(prove_splitting(_loaded(minimum).document, command="certify.split"))


def basin(minimum: Certificate | str | Path, share: Fraction = Fraction(9, 10)) -> Certificate:
    """A ball around a certified minimum, or that in a file, in which gradient flow and descent
    converge to it; share of the largest radius to claim.

    >>> from certify import load
    >>> basin(load("proofs/symmetric/k07/II.json")).kind
    'gaussian-basin'
    """
    from certify.gaussian.prove.consequences import prove_basin

    return certificate_of(prove_basin(_loaded(minimum).document, share, command="certify.basin"))


def _loaded(minimum: Certificate | str | Path) -> Certificate:
    return minimum if isinstance(minimum, Certificate) else load(minimum)


def random_teacher(k: int, d: int, seed: int = 0, *, activation: str = "relu") -> Certificate:
    """Draw k unit teachers in R^d, follow the type II minimum to them, and prove it for exactly
    these teachers.

    >>> random_teacher(8, 1000, 0).kind
    'gaussian-span-minimum'
    """
    from certify.gaussian.activations import activation_of
    from certify.gaussian.prove.teachers import draw_teachers, prove_teachers

    return certificate_of(
        prove_teachers(
            draw_teachers(k, d, seed),
            activation_of(activation),
            command="certify.random_teacher",
            found={"seed": seed},
        )
    )


def near_orthonormal(k: int, *, activation: str = "relu") -> Certificate:
    """The type II minimum for all teachers at once whose inner products are within rho of
    orthonormal ones.

    >>> near_orthonormal(8).kind
    'gaussian-span-minimum'
    """
    from certify.gaussian.activations import activation_of
    from certify.gaussian.prove.teachers import prove_near_orthonormal

    return certificate_of(
        prove_near_orthonormal(k, activation_of(activation), command="certify.near_orthonormal")
    )


def enumerate_fixed(k: int) -> Certificate:
    """All critical points that S_k fixes: exactly four besides 0.

    >>> enumerate_fixed(6).kind
    'gaussian-enumeration'
    """
    from certify.gaussian.prove.enumeration import prove_enumeration

    return certificate_of(prove_enumeration(k, command="certify.enumerate_fixed"))


def landscape(dimension: str = "every", *, c: tuple[str, str] | None = None) -> Certificate:
    """Every critical point of two neurons and two teachers; dimension: "2", or "every".

    c: instead, for every activation with c = ((1 + a)/(1 - a))^2 in this range, as ("0.9", "1.2")
    or ("0.9", "infinity"), and in every dimension: no local minimum is spurious. a is the slope of
    leaky ReLU.

    >>> landscape("2").kind, landscape(c=("0.9", "1.2")).remarks
    ('gaussian-landscape', ('as slopes a of leaky ReLU: -0.026334 <= a <= 0.045548',))
    """
    from certify.errors import UnusableInput
    from certify.gaussian.prove.landscape import prove_landscape, prove_slopes_landscape

    if c is not None:
        if dimension != "every":
            raise UnusableInput("a range of c is about every dimension")
        return certificate_of(prove_slopes_landscape(c, command="certify.landscape"))
    return certificate_of(prove_landscape(dimension, command="certify.landscape"))


def atlas(
    k: int,
    paths: Iterable[str | Path] | None = None,
    n: int | None = None,
    *,
    activation: str = "relu",
) -> list[Entry]:
    """Every class certified at this k and for this activation among the files and folders, by
    default those that come with this package, proved again now; lowest n and loss first. Raises
    `certify.UnusableInput` where this installation carries none.

    >>> entry = atlas(6, ["proofs/symmetric/k06"], n=6)[0]
    >>> entry.path.stem, entry.claim.problem.orbit()
    ('II', '6! 6! / 5! = 4320')
    """
    from certify.errors import UnusableInput
    from certify.gaussian.activations import activation_of
    from certify.gaussian.atlas import atlas as collect
    from certify.judge import certificate_files
    from certify.shipped import shipped_folder

    if paths is None:
        folder = shipped_folder()
        if folder is None:
            raise UnusableInput(
                "this installation carries no certificates (the folder proofs of the repository):"
                " give paths"
            )
        paths = [folder]
    return collect(certificate_files(map(Path, paths)), k, n, activation_of(activation))
