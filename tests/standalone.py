"""The second checker as a module, so that its functions can be called one by one. Each caller has a
copy of its own: what it patches stays its.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

__all__ = ["load", "recheck"]

_RECHECK = Path(__file__).resolve().parent.parent / "proofs" / "recheck.py"


def load(name: str, path: Path) -> ModuleType:
    """The module in a file, under a name of its own."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look it up there
    spec.loader.exec_module(module)
    return module


def recheck(caller: str) -> ModuleType:
    """proofs/recheck.py for the tests named."""
    return load(f"recheck_of_{caller}", _RECHECK)
