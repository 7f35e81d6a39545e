"""What a small file may cost: absurd files are refused at once by both checkers, and files at the
bounds of FORMAT 3.1 end with a verdict.

The limits are those of the process, memory and processor time; how long a checker takes on a busy
machine is not asked.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from costly import ABSURD, AT_THE_BOUND, ROOT, slopes_of_copies, written
from law import tree
from standalone import FOLDER, recheck

import certify.kernel
from certify.kernel.foundation import witness
from certify.kernel.gaussian import (
    birth_curve,
    cover,
    family_slopes,
    partition,
    problem,
    slopes,
)
from certify.kernel.piecewise import entropy, paths, room
from certify.kernel.smooth import constant, parameters, splitting
from certify.kernel.trained import exact_fit as trained_fit
from certify.kernel.trained import kinks as trained_kinks
from certify.kernel.trained import problem as trained
from certify.processes import run_program

CHECKERS = {
    "kernel": [sys.executable, "-m", "certify", "check"],
    "recheck": [sys.executable, str(FOLDER)],
}
# up to half an hour in the second checker
DENSE = {
    "gaussian-minimum",
    "gaussian-splitting",
    "gaussian-basin",
    "gaussian-span-minimum",
    "smooth-strict-minimum",
    "smooth-saddle",
    "smooth-exact-fit",
    "piecewise-kink-minimum",
}
PATHS = {"convolutions-units"}  # refused while the paths are followed, not by their sizes


rc = recheck("costs")


def verdicts(
    checker: str, files: list[Path], *, seconds: int, memory: int
) -> dict[str, tuple[str, str]]:
    """Verdict and code of each file, by the name of the file; the checker must not end by a signal
    or a traceback.
    """
    done = run_program(
        [*CHECKERS[checker], "--json", *map(str, files)], seconds=seconds, memory=memory
    )
    assert done.returncode in range(4), done.stderr.decode()[-2000:]
    assert b"Traceback" not in done.stderr, done.stderr.decode()[-2000:]
    lines = map(json.loads, done.stdout.decode().splitlines())
    return {Path(line["path"]).stem: (line["verdict"], line["code"]) for line in lines}


@pytest.fixture(scope="module")
def absurd(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("absurd")
    files = [folder / f"{name}.json" for name in ABSURD]
    for file in files:
        file.write_bytes(written(ABSURD[file.stem]()))
    return files


@pytest.mark.parametrize("checker", CHECKERS)
def test_an_absurd_file_is_refused_at_once(checker: str, absurd: list[Path]):
    """With 60 s and 1.5 GB for all of them together: without the bounds any one takes more."""
    found = verdicts(checker, absurd, seconds=60, memory=3 * 2**29)
    assert found == {
        name: ("REJECTED", "paths") if name in PATHS else ("MALFORMED", "malformed")
        for name in ABSURD
    }


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.parametrize("name", AT_THE_BOUND)
def test_a_file_at_the_bound_ends_with_a_verdict(name: str, checker: str, tmp_path: Path):
    document = AT_THE_BOUND[name]()
    if checker == "recheck" and document["kind"] in DENSE:
        pytest.skip("half an hour")
    file = tmp_path / f"{name}.json"
    file.write_bytes(written(document))
    ((verdict, _),) = verdicts(checker, [file], seconds=300, memory=3 * 2**30).values()
    assert verdict in {"PROVED", "REJECTED"}, "a bound refuses it"


@pytest.mark.parametrize("checker", CHECKERS)
def test_the_pencils_of_copies_count(checker: str, tmp_path: Path):
    """Seven copies of one block have few coordinates and large pencils: what they cost to form is
    twice what the coordinates say.
    """
    file = tmp_path / "copies.json"
    for parts, verdict in ((206, "REJECTED"), (207, "MALFORMED")):
        file.write_bytes(written(slopes_of_copies(parts)))
        ((found, _),) = verdicts(checker, [file], seconds=60, memory=3 * 2**29).values()
        assert found == verdict


def test_every_kind_has_a_file_at_its_bound():
    assert {build()["kind"] for build in AT_THE_BOUND.values()} == set(rc.kinds.KINDS)


# The name in the kernel, the one in recheck/bounds.py, and how the format writes the number
BOUNDS = [
    (problem, "MAX_SIZE", "MAX_ROWS", "100"),
    (witness, "MAX_DENSE", "MOST_DENSE", "2 * 10^15"),
    (cover, "MAX_COVER", "MOST_COVER", "6 * 10^7"),
    (birth_curve, "MAX_CURVE", "MOST_CURVE", "4 * 10^6"),
    (family_slopes, "MAX_PLANE", "MOST_PLANE", "22 * 10^7"),
    (family_slopes, "MAX_SIZES_WORK", "MOST_SIZES_WORK", "12 * 10^8"),
    (slopes, "MAX_SLOPES", "MOST_SLOPES", "32 * 10^8"),
    (entropy, "MAX_CLASSES_WORK", "MOST_CLASSES", "10^10"),
    (entropy, "MAX_LAST_LAYER", "MOST_LAST_LAYER", "256"),
    (parameters, "MAX_VALUES", "MOST_EVALUATED", "15 * 10^4"),
    (partition, "MAX_BLOCKS_WORK", "MOST_BLOCKS", "25 * 10^5"),
    (constant, "MAX_CONSTANT", "MOST_CONSTANT", "10^7"),
    (splitting, "MAX_SPLITTING", "MOST_SPLITTING", "4 * 10^6"),
    (trained, "MAX_HESSIAN", "MOST_HESSIAN", "3 * 10^9"),
    (trained, "MAX_DIRECTION", "MOST_DIRECTION", "10^7"),
    (trained, "MAX_PAIRS", "MOST_PAIRS", "3 * 10^7"),
    (trained, "MAX_UNITS", "MOST_UNITS", "2 * 10^6"),
    (trained_kinks, "MAX_UNKNOWNS", "MOST_UNKNOWNS", "10^9"),
    (trained_fit, "MAX_FIT", "MOST_FIT", "4 * 10^8"),
    (room, "WORD", "WORD", "64"),
    (room, "MAX_SIZE", "MOST_SIZE", "2^30"),
    (room, "_MAX_WORK", "MOST_EFFORT", "2^46"),
    (paths, "_UNIT", "PER_UNIT", "2^10"),
    (paths, "_MAX_FIELDS", "MOST_FIELDS", "2^31"),
    (paths, "_MAX_STEPS", "MOST_STEPS", "2^32"),
]


@pytest.mark.parametrize(
    ("module", "name", "second", "text"), BOUNDS, ids=[name for _, name, _, _ in BOUNDS]
)
def test_both_checkers_have_the_bounds_of_the_format(
    module: ModuleType, name: str, second: str, text: str
):
    value = 1
    for factor in text.split(" * "):
        base, _, exponent = factor.partition("^")
        value *= int(base) ** int(exponent or 1)
    assert getattr(module, name) == getattr(rc.bounds, second) == value
    page = "data-minimum" if module in (room, paths) else "README"
    written = re.sub(r"\^(\d\d+)", r"^{\1}", text).replace("*", r"\cdot")
    assert written in (ROOT / "proofs" / "format" / f"{page}.md").read_text()


def test_no_bound_is_missing_from_the_list():
    """Every bound that `require_work` is given, and every constant of `room` and `paths`."""
    listed = {name for _, name, _, _ in BOUNDS}
    asked = set()
    for path in Path(certify.kernel.__path__[0]).rglob("*.py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "require_work":
                asked.add(node.args[2].id)
    asked |= {
        name
        for module in (room, paths)
        for name, value in vars(module).items()
        if name.strip("_").isupper() and isinstance(value, int)
    }
    assert len(asked) > 10
    assert asked <= listed
    assert listed - asked == {"MAX_LAST_LAYER"}  # compared where the witness is read
