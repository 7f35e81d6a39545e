"""The certificate as an object, and the verbs `load` and `check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certify.enclosure import Enclosure
from certify.errors import Undecided
from certify.files import existing, require_folder, write_certificate
from certify.gaussian.centre import rows_as_floats, written_out
from certify.kernel.check import FORMAT, check_bytes, check_document, check_file, read_claim
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import digest, parse_json, read_bytes
from certify.kernel.foundation.outcomes import Declined, Outcome, Proved
from certify.kernel.foundation.reals import Interval
from certify.kernel.foundation.words import plain
from certify.kernel.gaussian.basin import GaussianBasin
from certify.kernel.gaussian.minimum import GaussianMinimum
from certify.kernel.gaussian.span import GaussianSpan
from certify.kernel.gaussian.splitting import GaussianSplitting
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.kernel.kind import Statement
from certify.kernel.kinds import kind_of

if TYPE_CHECKING:
    from certify.floats import Array

__all__ = ["Certificate", "check", "load"]

_LARGEST_MATRIX = 10**6  # entries of a matrix written out for a picture
_DIGESTED = {"format", "kind", "statement", "witness"}


class Certificate:
    """A certificate as an object. It cannot be altered. Two of them are equal if their digests are.

    document: the parsed file, a JSON object. Raises `Malformed` if it is none.

    A certificate proves nothing by itself: `check` it. One that a verb such as `prove` has returned
    was proved by the kernel, and says so; one from a file says "not checked yet" until `check` was
    called on it.

    >>> proof = load("proofs/gaussian/n06-k06.json")
    >>> proof.kind, proof.digest[:12], check(proof).verdict
    ('gaussian-minimum', 'c0ef6616ad4b', 'PROVED')
    """

    def __init__(self, document: dict[str, Any]) -> None:
        try:
            data = json.dumps(document).encode()
            parsed = parse_json(data)
        except (TypeError, ValueError, RecursionError):
            raise Malformed("the document is not JSON") from None
        if not isinstance(parsed, dict):
            raise Malformed("the certificate is not an object")
        self._data = data
        self._digest = digest(parsed) if parsed.keys() >= _DIGESTED else ""
        self._outcome: Outcome | None = None

    @classmethod
    def proved(cls, document: dict[str, Any], outcome: Proved) -> Certificate:
        """The certificate of a document that the kernel has just proved. Raises `ValueError` where
        the outcome is about another one.
        """
        certificate = cls(document)
        if certificate.digest != outcome.digest or not document.keys() <= {
            *_DIGESTED,
            "provenance",
        }:
            raise ValueError("the kernel has proved another document")
        certificate._outcome = outcome
        return certificate

    @property
    def document(self) -> dict[str, Any]:
        """A copy of the parsed file: to change it does not change the certificate."""
        document: dict[str, Any] = parse_json(self._data)
        return document

    @property
    def outcome(self) -> Outcome | None:
        """What the kernel has said of this certificate in this process; None before it was asked.

        >>> load("proofs/gaussian/n06-k06.json").outcome is None
        True
        """
        return self._outcome

    def _check(self) -> Outcome:
        """Ask the kernel, and remember what it says."""
        self._outcome = check_bytes(self._data)
        return self._outcome

    def __repr__(self) -> str:
        """What it claims, and what the kernel has said of it, in one line."""
        try:
            headline = plain(self.statement.headline())
        except Undecided as error:
            return f"<Certificate, declined: {error}>"
        except Malformed as error:
            return f"<Certificate, malformed: {error}>"
        said = "not checked yet" if self.outcome is None else self.outcome.verdict.lower()
        return f"<Certificate {self.digest[:12]}, {said}: {headline}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Certificate):
            return NotImplemented
        return self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> str | bytes:
        """The digest; the whole document where it has none."""
        return self._digest or self._data

    def __reduce__(self) -> tuple[type[Certificate], tuple[dict[str, Any]]]:
        """Pickled without the outcome: another process has to ask its own kernel."""
        return Certificate, (self.document,)

    @property
    def kind(self) -> str:
        """The kind of statement, as FORMAT names it; empty if the document names none."""
        return str(self.document.get("kind", ""))

    @property
    def statement(self) -> Statement:
        """What is claimed, as exact rationals. Raises `Malformed`, and `Undecided` where this
        version does not know the format or the kind.
        """
        document = self.document
        if document.get("format") != FORMAT or kind_of(self.kind) is None:
            outcome = check_document(document)  # it verifies nothing: the format or kind is unknown
            if isinstance(outcome, Declined):
                raise Undecided(_unknown(document))
        return read_claim(document)

    @property
    def digest(self) -> str:
        """sha256 of what is proved and how, without the provenance. Raises `Malformed` where the
        document lacks a part of these.
        """
        if not self._digest:
            raise Malformed("the certificate lacks a format, a kind, a statement or a witness")
        return self._digest

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the finder had to say of the point beside the theorem, from the provenance: no part
        of what is proved, and never checked.
        """
        provenance = self.document.get("provenance")
        remarks = provenance.get("remarks", []) if isinstance(provenance, dict) else []
        return tuple(str(remark) for remark in remarks) if isinstance(remarks, list) else ()

    @property
    def point(self) -> GaussianMinimum | GaussianSymmetric | GaussianSpan | None:
        """The claim about one critical point of the Gaussian loss; of a consequence, that about its
        minimum. None where the claim is about something else.

        >>> load("proofs/gaussian/n06-k06.json").point.problem.n
        6
        >>> load("proofs/family/II.json").point is None
        True
        """
        claim = self.statement
        if isinstance(claim, GaussianSplitting | GaussianBasin):
            return claim.minimum
        if isinstance(claim, GaussianMinimum | GaussianSymmetric | GaussianSpan):
            return claim
        return None

    @property
    def loss(self) -> Enclosure | None:
        """The claimed interval of the loss at the critical point; None where the claim is not about
        one critical point of the Gaussian loss.

        >>> load("proofs/gaussian/n06-k06.json").loss
        [0.0250805810024630104194797023530199398436, 0.0250805810024630104194797023530199398437]
        """
        claim = self.point
        return None if claim is None else _enclosure(claim.loss)

    @property
    def lambda_min(self) -> Enclosure | None:
        """The claimed interval of the smallest Hessian eigenvalue at the critical point; None where
        none is claimed. Of a symmetric point it is that in R^(n x k); further dimensions may add a
        smaller one (`statement.lambda_min_beyond`).

        >>> load("proofs/gaussian/n06-k06.json").lambda_min
        [0.004700354703537, 0.004700354703638]
        """
        claim = self.point
        if claim is None or isinstance(claim, GaussianSpan):  # it has a lower bound only
            return None
        return _enclosure(claim.lambda_min)

    @property
    def risk(self) -> str | None:
        """The exact empirical risk at the point, as a fraction, or the claimed interval of it; None
        but for networks on data. Raises `Malformed`.

        >>> load("proofs/data/xor-leaky-2.json").risk
        '1/2'
        """
        if self.kind.startswith("gaussian-"):
            return None
        read_claim(self.document)  # else what is not a certificate would be indexed
        if self.kind == "smooth-exact-fit":
            return "0"
        risk = self.document["statement"]["claims"].get("risk")
        return risk if risk is None or isinstance(risk, str) else str(Enclosure.of(*risk))

    def spectrum(self) -> list[tuple[Enclosure, int]] | None:
        """Claimed enclosures of all eigenvalues of the Hessian in R^(n x k), with their
        multiplicities, lowest first. None but for the symmetric kinds: a dense certificate proves
        the smallest eigenvalue only (`lambda_min`). `prove` with `symmetric=True` gives a symmetric
        one.

        >>> lowest, times = load("proofs/symmetric/k07/A.json").spectrum()[0]
        >>> lowest.printed(6), times
        ('[0.00684735, 0.00684736]', 15)
        """
        claim = self.point
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
        claim = self.point
        if claim is None:
            return None
        if isinstance(claim, GaussianSymmetric):
            n, k = claim.problem.n, claim.problem.k
            return None if n * k > _LARGEST_MATRIX else written_out(claim)
        return rows_as_floats(
            claim.centre if isinstance(claim, GaussianMinimum) else claim.coefficients
        )

    def theorem(self) -> str:
        """The claim in words, plain ASCII, as the kernel states it. Raises `Malformed`.

        >>> print(load("proofs/gaussian/n06-k06.json").theorem()[:55])
        THEOREM.  For every D >= 6 let x ~ N(0, I_D), v_1, ...,
        """
        return "\n".join(map(plain, self.statement.theorem()))

    def save(self, path: str | Path, *, force: bool = False) -> None:
        """Write the file atomically. A file that holds anything else than this certificate is
        replaced with `force` only.

        Raises `certify.errors.Unwritable`, and `UnusableInput` where its folder does not exist.
        """
        require_folder(Path(path))
        write_certificate(self.document, Path(path), force=force)

    def report(self, path: str | Path, *, force: bool = False) -> Outcome:
        """Put it before both checkers and write a page (.html) or document (.tex) about it. The
        kernel's outcome is returned.

        A file that is no older report is replaced with `force` only.

        Raises `Malformed`, `certify.errors.Unwritable`, and `UnusableInput` for another suffix, a
        folder that does not exist or a missing package.

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
        except (Malformed, Undecided):
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
        except (Malformed, Undecided):
            return None


def _enclosure(interval: Interval) -> Enclosure:
    return Enclosure.of(*interval.texts)


def _unknown(document: dict[str, Any]) -> str:
    """Which format or kind this version does not know."""
    name = "kind" if document["format"] == FORMAT else "format"
    return f"unknown {name} {ascii(document[name])[:60]}"


def load(path: str | Path) -> Certificate:
    """Read a certificate; nothing is checked. Raises `FileNotFoundError`, and `Malformed` for what
    is no JSON object.

    >>> load("proofs/family/II.json").kind
    'gaussian-family-minimum'
    """
    return Certificate(parse_json(read_bytes(existing(path))))


def check(proof: Certificate | str | Path | bytes) -> Outcome:
    """Let the kernel decide: `Proved`, `Rejected` or `Declined`, never a truth value.

    proof: a certificate, the path of its file, or the bytes of one. Raises `Malformed`, and
    `FileNotFoundError` for a path.

    >>> check("proofs/gaussian/n06-k06.json").verdict
    'PROVED'
    """
    if isinstance(proof, Certificate):
        return proof._check()  # noqa: SLF001 - the certificate remembers the outcome
    return check_bytes(proof) if isinstance(proof, bytes) else check_file(existing(proof))
