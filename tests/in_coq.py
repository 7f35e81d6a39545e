"""What the tests that run Coq share."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from certify.gaussian.formal.coqc import APT, build

__all__ = ["FORMAL", "axioms", "coqc", "with_coq"]

FORMAL = Path(__file__).resolve().parents[1] / "formal"


def with_coq(test: Callable[..., Any]) -> Any:
    """A test that runs Coq, which takes minutes: it is of the long tier."""
    missing = f"coqc is not installed ({APT}): the Coq proofs are not run"
    return pytest.mark.long(pytest.mark.skipif(shutil.which("coqc") is None, reason=missing)(test))


def axioms(name: str = "assumptions.txt") -> list[str]:
    """What Coq prints of those listed: a line each, name and statement."""
    lines = (FORMAL / name).read_text(encoding="ascii").splitlines()
    return [line for line in lines if not line.startswith("#")]


def coqc(text: str, folder: Path, timeout: float = 1000) -> subprocess.CompletedProcess[str]:
    """Build the development where that has not been done, and run coqc on this text."""
    (folder / "test.v").write_text(text)
    build(FORMAL, print)
    return subprocess.run(
        ["coqc", "-q", "-Q", FORMAL, "Certify", folder / "test.v"],
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
