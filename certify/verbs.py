"""The public verbs `prove`, `check` and `load`, and the certificate as an object."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certify.files import write_json
from certify.kernel.check import Claim, check_bytes, check_file, read_claim
from certify.kernel.exact import Malformed, digest, parse_json, read_bytes
from certify.kernel.outcomes import Outcome
from certify.kernel.statements import GaussianMinimum
from certify.kernel.symmetric_statements import GaussianSymmetric

if TYPE_CHECKING:
    from certify.search.candidate import Candidate
    from certify.search.gaussian import Array
    from certify.search.starts import SearchResult

__all__ = ["Certificate", "NotProved", "check", "load", "prove"]


class NotProved(Exception):
    """No certificate was found for the candidate. This says nothing about whether the claim is true."""


@dataclass(frozen=True)
class Certificate:
    """A certificate as an object: `document` is the parsed file. Holding one proves nothing; `check` it.

    The document is copied through JSON, so that what is shown and what is checked are the same. Raises `Malformed` if it is no JSON object.
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

    @property
    def statement(self) -> Claim:
        """What is claimed, as exact rationals. Raises `Malformed`."""
        return read_claim(self.document)

    @property
    def loss(self) -> str:
        """The claimed interval of the loss at the minimum (dimensionless), as decimals."""
        return str(self._critical_point().loss)

    @property
    def lambda_min(self) -> str:
        """The claimed interval of the smallest Hessian eigenvalue at the minimum, as decimals."""
        return str(self._critical_point().lambda_min)

    def _critical_point(self) -> GaussianMinimum | GaussianSymmetric:
        claim = self.statement
        if isinstance(claim, GaussianMinimum | GaussianSymmetric):
            return claim
        raise AttributeError("the claim is about a family in k, not about one critical point")

    @property
    def digest(self) -> str:
        """sha256 of what is proved and how, without the provenance."""
        return digest(self.document)

    def theorem(self) -> str:
        """The claim in words."""
        return self.statement.theorem()

    def save(self, path: str | Path) -> None:
        """Write the file atomically. Raises `certify.files.Unwritable`."""
        write_json(self.document, Path(path))


def load(path: str | Path) -> Certificate:
    """Read a certificate, unchecked. Raises `Malformed`.

    >>> load("proofs/gaussian/n06-k06.json").loss[:15]
    '[0.025080581002'
    """
    return Certificate(parse_json(read_bytes(Path(path))))


def check(proof: Certificate | str | Path | bytes) -> Outcome:
    """Let the kernel decide: `Proved`, `Rejected` or `Declined`, never a truth value. Raises `Malformed`.

    >>> check("proofs/gaussian/n06-k06.json").verdict
    'PROVED'
    """
    if isinstance(proof, bytes):
        return check_bytes(proof)
    if isinstance(proof, Certificate):
        return check_bytes(json.dumps(proof.document).encode())
    return check_file(Path(proof))


def prove(
    found: SearchResult | Candidate | Array,
    *,
    targets: Array | None = None,
    polished: bool = True,
) -> Certificate:
    """A certificate for the lowest-loss candidate of a search, a candidate, or a matrix of students (one row a neuron).

    targets: teachers as a matrix; orthonormal by default. polished: Newton's method first. Raises `NotProved` with the reason.

    >>> import numpy as np
    >>> w = np.full((7, 7), -0.035); np.fill_diagonal(w, 0.997); w[:-1, -1] = 0.262; w[-1, :-1] = 0.186; w[-1, -1] = -0.633
    >>> prove(w).lambda_min[:14]
    '[0.01405901318'
    """
    import numpy as np

    from certify.propose import prove_candidate
    from certify.search.candidate import Candidate, make_candidate
    from certify.search.starts import SearchResult

    if isinstance(found, SearchResult):
        if not found.candidates:
            raise NotProved(f"none of the {found.trials} starts ended at a minimum above the global one")
        candidate = found.candidates[0]
    elif isinstance(found, Candidate):
        candidate = found
    elif isinstance(found, np.ndarray):
        candidate = make_candidate(found, targets=targets)
    else:
        raise TypeError(f"prove takes a search result, a candidate or a numpy matrix, not {type(found).__name__}")
    attempt = prove_candidate(candidate, polished=polished, command="certify.prove")
    if attempt.document is None or attempt.reason:
        raise NotProved(attempt.reason)
    return Certificate(attempt.document)
