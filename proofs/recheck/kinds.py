"""The kinds of certificates: for each the function that reads one and the function that decides it.

FORMAT 2.  A kind that is not in the table is declined.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .reader import fields
from .verdict import Verdict, need

FORMAT = "certify/1"

# The first makes a claim of a JSON value, the second returns if the claim is proved; each raises a
# Verdict otherwise.
Functions = tuple[Callable[[dict[str, Any]], Any], Callable[[Any], object]]


def _dense() -> Functions:
    from .dense import read, verify

    return read, verify


def _symmetric() -> Functions:
    from .symmetric import read, verify

    return read, verify


def _birth() -> Functions:
    from .birth import read, verify

    return read, verify


def _family_minimum() -> Functions:
    from .family_minimum import read, verify

    return read, verify


def _family_saddle() -> Functions:
    from .family_saddle import read, verify

    return read, verify


def _splitting() -> Functions:
    from .consequences import read_splitting, verify_splitting

    return read_splitting, verify_splitting


def _basin() -> Functions:
    from .consequences import read_basin, verify_basin

    return read_basin, verify_basin


def _span() -> Functions:
    from .span import read, verify

    return read, verify


def _enumeration() -> Functions:
    from .enumeration import read, verify

    return read, verify


def _landscape() -> Functions:
    from .landscape import read, verify

    return read, verify


def _slopes_landscape() -> Functions:
    from .slopes_landscape import read, verify

    return read, verify


def _slopes() -> Functions:
    from .slopes import read, verify

    return read, verify


def _slope_birth() -> Functions:
    from .slope_birth import read, verify

    return read, verify


def _birth_curve() -> Functions:
    from .birth_curve import read, verify

    return read, verify


def _family_slopes() -> Functions:
    from .family_slopes import read, verify

    return read, verify


def _data_minimum() -> Functions:
    from .piecewise import read_minimum, verify_minimum

    return read_minimum, verify_minimum


def _data_global_minimum() -> Functions:
    from .piecewise import read_global_minimum, verify_global_minimum

    return read_global_minimum, verify_global_minimum


def _data_saddle() -> Functions:
    from .piecewise import read_saddle, verify_saddle

    return read_saddle, verify_saddle


def _data_noncritical() -> Functions:
    from .piecewise import read_noncritical, verify_noncritical

    return read_noncritical, verify_noncritical


def _entropy() -> Functions:
    from .entropy import read, verify

    return read, verify


def _constant_minimum() -> Functions:
    from .constant import read_minimum, verify_minimum

    return read_minimum, verify_minimum


def _constant_family() -> Functions:
    from .constant import read_family, verify_family

    return read_family, verify_family


def _splitting_family() -> Functions:
    from .splitting_family import read, verify

    return read, verify


def _strict_minimum() -> Functions:
    from .trained_minimum import read, verify

    return read, verify


def _exact_fit() -> Functions:
    from .exact_fit import read, verify

    return read, verify


def _trained_saddle() -> Functions:
    from .trained_saddle import read, verify

    return read, verify


def _no_critical_point() -> Functions:
    from .trained_noncritical import read, verify

    return read, verify


def _kink_minimum() -> Functions:
    from .kinks import read, verify

    return read, verify


KINDS: dict[str, Callable[[], Functions]] = {
    "gaussian-minimum": _dense,
    "gaussian-symmetric-minimum": _symmetric,
    "gaussian-symmetric-saddle": _symmetric,
    "gaussian-birth": _birth,
    "gaussian-family-minimum": _family_minimum,
    "gaussian-family-saddle": _family_saddle,
    "gaussian-splitting": _splitting,
    "gaussian-basin": _basin,
    "gaussian-span-minimum": _span,
    "gaussian-enumeration": _enumeration,
    "gaussian-landscape": _landscape,
    "gaussian-slopes-landscape": _slopes_landscape,
    "gaussian-slopes-minimum": _slopes,
    "gaussian-slope-birth": _slope_birth,
    "gaussian-birth-curve": _birth_curve,
    "gaussian-family-slopes-minimum": _family_slopes,
    "data-minimum": _data_minimum,
    "data-global-minimum": _data_global_minimum,
    "data-saddle": _data_saddle,
    "data-noncritical": _data_noncritical,
    "data-entropy-minimum": _entropy,
    "data-constant-minimum": _constant_minimum,
    "data-constant-family": _constant_family,
    "data-splitting-family": _splitting_family,
    "smooth-strict-minimum": _strict_minimum,
    "smooth-exact-fit": _exact_fit,
    "smooth-saddle": _trained_saddle,
    "smooth-no-critical-point": _no_critical_point,
    "piecewise-kink-minimum": _kink_minimum,
}


def functions(tree: Any) -> Functions:
    """Those for the certificate in a JSON value.  Version and kind are looked at first."""
    need(type(tree) is dict, "The JSON text is not an object.")
    for field in ("format", "kind"):
        need(field in tree, f"The certificate lacks the field {field}.")
        need(type(tree[field]) is str, f"The field {field} is not a string.")
    if tree["format"] != FORMAT:
        raise Verdict("DECLINED", "version", f"this checker knows the format {FORMAT} only")
    if tree["kind"] not in KINDS:
        raise Verdict("DECLINED", "kind", f"this checker knows the kinds {', '.join(KINDS)} only")
    fields(tree, "The certificate", "format kind statement witness", "provenance")
    return KINDS[tree["kind"]]()


def judge(tree: Any, seen: Callable[[dict[str, Any]], object] | None = None) -> Any:
    """The claim of the certificate in a JSON value, if it is proved; a Verdict is raised if not.

    `seen` is called with the certificate once it is read, before it is decided.
    """
    read, verify = functions(tree)
    claim = read(tree)
    if seen is not None:
        seen(tree)
    try:
        verify(claim)
    except Verdict as found:
        unit = getattr(claim, "unit", "")  # of a loss without its factor
        if not unit:
            raise
        raise Verdict(found.verdict, found.code, found.reason + unit) from None
    return claim
