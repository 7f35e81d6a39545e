"""What goes wrong outside the kernel, each with the exit code of the command line."""

from __future__ import annotations

from certify.kernel.foundation.errors import CertifyError, Malformed

__all__ = [
    "CertifyError",
    "Malformed",
    "NotProved",
    "ReaderLeft",
    "Undecided",
    "UnusableInput",
    "Unwritable",
]


class UnusableInput(CertifyError):
    """What the user gave cannot be worked with; the message is one clear sentence.

    >>> from certify import search
    >>> search(k=0)
    Traceback (most recent call last):
    certify.errors.UnusableInput: k = 0 is not in 1..100
    """

    exit_code = 2


class Undecided(CertifyError):
    """The checker does not know this version or kind, so there is nothing to say about the file."""

    exit_code = 3


class NotProved(CertifyError):
    """No certificate was found for the candidate. This says nothing about whether the claim is
    true.
    """

    exit_code = 1


class Unwritable(CertifyError):
    """A file cannot be written, or something else would be lost."""

    exit_code = 2


class ReaderLeft(BaseException):
    """Nobody reads the output any more. A signal handler raises it at any instruction. It is not an
    `OSError`, since an import would take an `OSError` for a missing file.
    """
