"""How the certificates and the table in this folder came about: python proofs/trained/build.py
[NAME...]   (README: the table alone, from the files and `not-proved.txt`)

Networks trained by scikit-learn as people train them, with fixed seeds, on data sets that it ships.
What PyTorch trains is left out where that is not installed. The weights are in the certificates; a
training on another machine may end in others, about which the same is found. Needs the package and
scikit-learn, and is no part of what a reader has to believe.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from trainings import ASKED, MAKE, Training

import certify
from certify.files import write_json

COLUMNS = (
    *("file", "data", "network", "training", "alpha", "what is proved", "risk"),
    *("distance", "relative", "find", "check", "second"),
)
HERE = Path(__file__).parent
COMMAND = "python proofs/trained/build.py"

TEXT = """# Certificates for networks that were trained

Made by `build.py`, with `certify.trained(estimator, X, y)`; every line is re-proved by
`certify check proofs/trained`. What the words mean: [What is this point?](../../docs/trained.md)
The mathematics: [lemmas 28 to 33, theorems 22 to 26](../lemmas/trained.md).

*Data.* The sets that scikit-learn ships, inputs (and targets of a regression) standardised, rounded
to four decimals; "as measured": not standardised, a StandardScaler is part of the network. *lbfgs,
long* has up to 20000 iterations and `tol=1e-10`; everything that is not said is the default, and
random_state 0 (pipeline: 1, iris with alpha 10: 2, saddle: 5).

*Distance.* From the weights that training returned to the point that is proved, and the same
relative to the length of the weights: above 1e-2 it is a point that descent *reaches from* them,
and not the network that was trained. A dash: the theorem is about the weights themselves.
*Seconds* of processor time, on one core: to find and prove, and of either checker.

{head}
{rows}

Risks are rounded here. "Spurious": the file holds a point with a smaller risk. "Modulo the shift":
adding one number to all outputs changes nothing, and the minimum is strict without that.

## What could not be proved

No file, as there is no theorem: what `certify trained` said.

| data | network | training | alpha | what it said | seconds |
|---|---|---|---|---|---|
{refused}
"""


def asked(own: Training) -> certify.Certificate:
    """What `certify.trained` says of a training. Raises `certify.NotProved`."""
    net, x, y = own.fit()
    return certify.trained(net, x, y, **own.said)


def made(name: str) -> None:
    """The file of a training, with the seconds it took in the provenance."""
    start = time.process_time()
    document = asked(MAKE[name]).document
    document["provenance"]["command"] = f"{COMMAND} {name}"
    document["provenance"]["seconds"] = f"{time.process_time() - start:.1f}"
    write_json(document, HERE / f"{name}.json")


def refusal(name: str) -> str:
    """The row of a training about which nothing is proved."""
    own, start = ASKED[name], time.process_time()
    try:
        found = asked(own)
    except certify.NotProved as error:
        told, took = str(error), time.process_time() - start
        return f"| {own.data} | {own.network} | {own.trained} | {own.decay} | {told} | {took:.1f} |"
    raise SystemExit(f"{name} is proved: {found.kind}")


def row(name: str) -> str:
    """A row of the table, from the file; both checkers are run."""
    own, path = MAKE[name], HERE / f"{name}.json"
    document = certify.load(path).document
    start = time.process_time()
    if certify.check(path).verdict != "PROVED":
        raise SystemExit(f"{name}: not proved")
    own_time, second_time = time.process_time() - start, rechecked(path)
    far, relative = distance(document)
    cells = (
        f"`{name}`",
        own.data,
        own.network,
        own.trained,
        own.decay,
        proved(document),
        risk(document),
        far,
        relative,
        document["provenance"]["seconds"],
        f"{own_time:.1f}",
        f"{second_time:.1f}",
    )
    return f"| {' | '.join(cells)} |"


def rechecked(path: Path) -> float:
    """Seconds of the second checker. Raises `SystemExit` where it does not prove the file."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    program = [sys.executable, "-I", str(HERE.parent / "recheck"), str(path)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def proved(document: dict[str, Any]) -> str:
    """What is proved, in a few words."""
    statement, kind = document["statement"], document["kind"]
    claims = statement["claims"]
    spurious = "spurious " if claims.get("better") else ""
    shift = ", modulo the shift" if statement.get("modulo", {}).get("shift") else ""
    if kind == "smooth-strict-minimum":
        low, high = claims["smallest"][0], claims["largest"][1]
        what = f"{spurious}strict minimum{shift}"
        if statement["off"]:
            units = len(statement["off"])
            what = f"{spurious}minimum{shift}, not strict: decay has switched off {units} unit(s)"
        ends = f"{short(low)} to {short(high)}"
        return f"{what}; eigenvalues {ends}; convex within {short(claims['radius'])}"
    if kind == "piecewise-kink-minimum":
        kinks = len(statement["kinks"])
        what = f"{spurious}strict minimum on {kinks} kinks{shift}"
        return f"{what}; growth within {short(claims['radius'])}"
    if kind == "smooth-saddle":
        return f"saddle of index {claims['index']}{shift}"
    if kind == "smooth-exact-fit":
        tied = len(statement["relations"])
        last = f" (output {statement['relations'][0]['output']} by its relation)" if tied else ""
        return f"exact fit{last}; Hessian above {short(claims['eigenvalue'])} across the manifold"
    how = " (all data with a margin)" if document["witness"]["direction"] == "scaling" else ""
    return f"no critical point within {short(claims['radius'])}{how}"


def short(text: str) -> str:
    """A number in three digits."""
    return f"{float(text):.3g}"


def risk(document: dict[str, Any]) -> str:
    """The risk of the point, or of the weights given."""
    if document["kind"] == "smooth-exact-fit":
        return "0"
    claims = document["statement"]["claims"]
    return f"{float(claims['risk'][0]):.6g}" if "risk" in claims else "-"


def distance(document: dict[str, Any]) -> tuple[str, str]:
    """From the weights given to the point, absolute and relative."""
    given = document["statement"]["claims"].get("given")
    if given is None:
        return "-", "-"
    flat = [
        Fraction(value)
        for layer in given["parameters"]
        for part in (*layer["weights"], layer["bias"])
        for value in part
    ]
    size = float(sum(value**2 for value in flat)) ** 0.5
    told = given["distance"]
    far = float(told if isinstance(told, str) else told[1])
    return f"{far:.2g}", f"{far / size:.1g}"


if __name__ == "__main__":
    wanted = sys.argv[1:] or [*MAKE, *ASKED]
    notes = HERE / "not-proved.txt"
    lines = notes.read_text().splitlines() if notes.exists() else []
    told = dict(line.split("\t") for line in lines)
    for each in wanted:
        if each in ASKED:
            told[each] = refusal(each)
        elif each in MAKE and find_spec(MAKE[each].needs) is not None:
            made(each)
        print(each, flush=True)
    notes.write_text("".join(f"{each}\t{told[each]}\n" for each in ASKED if each in told))
    with ProcessPoolExecutor() as pool:
        rows = "\n".join(pool.map(row, [n for n in MAKE if (HERE / f"{n}.json").exists()]))
    refused = "\n".join(told[each] for each in ASKED if each in told)
    head = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"
    (HERE / "README.md").write_text(TEXT.format(head=head, rows=rows, refused=refused))
