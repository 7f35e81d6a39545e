"""One language: every command and option of the command line, its help and its examples."""

from __future__ import annotations

import io
import re
import shlex
import sys
import time
from collections.abc import Iterator
from fractions import Fraction

import pytest
from console import call

import certify
from certify import processes, progress
from certify.cli import APP
from certify.cli.command import Command, Group
from certify.cli.declared import Parameter
from certify.cli.options import JOBS
from certify.cli.usage import _COMMANDS, _OPTIONS
from certify.judge import Checker, Line, judge_file
from certify.terminal import Column, fitting_columns, tell_table

OLD = (
    ["birth", "II"], ["split", "c.json"], ["basin", "c.json"],
    ["data", "trained", "n.npz", "d.csv"], ["data", "wide", "d.csv"], ["data", "activation"],
    ["prove", "--family", "II", "-k", "7"],
    ["prove", "-k", "6", "--targets", "v.npy"], ["data", "relu", "d.csv", "--hidden", "4"],
    ["data", "relu", "d.csv", "--slopes", "1,0"], ["data", "deep", "d.csv", "--units", "abs"],
    ["data", "constant", "--name", "tanh"], ["data", "constant", "--expression", "t^2"],
    ["search", "-k", "6", "--out", "found"], ["check", "--checker", "arb", "c.json"],
    ["check", "--checker", "standalone", "c.json"],
)  # fmt: skip


