"""How the certificates in this folder came about: python proofs/symmetric/build.py [--jobs 2]

Types II, A, I at k = 6..20, 50, 100, 1000, 10^4, 10^6; all two-block classes of k = 6..20 that are
minima; saddles before birth; further neurons; births.
Needs the package, is no part of what a reader has to believe, and writes nothing that the kernel
has not proved.
"""

from __future__ import annotations

import sys
from pathlib import Path

from joblib import Parallel, delayed

from certify.errors import UnusableInput
from certify.files import write_json
from certify.gaussian.prove.birth import prove_birth
from certify.gaussian.prove.symmetric import prove_symmetric
from certify.gaussian.search.families import family
from certify.kernel.foundation.outcomes import Proved

HERE = Path(__file__).parent
BIRTHS = tuple(f"II_{p}" for p in range(2, 11))
LARGE = (50, 100, 1000, 10**4, 10**6)


def wanted() -> list[tuple[str, int, str]]:
    """(family, k, what it must be: minimum, saddle, or "minimum?" where only minima are kept)."""
    todo = [(name, k, "minimum") for k in (*range(6, 21), *LARGE) for name in ("II", "A")]
    todo += [("I", k, "minimum") for k in (*range(7, 21), *LARGE)]
    for k in range(6, 21):
        todo += [(f"II_{p}", k, "minimum?") for p in range(2, k // 2 + 1)]
        todo += [(f"A_{q}", k, "minimum?") for q in range(3, k - 1)]
    todo += [("II", 4, "saddle"), ("II", 5, "saddle"), ("A", 5, "saddle"), ("I", 6, "saddle")]
    todo += [("II+1", 6, "saddle"), *[("II+1", k, "minimum") for k in range(7, 21)]]
    todo += [("I+1", 11, "saddle"), *[("I+1", k, "minimum") for k in range(12, 21)]]
    todo += [(name, k, "saddle") for k in range(8, 21) for name in ("A+1", "II+2", "I+2")]
    return todo


def build(name: str, k: int, what: str) -> str:
    """Prove one member and write its certificate; a line that says what came out."""
    try:
        attempt = prove_symmetric(family(name, k), command=f"certify family {name} -k {k}")
    except UnusableInput as error:
        return f"{'left out' if what.endswith('?') else 'FAILED'} {name} k = {k}: {error}"
    if attempt.document is None or not isinstance(attempt.outcome, Proved):
        return f"{'left out' if what.endswith('?') else 'FAILED'} {name} k = {k}: {attempt.reason}"
    kind = attempt.document["kind"].removeprefix("gaussian-symmetric-")
    if kind != what.removesuffix("?"):
        return f"{'left out' if what.endswith('?') else 'FAILED'} {name} k = {k}: a {kind}"
    write_json(attempt.document, HERE / f"k{k:02d}" / f"{name}.json")
    return f"{kind} {name} k = {k}"


def birth(name: str) -> str:
    """Prove where a family becomes a minimum, and write the certificate."""
    attempt = prove_birth(name, command=f"certify family {name} --birth")
    if attempt.document is None or not isinstance(attempt.outcome, Proved):
        return f"FAILED birth of {name}: {attempt.reason}"
    write_json(attempt.document, HERE / "birth" / f"{name}.json")
    return f"birth of {name}"


if __name__ == "__main__":
    jobs = int(sys.argv[2]) if sys.argv[1:2] == ["--jobs"] else 1
    run = Parallel(n_jobs=jobs)
    lines = run(delayed(build)(*item) for item in wanted())
    lines += run(delayed(birth)(name) for name in BIRTHS)
    print(*lines, sep="\n")
    sys.exit(any(line.startswith("FAILED") for line in lines))
