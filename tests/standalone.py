"""The second checker as a package, so that its functions can be called one by one. Each caller has
a copy of its own: what it patches stays its.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = ["FOLDER", "claim_of", "load", "recheck"]

FOLDER = Path(__file__).resolve().parent.parent / "proofs" / "recheck"


def load(name: str, path: Path) -> ModuleType:
    """The module in a file, under a name of its own."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look it up there
    spec.loader.exec_module(module)
    return module


@cache
def recheck(caller: str) -> Any:
    """All modules of proofs/recheck for the tests named, as attributes: `rc.reader.parse`. A
    constant is patched in the module that uses it.
    """
    package = ModuleType(f"recheck_of_{caller}")
    package.__path__ = [str(FOLDER)]
    sys.modules[package.__name__] = package
    for file in sorted(FOLDER.glob("[a-z]*.py")):
        importlib.import_module(f"{package.__name__}.{file.stem}")
    return package


def claim_of(rc: Any, document: Any) -> Any:
    """What the second checker reads in a document; `rc.verdict.Verdict` is raised if it is none."""
    read, _ = rc.kinds.functions(document)
    return read(document)
