"""What can go wrong with an input: one base class, each with the exit code of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from certify.kernel.foundation.outcomes import Inequality

__all__ = ["CertifyError", "Malformed", "Unverified"]


class CertifyError(Exception):
    """The base of all errors of this package; the message is one clear sentence."""

    exit_code: ClassVar[int] = 70


class Malformed(CertifyError):
    """The input is not a certificate. Never a verdict on a statement."""

    exit_code = 2


class Unverified(CertifyError):
    """Carries the inequality that could not be verified out of a verification; never leaves
    `check_document`.
    """

    exit_code = 1

    def __init__(self, inequality: Inequality) -> None:
        super().__init__(str(inequality))
        self.inequality = inequality
