"""The census: formulas against the dense loss, counts, the same answer for any jobs and after any
interruption, wrong ledgers refused, what is shipped.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from console import call

from certify.files import digest_in
from certify.gaussian.census.campaign import Plan, run_census, stands
from certify.gaussian.census.command import LEDGER
from certify.gaussian.census.ledger import Ledger, Row, ledger_text, reserved
from certify.gaussian.census.reduced import Ends, Points, descend
from certify.gaussian.census.starts import partitions, starts
from certify.gaussian.classes import same_point
from certify.gaussian.search.loss import GaussianLoss, orthonormal
from certify.judge import certificate_files
from certify.kernel.check import read_claim
from certify.kernel.foundation.exact import parse_json, read_bytes

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "proofs" / "symmetric"
CENSUS = SHIPPED / "census"
COUNTS = {6: 2, 7: 3}  # of the published list, made in floats, as for every k up to 20


def census(folder, ks=(6, 7), jobs=1):
    return tuple(
        run_census(Plan(tuple(ks), folder, jobs), Ledger(folder / LEDGER), lambda _n, _s: None)
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of a census of k = 6 and 7, and its rows."""
    folder = tmp_path_factory.mktemp("census")
    return folder, census(folder)


def written_out(sizes, z):
    """The dense matrix of one point."""
    count = len(sizes)
    across, own = z[:-count].reshape(count, count), z[-count:]
    block = np.repeat(np.arange(count), np.array(sizes, dtype=int))
    matrix = across[block][:, block]
    np.fill_diagonal(matrix, own[block])
    return matrix


def drawn(sizes, noise, seed):
    """Points around the teachers and around a flipped last block."""
    generator = np.random.default_rng(seed)
    z = noise * generator.normal(size=(8, 12))
    z[:, 9:] += 1
    z[::2, 9 + np.flatnonzero(sizes)[-1]] -= 2
    across = z[:, :9].reshape(8, 3, 3)
    for i, size in enumerate(sizes):
        if size < 2:
            across[:, i, i] = 0
        if size == 0:
            across[:, i, :] = across[:, :, i] = 0
            z[:, 9 + i] = 1
    return np.tile(np.array(sizes, dtype=float), (8, 1)), z


# formulas


@pytest.mark.parametrize("sizes", [(3, 2, 1), (4, 0, 0), (4, 4, 0), (1, 1, 1), (5, 3, 2)])
def test_loss_and_gradient_are_those_of_the_dense_matrix(sizes):
    p, z = drawn(sizes, 0.2, 1)
    points = Points(p, z)
    loss = GaussianLoss(orthonormal(sum(sizes), sum(sizes)))
    for i, (value, entries) in enumerate(zip(points.loss(), points.gradient(), strict=True)):
        dense_value, dense = loss.value_and_gradient(written_out(sizes, z[i]))
        assert value == pytest.approx(float(dense_value), rel=1e-12)
        live = written_out(sizes, np.where(np.isfinite(entries), entries, 0))
        assert live == pytest.approx(dense, abs=1e-12)


@pytest.mark.parametrize("sizes", [(3, 2, 1), (5, 0, 0), (4, 4, 0), (4, 3, 2)])
def test_what_looks_like_a_minimum_has_a_positive_dense_hessian(sizes):
    k = sum(sizes)
    loss = GaussianLoss(orthonormal(k, k))
    seen = Counter()
    for seed, noise in enumerate((0.01, 0.05, 0.1, 0.2, 0.3)):
        p, z = drawn(sizes, noise, seed)
        ends = Ends(p, z, Points(p, z).loss(), np.ones(8, dtype=bool))
        for i, found in enumerate(ends.minima()):
            least = np.linalg.eigvalsh(loss.hessian(written_out(sizes, z[i])))[0]
            if abs(least) > 1e-6:
                assert found == (least > 0)
                seen[bool(found)] += 1
    assert seen[True] and seen[False]


def test_a_descent_ends_where_the_dense_gradient_is_zero():
    ends = descend(*starts(8))
    loss = GaussianLoss(orthonormal(8, 8))
    assert ends.settled.mean() > 0.95
    for i in np.flatnonzero(ends.settled)[::10]:
        sizes = ends.sizes[i].astype(int)
        _, gradient = loss.value_and_gradient(written_out(sizes, ends.coordinates[i]))
        assert np.linalg.norm(gradient) < 1e-8


# structures


def test_every_way_to_divide_k_into_up_to_three_blocks():
    assert partitions(4) == [(4, 0, 0), (3, 1, 0), (2, 2, 0), (2, 1, 1)]
    for k in (6, 17, 30):
        expected = {
            tuple(sorted((a, b, k - a - b), reverse=True))
            for a in range(k + 1)
            for b in range(k + 1 - a)
        }
        assert set(partitions(k)) == expected
        assert len(partitions(k)) == len(expected)


