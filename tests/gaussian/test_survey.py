"""The survey: exact matches, the same table for any jobs, cluster and interruption, new minima
proved, clear errors.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from fractions import Fraction
from math import comb, exp, fsum, isfinite, log, log1p
from pathlib import Path

import numpy as np
import pytest
from console import call
from hypothesis import given, settings
from hypothesis import strategies as st

import certify
from certify.errors import UnusableInput
from certify.gaussian.search.loss import GaussianLoss, orthonormal
from certify.gaussian.search.polish import settle
from certify.gaussian.survey.basins import (
    Basin,
    ExactMatrix,
    align,
    certified_basins,
    global_basin,
    inside,
    match,
)
from certify.gaussian.survey.campaign import (
    Plan,
    Workers,
    cluster,
    grid,
    numbers,
    run_survey,
)
from certify.gaussian.survey.descent import go_on, run_starts, start
from certify.gaussian.survey.ledger import Record, SurveyLedger
from certify.gaussian.survey.table import Tally, clopper_pearson, markdown
from certify.judge import certificate_files

ROOT = Path(__file__).resolve().parents[2]
SEVEN = ROOT / "proofs" / "symmetric" / "k07"
TINY = Fraction(1, 10**30)
SEED, TRIALS = 6, 45  # four of them end at type II


def run(*args):
    return call("survey", *args)


def survey(ledger=None, *, k=7, n=7, trials=TRIALS, folders=(SEVEN,), into=None, **workers):
    plan = Plan(((k, n),), trials, SEED, tuple(folders), into)
    (result,) = run_survey(plan, ledger or SurveyLedger(), Workers(**workers))
    return result


@pytest.fixture(scope="module")
def whole():
    """A survey at n = k = 7 in one piece."""
    return survey()


@pytest.fixture(scope="module")
def type_two():
    (basin,) = certified_basins([SEVEN / "II.json"], 7, 7)
    return basin


def shifted(basin: Basin, *shifts: tuple[int, int, Fraction]) -> ExactMatrix:
    """The centre with rationals added to entries."""
    rows = [
        [Fraction(entry, basin.centre.denominator) for entry in row]
        for row in basin.centre.numerators
    ]
    for i, j, shift in shifts:
        rows[i][j] += shift
    return ExactMatrix.from_rationals(rows)


# matching


def test_a_point_just_inside_is_matched_and_one_just_outside_is_not(type_two):
    reach, same = type_two.reach, list(range(7))
    for along in ([(0, 0, 1)], [(2, 5, Fraction(3, 5)), (6, 1, Fraction(-4, 5))]):
        for factor, expected in ((reach - TINY, True), (reach, False), (reach + TINY, False)):
            point = shifted(type_two, *((i, j, part * factor) for i, j, part in along))
            assert inside(point, type_two, same, same) is expected
            assert (match(point, type_two.loss, [type_two]) is type_two) is expected


def test_the_reach_leaves_room_for_the_distance_between_centre_and_minimum(type_two):
    claims = json.loads((SEVEN / "II.json").read_text())["statement"]["claims"]
    radius, distance = Fraction(claims["radius"]), Fraction(claims["distance"])
    # |W* - C| <= 7 distance, twice
    assert radius - 20 * distance < type_two.reach < radius - 14 * distance
    (dense,) = certified_basins([ROOT / "proofs" / "gaussian" / "n07-k07.json"], 7, 7)
    claims = json.loads((ROOT / "proofs" / "gaussian" / "n07-k07.json").read_text())["statement"][
        "claims"
    ]
    assert dense.reach == Fraction(claims["radius"]) - 2 * Fraction(claims["distance"])


def test_floats_are_taken_as_the_binary_fractions_they_are():
    w = np.array([[0.1, -2.5], [3.0, 5e-324]])
    exact = ExactMatrix.from_floats(w)
    assert [[Fraction(entry, exact.denominator) for entry in row] for row in exact.numerators] == [
        [Fraction(x) for x in row] for row in w.tolist()
    ]
    assert (exact.array == w).all()
    with pytest.raises((ValueError, OverflowError)):
        ExactMatrix.from_floats(np.array([[np.nan]]))


def test_only_permutations_are_taken(type_two):
    same = list(range(7))
    for rows, columns in (([0] * 7, same), (same, [1, 1, 2, 3, 4, 5, 6]), (same[:6], same)):
        with pytest.raises(ValueError):
            inside(type_two.centre, type_two, rows, columns)


BASINS = {
    (k, n, name): certified_basins(
        [ROOT / "proofs" / "symmetric" / f"k{k:02d}" / f"{name}.json"], k, n
    )[0]
    for k, n, name in (
        (7, 7, "II"),
        (9, 9, "II_2"),
        (8, 9, "II+1"),
        (12, 13, "I+1"),
        (10, 12, "II+2"),
    )
}


@given(
    st.sampled_from(sorted(BASINS)),
    st.integers(0, 2**32 - 1),
    st.sampled_from((0.5, 0.999, 1.001, 1.5)),
)
@settings(max_examples=60, deadline=None)
def test_a_match_does_not_depend_on_the_order_of_rows_and_columns(which, seed, size):
    basin, rng = BASINS[which], np.random.default_rng(seed)
    noise = rng.normal(size=basin.centre.array.shape)
    w = basin.centre.array + size * float(basin.reach) * noise / np.linalg.norm(noise)
    w = w[rng.permutation(len(w))][:, rng.permutation(w.shape[1])]
    rows, columns = align(w, basin.centre.array)
    assert np.linalg.norm(w - basin.centre.array[rows][:, columns]) == pytest.approx(
        size * float(basin.reach), rel=1e-6
    )
    assert (match(ExactMatrix.from_floats(w), basin.loss, [basin]) is basin) is (size < 1)


def test_no_two_basins_hold_one_another(type_two):
    """A dense certificate is left out if a symmetric one holds its class; other classes stay."""
    dense = ROOT / "proofs" / "gaussian" / "n07-k07.json"
    assert [basin.what for basin in certified_basins([dense], 7, 7)] == ["minimum"]
    assert certified_basins([dense, SEVEN / "II.json"], 7, 7) == [type_two]
    assert len(certified_basins(sorted(SEVEN.glob("*.json")), 7, 7)) == 3
    assert certified_basins([dense], 7, 8) == certified_basins([dense], 8, 8) == []


@pytest.mark.parametrize("change", ["radius", "centre", "loss"])
def test_a_tampered_certificate_is_not_used(tmp_path, whole, change):
    document = json.loads((SEVEN / "II.json").read_text())
    statement = document["statement"]
    if change == "radius":
        statement["claims"]["radius"] = "0.3"
    elif change == "loss":
        statement["claims"]["loss"] = ["0.01", "0.02"]
    else:
        statement["centre"][1][1] = "-0.6" + statement["centre"][1][1][5:]
    (tmp_path / "II.json").write_text(json.dumps(document))
    (tmp_path / "other.json").write_text('{"not": "a certificate"}')
    assert certify.check(tmp_path / "II.json").verdict == "REJECTED"
    assert certified_basins(sorted(tmp_path.iterdir()), 7, 7) == []
    row = Tally.of(survey(folders=[tmp_path]))
    assert row.hits == 0 and row.counts["unmatched"] == Tally.of(whole).hits > 0


def test_the_ball_around_the_global_minimum():
    basin = global_basin(6)
    loss, rng = GaussianLoss(orthonormal(6, 6)), np.random.default_rng(0)
    assert basin.reach > Fraction(1, 100)
    for _ in range(20):
        noise = rng.normal(size=(6, 6))
        for factor in (0.999999, 1.000001):
            w = (np.eye(6) + factor * float(basin.reach) * noise / np.linalg.norm(noise))[
                rng.permutation(6)
            ]
            assert np.linalg.eigvalsh(loss.hessian(w))[0] > 0
            assert (match(ExactMatrix.from_floats(w), float(loss.value(w)), [basin]) is basin) is (
                factor < 1
            )
    assert match(ExactMatrix.from_floats(np.eye(6)[::-1]), 0.0, [basin]) is basin


def test_gradient_descent_from_a_matched_point_comes_nearer(type_two):
    loss, rng = GaussianLoss(orthonormal(7, 7)), np.random.default_rng(1)
    centre = type_two.centre.array
    for _ in range(5):
        noise = rng.normal(size=(7, 7))
        w = centre + 0.99 * float(type_two.reach) * noise / np.linalg.norm(noise)
        assert match(ExactMatrix.from_floats(w), float(loss.value(w)), [type_two]) is type_two
        for _ in range(50):
            before, w = np.linalg.norm(w - centre), w - 0.3 * loss.value_and_gradient(w)[1]
            assert np.linalg.norm(w - centre) < before


# the starts


def test_what_one_start_does_depends_on_no_other(type_two):
    basins = [global_basin(7), type_two]
    together, left = run_starts(7, 7, SEED, list(range(12)), basins)
    assert [record.start for record in together] == list(range(12)) and not left
    alone = [run_starts(7, 7, SEED, [i], basins)[0] for i in range(12)]
    assert together == [record for records in alone for record in records]
    assert not (start(7, 7, SEED, 0) == start(7, 7, SEED, 1)).any()


def test_a_start_may_go_on_in_another_batch(type_two, monkeypatch):
    basins = [global_basin(7), type_two]
    whole, _ = run_starts(7, 7, SEED, list(range(12)), basins)
    monkeypatch.setattr("certify.gaussian.survey.descent.MANY", 600)
    first, left = run_starts(7, 7, SEED, list(range(12)), basins)
    assert first and left and all(one.steps == 600 for one in left)
    second, third = go_on(7, SEED, left[::-1], basins)
    assert not third and sorted([*first, *second], key=lambda record: record.start) == whole


def test_every_start_ends(type_two, monkeypatch):
    """At the limit of steps a start is at a critical point that Newton's method finds, or at
    none.
    """
    monkeypatch.setattr("certify.gaussian.search.batch.LIMIT", 100)
    monkeypatch.setattr("certify.gaussian.survey.descent.LIMIT", 100)
    records, left = run_starts(7, 7, SEED, list(range(12)), [global_basin(7), type_two])
    assert len(records) == 12 and not left
    assert {record.outcome for record in records} >= {"unsettled"}


def test_newton_settles_at_minima_only(type_two):
    loss = GaussianLoss(orthonormal(7, 7))
    point = settle(loss, type_two.centre.array + 1e-4)
    assert point is not None and np.linalg.norm(point - type_two.centre.array) < 1e-12
    saddle = certified_basins([ROOT / "proofs" / "symmetric" / "k05" / "II.json"], 5, 5)[0]
    assert (
        saddle.what == "saddle"
        and settle(GaussianLoss(orthonormal(5, 5)), saddle.centre.array) is None
    )


def test_any_number_of_jobs_gives_the_same_lines(whole, tmp_path, monkeypatch):
    monkeypatch.setattr("certify.gaussian.survey.campaign.portion", lambda *_: 10)
    book = SurveyLedger(tmp_path / "l.jsonl")
    shared = survey(book, jobs=2)
    book.close()
    assert shared == whole
    assert (tmp_path / "l.jsonl").read_text().splitlines() == [
        record.line for record in whole.records
    ]
    row = Tally.of(whole)
    assert (
        row.starts == TRIALS == sum(row.counts.values())
        and row.hits == 4
        and row.counts["global"] == 41
    )
    assert [item.basin.path for item in row.classes] == [str(SEVEN / "II.json")]


def test_more_starts_begin_with_the_same_ones(whole):
    assert survey(trials=20).records == whole.records[:20]


@pytest.mark.long
def test_a_dask_cluster_gives_the_same_lines(whole, monkeypatch):
    monkeypatch.setattr("certify.gaussian.survey.campaign.portion", lambda *_: 10)
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as local,
        cluster(local.scheduler_address) as client,
    ):
        assert survey(client=client) == whole


@pytest.mark.long
def test_a_cluster_that_is_lost_is_one_sentence_and_a_ledger(tmp_path):
    """The scheduler is killed while starts are running: exit code 2, what was done is in the
    ledger, and the next run goes on from there.
    """
    pytest.importorskip("distributed")
    environment = os.environ | {"DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    tool = [sys.executable, "-m"]
    scheduler = subprocess.Popen(
        [
            *tool,
            "distributed.cli.dask_scheduler",
            "--port",
            "0",
            "--no-dashboard",
            "--scheduler-file",
            tmp_path / "s.json",
        ],
        stderr=subprocess.DEVNULL,
    )
    worker = None
    path = tmp_path / "l.jsonl"
    try:
        wait_for((tmp_path / "s.json").exists)
        address = json.loads((tmp_path / "s.json").read_text())["address"]
        worker = subprocess.Popen(
            [
                *tool,
                "distributed.cli.dask_worker",
                address,
                "--nthreads",
                "1",
                "--no-nanny",
                "--no-dashboard",
            ],
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=tmp_path,
        )
        arguments = ["survey", "-k", "7", "--trials", "500", "--proofs", SEVEN]
        process = subprocess.Popen(
            [*tool, "certify", *map(str, arguments), "--dask", address, "--ledger", path],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_for(lambda: path.exists() and path.read_bytes().count(b"\n") >= 25)
        scheduler.kill()
        _, err = process.communicate(timeout=120)
    finally:
        for one in filter(None, (scheduler, worker)):
            one.kill()
            one.wait()
    assert process.returncode == 2, err
    assert (
        err.count("\n") == 1
        and err.startswith("certify: the Dask cluster was lost")
        and "ledger" in err
    )
    book = SurveyLedger(path)
    book.close()
    assert 25 <= len(book.records) < 500


def wait_for(what, seconds=60):
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


# the ledger


def test_a_torn_last_line_is_dropped_and_its_start_run_again(whole, tmp_path):
    lines = [record.line + "\n" for record in whole.records]
    text = "".join(lines)
    for cut in (
        3,
        len("".join(lines[:10])),
        len("".join(lines[:31])) + 1,
        len(text) - 1,
        len(text) - 40,
    ):
        path = tmp_path / "l.jsonl"
        path.write_text(text[:cut])
        book = SurveyLedger(path)
        assert path.read_text() == text[: text[:cut].rfind("\n") + 1]
        assert survey(book) == whole
        book.close()
        assert path.read_text() == text


@pytest.mark.long
def test_a_killed_survey_goes_on(tmp_path):
    command = [
        sys.executable,
        "-m",
        "certify",
        "survey",
        "-k",
        "7,8",
        "--trials",
        "250",
        "--proofs",
        ROOT / "proofs" / "symmetric",
        "--json",
    ]
    whole = run(*command[4:], "--ledger", tmp_path / "whole.jsonl")
    assert whole.returncode == 0, whole.stderr
    path = tmp_path / "killed.jsonl"
    process = subprocess.Popen(
        [*map(str, command), "--ledger", str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and (
        not path.exists() or path.read_bytes().count(b"\n") < 25
    ):
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    done = path.read_bytes().count(b"\n")
    assert 25 <= done < 500
    again = run(*command[4:], "--ledger", path)
    assert again.returncode == 0 and again.stdout == whole.stdout
    assert path.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_a_line_whose_certificate_is_not_proved_in_this_run_does_not_count(whole):
    book = SurveyLedger()
    false = Record(7, 7, SEED, 0, "minimum", "0" * 64, 0.01, 0.5)
    book.add([false])
    assert survey(book) == whole and book.records[false.key] == whole.records[0]


@pytest.mark.parametrize(
    "content",
    [
        "hello",
        '{"k": 7}\n',
        "[1]\n",
        (
            '{"k": 7, "n": 7, "seed": 3, "start": 0, "outcome": "won", "class": null, "loss": 0.1,'
            ' "lambda_min": null, "newton": false}\n'
        ),
        "\n",
        "\xff\n",
    ],
)
def test_what_is_no_ledger_is_left_alone(content, tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(UnusableInput, match="no ledger"):
        SurveyLedger(path)
    assert path.read_text(encoding="latin-1") == content


def test_records_read_back():
    record = Record(2, 3, 1, 7, "unsettled", loss=0.25).unmatched(
        np.arange(6.0).reshape(3, 2) / 7, 0.1, -0.2
    )
    assert (
        Record.read(record.line) == record
        and (record.point == np.arange(6.0).reshape(3, 2) / 7).all()
    )
    with pytest.raises(ValueError):
        Record.read(record.line.replace('"k": 2', '"k": 3'))


def test_one_ledger_serves_one_survey_at_a_time(tmp_path):
    book = SurveyLedger(tmp_path / "l.jsonl")
    with pytest.raises(UnusableInput, match="in use"):
        SurveyLedger(tmp_path / "l.jsonl")
    book.close()
    SurveyLedger(tmp_path / "l.jsonl").close()


# new minima


def test_new_minima_are_proved_and_then_matched(tmp_path, whole):
    into = tmp_path / "new"
    book = SurveyLedger()
    row = Tally.of(survey(book, folders=[tmp_path], into=into))
    assert row.hits == Tally.of(whole).hits and row.counts == Tally.of(whole).counts
    (path,) = into.rglob("*.json")
    assert path.parent.name == "k07-n07" and path.name == "S6-S1_0.023202715.json"
    assert certify.check(path).verdict == "PROVED"
    assert (
        sum(record.digest == row.classes[0].basin.digest for record in book.records.values())
        == row.hits
    )
    second = survey(folders=[into])
    assert Tally.of(second).hits == row.hits and Tally.of(second).counts["unmatched"] == 0
    assert len(list(into.rglob("*.json"))) == 1


def test_points_of_older_runs_are_matched_without_descending_again(tmp_path, whole, monkeypatch):
    path = tmp_path / "l.jsonl"
    book = SurveyLedger(path)
    assert Tally.of(survey(book, folders=[tmp_path])).counts["unmatched"] > 0
    monkeypatch.setattr("certify.gaussian.survey.campaign.run_starts", None)
    found = survey(book)
    book.close()
    assert [(record.outcome, record.digest) for record in found.records] == [
        (record.outcome, record.digest) for record in whole.records
    ]
    again = SurveyLedger(path)
    again.close()
    assert again.records == {record.key: record for record in found.records}


def test_a_saddle_is_certified_as_one(tmp_path):
    (saddle,) = certified_basins([ROOT / "proofs" / "symmetric" / "k05" / "II.json"], 5, 5)
    book = SurveyLedger()
    book.add(
        [
            Record(5, 5, SEED, 0, "unsettled").unmatched(
                saddle.centre.array[::-1], saddle.loss, saddle.lambda_min
            )
        ]
    )
    row = Tally.of(survey(book, k=5, n=5, trials=1, folders=[tmp_path], into=tmp_path / "new"))
    (path,) = (tmp_path / "new").rglob("*.json")
    assert (
        json.loads(path.read_text())["kind"] == "gaussian-symmetric-saddle"
        and certify.check(path).verdict == "PROVED"
    )
    assert (
        row.hits == 0
        and row.counts["saddle"] == 1
        and [item.basin.path for item in row.saddles] == [str(path)]
    )


def test_what_cannot_be_proved_is_said(tmp_path):
    book = SurveyLedger()
    book.add([Record(7, 7, SEED, 0, "unsettled").unmatched(start(7, 7, SEED, 0), 0.5, 0.1)])
    found = survey(book, trials=1, folders=[tmp_path], into=tmp_path / "new")
    assert (
        len(found.refused) == 1
        and "start 0" in found.refused[0]
        and not (tmp_path / "new").exists()
    )
    assert found.records[0].outcome == "unmatched"


# numbers


@pytest.mark.parametrize("hits, starts", [(0, 10), (10, 10), (3, 1000), (455, 1000), (1, 50)])
def test_clopper_pearson_by_its_definition(hits, starts):
    def tail(p, values):
        return fsum(
            exp(log(comb(starts, i)) + i * log(p) + (starts - i) * log1p(-p)) for i in values
        )

    low, high = clopper_pearson(hits, starts)
    assert (
        (low == 0)
        if hits == 0
        else tail(low, range(hits, starts + 1)) == pytest.approx(0.025, rel=1e-6)
    )
    assert (
        (high == 1)
        if hits == starts
        else tail(high, range(hits + 1)) == pytest.approx(0.025, rel=1e-6)
    )


def test_clopper_pearson_known_values():
    assert clopper_pearson(0, 10) == pytest.approx((0, 1 - 0.025**0.1), abs=1e-12)
    assert clopper_pearson(4, 20) == pytest.approx((0.0573340, 0.4366140), abs=1e-6)


def test_the_row_of_a_survey(whole):
    row = Tally.of(whole)
    (item,) = row.classes
    assert row.mean_loss == pytest.approx(
        0.0232027149135660758
    ) and row.mean_lambda == pytest.approx(0.0140590132)
    assert row.loss_range == (item.basin.loss,) * 2 and item.hits == row.hits
    low, high = clopper_pearson(row.hits, TRIALS)
    assert row.probability == (row.hits / TRIALS, low, high)
    record = json.loads(json.dumps(row.record))
    assert (
        record["hits"] == row.hits
        and record["met"][0]["class"] == item.basin.digest
        and sum(record["outcomes"].values()) == TRIALS
    )
    text = markdown([row])
    assert f"| 7 | 7 | {TRIALS} | {row.hits} |" in text and "II.json" in text
    assert all(isfinite(record.loss) for record in whole.records)


def test_numbers_and_grids():
    assert numbers("6-8,10, 7", "-k") == [6, 7, 8, 10]
    assert grid("6,7", "0-1") == ((6, 6), (7, 7), (6, 7), (7, 8))
    for text in ("", "a", "8-6", "6-", "6;7", "-3", "6,,7", "1e3", "٦"):
        with pytest.raises(UnusableInput, match="-k takes"):
            numbers(text, "-k")


# what is shipped


def test_the_shipped_tables_are_those_of_the_shipped_ledger():
    """Every line of the ledger names a shipped certificate of its k and n, and the table has its
    counts.
    """
    folder = ROOT / "proofs" / "survey"
    records = [
        Record.read(line)
        for line in gzip.decompress((folder / "ledger.jsonl.gz").read_bytes()).decode().splitlines()
    ]
    last = {record.key: record for record in records}
    shipped = {}
    for path in certificate_files([ROOT / "proofs"]):
        certificate = certify.load(path)
        # not what follows from another certificate
        if "problem" in certificate.document["statement"]:
            shipped[certificate.digest] = certificate.document["statement"]["problem"], path
    rows = {}
    for line in (
        (folder / "README.md")
        .read_text()
        .split("## Counts")[1]
        .split("## More starts")[0]
        .splitlines()
    ):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0].isdigit():
            rows[int(cells[0]), int(cells[1])] = cells
    first = [record for record in last.values() if record.seed == 0]
    assert len(rows) == 27 and len(first) == 27000 and len(last) == len(records)
    met = set()
    for (k, n), cells in rows.items():
        own = [record for record in first if (record.k, record.n) == (k, n)]
        assert sorted(record.start for record in own) == list(range(1000))
        hits = [record for record in own if record.outcome == "minimum"]
        assert [int(cells[2]), int(cells[3]), int(cells[5])] == [
            1000,
            len(hits),
            len({record.digest for record in hits}),
        ]
    for record in last.values():
        if record.outcome in ("minimum", "saddle"):
            problem, path = shipped[record.digest]
            assert (problem["k"], problem["n"]) == (record.k, record.n)
            met.add(path)
    ours = {path for path in met if path.is_relative_to(folder)}
    assert len(met) > 100 and len(ours) > 20


# the command


@pytest.mark.parametrize(
    "options, sentence",
    [
        (["-k", "six"], "takes numbers and ranges"), (["-k", "6", "--extra", "x"], "--extra takes"),
        (["-k", "100", "--extra", "1"], "n = 101"), (["-k", "0"], "k = 0"),
        (["-k", "6", "--proofs", "nowhere"], "nowhere does not exist"),
        (["-k", "6", "--ledger", "folder"], "cannot write"),
        (["-k", "6", "--ledger", "/dev/full"], "not a regular"),
        (["-k", "6", "--ledger", "text"], "no ledger"),
        (["-k", "6", "--certify", "text"], "not a folder"),
        (["-k", "6", "--dask", "no://where"], "no Dask cluster"),
        (["-k", "6", "--markdown", "folder"], "can be written"),
        (["-k", "6", "--proofs", "folder", "--trials", "0"], "'--trials'"), ([], "-k"),
    ],
)  # fmt: skip
def test_bad_input_gives_a_sentence_and_leaves_nothing(options, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("no ledger")
    options = options if "--proofs" in options else [*options, "--proofs", "folder"]
    done = run(*options)
    assert done.returncode == 2 and sentence in done.stderr and done.stdout == ""
    assert (tmp_path / "text").read_text() == "no ledger" and not list(
        (tmp_path / "folder").iterdir()
    )
    assert {path.name for path in tmp_path.iterdir()} == {"folder", "text"}


def test_the_command_prints_a_table_and_writes_markdown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    args = ("-k", 7, "--trials", 20, "--proofs", SEVEN, "--markdown", "t.md")
    done = run(*args)
    assert (
        done.returncode == 0
        and "Where random starts end" in done.stdout
        and re.search(r"│ 7 │ 7 │ +20 │", done.stdout)
    )
    assert len((tmp_path / "survey.jsonl").read_text().splitlines()) == 20 and (
        tmp_path / "t.md"
    ).read_text().startswith("| k | n |")
    assert run(*args).stdout == done.stdout
