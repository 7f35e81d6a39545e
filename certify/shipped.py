"""What the package carries: certificates, lemmas, the format, the second checker, the Coq files.

They are in two folders, proofs and formal. In a checkout these lie beside the package, in an
installation within it.
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["at_hand", "second_checker", "shipped", "shipped_folder", "shipped_name"]

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE if (_PACKAGE / "proofs").is_dir() else _PACKAGE.parent


def shipped(name: str) -> Path | None:
    """The file or folder of this name in the repository, as proofs/family/II.json; None if this
    installation has none.
    """
    path = _ROOT / name
    return path if path.exists() else None


def shipped_folder() -> Path | None:
    """The folder proofs; None if this installation has none. Below the current folder the path is
    a relative one.
    """
    found = shipped("proofs")
    return (
        found.relative_to(Path.cwd())
        if found is not None and found.is_relative_to(Path.cwd())
        else found
    )


def shipped_name(path: Path) -> str:
    """The path as it is in the repository (proofs/symmetric/k07/II.json), if it belongs to the
    certificates that come with this package.
    """
    folder = shipped_folder()
    if folder is not None and path.resolve().is_relative_to(folder.resolve()):
        return (Path("proofs") / path.resolve().relative_to(folder.resolve())).as_posix()
    return path.as_posix()


def at_hand(path: str | Path) -> Path:
    """The path itself. Where nothing is there, and it is the name of a file or folder that comes
    with this package, the path of that.

    >>> at_hand("proofs/family/II.json").name, str(at_hand("six.json"))
    ('II.json', 'six.json')
    """
    given = Path(path)
    # os.path: Path.exists raises on names that are too long
    if os.path.lexists(given) or given.parts[:1] != ("proofs",) or ".." in given.parts:
        return given
    return shipped(given.as_posix()) or given


def second_checker() -> Path | None:
    """Where the program proofs/recheck is; None if it is not installed. Its first file is named:
    Python then looks for no module beside it.
    """
    return shipped("proofs/recheck/__main__.py")