def test_the_starts_are_the_same_each_time():
    for one, other in zip(starts(9), starts(9), strict=True):
        assert np.array_equal(one, other)
    assert {tuple(sizes) for sizes in starts(9)[0]} == set(partitions(9))


# counts


def test_the_classes_of_6_and_7_are_the_published_and_the_shipped_ones(whole):
    folder, rows = whole
    for row in rows:
        assert (len(row.classes), row.refused) == (COUNTS[row.k], ())
        assert row.count(3) == 0
        shipped = [
            read_claim(parse_json(read_bytes(path)))
            for path in (SHIPPED / f"k{row.k:02d}").glob("*.json")
            if "+" not in path.stem
        ]
        shipped = [claim for claim in shipped if not claim.saddle]
        assert len(shipped) == len(row.classes)
        for item in row.classes:
            claim = read_claim(parse_json(read_bytes(folder / item.file)))
            assert sum(same_point(claim, other) for other in shipped) == 1


def test_the_command_prints_a_row_a_line_and_checks_what_it_has(whole):
    folder, rows = whole
    before = (folder / LEDGER).read_bytes()
    done = call("census", "--from", 6, "--to", 7, "-o", folder, "--json")
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["k"], len(row["classes"])) for row in told] == list(COUNTS.items())
    assert [row["classes"][0]["file"] for row in told] == [row.classes[0].file for row in rows]
    assert (folder / LEDGER).read_bytes() == before
    assert call("check", folder).returncode == 0
    done = call("census", "--from", 6, "--to", 7, "-o", folder, "--jobs", 1)
    assert "Certified classes" in done.stdout and "at random" in done.stdout


@pytest.mark.parametrize(("first", "last"), [(1, 5), (8, 7), (190, 201)])
def test_what_k_are_taken(first, last, tmp_path):
    done = call("census", "--from", first, "--to", last, "-o", tmp_path / "c")
    assert done.returncode == 2 and "2 <= from <= to <= 200" in done.stderr
    assert not (tmp_path / "c").exists()


# the same answer, after any interruption


def test_any_number_of_jobs_finds_the_same(whole, tmp_path):
    folder, rows = whole
    assert census(tmp_path, jobs=2) == rows
    assert (tmp_path / LEDGER).read_bytes() == (folder / LEDGER).read_bytes()


