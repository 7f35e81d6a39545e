"""The second checker as a program: one folder that bare Python runs, and `--explain`."""

from __future__ import annotations

import ast
import json
import math
import os
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from law import tree
from standalone import FOLDER, claim_of, recheck

ROOT = FOLDER.parent.parent
GOOD = ROOT / "proofs" / "gaussian" / "n06-k06.json"
ACCEPTED = ROOT / "tests" / "corpus" / "accept"
FILES = sorted(FOLDER.glob("*.py"))

rc = recheck("itself")


def run(*command: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, cwd=cwd, check=False
    )


# ------------------------------------------------------------------------------------------
# One folder, standard library only
# ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trees():
    """The syntax tree of each file, by its name."""
    return {path.stem: tree(path) for path in FILES}


def test_no_file_bears_the_name_of_a_standard_module():
    assert not {path.stem for path in FILES} & sys.stdlib_module_names


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_read_in_one_sitting(path):
    lines = path.read_text().splitlines()
    assert len(lines) <= 400
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_syntax_is_that_of_python_3_8(path):
    ast.parse(path.read_text(), feature_version=(3, 8))


def test_it_imports_the_standard_library_and_its_own_files(trees):
    for source in trees.values():
        for node in ast.walk(source):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module]
            else:
                continue
            assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_no_import_leads_back_to_its_file(trees):
    """Imports inside functions count, too."""
    below = {
        name: {
            imported
            for node in ast.walk(source)
            if isinstance(node, ast.ImportFrom) and node.level == 1
            for imported in ([node.module] if node.module else [a.name for a in node.names])
        }
        for name, source in trees.items()
    }
    while below:
        leaves = {name for name, imported in below.items() if not imported & below.keys()}
        assert leaves, f"a circle among {sorted(below)}"
        below = {name: imported for name, imported in below.items() if name not in leaves}


def test_no_floats(trees):
    for name, source in trees.items():
        for node in ast.walk(source):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), name
            assert not (isinstance(node, ast.Name) and node.id == "float"), name


@pytest.fixture
def copy(tmp_path):
    """A copy of the folder, to put files into."""
    return shutil.copytree(
        FOLDER, tmp_path / "recheck", ignore=shutil.ignore_patterns("__pycache__")
    )


ONE_OF_EACH = [GOOD, ACCEPTED / "birth-A.json", ACCEPTED / "smooth-family-cubic.json"]


@pytest.mark.parametrize("isolated", [["-I"], []], ids=["isolated", "plain"])
@pytest.mark.parametrize("text", ["raise SystemError", "def loads(*_): return {}\ndumps = loads"])
@pytest.mark.first(1)
def test_a_standard_name_planted_beside_it_is_not_imported(copy, isolated, text):
    wanted = run(sys.executable, "-I", FOLDER, *ONE_OF_EACH)
    assert wanted.stdout.count("PROVED ") == len(ONE_OF_EACH)
    for name in ("json", "fractions", "hashlib", "argparse", "re", "math", "typing"):
        (copy / f"{name}.py").write_text(text)
    (copy / "dataclasses").mkdir()
    (copy / "dataclasses" / "__init__.py").write_text(text)
    for place in (copy, f"{copy}/", copy / "__main__.py", os.path.relpath(copy, ROOT)):
        found = run(sys.executable, *isolated, place, *ONE_OF_EACH)
        assert (found.stdout, found.stderr) == (wanted.stdout, "")


def test_every_standard_name_may_stand_beside_the_first_file(copy):
    """Named itself, `__main__.py` is run without a look at its folder. Named by its folder, Python
    looks there for runpy and what that needs before any line of this program is run.
    """
    for name in sys.stdlib_module_names:
        (copy / f"{name}.py").write_text("raise SystemError")
    found = run(sys.executable, "-I", copy / "__main__.py", GOOD)
    assert found.stdout.startswith("PROVED "), found