def commands(
    group: Group = APP, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Command | Group]]:
    """Every command and every group of the command line, with the words that lead to it."""
    yield path, group
    for name, command in group.commands.items():
        if isinstance(command, Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


ALL = dict(commands())
LEAVES = {path: command for path, command in ALL.items() if isinstance(command, Command)}


def flags(command: Command) -> dict[str, Parameter]:
    """The options of a command by their spelling."""
    return {name: option for option in command.parameters for name in option.spellings}


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_fits_eighty_columns_and_nothing_is_cut(path):
    done = call(*path, "-h")
    assert done.returncode == 0
    assert done.stdout == call(*path, "--help").stdout
    lines = done.stdout.splitlines()
    assert max(len(line) for line in lines if not line.startswith("    certify ")) <= 80
    told = "".join(done.stdout.split())
    for parameter in ALL[path].parameters:
        assert "".join((parameter.help).split()) in told
    assert "".join((ALL[path].about).split()) in told


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_example_of_a_command_is_one_of_its_uses(path):
    told = call(*path, "--help").stdout.splitlines()
    examples = [shlex.split(line)[1:] for line in told if line.startswith("    certify ")]
    assert examples
    for line in examples:
        assert tuple(line[: len(path)]) == path
        LEAVES[path].read(line[len(path) :], "certify")  # parses, and does not run


def test_the_help_lists_every_command_under_a_heading_with_an_example():
    told = call("--help").stdout
    assert [s.heading for s in APP.sections] == re.findall(
        r"^([A-Z][a-z ]+):$", told, re.MULTILINE
    )[1:]
    for section in APP.sections:
        assert f"  $ certify {section.example}\n" in told
        words = tuple(shlex.split(section.example))
        assert words[:1] in ALL
        assert set(section.commands) <= {path[0] for path in ALL if path}
    assert sorted(n for s in APP.sections for n in s.commands) == sorted(
        path[0] for path in ALL if len(path) == 1
    )
    assert "Exit codes: 0 everything proved, 1 something not proved" in told


def test_the_version_has_two_spellings():
    assert call("-V").stdout == call("--version").stdout == f"certify {certify.__version__}\n"


def test_an_option_means_the_same_wherever_it_is():
    """The same help, and for --jobs the same default; activations are of four sorts."""
    helps: dict[str, set[str]] = {}
    for command in LEAVES.values():
        for name, option in flags(command).items():
            helps.setdefault(name, set()).add(option.help)
    shared = (
        "--jobs --seed --widths --teachers --checker --force --target --label --inputs --drop"
        " --variable --index --transpose --slope"
    )
    for name in shared.split():
        assert len(helps[name]) == 1, name
    assert len(helps["--activation"]) == 4
    jobs = [flags(command).get("--jobs") for command in LEAVES.values()]
    assert {option.default for option in jobs if option} == {JOBS} == {2}
    outputs = [o for c in LEAVES.values() for o in flags(c).values() if "--output" in o.spellings]
    assert all("-o" in option.spellings for option in outputs)


@pytest.mark.parametrize("old", OLD, ids=" ".join)
def test_no_old_spelling_is_kept(old, tmp_path):
    done = call(*old, cwd=tmp_path)
    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "family",
            "Missing argument 'NAME': one of II, A, I, II_p, A_q, II+1, ... (certify family",
        ),
        ("data constant", "Missing option '--activation': for example gelu (certify data constant"),
        ("birth II", "No such command 'birth': now certify family NAME --birth (certify"),
        ("split c.json", "No such command 'split': now certify consequence split FILE (certify"),
        (
            "data trained n d",
            "No such command 'trained': now certify trained NET DATA (certify data",
        ),
        ("prov -k 6", "No such command 'prov'. Did you mean 'prove'? (certify"),
        ("prove -k 6 --targets v", "No such option: --targets: now --teachers (certify prove"),
        (
            "data relu d.csv --targets y",
            "No such option: --targets: now --target (certify data relu",
        ),
        ("data relu d.csv --hidden 4", "No such option: --hidden: now --widths (certify data relu"),
        (
            "prove --family II -k 7",
            "No such option: --family: now certify family NAME -k K (certify prove",
        ),
        ("family II --every --k-from 6", "No such option: --k-from: now --from (certify family"),
        ("family II -k", "argument -k: expected one argument (certify family"),
        (
            "family II --not-minimum 4",
            "argument --not-minimum: expected 2 arguments (certify family",
        ),
    ],
)
def test_what_is_not_understood_is_one_sentence(words, told):
    done = call(*words.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"certify: {told} --help)\n"


def test_hints_name_commands_that_there_are():
    for now in _COMMANDS.values():
        assert any(now.startswith(" ".join(path) + " ") for path in LEAVES), now
    known = {name for command in LEAVES.values() for name in flags(command)}
    assert {name for names in _OPTIONS.values() for name in names} <= known


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "give one of -k K, --every --from K, --not-minimum A B, --birth, --death"),
        (["--birth", "--death"], "--birth and --death are different theorems: give one of"),
        (["-k", "7", "--death"], "-k and --death are different theorems: give one of"),
        (["-k", "7", "--birth", "--death", "--every-slope"], "--birth and --death are different"),
        (["--from", "6"], "--every and --from go together"),
        (["--death", "--every-slope"], "with -k, --every or --birth, not with --death"),
        (["-k", "7", "-k", "8"], "Invalid value for '-k': it is given twice"),
        (["-k", "7", "--every", "--from", "6"], "give one of"),
        (["--every"], "--every and --from go together"),
        (["-k", "7", "--from", "6"], "--every and --from go together"),
        (["-k", "7", "--digits", "9"], "--digits goes with --birth"),
    ],
)
def test_a_family_is_asked_one_thing(options, sentence, tmp_path):
    done = call("family", "II", *options, cwd=tmp_path)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_one_hidden_layer_has_one_width(tmp_path):
    (tmp_path / "d.csv").write_text("x,y\n0,1\n1,0\n2,2\n")
    done = call("data", "relu", "d.csv", "--widths", "4,4", cwd=tmp_path)
    assert done.returncode == 2
    assert "one hidden layer has one width" in done.stderr


def test_many_files_end_with_totals(root):
    good = root / "proofs/gaussian/n06-k06.json"
    bad = root / "tests/corpus/reject/saddle-k05.json"
    assert len(call("check", good).stdout.splitlines()) == 1
    lines = call("check", good, bad, "missing.json", good).stdout.splitlines()
    assert len(lines) == 5
    assert lines[-1] == "4 files: 2 PROVED, 1 REJECTED, 1 MALFORMED"
    assert "files" not in call("check", "--json", good, good).stdout.splitlines()[-1].split(":")[0]


def test_one_file_needs_no_other_process(root, monkeypatch):
    def started(*_: object) -> None:
        raise AssertionError("a second process")

    monkeypatch.setattr(processes, "_Worker", started)
    assert call("check", root / "proofs/gaussian/n06-k06.json").returncode == 0
    assert call("search", "-k", 3, "--trials", 5).returncode == 0


