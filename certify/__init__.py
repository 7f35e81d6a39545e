"""Computer-assisted proofs about neural-network loss landscapes.

The public verbs::

    import certify
    found = certify.search(k=6)            # untrusted: floats, random starts
    proof = certify.prove(found)           # proposes claims; the kernel decides
    proof.save("proof.json")
    certify.check("proof.json")            # the kernel alone; an outcome has no truth value

`certify.kernel` is the trusted part; everything else only proposes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from certify import data
    from certify.certificate import Certificate, check, load
    from certify.data import trained
    from certify.enclosure import Enclosure
    from certify.errors import NotProved, UnusableInput
    from certify.gaussian.search import search
    from certify.kernel.foundation.errors import Malformed
    from certify.kernel.foundation.outcomes import (
        Declined,
        Inequality,
        Outcome,
        Proved,
        Rejected,
    )
    from certify.verbs import (
        atlas,
        basin,
        birth,
        birth_curve,
        enumerate_fixed,
        every_k,
        every_k_and_slope,
        every_slope,
        family,
        landscape,
        near_orthonormal,
        no_minimum,
        prove,
        random_teacher,
        split,
    )
    from certify.version import __version__

__all__ = [
    "Certificate",
    "Declined",
    "Enclosure",
    "Inequality",
    "Malformed",
    "NotProved",
    "Outcome",
    "Proved",
    "Rejected",
    "UnusableInput",
    "__version__",
    "atlas",
    "basin",
    "birth",
    "birth_curve",
    "check",
    "data",
    "enumerate_fixed",
    "every_k",
    "every_k_and_slope",
    "every_slope",
    "family",
    "landscape",
    "load",
    "near_orthonormal",
    "no_minimum",
    "prove",
    "random_teacher",
    "search",
    "split",
    "trained",
]

_HOME = {
    "certify.certificate": (
        "Certificate",
        "check",
        "load",
    ),
    "certify.data": ("trained",),
    "certify.enclosure": ("Enclosure",),
    "certify.kernel.foundation.errors": ("Malformed",),
    "certify.kernel.foundation.outcomes": (
        "Declined",
        "Inequality",
        "Outcome",
        "Proved",
        "Rejected",
    ),
    "certify.errors": (
        "NotProved",
        "UnusableInput",
    ),
    "certify.gaussian.search": ("search",),
    "certify.verbs": (
        "atlas",
        "basin",
        "birth",
        "birth_curve",
        "enumerate_fixed",
        "every_k",
        "every_k_and_slope",
        "every_slope",
        "family",
        "landscape",
        "near_orthonormal",
        "no_minimum",
        "prove",
        "random_teacher",
        "split",
    ),
    "certify.version": ("__version__",),
}


def __getattr__(name: str) -> object:
    """A public name is imported when it is first asked for: a command imports only what it needs
    (PEP 562).
    """
    from importlib import import_module

    if name == "data":
        return import_module("certify.data")
    for module, names in _HOME.items():
        if name in names:
            value = globals()[name] = getattr(import_module(module), name)
            return value
    raise AttributeError(f"module 'certify' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