def test_compiled_code_beside_it_is_not_read(copy):
    """Python itself would read it: it tells by the date and the size of the source only."""
    source, kept = copy / "verdict.py", (copy / "verdict.py").read_text()
    lie = kept.replace("if not left[1] < right[0]:", "if not left[1] < left[1]:")
    assert len(lie) < len(kept) + 1
    source.write_text(lie.ljust(len(kept)))
    run(sys.executable, "-m", "compileall", "-q", copy)
    stamp = source.stat()
    source.write_text(kept)
    os.utime(source, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert run(sys.executable, "-I", copy, GOOD).stdout.startswith("PROVED ")


def test_it_leaves_nothing_in_its_folder(copy):
    """Named by its folder, Python keeps what it compiled of the first file, and nothing else."""
    before = set(copy.rglob("*"))
    assert run(sys.executable, "-I", copy / "__main__.py", *ONE_OF_EACH).returncode == 0
    assert set(copy.rglob("*")) == before
    assert run(sys.executable, "-I", copy, *ONE_OF_EACH).returncode == 0
    assert {path.name.split(".")[0] for path in set(copy.rglob("*")) - before} <= {
        "__pycache__",
        "__main__",
    }


# ------------------------------------------------------------------------------------------
# Kinds
# ------------------------------------------------------------------------------------------


def test_a_kind_that_is_forgotten_is_declined(monkeypatch):
    document = json.loads(GOOD.read_text())
    monkeypatch.delitem(rc.kinds.KINDS, "gaussian-minimum")
    with pytest.raises(rc.verdict.Verdict) as found:
        rc.kinds.judge(document)
    assert (found.value.verdict, found.value.code) == ("DECLINED", "kind")


def test_a_kind_loads_no_other_kind():
    code = (
        f"import sys; sys.argv = ['recheck', {str(GOOD)!r}]\n"
        f"import runpy\ntry:\n    runpy.run_path({str(FOLDER)!r}, run_name='__main__')\n"
        "except SystemExit: print(*(n for n in sys.modules if n.startswith('recheck.')))"
    )
    names = run(sys.executable, "-I", "-c", code).stdout.splitlines()[-1].split()
    assert {name.removeprefix("recheck.") for name in names} == {
        "arithmetic",
        "bounds",
        "command",
        "dense",
        "gaussian",
        "homogeneous",
        "kinds",
        "matrices",
        "reader",
        "verdict",
        "weights",
    }


def test_each_kind_is_found_in_the_files_of_the_corpus():
    assert set(EXAMPLES) == set(rc.kinds.KINDS) == set(rc.explain.EXPLAIN)


# ------------------------------------------------------------------------------------------
# --explain
# ------------------------------------------------------------------------------------------

EXAMPLES = {
    "gaussian-minimum": ["n06-k06", "planar-teachers", "one-dimension"],
    "gaussian-symmetric-minimum": ["symmetric-A-k07", "symmetric-II-k06"],
    "gaussian-symmetric-saddle": ["symmetric-saddle-II-k05", "symmetric-columns"],
    "gaussian-birth": ["birth-A", "birth-II"],
    "gaussian-family-minimum": ["family-A-from-1112", "family-II-from-1112"],
    "gaussian-family-saddle": ["family-saddle-A"],
    "gaussian-splitting": ["splitting-dense", "splitting-II"],
    "gaussian-basin": ["basin-dense", "basin-II"],
    "gaussian-span-minimum": ["span-given", "span-near"],
    "gaussian-enumeration": ["enumeration-k05"],
    "gaussian-landscape": ["landscape-every"],
    "gaussian-slopes-landscape": ["slopes-landscape-near-relu", "slopes-landscape-to-linear"],
    "gaussian-slopes-minimum": ["slopes-from-zero", "slopes-to-infinity"],
    "gaussian-birth-curve": ["birth-curve-end"],
    "gaussian-slope-birth": ["slope-birth-II-k03", "slope-birth-A-k06"],
    "gaussian-family-slopes-minimum": ["family-slopes-large"],
    "data-minimum": ["data-minimum-xor-leaky", "data-minimum-huber", "data-minimum-convolution"],
    "data-global-minimum": ["data-global-linear"],
    "data-saddle": ["data-saddle-curve"],
    "data-noncritical": ["data-noncritical-bias"],
    "data-entropy-minimum": ["data-entropy-three"],
    "data-constant-minimum": ["smooth-constant-own", "smooth-constant-elu"],
    "data-constant-family": ["smooth-family-cubic"],
    "data-splitting-family": ["smooth-split-spread"],
    "smooth-strict-minimum": [
        "trained-tanh",
        "trained-softmax",
        "trained-off",
        "trained-rescaling",
    ],
    "smooth-exact-fit": ["trained-fit", "trained-fit-relations"],
    "smooth-saddle": ["trained-saddle-a", "trained-saddle-softmax"],
    "smooth-no-critical-point": ["trained-noncritical", "trained-scaling"],
    "piecewise-kink-minimum": ["trained-kinks", "trained-kinks-softmax"],
}
CASES = [(kind, name) for kind, names in EXAMPLES.items() for name in names]
# parameters: the text says where they stand, and how many
MANY = {"better", "descent", "ascent", "given"}


def leaves(value: object) -> list[str]:
    """All numbers and words in a part of a certificate."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return [leaf for part in parts for leaf in leaves(part)]
    silent = value is None or isinstance(value, bool) or value == "piecewise"  # told by "for t <"
    return [] if silent else [str(value)]


def claimed(statement: dict) -> dict[str, object]:
    """Everything that is claimed by a number, by the name of its field."""
    found = dict(statement.get("claims", {}))
    for field in ("points", "point", "neuron", "family"):
        if field in statement:
            found[field] = statement[field]
    if "minimum" in statement:
        inner = claimed(statement["minimum"]["statement"])
        found |= {f"{name} of the minimum": value for name, value in inner.items()}
    problem = statement.get("problem", {})
    small = ("n", "k", "d", "rho", "spread", "widths", "activation", "signs", "classes", "loss")
    return found | {name: problem[name] for name in small if name in problem}


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_every_claimed_number_is_in_the_explanation(kind, name):
    document = json.loads((ACCEPTED / f"{name}.json").read_text())
    assert document["kind"] == kind
    claim_of(rc, document)
    text = re.sub(r"\s+", " ", rc.explain.explained(document))
    for field, value in claimed(document["statement"]).items():
        told = value
        if field in MANY and value is not None:
            numbers = value.get("parameters", value) if isinstance(value, dict) else value
            assert f"the {len(leaves(numbers))} numbers under `{field}`" in text
            told = (
                [value.get(part) for part in ("width", "distance")]
                if isinstance(value, dict)
                else []
            )
        for leaf in leaves(told):
            before = r"(?<![\w.])" if leaf[0].isdigit() else ""
            after = r"(?!\d)" if leaf[-1].isdigit() else ""
            assert re.search(f"{before}{re.escape(leaf)}{after}", text), (field, leaf)


class AllCalled(Exception):
    """Each function that is named has been called."""


@pytest.mark.parametrize(("kind", "name"), CASES)
@pytest.mark.first(1, per="kind")
def test_the_functions_named_are_those_that_decide(kind, name):
    """Each function that the explanation names is called while the certificate is judged, and a
    kind names its own `read` and `verify`.
    """
    document = json.loads((ACCEPTED / f"{name}.json").read_text())
    text = rc.explain.explained(document)
    named = {
        getattr(getattr(rc, module), function)
        for module, function in re.findall(r"^  (\w+)\.py +(\w+) ", text, re.MULTILINE)
    }
    codes = {
        (function.__init__ if isinstance(function, type) else function).__code__
        for function in named
    }
    assert set(rc.kinds.functions(document)) <= named
    left = set(codes)

    def see(frame, event, _):
        if event == "call" and frame.f_code in left:
            left.remove(frame.f_code)
            if not left:  # the verdict is in test_corpus.py
                raise AllCalled

    sys.setprofile(see)
    try:
        rc.kinds.judge(document)
    except AllCalled:
        pass
    finally:
        sys.setprofile(None)
    assert not left, {code.co_name for code in left}


def test_the_verdict_follows_the_explanation():
    plain, told = (run(sys.executable, "-I", FOLDER, *more, GOOD) for more in ([], ["--explain"]))
    assert told.stdout.endswith(plain.stdout) and told.returncode == plain.returncode == 0
    for word in ("The loss:", "The inputs:", "The norm:", "What is claimed:", "What decides it:"):
        assert word in told.stdout


def test_what_is_rejected_is_explained_and_what_is_malformed_is_not():
    folder = ROOT / "tests" / "corpus"
    rejected = run(
        sys.executable, "-I", FOLDER, "--explain", min((folder / "reject").glob("*.json"))
    )
    assert "What is claimed:" in rejected.stdout
    assert rejected.stdout.splitlines()[-1].startswith("REJECTED ")
    bad = run(sys.executable, "-I", FOLDER, "--explain", min((folder / "malformed").glob("*.json")))
    assert bad.stdout.startswith("MALFORMED ") and bad.stdout.count("\n") == 1


def test_explain_and_json_exclude_each_other():
    done = run(sys.executable, "-I", FOLDER, "--json", "--explain", GOOD)
    assert done.returncode == 2 and done.stdout == ""


def test_an_activation_is_explained_as_it_is():
    """Read with the usual order of operations the text has the value of the tree."""
    rc = recheck("formulas")
    trees = [
        ["/", ["^", "t", 2], "1/2"],
        ["+", "t", ["*", "t", ["^", "-2", 2]]],
        ["^", ["^", "t", 2], 3],
        ["-", "1/3", ["-", "t", "-1/4"]],
        ["/", "t", ["/", "3", "t"]],
        ["^", "3/2", 2],
        ["^", ["exp", ["*", "-1", "t"]], 2],
        ["*", ["sin", ["+", "t", "pi"]], "-2"],
    ]
    names = {"pi": math.pi, "exp": math.exp, "sin": math.sin}

    def value(node, t: float) -> float:
        if isinstance(node, str):
            return t if node == "t" else math.pi if node == "pi" else float(Fraction(node))
        name, *parts = node
        if name == "^":
            return value(parts[0], t) ** parts[1]
        first, *rest = [value(part, t) for part in parts]
        if name in names:
            return names[name](first)
        for other in rest:
            first = {"+": first + other, "-": first - other, "*": first * other}.get(
                name, first / other if name == "/" else None
            )
        return first

    for formula in trees:
        text = rc.explain_smooth.formula(formula).replace("^", "**")
        for t in (0.7, -1.3):
            assert eval(text, {"t": t, **names}) == pytest.approx(value(formula, t)), text