@pytest.mark.long
def test_a_killed_census_goes_on(tmp_path):
    command = [sys.executable, "-m", "certify", "census", "--from", "6", "--to", "9", "-o"]
    path = tmp_path / "killed" / LEDGER
    process = subprocess.Popen(
        [*command, path.parent, "--jobs", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 120
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    kept = Ledger(path).rows
    assert 6 in kept and len(kept) < 4
    rows = census(path.parent, range(6, 10))
    assert [len(row.classes) for row in rows] == [2, 3, 5, 6]
    assert all(row == kept[row.k] for row in rows if row.k in kept)
    again = call(*command[3:], path.parent, "--json")
    assert again.returncode == 0 and len(again.stdout.splitlines()) == 4


@pytest.fixture
def copied(whole, tmp_path):
    """A copy of the census that a test may spoil."""
    source, rows = whole
    folder = tmp_path / "census"
    for path in source.rglob("*.json*"):
        goal = folder / path.relative_to(source)
        goal.parent.mkdir(parents=True, exist_ok=True)
        goal.write_bytes(path.read_bytes())
    return folder, rows


def test_a_lost_certificate_is_found_again(copied):
    folder, rows = copied
    for item in rows[0].classes:
        (folder / item.file).unlink()
    assert census(folder) == rows
    assert all((folder / item.file).is_file() for item in rows[0].classes)


def test_another_file_in_the_place_of_a_certificate_is_left(copied):
    folder, rows = copied
    first, second = rows[0].classes
    (folder / first.file).write_bytes((folder / second.file).read_bytes())
    assert not stands(rows[0], folder)
    done = call("census", "--from", 6, "--to", 6, "-o", folder)
    assert done.returncode == 2 and "is left as it is: move it away" in done.stderr


def test_a_row_that_says_more_than_its_certificates_does_not_count(copied):
    folder, rows = copied
    row = json.loads(ledger_text({6: rows[0]}).splitlines()[1])
    for field, value in (("loss", 0.03), ("lambda_min", 0.2), ("exact", False)):
        lied = json.loads(json.dumps(row))
        lied["classes"][0][field] = value
        assert not stands(Row.read(lied), folder)
    lied = json.loads(json.dumps(row))  # one class, counted twice
    copy = {**lied["classes"][0], "loss": lied["classes"][0]["loss"] + 2e-9}
    lied["classes"].insert(1, copy)
    assert not stands(Row.read(lied), folder)
    text = ledger_text({6: rows[0], 7: rows[1]}).replace(json.dumps(row), json.dumps(lied))
    (folder / LEDGER).write_text(text)
    assert census(folder) == rows


def broken(lines):
    """Ledgers that no census has written."""
    head, six, seven = lines
    row = json.loads(six)

    def ledger(*texts):
        return "\n".join([head, *texts])

    yield ""
    yield six + "\n"
    yield head.replace("1", "2") + "\n" + six
    yield ledger(six, six)
    yield ledger(six[:-20], seven)
    yield ledger(six, seven[:-20]) + "\n"
    yield ledger(six, seven[:5])
    yield head[:-5]
    yield ledger("[" * 100_000)
    yield ledger(six, "\0\0\0")
    yield ledger("null")
    yield "\u00e9"
    for field, value in {
        "k": 7,
        "starts": -1,
        "unsettled": 10**6,
        "points": 1.5,
        "classes": None,
        "refused": [1],
    }.items():
        yield ledger(json.dumps({**row, field: value}))
    for field, value in {
        "digest": "0" * 63,
        "blocks": [3, 2],
        "loss": float("nan"),
        "lambda_min": -0.1,
        "exact": 1,
        "file": "../other.json",
    }.items():
        changed = [{**row["classes"][0], field: value}, *row["classes"][1:]]
        yield ledger(json.dumps({**row, "classes": changed}))
    yield ledger(json.dumps({**row, "classes": row["classes"][::-1]}))
    yield ledger(json.dumps({**row, "classes": row["classes"][:1] * 2}))


def test_a_wrong_ledger_is_refused_and_left(whole, tmp_path):
    folder, _ = whole
    path = tmp_path / LEDGER
    for text in broken((folder / LEDGER).read_text().splitlines()):
        path.write_text(text, encoding="utf-8")
        before = path.read_bytes()
        done = call("census", "--from", 6, "--to", 6, "-o", tmp_path)
        assert done.returncode == 2, text[:200]
        assert str(path) in done.stderr and done.stderr.count("\n") == 1
        assert "searched again" in done.stderr or "it is no text" in done.stderr
        assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kept", [6, 30, -20, -1])
def test_a_ledger_whose_end_is_lost_goes_on(kept, copied):
    folder, rows = copied
    text = (folder / LEDGER).read_bytes()
    *whole, last = text.splitlines(keepends=True)
    (folder / LEDGER).write_bytes(b"".join(whole) + last[:kept])
    assert (7 in Ledger(folder / LEDGER).rows) == (kept == -1)  # without its line break it is whole
    assert census(folder) == rows
    assert kept == -1 or (folder / LEDGER).read_bytes() == text


def test_one_census_at_a_time_works_in_a_folder(whole):
    folder, _ = whole
    command = ("census", "--from", 6, "--to", 6, "-o", folder)
    with reserved(folder):
        done = call(*command)
        assert done.returncode == 2 and "is in use by another census" in done.stderr
    assert call(*command).returncode == 0


def test_progress_is_counted_in_values_of_k(whole):
    folder, _ = whole
    done = []
    ledger = Ledger(folder / LEDGER)
    ledger.rows.pop(6)
    tuple(run_census(Plan((6, 7), folder, 1), ledger, lambda more, _: done.append(more)))
    assert sum(done) == 2 and set(done) == {0, 1}


# what is shipped


def test_the_page_of_the_census_is_that_of_its_ledger():
    build = runpy.run_path(str(CENSUS / "build.py"))
    rows = Ledger(CENSUS / LEDGER).rows
    assert list(rows) == list(range(6, len(rows) + 6)) and len(rows) >= 55
    assert (CENSUS / "README.md").read_text() == build["told"](list(rows.values()))
    assert not any(row.refused for row in rows.values())
    listed = {CENSUS / item.file: item.digest for k in build["SHIPPED"] for item in rows[k].classes}
    assert set(certificate_files([CENSUS])) == set(listed)
    assert all(digest_in(path) == digest for path, digest in listed.items())


def test_the_classes_up_to_20_are_shipped_under_their_names():
    """The families II_p and A_q, and one class with three blocks at k = 19 and 20."""
    rows = Ledger(CENSUS / LEDGER).rows
    for k in range(6, 21):
        folders = [SHIPPED / f"k{k:02d}", ROOT / "proofs" / "survey" / f"k{k:02d}-n{k:02d}"]
        claims = [
            read_claim(parse_json(read_bytes(path)))
            for path in certificate_files([folder for folder in folders if folder.is_dir()])
        ]
        losses = {
            (
                tuple(sorted(int(b.size) for b in claim.problem.blocks)),
                f"{float(claim.loss.low):.9f}",
            )
            for claim in claims
            if not claim.saddle and claim.problem.n == k
        }
        assert losses == {
            (tuple(sorted(item.blocks)), f"{item.loss:.9f}") for item in rows[k].classes
        }
        assert rows[k].count(3) == (k >= 19)
