"""Other ways to the definiteness of a Hessian, and what each of them proves."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import flint
import numpy as np
from mpmath import iv

from benchmarks.measurement import Peer
from benchmarks.timing import Cost, Failed, Side, Work
from certify.floats import Array
from certify.gaussian.search.loss import GaussianLoss

__all__ = ["dense_peers", "is_positive_by_rump", "loop"]

NUMPY = "NumPy: Hessian, eigvalsh"

_BITS = 128
_MOST_ARB = 400  # unknowns for the Cholesky factor in C: a second
_MOST_LOOP = 100  # unknowns for loops in Python: a second
_ROUNDOFF = 2.0**-53


def dense_peers(loss: GaussianLoss, w: Array, smallest: float) -> dict[str, Peer]:
    """At the point w, whose smallest Hessian eigenvalue is about `smallest`; those that end in
    reasonable time for its size.
    """
    hessian = loss.hessian(w)
    size = len(hessian)
    shifted = hessian - smallest / 2 * np.eye(size)

    def numpy() -> None:
        np.linalg.eigvalsh(loss.hessian(w))

    def rump() -> None:
        if not is_positive_by_rump(loss.hessian(w) - smallest / 2 * np.eye(size)):
            raise Failed("not shown to be positive definite")

    peers = {
        NUMPY: Peer(Work(numpy), "nothing"),
        "NumPy: Hessian, Rump's Cholesky test": Peer(
            Work(rump), "that the float matrix is definite; not how far it is from the Hessian"
        ),
    }
    if size <= _MOST_ARB:
        name = f"Arb's Cholesky factor in C, {_BITS} bits"
        peers[name] = Peer(_arb_factor(shifted), "the same; the factor alone is counted")
    if size <= _MOST_LOOP:
        proves = {
            "mpmath.iv": "nothing: it is experimental, and not rigorous",
            "gmpy2": "nothing: rounded",
        }
        for kind in ("python-flint", "gmpy2", "mpmath.iv"):
            peers[f"{kind}: Cholesky loops in Python, {_BITS} bits"] = Peer(
                loop(kind, shifted), proves.get(kind, "the same; the factor alone is counted")
            )
    return peers


def is_positive_by_rump(matrix: Array) -> bool:
    """Whether a symmetric float matrix A is shown to be positive definite: the float Cholesky
    factorisation of A - c I ends, with c above the a-priori bound of its error (S. M. Rump,
    Verification of positive definiteness, BIT 46, 2006). Underflow is not looked at.
    """
    size = len(matrix)
    gamma = (size + 1) * _ROUNDOFF / (1 - (size + 1) * _ROUNDOFF)
    shift = 1.01 * gamma / (1 - gamma) * float(np.trace(matrix))
    lowered = matrix.copy()
    diagonal = np.arange(size)
    lowered[diagonal, diagonal] = np.nextafter(matrix[diagonal, diagonal] - shift, -np.inf)
    try:
        np.linalg.cholesky(lowered)
    except np.linalg.LinAlgError:
        return False
    return True


@cache
def _library() -> ctypes.CDLL:
    """The flint library that python-flint brings along. Raises `Failed`."""
    package = Path(flint.__file__).parent
    folders = (package.parent / "python_flint.libs", package / ".libs", package / ".dylibs")
    for path in (path for folder in folders for path in sorted(folder.glob("*flint*"))):
        try:
            library = ctypes.CDLL(str(path))
            library.arb_mat_init.argtypes = [ctypes.c_void_p, ctypes.c_long, ctypes.c_long]
            library.arb_mat_clear.argtypes = [ctypes.c_void_p]
            library.arb_mat_entry_ptr.argtypes = library.arb_mat_init.argtypes
            library.arb_mat_entry_ptr.restype = ctypes.c_void_p
            library.arb_set_d.argtypes = [ctypes.c_void_p, ctypes.c_double]
            library.arb_mat_cho.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_long]
        except (OSError, AttributeError):
            continue
        return library
    raise Failed("not reachable: python-flint shows no library with arb_mat_cho")


@contextmanager
def _matrix(library: ctypes.CDLL, size: int) -> Iterator[Any]:
    """A square `arb_mat_t` of zeros."""
    matrix = (ctypes.c_byte * 64)()  # the struct has 32 bytes
    library.arb_mat_init(matrix, size, size)
    try:
        yield matrix
    finally:
        library.arb_mat_clear(matrix)


def _arb_factor(matrix: Array) -> Side:
    """`arb_mat_cho`, called in C, of a float matrix."""

    def side() -> Cost:
        library, size = _library(), len(matrix)
        with _matrix(library, size) as given, _matrix(library, size) as factor:
            for i in range(size):
                for j in range(size):
                    entry = library.arb_mat_entry_ptr(given, i, j)
                    library.arb_set_d(entry, float(matrix[i, j]))

            def run() -> None:
                if not library.arb_mat_cho(factor, given, _BITS):
                    raise Failed("not shown to be positive definite")

            return Work(run)()

    return side


def loop(kind: str, matrix: Array) -> Side:
    """A Cholesky factorisation written out in Python, on numbers of 128 bits of that library.
    Raises `Failed` where it cannot be imported.
    """

    def side() -> Cost:
        with _numbers(kind) as (number, root):
            rows = [[number(float(entry)) for entry in row] for row in matrix]
            return Work(lambda: _factor(rows, root))()

    return side


@contextmanager
def _numbers(kind: str) -> Iterator[tuple[Callable[[float], Any], Callable[[Any], Any]]]:
    """Numbers of a library and their square root, at 128 bits."""
    if kind == "python-flint":
        with flint.ctx.workprec(_BITS):
            yield flint.arb, flint.arb.sqrt
    elif kind == "gmpy2":
        try:
            import gmpy2
        except ImportError:
            raise Failed("not importable here") from None
        with gmpy2.context(gmpy2.get_context(), precision=_BITS):
            yield gmpy2.mpfr, gmpy2.sqrt
    else:
        before, iv.prec = iv.prec, _BITS
        try:
            yield iv.mpf, iv.sqrt
        finally:
            iv.prec = before


def _factor(rows: list[list[Any]], root: Callable[[Any], Any]) -> list[list[Any]]:
    """The Cholesky factor, row by row. Raises `Failed` at a pivot that is not shown positive."""
    factor: list[list[Any]] = []
    for i, given in enumerate(rows):
        row: list[Any] = []
        for j in range(i):
            rest = given[j]
            for left, right in zip(row, factor[j], strict=False):
                rest = rest - left * right
            row.append(rest / factor[j][j])
        pivot = given[i]
        for entry in row:
            pivot = pivot - entry * entry
        if not pivot > 0:
            raise Failed("not shown to be positive definite")
        row.append(root(pivot))
        factor.append(row)
    return factor