@pytest.mark.parametrize("name", ["gaussian/n06-k06", "symmetric/k07/II", "family/A"])
def test_a_line_has_fewer_digits_and_claims_less(root, name):
    """Each interval of the line holds one of the message; all other words are the same."""
    line = judge_file(root / "proofs" / f"{name}.json", Checker.kernel)
    interval = re.compile(r"\[([-0-9.e]+), ([-0-9.e]+)\]")
    shown, whole = interval.findall(line.text), interval.findall(line.message)
    assert interval.sub("", line.text).endswith(interval.sub("", line.message))
    for (low, high), (lower, upper) in zip(shown, whole, strict=True):
        assert Fraction(low) <= Fraction(lower) < Fraction(upper) <= Fraction(high)
        assert len(low) <= 18 and len(high) <= 18
    assert line.record["message"] == line.message


def test_columns_are_left_out_whole():
    columns = [
        Column("k", ["6", "7"]),
        Column("probability", ["0.123456", "0.5"]),
        Column("range", ["0.1-0.2", "0.3-0.4"], 2),
        Column("mean", ["0.1234", "0.5"], 1),
    ]

    def heads(room: int | None) -> list[str]:
        return [column.head for column in fitting_columns(columns, room)]

    assert heads(None) == heads(38) == ["k", "probability", "range", "mean"]
    assert heads(37) == ["k", "probability", "mean"]
    assert heads(27) == ["k", "probability"] == heads(1)


def test_a_title_is_in_one_line(capsys):
    for title in ("short", "a title that is wider than the table below it"):
        tell_table(title, [Column("k", ["6"]), Column("hits", ["10"])])
        assert capsys.readouterr().out.splitlines()[0].strip() == title


def test_a_search_that_finds_nothing_is_a_sentence():
    assert re.fullmatch(
        r"2 starts: \d at the global minimum, \d unsettled; none at a local minimum above the"
        r" global one\n",
        call("search", "-k", 1, "--trials", 2).stdout,
    )


def test_the_survey_fits_eighty_columns():
    from certify.gaussian.survey.ledger import OUTCOMES
    from certify.gaussian.survey.table import Tally, table_columns

    counts = dict.fromkeys(OUTCOMES, 100000)
    row = Tally(
        20, 21, 600000, counts, (0.123, 0.1, 0.15), (), (), 0.123, 0.0123, (0.1, 0.2), (0.1, 0.2)
    )
    shown = fitting_columns(table_columns([row]), 80)
    assert [column.head for column in shown] == [
        "k", "n", "starts", "hits", "probability", "global", "unmatched",
    ]  # fmt: skip
    assert sum(column.width + 3 for column in shown) + 1 <= 80


def test_long_work_says_so_on_standard_error(monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 0.02)
    monkeypatch.delenv("CERTIFY_PROGRESS")
    monkeypatch.setattr(sys, "stderr", told := io.StringIO())
    with progress.alive("certify search"):
        time.sleep(0.1)
        with progress.counted("searching", 100, "starts") as advance:
            advance(50, "")
            while "50 of 100" not in told.getvalue():
                time.sleep(0.01)
    before = told.getvalue()
    time.sleep(0.1)
    assert told.getvalue() == before
    lines = before.splitlines()
    assert lines[0] == "  0 s: certify search"
    assert lines[-1] == "  0 s: certify search: searching, 50 of 100 starts"


def test_nothing_is_said_where_progress_is_off(monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 0.02)
    monkeypatch.setattr(sys, "stderr", told := io.StringIO())
    with progress.alive("certify search"):
        time.sleep(0.1)
    assert told.getvalue() == ""


def test_short_work_says_nothing(monkeypatch):
    monkeypatch.delenv("CERTIFY_PROGRESS")
    monkeypatch.setattr(sys, "stderr", told := io.StringIO())
    with progress.alive("certify search"), progress.counted("searching", 1, "starts") as advance:
        advance(1, "")
    assert told.getvalue() == ""


def test_a_line_without_fewer_digits_is_the_message():
    assert Line("a.json", "DECLINED", "kind", "[kind] no").text == "DECLINED a.json: [kind] no"
