"""Whether a certificate is about the user's own file. Its problem, or its point, is read again from
that file and compared exactly.

Nothing here says whether the certificate is proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from certify.arrays import Source
from certify.certificate import Certificate
from certify.dense.about import TRAINED, other_labels, other_network
from certify.errors import UnusableInput
from certify.gaussian.activations import relation, same_minima
from certify.gaussian.points import read_candidate
from certify.gaussian.search.candidate import Candidate
from certify.gaussian.signs import signed
from certify.kernel.gaussian.activation import Activation
from certify.kernel.gaussian.signs import Signs
from certify.reading import Columns, Which
from certify.tables import data_of

__all__ = ["Finding", "about_candidate", "about_data", "about_network"]

_LARGEST_DENSE = 1000


@dataclass(frozen=True)
class Finding:
    """Whether the certificate is about what the file holds (None: they cannot be compared), and one
    sentence why.
    """

    holds: bool | None
    sentence: str

    @property
    def text(self) -> str:
        """As printed."""
        relation = {None: "not compared with", True: "about", False: "not about"}[self.holds]
        return f"{relation} {self.sentence}"

    @property
    def exit_code(self) -> int:
        """0 if it is, 1 if it is not, 2 if that cannot be said."""
        return 2 if self.holds is None else 0 if self.holds else 1


def about_data(certificate: Certificate, source: Source, columns: Columns) -> Finding:
    """Whether the data of the certificate are those of the file, read with these columns. Raises
    `UnusableInput`.
    """
    trained = certificate.kind in TRAINED
    if not trained and not certificate.kind.startswith("data-"):
        return Finding(
            False, f"{source.name}: a certificate of the kind {certificate.kind} is about no data"
        )
    problem = certificate.document["statement"]["problem"]
    labelled = problem["loss"]["type"] != "squared" if trained else "labels" in problem
    if labelled and columns.label is None:
        raise UnusableInput(
            "the certificate is about classes: say which column holds them with --label"
        )
    data = data_of(source, columns)
    name = source.name
    if labelled and columns.target:
        raise UnusableInput("the certificate is about classes, not about --target")
    if not labelled and data.classes:
        raise UnusableInput(
            "the certificate is about targets that are numbers, not about classes: give --target"
            " instead of --label"
        )
    difference = _difference(data.inputs, problem["inputs"], "input", data.input_names)
    # of the kind data-splitting-family: all targets this close are in the theorem
    spread = Fraction(problem.get("spread", "0"))
    outputs = ""
    if difference is None and not labelled:
        difference = _difference(
            data.targets, problem["targets"], "target", data.target_names, spread
        )
    if difference is None and labelled:
        if trained:
            difference, outputs = other_labels(data.labels, data.classes, problem["targets"])
        else:
            difference = _other_class(data.labels, problem["labels"], data.classes)
    read = data.as_read.removeprefix("read ")
    if difference is not None:
        return Finding(False, f"{name}: {difference} (read {read})")
    if (
        spread
        and _difference(data.targets, problem["targets"], "target", data.target_names) is not None
    ):
        return Finding(
            True,
            f"{name}: its inputs are exactly those of the certificate, and its targets lie within"
            f" the spread of {problem['spread']} of them ({read})",
        )
    what = "inputs and classes" if labelled else "inputs and targets"
    return Finding(
        True,
        f"{name}: the {what} of the certificate are exactly those of the file{outputs} ({read})",
    )


def _difference(
    own: Sequence[Sequence[str]],
    theirs: Sequence[Sequence[str]],
    what: str,
    names: Sequence[str],
    spread: Fraction = Fraction(0),
) -> str | None:
    """The first entry that differs by more than the spread, in words; None if there is none. The
    comparison is exact.
    """
    if len(own) != len(theirs):
        return f"the file has {len(own)} rows, the certificate {len(theirs)}"
    if len(own[0]) != len(theirs[0]):
        return (
            f"the file has {len(own[0])} {what}{'s' * (len(own[0]) != 1)} a row, the certificate"
            f" {len(theirs[0])}"
        )
    for i, (row, other) in enumerate(zip(own, theirs, strict=True), 1):
        for j, (entry, claimed) in enumerate(zip(row, other, strict=True)):
            if entry != claimed and abs(Fraction(entry) - Fraction(claimed)) > spread:
                column = names[j] if j < len(names) else str(j + 1)
                return (
                    f"row {i}, {what} {column}: {entry} in the file, {claimed} in the certificate"
                )
    return None


def _other_class(own: Sequence[int], theirs: Sequence[int], classes: Sequence[str]) -> str | None:
    """The first row whose class is another one, in words; None if there is none. Classes are
    numbered in the order of their names; the names are no part of a certificate.
    """
    for i, (mine, claimed) in enumerate(zip(own, theirs, strict=True), 1):
        if mine != claimed:
            return (
                f"row {i} is of the class {classes[mine]}, number {mine}, in the file, and of"
                f" number {claimed} in the certificate"
            )
    return None


def about_candidate(
    certificate: Certificate,
    source: Source,
    which: Which | None = None,
    targets: Source | None = None,
    activation: Activation | None = None,
    signs: str | None = None,
) -> Finding:
    """Whether the matrix in the file lies in the certified ball, its rows and (for orthonormal
    teachers) columns permuted if need be; with signs they are compared as they are.

    activation, signs: in the place of those of the file, ReLU and 1 where it names none. Raises
    `UnusableInput`, also for kinds without such a ball.
    """
    from certify.kernel.gaussian.basin import GaussianBasin
    from certify.kernel.gaussian.minimum import GaussianMinimum
    from certify.kernel.gaussian.splitting import GaussianSplitting
    from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
    from certify.rationals import fraction

    claim = certificate.statement
    basin = fraction(claim.radius.value) if isinstance(claim, GaussianBasin) else None
    if isinstance(claim, GaussianSplitting | GaussianBasin):
        claim = claim.minimum
    if not isinstance(claim, GaussianMinimum | GaussianSymmetric):
        return Finding(
            False,
            f"{source.name}: a certificate of the kind {certificate.kind} has no ball that a matrix"
            " of students could lie in",
        )
    given = read_candidate(
        source, targets, None, which, (claim.problem.n, claim.problem.k), most=_LARGEST_DENSE
    )
    if given.targets is None and claim_is_orthonormal(claim):
        given = replace(given, k=claim.problem.k)
    if activation is not None:
        given = replace(given, activation=activation)
    if signs is not None:
        given = replace(given, signs=signed(signs, given.n, given.k))
    other = _other_activation(claim, given) or _other_teachers(claim, given)
    other = other or _other_signs(claim, given)
    if other is not None:
        return Finding(False, f"{source.name}: {other}")
    return _in_ball(claim, given, source.name, basin)


def claim_is_orthonormal(claim: Any) -> bool:
    """Whether the teachers of a claim about a ball are orthonormal."""
    return getattr(claim.problem, "orthonormal", True) is True


def _other_activation(claim: Any, given: Candidate) -> str | None:
    certified = claim.problem.activation
    if same_minima(given.activation, certified):
        return None
    return (
        f"the activation of the file is {relation(given.activation)}, that of the certificate"
        f" {relation(certified)}; --activation says which one is meant"
    )


def _other_signs(claim: Any, given: Candidate) -> str | None:
    """Both sorts of output weights, row by row; symmetric points have one for each block."""
    own = claim.problem.signs
    if own.blocks and own.mixed:
        blocks = claim.problem.blocks
        students = tuple(b.student for b in blocks for _ in range(b.height))
        own = Signs(students, tuple(b.teacher for b in blocks for _ in range(b.width)))
    if own == given.signs or not (own.mixed or given.signs.mixed):
        return None
    told = "output weights of the file, row by row, are not those of the certificate"
    return f"the {told}; --signs says which are meant"


def _other_teachers(claim: Any, given: Candidate) -> str | None:
    if claim_is_orthonormal(claim):
        unit = given.targets is None or all(
            Fraction(entry) == int(i == j)
            for i, row in enumerate(given.targets)
            for j, entry in enumerate(row)
        )
        return (
            None
            if unit and given.k == claim.problem.k
            else (
                "the teachers of the file are not the first unit vectors, for which the"
                " certificate is"
            )
        )
    if given.targets is None:
        return (
            "the certificate is for teachers of its own, and the file has none: give them with"
            " --teachers"
        )
    same = [[Fraction(entry) for entry in row] for row in given.targets] == [
        [Fraction(str(entry)) for entry in row] for row in claim.problem.teachers
    ]
    return None if same else "the teachers of the file are not those of the certificate"


def _in_ball(claim: Any, given: Candidate, name: str, basin: Fraction | None) -> Finding:
    """Whether the matrix lies in the ball around the centre. For a basin of radius `basin` the ball
    is a smaller one, which certainly lies in the basin around the minimum.
    """
    from certify.decimals import significant
    from certify.gaussian.classes import away, centre_of
    from certify.gaussian.nearness import root_up
    from certify.rationals import fraction

    if claim.problem.n * claim.problem.k > _LARGEST_DENSE**2:
        raise UnusableInput(
            f"the certificate is about a matrix of {claim.problem.n} x {claim.problem.k} entries,"
            " which is not written out"
        )
    centre, every = centre_of(claim), getattr(claim, "every_dimension", True)
    rows = [[Fraction(entry) for entry in row] for row in given.students]
    shape = (len(rows), len(rows[0]))
    narrow = claim_is_orthonormal(claim) and shape[1] < claim.problem.k
    if shape[0] != len(centre) or narrow or (shape[1] != len(centre[0]) and not every):
        return Finding(
            False,
            f"{name}: its matrix has the shape {shape}, that of the certificate"
            f" {(len(centre), len(centre[0]))}",
        )
    width = max(shape[1], len(centre[0]))
    rows, centre = (
        [[*row, *[Fraction(0)] * (width - len(row))] for row in matrix] for matrix in (rows, centre)
    )
    plain = _square_gap(rows, centre)
    permuted = plain
    if not claim.problem.signs.mixed:
        permuted = _permuted(rows, centre, claim.problem.k, by_columns=claim_is_orthonormal(claim))
    square, moved = (plain, False) if plain <= permuted else (permuted, True)
    radius = fraction(claim.radius.value)
    if basin is not None:
        radius = max(basin - away(claim), Fraction(0))
    far = significant(root_up(square), 3, up=True)
    order = (
        ", its rows and columns permuted,"
        if moved and claim_is_orthonormal(claim)
        else ", its rows permuted,"
        if moved
        else ""
    )
    ball = "basin" if basin is not None else "certified ball"
    shown = f"radius {significant(radius, 3, up=False)}" if radius > 0 else "too small to tell"
    if square <= radius**2:
        return Finding(
            True, f"{name}: the matrix{order} lies in the {ball}, {far} from its centre ({shown})"
        )
    return Finding(
        False, f"{name}: the matrix{order} lies outside the {ball}, {far} from its centre ({shown})"
    )


def _square_gap(rows: list[list[Fraction]], centre: list[list[Fraction]]) -> Fraction:
    return sum(
        (
            (x - c) ** 2
            for row, own in zip(rows, centre, strict=True)
            for x, c in zip(row, own, strict=True)
        ),
        Fraction(0),
    )


def _permuted(
    rows: list[list[Fraction]], centre: list[list[Fraction]], k: int, *, by_columns: bool
) -> Fraction:
    """The square of the distance to the centre, with rows (and the first k columns) in an order
    that is guessed.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment
    from scipy.spatial.distance import cdist

    from certify.gaussian.survey.basins import align

    near, far = (
        np.array([[float(entry) for entry in row] for row in matrix]) for matrix in (rows, centre)
    )
    if by_columns:
        order, columns = align(near[:, :k], far[:, :k])
        columns = [*columns, *range(k, len(centre[0]))]
    else:
        order, columns = (
            linear_sum_assignment(cdist(near, far))[1].tolist(),
            list(range(len(centre[0]))),
        )
    return _square_gap(rows, [[centre[i][j] for j in columns] for i in order])


