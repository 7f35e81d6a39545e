"""What the user gave cannot be worked with (exit code 2)."""

from __future__ import annotations

__all__ = ["UnusableInput"]


class UnusableInput(Exception):
    """What the user gave cannot be worked with; the message is one clear sentence.

    >>> from certify import search
    >>> search(k=0)
    Traceback (most recent call last):
    certify.errors.UnusableInput: k = 0 is not in 1..64
    """
