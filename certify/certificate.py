"""The certificate as an object, and the verbs `load` and `check`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certify.enclosure import Enclosure
from certify.files import write_certificate
from certify.gaussian.centre import rows_as_floats, written_out
from certify.kernel.check import check_bytes, check_file, read_claim
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import digest, parse_json, read_bytes
from certify.kernel.foundation.outcomes import Outcome
from certify.kernel.foundation.reals import Interval
from certify.kernel.foundation.words import plain
from certify.kernel.gaussian.basin import GaussianBasin
from certify.kernel.gaussian.minimum import GaussianMinimum
from certify.kernel.gaussian.span import GaussianSpan
from certify.kernel.gaussian.splitting import GaussianSplitting
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.kernel.kind import Statement

if TYPE_CHECKING:
    from certify.floats import Array

__all__ = ["Certificate", "check", "load"]

_LARGEST_MATRIX = 10**6  # entries of a matrix written out for a picture


@dataclass(frozen=True, repr=False)
class Certificate:
    """A certificate as an object: `document` is the parsed file. Holding one proves nothing;
    `check` it.

    The document is copied through JSON, so that what is shown and what is checked are the same.
    Raises `Malformed` if it is no JSON object.

    >>> proof = load("proofs/gaussian/n06-k06.json")
    >>> proof.kind, proof.digest[:12], check(proof).verdict
    ('gaussian-minimum', 'c0ef6616ad4b', 'PROVED')
    """

    document: dict[str, Any]

    def __post_init__(self) -> None:
        try:
            document = parse_json(json.dumps(self.document).encode())
        except (TypeError, ValueError, RecursionError):
            raise Malformed("the document is not JSON") from None
        if not isinstance(document, dict):
            raise Malformed("the certificate is not an object")
        object.__setattr__(self, "document", document)

    def __repr__(self) -> str:
        """The claim in one line, unchecked."""
        try:
            return (
                f"<Certificate {self.digest[:12]}, unchecked: {plain(self.statement.headline())}>"
            )
        except (Malformed, KeyError):
            return "<Certificate, malformed>"

    @property
    def kind(self) -> str:
        """The kind of statement, as FORMAT names it; empty if the document names none."""
        return str(self.document.get("kind", ""))

    @property
    def statement(self) -> Statement:
        """What is claimed, as exact rationals. Raises `Malformed`."""
        return read_claim(self.document)

    @property
    def digest(self) -> str:
        """sha256 of what is proved and how, without the provenance."""
        return digest(self.document)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the finder had to say of the point beside the theorem, from the provenance: no part
        of what is proved, and never checked.
        """
        provenance = self.document.get("provenance")
        remarks = provenance.get("remarks", []) if isinstance(provenance, dict) else []
        return tuple(str(remark) for remark in remarks) if isinstance(remarks, list) else ()

    @property
    def loss(self) -> Enclosure | None:
        """The claimed interval of the loss at the critical point; None where the claim is not about
        one critical point of the Gaussian loss.

        >>> load("proofs/gaussian/n06-k06.json").loss
        [0.0250805810024630104194797023530199398436, 0.0250805810024630104194797023530199398437]
        """
        claim = self._point()
        return None if claim is None else _enclosure(claim.loss)

    @property
    def lambda_min(self) -> Enclosure | None:
        """The claimed interval of the smallest Hessian eigenvalue at the critical point; None where
        none is claimed. Of a symmetric point it is that in R^(n x k); further dimensions may add a
        smaller one (`statement.lambda_min_beyond`).

        >>> load("proofs/gaussian/n06-k06.json").lambda_min
        [0.004700354703537, 0.004700354703638]
        """
        claim = self._point()
        if claim is None or isinstance(claim, GaussianSpan):  # it has a lower bound only
            return None
        return _enclosure(claim.lambda_min)

    @property
    def risk(self) -> str | None:
        """The exact empirical risk at the point, as a fraction, or the claimed interval of it; None
        but for the data kinds. Raises `Malformed`.

        >>> load("proofs/data/xor-leaky-2.json").risk
        '1/2'
        """
        if not self.kind.startswith("data-"):
            return None
        read_claim(self.document)  # else what is not a certificate would be indexed
        risk = self.document["statement"]["claims"]["risk"]
        return risk if isinstance(risk, str) else str(Enclosure.of(*risk))

    def spectrum(self) -> list[tuple[Enclosure, int]] | None:
        """Claimed enclosures of the Hessian's eigenvalues in R^(n x k) with their multiplicities,
        lowest first; None but for the symmetric kinds.

        >>> lowest, times = load("proofs/symmetric/k07/A.json").spectrum()[0]
        >>> lowest.printed(6), times
        ('[0.00684735, 0.00684736]', 15)
        """
        claim = self._point()
        if not isinstance(claim, GaussianSymmetric):
            return None
        values = [
            (_enclosure(value), int(component.dimension))
            for component, found in claim.spectrum
            for value in found
        ]
        return sorted(values, key=lambda pair: pair[0].low)

    def students(self) -> Array | None:
        """The centre as float64, shape (n, d) (for teachers given by inner products: coefficients,
        (n, k)): for pictures, not for proofs. None where the claim is not about one critical point
        of the Gaussian loss, or where its matrix has more than 10^6 entries.

        >>> load("proofs/gaussian/n06-k06.json").students().shape
        (6, 6)
        """
        claim = self._point()
        if claim is None:
            return None
        if isinstance(claim, GaussianSymmetric):
            n, k = claim.problem.n, claim.problem.k
            return None if n * k > _LARGEST_MATRIX else written_out(claim)
        return rows_as_floats(
            claim.centre if isinstance(claim, GaussianMinimum) else claim.coefficients
        )

    def _point(self) -> GaussianMinimum | GaussianSymmetric | GaussianSpan | None:
        """The claim about one critical point, which may be within another claim."""
        claim = self.statement
        if isinstance(claim, GaussianSplitting | GaussianBasin):
            return claim.minimum
        if isinstance(claim, GaussianMinimum | GaussianSymmetric | GaussianSpan):
            return claim
        return None

    def theorem(self) -> str:
        """The claim in words, plain ASCII, as the kernel states it. Raises `Malformed`.

        >>> print(load("proofs/gaussian/n06-k06.json").theorem()[:55])
        THEOREM.  For every D >= 6 let x ~ N(0, I_D), v_1, ...,
        """
        return "\n".join(map(plain, self.statement.theorem()))

    def save(self, path: str | Path, *, force: bool = False) -> None:
        """Write the file atomically. A file that holds anything else than this certificate is
        replaced with `force` only.

        Raises `certify.errors.Unwritable`.
        """
        write_certificate(self.document, Path(path), force=force)

    def report(self, path: str | Path, *, force: bool = False) -> Outcome:
        """Put it before both checkers and write a page (.html) or document (.tex) about it. The
        kernel's outcome is returned.

        A file that is no older report is replaced with `force` only.

        Raises `Malformed`, `certify.errors.Unwritable`, and `certify.report.command.Unusable` for
        another suffix or a missing package.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     load("proofs/gaussian/n06-k06.json").report(f"{folder}/six.tex").verdict
        'PROVED'
        """
        from certify.report.command import require_goal, write_report
        from certify.report.examination import examine_document

        require_goal(Path(path), force=force)
        outcome = check(self)
        write_report([examine_document(self, self.kind or "certificate")], self.kind, Path(path))
        return outcome

    def _repr_html_(self) -> str | None:
        """For notebooks: the claim, not a verdict. None for a document that claims nothing this
        version can read.
        """
        from certify.report.markup import fragment

        try:
            return fragment(self)
        except Malformed:
            return None

    def _repr_latex_(self) -> str | None:
        """For notebooks: the claims in numbers, rounded outward. None for a document that claims
        nothing this version can read.
        """
        from certify.report.tex import claims_display
        from certify.report.views import view_of

        try:
            statement = self.statement
            return claims_display(view_of(self.kind).claims(statement))
        except Malformed:
            return None


def _enclosure(interval: Interval) -> Enclosure:
    return Enclosure.of(*interval.texts)


def load(path: str | Path) -> Certificate:
    """Read a certificate, unchecked. Raises `Malformed`.

    >>> load("proofs/family/II.json").kind
    'gaussian-family-minimum'
    """
    return Certificate(parse_json(read_bytes(Path(path))))


def check(proof: Certificate | str | Path | bytes) -> Outcome:
    """Let the kernel decide: `Proved`, `Rejected` or `Declined`, never a truth value. Raises
    `Malformed`.

    >>> check("proofs/gaussian/n06-k06.json").verdict
    'PROVED'
    """
    if isinstance(proof, bytes):
        return check_bytes(proof)
    if isinstance(proof, Certificate):
        return check_bytes(json.dumps(proof.document).encode())
    return check_file(Path(proof))