def about_network(certificate: Certificate, source: Source) -> Finding:
    """Whether the network in the file has the certified shape, lies in the cell of the certified
    point and within a thousandth of it; with the distance and both risks.

    For the kind data-minimum with one hidden layer. For those of trained networks: whether its
    weights are exactly those that were given. Raises `UnusableInput`.
    """
    if certificate.kind in TRAINED:
        difference, read = other_network(certificate, source)
        if difference is not None:
            return Finding(False, f"{source.name}: {difference} (read {read})")
        return Finding(
            True, f"{source.name}: the weights given to the certificate are exactly its ({read})"
        )
    from certify.kernel.piecewise.minimum import DataMinimum
    from certify.networks import read_trained
    from certify.piecewise.prove.trained import apart

    claim = certificate.statement
    if not isinstance(claim, DataMinimum):
        return Finding(
            False,
            f"{source.name}: a certificate of the kind {certificate.kind} is about no trained"
            " network",
        )
    network = read_trained(source)
    parameters = certificate.document["statement"]["parameters"]
    shape = (len(network.weights), len(network.weights[0]))
    weights = [part.get("weights") for part in parameters]
    if len(weights) != 2 or (len(weights[0]), len(weights[0][0])) != shape or len(weights[1]) != 1:
        return Finding(
            False,
            f"{source.name}: the certificate is about a network of another shape ({network.as_read}"
            " in the file)",
        )
    sentence, same = apart(claim.problem, network, parameters)
    return Finding(same, f"{source.name}: {sentence}")
