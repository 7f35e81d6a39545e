"""Computer-assisted proofs about neural-network loss landscapes.

The public verbs::

    import certify
    found = certify.search(k=6)            # untrusted: floats, random starts
    proof = certify.prove(found)           # proposes claims; the kernel decides
    proof.save("proof.json")
    certify.check("proof.json")            # the kernel alone, from the file; an outcome has no truth value

`certify.kernel` is the trusted part; everything else only proposes.
"""

from __future__ import annotations

from certify import data
from certify.certificate import Certificate, check, load
from certify.enclosure import Enclosure
from certify.kernel.exact import Malformed
from certify.kernel.outcomes import Declined, Inequality, Outcome, Proved, Rejected
from certify.search import UnusableInput, search
from certify.verbs import (
    NotProved,
    atlas,
    basin,
    birth,
    enumerate_fixed,
    every_k,
    family,
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
    "check",
    "data",
    "enumerate_fixed",
    "every_k",
    "family",
    "load",
    "near_orthonormal",
    "no_minimum",
    "prove",
    "random_teacher",
    "search",
    "split",
]
