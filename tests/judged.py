"""The corpus judged by one checker in one process: what most mutants of a module do not outlive.

    python tests/judged.py kernel certify/kernel/foundation/ledger.py --seconds 20
    python tests/judged.py second --cases accept/d7.json reject/ball-distance.json

Cases are those of the kinds that load the module, one of each kind and reason first, as many as
take the seconds given. It ends at the first case with another verdict or reason than expected, or
with a line that is not true as it is printed, with exit code 1. `--plan` prints the cases instead.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import harness

ROOT = Path(__file__).resolve().parents[1]
# a verdict and a reason; and whether every line of a proof is true as it is printed
Judgement = tuple[str, str, bool]
LOADED = """
import sys
sys.path[:0] = ["tests"]
from judged import CHECKERS
from pathlib import Path
CHECKERS[sys.argv[1]](Path(sys.argv[2]))
print(*(getattr(m, "__file__", None) or "" for m in list(sys.modules.values())), sep="\\n")
"""


def kernel(path: Path) -> Judgement:
    from law.printed import is_true

    from certify.kernel.check import check_bytes
    from certify.kernel.foundation.errors import Malformed
    from certify.kernel.foundation.outcomes import Proved

    try:
        outcome = check_bytes(path.read_bytes())
    except Malformed:
        return "MALFORMED", "malformed", True
    lines = outcome.inequalities if isinstance(outcome, Proved) else ()
    true = all(is_true(line.left, line.relation, line.right) for line in lines)
    code = "" if isinstance(outcome, Proved) else outcome.code
    return outcome.verdict, code, true


def second(path: Path) -> Judgement:
    if str(ROOT / "proofs") not in sys.path:
        sys.path.append(str(ROOT / "proofs"))
    from recheck.command import check  # only what the kind asks for is imported

    result = check(str(path))
    return result["verdict"], result["code"], True


CHECKERS: dict[str, Callable[[Path], Judgement]] = {"kernel": kernel, "second": second}


@cache
def kind_of(path: Path) -> str:
    try:
        return str(json.loads(path.read_bytes()).get("kind", ""))
    except (ValueError, AttributeError):
        return ""


def loads(checker: str, path: Path, module: str) -> bool:
    """Whether the module is loaded for a file."""
    command = [sys.executable, "-B", "-c", LOADED, checker, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return str(ROOT / module) in done.stdout.splitlines()


def plan(checker: str, module: str, seconds: float) -> list[str]:
    """The names of the cases, in order: of each kind and reason the shortest file first. Cases that
    take too long are left out; they are timed here.
    """
    groups: dict[tuple[str, str, str], list[harness.Case]] = {}
    for case in sorted(harness.cases(), key=lambda case: case.path.stat().st_size):
        groups.setdefault((kind_of(case.path), case.verdict, case.code), []).append(case)
    firsts: dict[str, Path] = {}
    for (kind, _, _), cases in sorted(groups.items(), key=lambda group: group[0][1] != "PROVED"):
        firsts.setdefault(kind, cases[0].path)
    kinds = {kind for kind, path in firsts.items() if loads(checker, path, module)}
    mine = [cases for (kind, _, _), cases in groups.items() if kind in kinds]
    rounds = (cases[turn] for turn in range(max(map(len, mine), default=0)) for cases in mine
              if turn < len(cases))  # fmt: skip
    chosen, spent, end = [], 0.0, time.monotonic() + 4 * seconds
    for case in rounds:
        began = time.monotonic()
        CHECKERS[checker](case.path)
        took = time.monotonic() - began
        if spent + took <= seconds and took <= seconds / 10:
            chosen.append((took, str(case.path.relative_to(harness.CORPUS))))
            spent += took
        if spent > 0.95 * seconds or time.monotonic() > end:
            break
    return [name for _, name in sorted(chosen)]


def first_difference(checker: str, names: Iterable[str]) -> str | None:
    expected = json.loads((harness.CORPUS / "expected.json").read_text(encoding="utf-8"))
    for name in names:
        verdict, code, true = CHECKERS[checker](harness.CORPUS / name)
        if (verdict, code) != (expected[name]["verdict"], expected[name]["code"]):
            return f"{name}: {verdict} {code}"
        if not true:
            return f"{name}: a line that is not true as it is printed"
    return None


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("checker", choices=CHECKERS)
    parser.add_argument("module", nargs="?", default="")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--cases", nargs="+", default=[])
    parser.add_argument("--plan", action="store_true")
    given = parser.parse_args()
    names = given.cases or plan(given.checker, given.module, given.seconds)
    if given.plan:
        print(json.dumps(names))
    elif found := first_difference(given.checker, names):
        sys.exit(found)
