"""How the certificates in this folder came about: python proofs/overparameterised/build.py

Structured starts (certify search --structured) for the patterns below, descent, and the proof as
`certify prove` makes it; splitting (certify consequence split) and a basin (certify consequence
basin) of each. All are proved; kept as files are what is cheap to check and a few of the
consequences. README.md is written by it, too. Needs the package, and is no part of what a reader
has to believe.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from certify.attempt import Attempt
from certify.files import write_json
from certify.gaussian.prove.consequences import prove_basin, prove_splitting
from certify.gaussian.prove.minimum import prove_candidate
from certify.gaussian.search.starts import Starts, run_search
from certify.kernel.foundation.outcomes import Proved

HERE = Path(__file__).parent
# by three companions, by four, by six
SHARED = {3: "12 13 23", 4: "123 124 134 234", 6: "12 13 14 23 24 34"}


def own(m: int) -> str:
    """Each of the flipped teachers has a companion of its own."""
    return " ".join(str(i + 1) for i in range(m))


WANTED = [
    *((k, own(2)) for k in range(11, 21)),
    *((k, SHARED[3]) for k in range(11, 21)),
    (15, own(3)),
    *((k, own(4)) for k in (22, 26, 32)),
    *((k, SHARED[4]) for k in (22, 36)),
    *((k, own(5)) for k in (29, 36)),
    (24, SHARED[6]),
]
# not kept as files: a check by both checkers takes from 5 to 40 seconds
COSTLY = [(22, SHARED[4]), (26, own(4)), (32, own(4)), (36, SHARED[4]), (36, own(5))]
CONSEQUENCES = ((11, own(2)), (11, SHARED[3]))  # whose splitting and basin are files
COMMAND = "python proofs/overparameterised/build.py"


def proved(attempt: Attempt) -> dict[str, Any]:
    """The certificate. Raises `SystemExit` where there is none: this folder is then out of date."""
    if attempt.document is None or not isinstance(attempt.outcome, Proved):
        raise SystemExit(attempt.reason)
    return attempt.document


def build(k: int, companions: str) -> str:
    """Search from the one start, prove, write what is kept; the row of the table."""
    words = companions.split()
    n = k + len(words)
    starts = Starts.of(k, n, None, None, 1, 0).structured(None)
    name = f"{max(map(int, ''.join(words)))} flipped, companions {', '.join(words)}"
    pattern = next(one for one in starts.patterns if str(one) == name)
    (candidate,) = run_search(replace(starts, patterns=(pattern,), trials=1))
    document = proved(prove_candidate(candidate, command=COMMAND))
    file = f"n{n:02d}-k{k:02d}-{'-'.join(words)}"
    costly = (k, companions) in COSTLY
    if not costly:
        write_json(document, HERE / f"{file}.json")
    bare = {key: value for key, value in document.items() if key != "provenance"}
    at = f"proofs/overparameterised/{file}.json"
    split = prove_splitting(bare, command=f"certify consequence split {at}")
    basin = prove_basin(bare, command=f"certify consequence basin {at}")
    for kind, attempt in (("splitting", split), ("basin", basin)):
        kept = proved(attempt)
        if (k, companions) in CONSEQUENCES:
            write_json(kept, HERE / f"{file}.{kind}.json")
    if split.trials:
        raise SystemExit(f"{file}: {split.trials[0]}")
    claims, wide = document["statement"]["claims"], proved(basin)["statement"]["claims"]
    loss, low = claims["loss"][0][:14], claims["lambda_min"][0][:12]
    print(file, loss, low, flush=True)
    told = "not kept" if costly else f"`{file}`"
    cells = (told, str(n - k), f"{n}, {k}", name, loss, low, claims["radius"], wide["radius"])
    return f"| {' | '.join(cells)} |\n"


HEAD = """# Dense points with more students than teachers

Made by `build.py`; every certificate here is re-proved by `certify check proofs/overparameterised`.
The mathematics: [theorem 1](../lemmas/gaussian.md#theorem-1), written out (dense); what the
patterns mean: [the page on them](../../docs/overparameterised.md).

Each file proves a strict spurious local minimum with m = n - k students more than teachers, in
every dimension d >= k. What is not kept was proved by the kernel when this table was made, and is
left out because a check takes 5 to 40 seconds; `build.py` makes it again.
 Splitting any of its neurons w into alpha w and (1 - alpha) w, 0 < alpha < 1,
gives a saddle: proved for every file, and kept as `.splitting.json` for two of them, with a basin
in `.basin.json` ([theorems 6 and 7](../lemmas/consequences.md)).

Loss and smallest eigenvalue are lower ends, cut. Radius: of the ball with no other critical point.
Basin: radius of a ball from all of which gradient flow comes to the minimum.

| file | m | n, k | pattern | loss | smallest eigenvalue | radius | basin |
|---|---|---|---|---|---|---|---|
"""

if __name__ == "__main__":
    rows = [build(*wanted) for wanted in WANTED]
    (HERE / "README.md").write_text(HEAD + "".join(rows))
