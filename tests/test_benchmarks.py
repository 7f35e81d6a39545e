"""`python -m benchmarks`: the form of its tables, and that what it measures is what it says. How
long anything takes is not tested.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from math import isnan

import flint
import numpy as np
import pytest

from benchmarks import peers
from benchmarks.command import README, ROWS, chosen, main, measured, parser
from benchmarks.data import _table, data_certificate
from benchmarks.dense import dense_certificate
from benchmarks.measurement import Curve, Effort, Measurement, Peer, Reach, Row, measure
from benchmarks.scaling import Growth, growths
from benchmarks.shipped import Shipped
from benchmarks.timing import Check, Command, Cost, Earlier, Failed, Work
from certify.kernel.check import check_document

ONCE = Effort(1, 1)


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.md"
    path.write_text("before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n")
    return path


def benchmarks(root, *words):
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *map(str, words)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def tables(text):
    """The tables of a page, each a list of lists of cells."""
    found = re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE)
    return [
        [[cell.strip() for cell in line[1:-1].split("|")] for line in table.splitlines()]
        for table in found
    ]


def code_lines():
    return re.findall(r"^    (python .*)$", README.read_text(), re.MULTILINE)


def test_a_part_is_measured_and_written(root, page):
    words = ("--quick", "--only", "dense-6", "symmetric-10", "symmetric-100", "-o", page)
    done = benchmarks(root, *words)
    assert done.returncode == 0, done.stderr
    assert "1/3 dense-6: " in done.stderr and "wrote" in done.stderr
    before, text, after = re.split("<!-- .*figures -->\n", page.read_text())
    assert (before, after) == ("before\n", "after\n")
    assert text.strip() == done.stdout.strip()

    rows, at_hessian, growth = tables(text)
    assert rows[0] == [
        "row", "what", "certify", "peer in the same run", "ratio (of single rounds)", "rounds",
        "reach",
    ]  # fmt: skip
    assert all(len(line) == len(rows[0]) for line in rows)
    assert [line[0] for line in rows[2:]] == ["`dense-6`", "`symmetric-10`", "`symmetric-100`"]
    duration = r"[\d.]+ (s|ms|us)"
    assert all(re.fullmatch(duration, line[2]) for line in rows[2:])
    assert re.fullmatch(f"NumPy: Hessian, eigvalsh: {duration}", rows[2][3])
    number = r"[\d.]+"
    assert re.fullmatch(rf"{number} x \({number} to {number}\)", rows[2][4])
    assert rows[3][3:5] == ["-", "-"]

    assert at_hessian[2][0] == "certify" and at_hessian[2][-1] == "everything"
    assert {line[0].partition(":")[0] for line in at_hessian[3:]} == {
        "NumPy", "Arb's Cholesky factor in C, 128 bits", "python-flint", "gmpy2", "mpmath.iv",
    }  # fmt: skip
    assert growth[2][:3] == ["symmetric check", "k", "10 to 100"]
    assert re.search(r"20\d\d-\d\d-\d\d .* load average .* numpy \d", text)
    assert (page.parent / "scaling.svg").read_text().startswith("<?xml")


def test_what_cannot_be_done_is_said_before_the_work(page, tmp_path, capsys):
    page.write_text("no markers")
    for words, told in (
        (["--only", "nonsense"], "nonsense is none of the rows"),
        (["--only", "dense-6", "-o", str(page)], "does not have the lines"),
        (["--only", "dense-6", "-o", str(tmp_path / "none.md")], "is not there"),
        (["--only", "dense-6", "--against", str(tmp_path)], "is no checkout"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(words)
        said = capsys.readouterr().err
        assert ended.value.code == 2 and told in said
        assert "1/1" not in said


def test_rows_of_the_page():
    """The page is written between markers, and its lines of code are commands."""
    text = README.read_text()
    assert text.count("<!-- figures -->") == text.count("<!-- end of figures -->") == 1
    assert code_lines()
    for line in code_lines():
        assert shlex.split(line)[:3] == ["python", "-m", "benchmarks"]
        parser().parse_args(shlex.split(line)[3:])


@pytest.mark.long
@pytest.mark.parametrize("line", [line for line in code_lines() if "--quick" in line])
def test_lines_of_the_page_run(root, line):
    done = benchmarks(root, *shlex.split(line)[3:])
    assert done.returncode == 0, done.stderr
    assert len(tables(done.stdout)[0]) - 2 == sum(row.quick for row in ROWS)


def test_names():
    names = [row.name for row in ROWS]
    assert len(names) == len(set(names))
    every = chosen(ROWS, None, quick=False)
    assert {row.name for row in every.rows} == set(names) - {"wide-500"}
    assert "wide-500" in every.skipped[-1]
    assert {row.name for row in chosen(ROWS, ["span"], quick=False).rows} == {
        "span-10", "span-15", "span-20",
    }  # fmt: skip
    assert [row.name for row in chosen(ROWS, ["wide-500"], quick=True).rows] == ["wide-500"]
    assert "shipped" in chosen(ROWS, None, quick=True).skipped[0]
    with pytest.raises(Failed, match="dens is none"):
        chosen(ROWS, ["dens"], quick=False)


def row(name, own, others=None, **options):
    return Row(name, name, lambda _: (own, others or {}), **options)


def refused():
    raise Failed("not today")


def test_a_row_that_fails_takes_no_other_along(tmp_path):
    fault = Row("fault", "fault", lambda _: 1 / 0)
    rows = [row("refused", Work(refused)), fault, row("good", Work(int))]
    found = measured(rows, tmp_path, ONCE, None)
    assert [one.own for one in found[:2]] == [
        "failed: not today", "failed: ZeroDivisionError: division by zero",
    ]  # fmt: skip
    assert isinstance(found[2].own, Cost)


def test_a_peer_that_fails_is_told_and_the_next_one_is_not_taken_for_it(tmp_path):
    others = {"first": Peer(refused, "nothing"), "second": Peer(Work(int), "nothing")}
    one = measure(row("row", Work(int), others), tmp_path, Effort(3, 1), None)
    assert one.peers["first"] == "not today" and isinstance(one.peers["second"], Cost)
    assert one.peer is None and one.ratio is None and one.rounds == 3


def test_the_ratio_is_that_of_the_best(tmp_path):
    costs = {"own": iter([3.0, 1.0, 2.0]), "peer": iter([0.5, 1.0, 0.25])}

    def side(name):
        return lambda: Cost(next(costs[name]))

    one = measure(
        row("row", side("own"), {"peer": Peer(side("peer"), "")}), tmp_path, Effort(3, 100), None
    )
    assert one.ratio == 4 and one.ratios == (1, 8) and one.rounds == 3


def test_rounds_end_with_the_effort(tmp_path):
    one = measure(row("row", lambda: Cost(3)), tmp_path, Effort(7, 8), None)
    assert one.rounds == 2  # a third would lead to 9 s


def test_reach():
    reach = Reach(ratio=20, seconds=60, megabytes=1000)
    assert str(reach) == "<= 20 x, 60 s, 1000 MB" and str(Reach()) == "-"
    assert reach.missed(Cost(30, 500), 10) == 0.5
    assert reach.missed(Cost(30, 3000), 10) == 3


def test_growth_of_powers():
    sizes = (1.0, 2.0, 4.0, 8.0)
    cubic = Growth("cubic", "k", sizes, tuple(5 * size**3 for size in sizes))
    assert cubic.exponent == pytest.approx(3) and cubic.last == pytest.approx(3)
    assert cubic.error == pytest.approx(0, abs=1e-9)
    assert isnan(Growth("two", "k", sizes[:2], (1.0, 4.0)).error)
    x, y = np.log(sizes), np.array([0.0, 1.0, 1.0, 3.0])
    noisy = Growth("noisy", "k", sizes, tuple(np.exp(y)))
    (exponent, _), covariance = np.polyfit(x, y, 1, cov="unscaled")
    rest = y - np.polyval([exponent, _], x)
    assert noisy.error == pytest.approx(np.sqrt(covariance[0, 0] * (rest @ rest) / 2))


def test_curves_of_rows_and_of_their_peers():
    measurements = [
        Measurement(
            row(str(size), Work(int), curve=Curve("check", "rows", size)),
            own if size < 30 else "failed",
            {"peer": Cost(size)},
        )
        for size, own in ((20, Cost(400)), (10, Cost(100)), (30, Cost(1)))
    ]
    check, peer = growths(measurements)
    assert check.sizes == (10, 20) and check.exponent == pytest.approx(2)
    assert peer.name == "peer (beside the check)" and peer.exponent == pytest.approx(1)


def test_certificates_that_are_made():
    assert check_document(dense_certificate(7)).verdict == "PROVED"
    assert check_document(data_certificate(*_table(60, 3, places=2))).verdict == "PROVED"


def test_a_check_that_is_not_proved_fails(root):
    check = Check(next((root / "tests/corpus/reject").rglob("*.json")))
    with pytest.raises(Failed, match="REJECTED"):
        check()


def test_both_checkers_judge_each_kind(root):
    files = {
        "gaussian-minimum": (root / "proofs/gaussian/n06-k06.json",),
        "gaussian-birth": (root / "proofs/symmetric/birth/II.json",),
    }
    some = Shipped(files)
    kernel, second = some(), some.second()
    assert set(some.kernel) == set(some.recheck) == set(files)
    assert kernel.seconds == sum(some.kernel.values())
    assert second.seconds == sum(some.recheck.values())


def test_programs_have_their_own_memory():
    """Not that of this process, and that of what they need."""
    held = bytearray(200 * 2**20)
    held[:: 2**12] = b"x" * len(held[:: 2**12])
    bare = Command(("-I", "-S", "-c", "pass"))()
    large = Command(("-I", "-S", "-c", "held = b'x' * (100 * 2**20)"))()
    assert bare.megabytes < 100 < large.megabytes < 200
    assert bare.seconds > 0
    with pytest.raises(Failed, match="exit code 3: sorry"):
        Command(("-c", "print('sorry'); raise SystemExit(3)"))()


def test_an_earlier_checkout(root, tmp_path):
    with Earlier.of(root) as earlier:
        good, bad = root / "proofs/gaussian/n06-k06.json", tmp_path / "bad.json"
        bad.write_text("{}")
        assert earlier.check(good).seconds > 0
        with pytest.raises(Failed, match="Malformed"):
            earlier.check(bad)
        one = measure(row("six", Check(good)), tmp_path, ONCE, earlier)
        assert one.gain > 0
        assert Command(("-m", "certify", "--version")).at(earlier)().seconds > 0


POSITIVE = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 1.0], [0.5, 1.0, 2.0]])
INDEFINITE = POSITIVE - 2 * np.eye(3)
FACTORS = {
    "arb": peers._arb_factor,
    "python-flint": lambda matrix: peers.loop("python-flint", matrix),
    "mpmath.iv": lambda matrix: peers.loop("mpmath.iv", matrix),
}


def test_rump_shows_what_is_so():
    assert peers.is_positive_by_rump(POSITIVE)
    assert not peers.is_positive_by_rump(INDEFINITE)
    lowest = np.linalg.eigvalsh(POSITIVE)[0]
    assert peers.is_positive_by_rump(POSITIVE - (lowest - 1e-12) * np.eye(3))
    # definite or not: float64 cannot tell
    assert not peers.is_positive_by_rump(POSITIVE - (lowest - 1e-16) * np.eye(3))


@pytest.mark.parametrize("name", FACTORS)
def test_factors_are_of_positive_matrices_only(name):
    assert FACTORS[name](POSITIVE)().seconds > 0
    with pytest.raises(Failed, match="not shown"):
        FACTORS[name](INDEFINITE)()


def test_the_loop_is_a_factorisation():
    factor = peers._factor(POSITIVE.tolist(), np.sqrt)
    for given, known in zip(factor, np.linalg.cholesky(POSITIVE), strict=True):
        assert given == pytest.approx(known[: len(given)])


def test_what_is_not_there_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(flint, "__file__", str(tmp_path / "flint" / "__init__.py"))
    peers._library.cache_clear()
    with pytest.raises(Failed, match="not reachable"):
        peers._arb_factor(POSITIVE)()
    peers._library.cache_clear()
    monkeypatch.setitem(sys.modules, "gmpy2", None)
    with pytest.raises(Failed, match="not importable"):
        peers.loop("gmpy2", POSITIVE)()
