"""`certify check --shard` and `--shards`: the parts of a search are all of it, each once; only a
run that settles all of them says PROVED; a ledger resumes a run and proves nothing.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from console import call
from flint import fmpq

from certify.kernel.check import check_joined, check_shard
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.outcomes import Proved, Rejected, Settled, Shard
from certify.kernel.landscape.beyond import beyond_boxes
from certify.kernel.landscape.search import WHOLE, share
from certify.kernel.landscape.tilted import tilted_boxes

ROOT = Path(__file__).resolve().parents[2]
NEAR_RELU = ROOT / "tests" / "corpus" / "accept" / "slopes-landscape-near-relu.json"
DOCUMENT = json.loads(NEAR_RELU.read_text())


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def ledger(tmp_path):
    return tmp_path / "shards.jsonl"


@pytest.fixture
def false(tmp_path):
    document = copy.deepcopy(DOCUMENT)
    document["statement"]["claims"]["c"] = ["0.1", "0.2"]
    path = tmp_path / "false.json"
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize("of", [2, 3, 7, 64])
@pytest.mark.parametrize("search", ["beyond", "tilted"])
def test_shards_are_the_whole_search_each_box_once(of, search):
    boxes = beyond_boxes() if search == "beyond" else tilted_boxes(fmpq(1, 3), fmpq(2, 3))
    assert share(boxes, WHOLE) == boxes
    dealt = [share(boxes, Shard(i + 1, of)) for i in range(of)]
    pieces = Counter(box for some in dealt for box in some)
    assert set(pieces.values()) == {1}

    def volume(some):
        return sum(a.sides[0] * a.sides[1] * a.sides[2] for a in some)

    assert volume(pieces) == volume(boxes)
    corners = {(box.corner, box.sides) for box in pieces}
    assert len(corners) == len(pieces) >= 64 * of
    least, most = min(map(len, dealt)), max(map(len, dealt))
    assert 0.8 * most < least


def test_every_shard_and_the_rest_are_the_proof():
    settled = [check_shard(DOCUMENT, Shard(i, 3)) for i in (1, 2, 3)]
    assert all(isinstance(one, Settled) for one in settled)
    joined = check_joined(DOCUMENT, settled)
    assert isinstance(joined, Proved) and len(joined.inequalities) == 6
    assert isinstance(check_shard(DOCUMENT, None), Settled)
    with pytest.raises(TypeError):
        bool(settled[0])


def test_shards_that_are_not_all_prove_nothing():
    settled = [check_shard(DOCUMENT, Shard(i, 3)) for i in (1, 2, 3)]
    other = replace(settled[2], digest="0" * 64)
    fourth = replace(settled[2], shard=Shard(3, 4))
    rest = check_shard(DOCUMENT, None)
    for some in (
        [],
        settled[:2],
        [*settled[:2], settled[1]],
        [*settled[:2], other],
        [*settled[:2], fourth],
        [*settled[:2], rest],
        [rest],
        [*settled, settled[0]],
    ):
        with pytest.raises(Malformed):
            check_joined(DOCUMENT, some)


def test_a_kind_without_a_search_has_no_shards():
    document = json.loads((ROOT / "proofs" / "gaussian" / "n06-k06.json").read_text())
    with pytest.raises(Malformed):
        check_shard(document, Shard(1, 2))
    done = call("check", ROOT / "proofs" / "gaussian" / "n06-k06.json", "--shards", 2)
    assert done.returncode == 2 and "no search to be shared out" in done.stdout


def test_a_false_claim_has_a_shard_that_is_not_settled(false):
    document = json.loads(false.read_text())
    found = [check_shard(document, Shard(i, 4)) for i in range(1, 5)]
    assert any(isinstance(one, Rejected) for one in found)
    done = call("check", false, "--shards", 4, "--jobs", 2)
    assert done.returncode == 1 and done.stdout.startswith("REJECTED")


def test_one_shard_says_settled_and_never_proved():
    done = call("check", NEAR_RELU, "--shard", "2/3")
    assert done.returncode == 0
    assert done.stdout.startswith("SETTLED") and "PROVED" not in done.stdout
    assert "shard 2 of 3, and nothing else of the proof" in done.stdout
    record = json.loads(call("check", NEAR_RELU, "--shard", "2/3", "--json").stdout)
    assert record["verdict"] == "SETTLED" and len(record["digest"]) == 64


@pytest.mark.parametrize("jobs", [1, 2])
def test_all_shards_in_one_run_are_a_proof(jobs, ledger):
    done = call("check", NEAR_RELU, "--shards", 4, "--jobs", jobs, "--ledger", ledger)
    assert done.returncode == 0 and done.stdout.startswith("PROVED"), done.stderr
    head, *shards = lines(ledger)
    assert head == {"format": "certify shards 1"}
    assert [line["shard"] for line in shards] == [1, 2, 3, 4]
    assert {line["of"] for line in shards} == {4}


def test_a_run_goes_on_from_its_ledger_and_says_so(ledger):
    call("check", NEAR_RELU, "--shards", 4, "--ledger", ledger)
    text = ledger.read_text().splitlines()
    # two shards are lost, the second of them in the middle of its line
    ledger.write_text("\n".join(text[:3]) + "\n" + text[3][:40])
    done = call("check", NEAR_RELU, "--shards", 4, "--ledger", ledger)
    assert done.returncode == 0 and done.stdout.startswith("SETTLED")
    assert "all 4 shards, 2 of them in earlier runs" in done.stdout
    assert "PROVED" not in done.stdout and "--shard I/4" in done.stdout
    assert [line["shard"] for line in lines(ledger)[1:]] == [1, 2, 3, 4]


def test_what_another_certificate_version_or_number_settled_does_not_count(ledger, tmp_path):
    call("check", NEAR_RELU, "--shards", 2, "--ledger", ledger)
    head, *shards = lines(ledger)
    other = [
        {**shards[0], "digest": "0" * 64},
        {**shards[0], "of": 3},
        {**shards[1], "version": "0.0.1"},
        {**shards[1], "shard": True},
        {**shards[1], "shard": 7},
        [],
        7,
    ]
    ledger.write_text("".join(json.dumps(line) + "\n" for line in (head, *other)))
    done = call("check", NEAR_RELU, "--shards", 2, "--ledger", ledger)
    assert done.returncode == 0 and done.stdout.startswith("PROVED")


def test_a_forged_ledger_proves_nothing(false, ledger):
    """All shards of a false claim are said to be settled: no PROVED, and a shard says no."""
    from certify.kernel.foundation.exact import digest
    from certify.version import __version__

    known = digest(json.loads(false.read_text()))
    forged = [
        {"digest": known, "shard": i, "of": 4, "version": __version__, "found": ""}
        for i in range(1, 5)
    ]
    rows = [{"format": "certify shards 1"}, *forged]
    ledger.write_text("".join(json.dumps(line) + "\n" for line in rows))
    done = call("check", false, "--shards", 4, "--ledger", ledger)
    assert done.stdout.startswith("SETTLED") and "PROVED" not in done.stdout
    assert "if these records are right" in done.stdout
    again = [call("check", false, "--shard", f"{i}/4").returncode for i in range(1, 5)]
    assert 1 in again


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--shard", "0/4"), "1/N to N/N"),
        (("--shard", "5/4"), "1/N to N/N"),
        (("--shard", "1"), "given as I/N"),
        (("--shard", "1/2/3"), "given as I/N"),
        (("--shard", "1/4", "--shards", "4"), "give one of --shard"),
        (("--shard", "1/4", "--ledger", "x"), "go with --shards"),
        (("--ledger", "x"), "give one of --shard"),
        (("--shards", "0"), "1 to 100000"),
        (("--shards", "2", "--checker", "all"), "go with none of --checker"),
        (("--shards", "2", "--dask", "127.0.0.1:1"), "no Dask cluster answers"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(options, sentence):
    done = call("check", NEAR_RELU, *options)
    assert done.returncode == 2 and sentence in done.stderr and not done.stdout


def test_one_certificate_only(tmp_path):
    done = call("check", NEAR_RELU, NEAR_RELU, "--shards", 2)
    assert done.returncode == 2 and "about one certificate" in done.stderr
    done = call("check", NEAR_RELU.parent, "--shards", 2)
    assert done.returncode == 2 and "about one certificate" in done.stderr


def test_another_file_is_no_ledger_and_is_kept(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text('{"mine": 1}\n')
    done = call("check", NEAR_RELU, "--shards", 2, "--ledger", path)
    assert done.returncode == 2 and "is no ledger of shards" in done.stderr
    assert path.read_text() == '{"mine": 1}\n'


def test_a_ledger_that_cannot_be_written_is_refused_before_the_work(tmp_path):
    done = call("check", NEAR_RELU, "--shards", 2, "--ledger", tmp_path / "no" / "l.jsonl")
    assert done.returncode == 2 and "l.jsonl" in done.stderr


@pytest.mark.parametrize(
    "text", ["[1]", "3", "{}", '{"format": "certify/1", "kind": "data-minimum"}']
)
@pytest.mark.parametrize("options", [("--shard", "1/2"), ("--shards", 2, "--ledger", "l.jsonl")])
def test_what_is_no_certificate_is_malformed(tmp_path, text, options):
    (tmp_path / "odd.json").write_text(text)
    done = call("check", "odd.json", *options, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout.startswith("MALFORMED odd.json: ")
    assert not done.stderr
