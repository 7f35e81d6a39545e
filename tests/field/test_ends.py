"""Every end is a clean end: outputs that cannot be written are found before the work and lose
nothing after it, `doctor` diagnoses, a ledger takes only what a survey writes.
"""

from __future__ import annotations

import errno
import json
import math
import os
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from console import call

import certify
from certify import doctor, files
from certify.errors import UnusableInput, Unwritable
from certify.files import fitting, write_json, write_text
from certify.gaussian.survey.ledger import Record, SurveyLedger
from certify.lines import Lines

XOR = "a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"
RELU = ("data", "relu", "mine.csv")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text(XOR)


def temporaries(*folders):
    return [path for folder in (*folders, ".") for path in Path(folder).rglob("*.tmp")]


# outputs that cannot be written, before the work

_LONG = "n" * 260
BAD = [
    ("/proc/c", "No such file"), ("new/c", "no folder"), ("/dev/full", "not a regular file"),
    ("/dev/null", "not a regular file"), (f"{_LONG}", "File name too long"),
    (f"{_LONG}/c", "no folder|File name too long"), ("mine.csv/c", "no folder|Not a directory"),
    ("pipe", "not a regular file"), ("dangling", "a link to what does not exist"),
    ("loop", "cannot write loop"),
]  # fmt: skip


def bad_places():
    os.mkfifo("pipe")
    os.symlink("nowhere", "dangling")
    os.symlink("loop", "loop")


def refused(done, told):
    assert done.returncode == 2, (done.stdout, done.stderr)
    last = done.stderr.splitlines()[-1]
    assert last.startswith("certify: ") and any(words in last for words in told.split("|")), (
        done.stderr
    )
    assert "PROVED" not in done.stdout and not temporaries()


def never(*_, **__):
    raise AssertionError("the work has begun")


@pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="a folder in which not even root can make a file"
)
@pytest.mark.parametrize("place, told", BAD, ids=[ascii(place[:12]) for place, _ in BAD])
def test_an_unwritable_output_is_found_before_the_work(place, told, monkeypatch, root):
    bad_places()
    before = sorted(Path().iterdir())
    for where in (
        "certify.piecewise.prove.minimum.prove_minimum",
        "certify.gaussian.prove.consequences.prove_basin",
        "certify.report.command.examine_all",
        "certify.gaussian.formal.coqc.prove_formally",
        "certify.gaussian.survey.command.run_survey",
    ):
        monkeypatch.setattr(where, never)
    six = root / "proofs/gaussian/n06-k06.json"
    refused(call(*RELU, "-o", place), told)
    refused(call("consequence", "basin", six, "-o", place), told)
    refused(
        call("report", six, "-o", f"{place}.html" if place in ("/proc/c", _LONG) else place),
        f"{told}|neither",
    )
    refused(call("formal", six, "-o", place), told)
    refused(
        call("survey", "-k", 6, "--trials", 1, "--markdown", place),
        f"{told}|not a file that can be written",
    )
    assert sorted(Path().iterdir()) == before


@pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="a folder in which not even root can make a file"
)
@pytest.mark.parametrize(
    "place, told",
    [
        ("/proc/new/c", "no folder"),
        ("new/c", "no folder"),
        (_LONG, "File name too long"),
        ("mine.csv", "exists|directory"),
        ("mine.csv/c", "directory"),
    ],
)
def test_an_unwritable_folder_is_found_before_the_search(place, told, monkeypatch):
    monkeypatch.setattr(import_module("certify.gaussian.search.starts"), "portions_found", never)
    monkeypatch.setattr("certify.gaussian.survey.command.run_survey", never)
    refused(call("search", "-k", 6, "--trials", 1, "-o", place), told)
    refused(call("survey", "-k", 6, "--trials", 1, "--certify", place), f"{told}|not a folder")
    monkeypatch.setattr("certify.gaussian.census.command.run_census", never)
    refused(call("census", "--from", 6, "--to", 6, "-o", place), f"{told}|cannot read the ledger")
    assert not Path("new").exists()


@pytest.mark.parametrize("word", ["", "-"])
@pytest.mark.parametrize(
    "command",
    [
        (*RELU, "-o"),
        ("search", "-k", 6, "--trials", 1, "-o"),
        ("census", "--from", 6, "--to", 6, "-o"),
        ("survey", "-k", 6, "--trials", 1, "--ledger"),
        ("survey", "-k", 6, "--trials", 1, "--certify"),
        ("survey", "-k", 6, "--trials", 1, "--markdown"),
        ("report", "proofs/gaussian/n06-k06.json", "-o"),
        ("formal", "proofs/gaussian/n06-k06.json", "-o"),
    ],
    ids=lambda command: f"{command[0]} {command[-1]}",
)
def test_what_names_no_file_is_refused(command, word):
    before = sorted(Path().iterdir())
    refused(call(*command, word), "names no file")
    assert sorted(Path().iterdir()) == before


def test_an_empty_word_is_not_the_current_folder():
    for command in (("check",), ("report",), ("atlas", "-k", 6), ("prove",), ("data", "relu")):
        refused(call(*command, ""), "names no file")


def test_python_makes_no_folder_either(root):
    six = certify.load(root / "proofs/gaussian/n06-k06.json")
    for write in (six.save, six.report):
        with pytest.raises(UnusableInput, match="there is no folder new"):
            write("new/six.html")
    assert not Path("new").exists()


def test_a_name_with_a_null_character():
    """The parser of the command line takes none in a path; Python does."""
    refused(call(*RELU, "-o", "a\0b"), "leads nowhere")
    for write in (
        files.refuse_to_lose,
        files.refuse_folder,
        lambda path: write_text("text", path),
        SurveyLedger,
    ):
        with pytest.raises(Unwritable, match="leads nowhere"):
            write(Path("a\0b"))


def test_a_trial_leaves_nothing(monkeypatch):
    """The folders that it makes are gone as well, and what stands in the folder stays."""
    Path("kept").mkdir()
    files.refuse_folder(Path("kept"))
    files.refuse_folder(Path("new"))
    files.refuse_to_lose(Path("kept/c.json"))
    assert {path.name for path in Path().iterdir()} == {"mine.csv", "kept"}
    monkeypatch.setattr(os, "fsync", interrupted)
    for place in ("kept", "new"):
        with pytest.raises(KeyboardInterrupt):
            files.refuse_folder(Path(place))
    assert {path.name for path in Path().iterdir()} == {"mine.csv", "kept"} and not temporaries()


def interrupted(_):
    raise KeyboardInterrupt


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to():
    Path("closed").mkdir(mode=0o500)
    refused(call(*RELU, "-o", "closed/c.json"), "Permission denied")


def limited(size, *arguments):
    """certify ARGUMENTS where no file may grow beyond so many bytes, as on a full disk."""
    code = (
        "import resource, runpy, sys\nresource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),)"
        " * 2)\nsys.argv = ['certify', *sys.argv[2:]]\nrunpy.run_module('certify',"
        " run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-c", code, str(size), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_full_disk_before_the_work():
    refused(limited(1000, *RELU, "-o", "c.json"), "File too large")


def test_a_full_disk_after_the_work_loses_nothing():
    """Room for a trial, none for the certificate, and nowhere else either: then it is on standard
    output.
    """
    Path("big.csv").write_text(
        "x,y,z\n" + "".join(f"{i * i % 9973},{i},{i * 7 % 31}\n" for i in range(2500))
    )
    done = limited(66000, "data", "linear", "big.csv", "--origin", "-o", "c.json")
    assert done.returncode == 2, done.stderr
    assert (
        done.stderr.splitlines()[-1]
        == "certify: cannot write c.json: File too large; the certificate just proved is on"
        " standard output"
    )
    assert certify.check(done.stdout.encode()).verdict == "PROVED"
    assert sorted(path.name for path in Path().iterdir()) == ["big.csv", "mine.csv"]


def full(monkeypatch, *folders):
    """From now on no file can be finished in these folders."""
    replace, places = Path.replace, [Path(folder).resolve() for folder in folders]

    def fail(self, target):
        if any(Path(target).resolve().is_relative_to(place) for place in places):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail)


@pytest.mark.parametrize("further", [[], ["."]])
def test_a_certificate_is_kept_elsewhere(further, monkeypatch, tmp_path_factory):
    other = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(other))
    Path("goal").mkdir()
    full(monkeypatch, "goal", *further)
    done = call(*RELU, "-o", "goal/c.json")
    refused(
        done,
        "cannot write goal/c.json: No space left on device; the certificate just proved is in ",
    )
    kept = Path(done.stderr.splitlines()[-1].rpartition(" is in ")[2])
    assert (
        certify.check(kept).verdict == "PROVED"
        and kept.name == f"c-{certify.load(kept).digest[:12]}.json"
    )
    assert (
        kept.is_relative_to(other) is bool(further)
        and not list(Path("goal").iterdir())
        and not temporaries(other)
    )


@pytest.mark.long
def test_what_else_is_found_is_kept_elsewhere(monkeypatch, root):
    Path("goal").mkdir()
    full(monkeypatch, "goal")
    six = root / "proofs/gaussian/n06-k06.json"
    refused_late = [
        call("report", six, "-o", "goal/r.html", "--checker", "kernel"),
        call("search", "-k", 7, "--trials", 60, "--seed", 1, "-o", "goal"),
        call(
            "survey",
            "-k",
            6,
            "--trials",
            1,
            "--proofs",
            root / "proofs/symmetric/k06",
            "--markdown",
            "goal/t.md",
        ),
    ]
    for done, name in zip(
        refused_late, ("r-*.html", "n07-k07-seed1-class01-*.json", "t-*.md"), strict=True
    ):
        assert (
            done.returncode == 2
            and "No space left on device; what was to be in it is in " in done.stderr
        ), done.stderr
        (kept,) = Path().glob(name)
        assert done.stderr.endswith(f" is in {kept}\n") and kept.stat().st_size > 100
    assert not list(Path("goal").iterdir()) and not temporaries()


def test_a_candidate_in_the_way_of_one_keeps_none_back(monkeypatch):
    found = certify.search(k=7, trials=60, seed=1)
    twice = replace(found, candidates=2 * found.candidates, end_points=2 * found.end_points)
    monkeypatch.setattr("certify.cli.find.Search.run", lambda *_: twice)
    search = ("search", "-k", 7, "--trials", 60, "-o", "found")
    assert call(*search).returncode == 0
    texts = {path.name: path.read_text() for path in Path("found").iterdir()}
    first, *others = sorted(texts)
    assert others
    Path("found", first).write_text("mine")
    for name in others:
        Path("found", name).unlink()
    done = call(*search)
    assert done.returncode == 2 and f"found/{first} exists and is left as it is" in done.stderr
    assert Path("found", first).read_text() == "mine" and all(
        Path("found", name).read_text() == texts[name] for name in others
    )
    (kept,) = Path("found").glob(first.replace(".json", "-*.json"))
    assert kept.read_text() == texts[first]


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), SystemExit(1), OSError(errno.ENOSPC, "No space left on device")]
)
def test_writing_ends_early_and_leaves_the_old_file(error, monkeypatch):
    def fail(_):
        raise error

    write_json({"old": 1}, Path("c.json"))
    old = Path("c.json").read_bytes()
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Unwritable if isinstance(error, OSError) else type(error)):
        write_text("new", Path("c.json"))
    assert Path("c.json").read_bytes() == old and not temporaries()


def test_temporary_names_are_short_and_say_whose_they_are(monkeypatch):
    """A file system that takes no name longer than the file's own."""
    seen, place = [], Path.open

    def note(self, mode="r", *arguments, **options):
        seen.append(self.name)
        return place(self, mode, *arguments, **options)

    monkeypatch.setattr(Path, "open", note)
    for name in ("x" * 255, "\u00e9" * 127, "c.json"):
        write_text("text", Path(name))
        assert Path(name).read_text() == "text"
    names = [name for name in seen if name.endswith(".tmp")]
    assert len(names) == 3 and all(
        name.startswith(".certify-") and len(name) < 40 for name in names
    )


def test_a_name_of_our_own_always_fits(root):
    for name in ("x" * 250 + ".json", "\u00e9" * 125 + ".json", "." + "y" * 250):
        assert len(os.fsencode(fitting(name))) < 143
    long = Path("p" * 245 + ".json")
    long.write_bytes((root / "proofs/gaussian/n06-k06.json").read_bytes())
    assert call("report", long, "--checker", "kernel").returncode == 0
    (page,) = Path().glob("ppp*.html")
    assert len(page.name) < 143
    done = call("data", "relu", "mine.csv", "-o", f"{'c' * 250}.json")
    assert done.returncode == 0 and Path(f"{'c' * 250}.json").is_file()


# doctor


def examined(before, site=True):
    """What `certify doctor` prints with these folders before all others."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, before))}
    code = "import sys; from certify import doctor; sys.exit(doctor.main())"
    done = subprocess.run(
        [sys.executable, *([] if site else ["-S"]), "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout.splitlines()


def fake(name, text, version=None):
    Path("fake", name).mkdir(parents=True)
    Path("fake", name, "__init__.py").write_text(text)
    if version is not None:
        metadata("fake", name, version)
    return [Path("fake").resolve()]


def metadata(folder, name, version):
    info = Path(folder, f"{name.replace('-', '_')}-{version}.dist-info")
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def lines_about(name, lines):
    return [line for line in lines if line[6:].startswith(f"{name} ")]


@pytest.mark.parametrize(
    "name, text, told",
    [
        ("numpy", "raise ImportError('libopenblas.so.0:\\ncannot open\\n')",
         "does not import: ImportError: cannot open"),
        ("numpy", "import os; os.abort()", "does not import: Python ends with SIGABRT"),
        ("numpy", "import os; os._exit(0)", "does not import: Python ends with code 0"),
        ("scipy", "raise SystemExit(0)", "does not import: SystemExit: 0"),
        ("sympy", "1/0", "does not import: ZeroDivisionError"),
        ("jinja2", "raise RuntimeError('no terminal')",
         "does not import: RuntimeError: no terminal"),
        ("mpmath", "print('\\n[]\\n'); raise KeyboardInterrupt",
         "does not import: KeyboardInterrupt"),
        ("flint", "raise ImportError('wrong \\u2713 ELF class')",
         "does not import: ImportError: wrong \\u2713 ELF class"),
        ("flint", "import os; os.kill(os.getpid(), 11)",
         "does not import: Python ends with SIGSEGV"),
        ("flint", "def", "does not import: SyntaxError"),
        ("flint", "__version__ = '0.3.0'", "0.3.0 (installed as"),
        ("numpy", "__version__ = '1.25.2'", "1.25.2 (installed as"),
        ("torch", "raise OSError('libcudart')",
         "does not import: OSError: libcudart (optional: to read .pt"),
    ],
)  # fmt: skip
def test_doctor_says_what_is_wrong_with_a_library(name, text, told, monkeypatch):
    for folder in fake(name, text):
        monkeypatch.syspath_prepend(folder)
    (library,) = (
        library
        for library in (*doctor.NEEDED, *doctor.OPTIONAL)
        if library.module.partition(".")[0] == name
    )
    rich = next(library for library in doctor.NEEDED if library.name == "rich")
    tried, others = doctor._imported([library.module, rich.module])
    well, line = doctor._finding(library, *tried)
    assert not well and line.startswith(f"{library.name} ") and told in line, line
    assert doctor._finding(rich, *others)[0], "the remaining ones are still told"


@pytest.mark.parametrize(
    "name, text, told",
    [
        ("numpy", "raise ImportError('no BLAS')", "does not import: ImportError: no BLAS"),
        ("flint", "__version__ = '0.3.0'", "is too old (needed: 0.8 or later, below 0.10)"),
    ],
)
@pytest.mark.first(1)
def test_the_command_doctor_says_so_and_goes_on(name, text, told):
    """Without numpy the kernel is tried all the same, without flint nothing can be."""
    code, lines = examined(fake(name, text))
    assert (
        code == 1
        and len(lines) > 20
        and any(line.startswith("FAIL") and told in line for line in lines)
    ), lines
    assert (
        lines_about("matplotlib", lines)
        and lines_about("pandas", lines)
        and lines_about("Coq", lines)
    )
    if name == "flint":
        assert any(line.startswith("FAIL") and "cannot be tried" in line for line in lines)
    else:
        assert "ok    the kernel: the known-good certificate is PROVED" in lines


@pytest.mark.parametrize(
    "name, version, told",
    [
        ("python-flint", "0.3.0", "too old"),
        ("python-flint", "0.10.1", "too new"),
        ("numpy", "1.9", "too old"),
        ("scipy", "1.11.0rc2", "too old"),
        ("dask", "2023.12.1", "too old"),
        ("rich", "13.0", ""),
        ("python-flint", "0.8", ""),
    ],
)
def test_doctor_compares_versions(name, version, told, monkeypatch):
    metadata("fake", name, version)
    monkeypatch.syspath_prepend(Path("fake").resolve())
    (library,) = (library for library in (*doctor.NEEDED, *doctor.OPTIONAL) if library.name == name)
    well, line = doctor._finding(library, "", "")
    assert well is not bool(told) and line.startswith(f"{name} {version}") and told in line


def test_doctor_without_libraries(root):
    """All of this installation but three of them: none of the three is needed to say so."""
    Path("site").mkdir()
    for kind in ("purelib", "platlib"):
        for path in Path(sysconfig.get_path(kind)).iterdir():
            if (
                not path.name.lower().startswith(("flint", "python_flint", "numpy", "jinja2"))
                and not Path("site", path.name).exists()
            ):
                Path("site", path.name).symlink_to(path)
    code, lines = examined([root, Path("site").resolve()], site=False)
    assert code == 1 and lines[0].startswith("ok    certify "), lines
    for name in ("python-flint", "numpy", "jinja2"):
        (line,) = lines_about(name, lines)
        assert line.startswith(f"FAIL  {name} is not installed (needed: "), lines
    assert lines_about("rich", lines)[0].startswith("ok ")
    assert "onnx is not installed (optional: to save an ONNX network as .npz)" in lines_about(
        "onnx", lines
    )[0] or lines_about("onnx", lines)[0].startswith("ok ")


def test_doctor_knows_what_this_package_needs(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]

    def written(library):
        return f"{library.name}>={library.least}{f',<{library.below}' if library.below else ''}"

    assert sorted(map(written, doctor.NEEDED)) == sorted(project["dependencies"])
    assert sorted(written(library) for library in doctor.OPTIONAL if library.least) == sorted(
        project["optional-dependencies"]["dask"]
    )
    assert project["requires-python"] == f">={doctor._PYTHON}"


def test_doctor_on_an_old_python(monkeypatch):
    monkeypatch.setattr("platform.python_version", lambda: "3.9.18")
    assert doctor._python()[0] is False and "too old (needed: 3.11 or later)" in doctor._python()[1]


# the ledger

GOOD = {
    "k": 7,
    "n": 7,
    "seed": 3,
    "start": 0,
    "outcome": "minimum",
    "class": "0" * 64,
    "loss": 0.02,
    "lambda_min": 0.005,
    "newton": False,
}
UNMATCHED = {
    "k": 1,
    "n": 2,
    "outcome": "unmatched",
    "class": None,
    "newton": True,
    "students": [[0.5], [0.25]],
}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"outcome": "saddle"},
        {"outcome": "global", "class": "global", "loss": 0.0, "lambda_min": None},
        {"outcome": "near-global", "n": 8, "class": None, "lambda_min": None},
        {"outcome": "unsettled", "class": None, "lambda_min": None},
        UNMATCHED,
    ],
)
def test_what_a_survey_writes_is_read(change):
    line = json.dumps(GOOD | change)
    assert Record.read(line).line == line


@pytest.mark.parametrize(
    "change",
    [
        {"class": None}, {"outcome": "saddle", "class": None}, {"class": "global"},
        {"class": "0" * 63}, {"class": "G" * 64}, {"lambda_min": None}, {"outcome": "global"},
        {"outcome": "global", "class": None, "loss": 0.0, "lambda_min": None},
        {"outcome": "global", "class": "global", "loss": 0.5, "lambda_min": None},
        {"outcome": "global", "class": "global", "loss": 0.0},
        {"outcome": "global", "n": 8, "class": "global", "loss": 0.0, "lambda_min": None},
        {"outcome": "near-global", "class": None, "lambda_min": None},
        {"outcome": "near-global", "n": 8, "lambda_min": None},
        {"outcome": "near-global", "n": 8, "class": None}, {"outcome": "unsettled"},
        {"outcome": "unsettled", "class": None},
        {"outcome": "unsettled", "class": None, "lambda_min": None, "newton": True},
        {"loss": math.nan}, {"loss": math.inf}, {"loss": -math.inf}, {"lambda_min": math.nan},
        {"loss": 1}, {"loss": "0.1"}, {"loss": None}, {"loss": True}, {"newton": 0},
        {"newton": None}, {"k": 0, "n": 0}, {"k": -7}, {"n": -1}, {"n": 6}, {"seed": -1},
        {"start": -1}, {"start": 1.0}, {"k": True}, {"k": "7"}, {"outcome": None}, {"outcome": []},
        {"outcome": "won"}, {"students": [[0.5]]}, {"students": None}, {"more": 1},
        UNMATCHED | {"students": [[0.5]]}, UNMATCHED | {"students": [["0.5"], [0.25]]},
        UNMATCHED | {"students": [[math.nan], [0.25]]}, UNMATCHED | {"students": [[True], [0.25]]},
        UNMATCHED | {"students": [0.5, 0.25]}, UNMATCHED | {"students": None},
        UNMATCHED | {"newton": False}, UNMATCHED | {"class": "0" * 64},
        UNMATCHED | {"lambda_min": None}, UNMATCHED | {"students": {"a": 1}},
    ],
    ids=str,
)  # fmt: skip
def test_what_no_survey_writes_is_refused(change):
    refused_as_a_ledger(json.dumps(GOOD | change))


@pytest.mark.parametrize(
    "old, new",
    [
        ('"loss": 0.02', '"loss": 0.02, "loss": 0.03'),
        ('"loss": 0.02', '"loss": 1e999'),
        ('"start": 0', f'"start": {"9" * 5000}'),
        ('"k": 7, "n": 7', '"k": 7, "k": 7, "n": 7'),
        ('"k": 7, "n": 7', '"n": 7, "k": 7'),
        (", ", ",\0 "),
    ],
)
def test_a_line_as_no_survey_writes_it_is_refused(old, new):
    refused_as_a_ledger(json.dumps(GOOD).replace(old, new))


def refused_as_a_ledger(line):
    content = f"{json.dumps(GOOD)}\n{line}\n"
    Path("l.jsonl").write_text(content)
    with pytest.raises(
        UnusableInput,
        match=(
            r"l\.jsonl is no ledger of a survey: line 2 (is none that a survey writes|holds null"
            r" characters)"
        ),
    ):
        SurveyLedger(Path("l.jsonl"))
    assert Path("l.jsonl").read_text() == content


@pytest.mark.parametrize(
    "tail",
    [
        b"\0",
        b"\0" * 5000,
        b'{"k": 7, "n"' + b"\0" * 9,
        b"{" + b"\0" * 4096,
        json.dumps(GOOD | {"start": 1}).encode() + b"\0",
    ],
)
def test_null_characters_at_the_end_are_dropped(tail):
    line = json.dumps(GOOD).encode() + b"\n"
    Path("l.jsonl").write_bytes(line + tail)
    book = SurveyLedger(Path("l.jsonl"))
    assert len(book.records) == 1 and Path("l.jsonl").read_bytes() == line
    book.add([Record.read(json.dumps(GOOD | {"start": 1}))])
    book.close()
    assert (
        Path("l.jsonl").read_bytes().count(b"\n") == 2 and b"\0" not in Path("l.jsonl").read_bytes()
    )


@pytest.mark.parametrize(
    "content",
    [
        b"\0" * 4096,
        b"\0\n",
        json.dumps(GOOD).encode() + b"\n\0\0" + json.dumps(GOOD).encode() + b"\n",
        json.dumps(GOOD).encode() + b"\n\0\0text",
    ],
)
def test_null_characters_elsewhere_are_no_end_of_a_ledger(content):
    Path("l.jsonl").write_bytes(content)
    with pytest.raises(UnusableInput, match="no ledger of a survey"):
        SurveyLedger(Path("l.jsonl"))
    assert Path("l.jsonl").read_bytes() == content


def some(*starts):
    return [Record.read(json.dumps(GOOD | {"start": start})) for start in starts]


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()]
)
def test_a_ledger_cut_in_mid_line_goes_on(error, monkeypatch):
    """Whole lines are kept, half a line is not; what is added next begins a line."""
    path = Path("l.jsonl")
    book = SurveyLedger(path)
    book.add(some(0))
    size = path.stat().st_size
    append = Lines.append

    def cut(self, data):
        self._stream.write(data[: size + size // 2])
        raise error

    monkeypatch.setattr(Lines, "append", cut)
    with pytest.raises(Unwritable if isinstance(error, OSError) else KeyboardInterrupt) as raised:
        book.add(some(1, 2, 3))
    if isinstance(error, OSError):
        assert str(raised.value).startswith(
            "cannot write the ledger l.jsonl: No space left on device"
        )
    assert path.stat().st_size == 2 * size and sorted(key[3] for key in book.records) == [0, 1]
    monkeypatch.setattr(Lines, "append", append)
    book.add(some(2, 3))
    book.close()
    again = SurveyLedger(path)
    again.close()
    assert again.records == book.records and len(again.records) == 4


@pytest.mark.long
def test_a_survey_on_a_full_disk_goes_on_when_there_is_room(root):
    """The disk is full in mid-line: one sentence that names the ledger; the next run makes of it
    what one run would have.
    """
    survey = (
        "survey",
        "-k",
        6,
        "--trials",
        60,
        "--proofs",
        root / "proofs/symmetric/k06",
        "--json",
        "--ledger",
    )
    whole = call(*survey, "whole.jsonl")
    size = Path("whole.jsonl").stat().st_size
    done = limited(size - 200, *survey, "cut.jsonl")
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
    assert done.stderr.startswith("certify: cannot write the ledger cut.jsonl: File too large"), (
        done.stderr
    )
    kept = Path("cut.jsonl").read_bytes()
    assert kept and kept.endswith(b"\n") and Path("whole.jsonl").read_bytes().startswith(kept)
    again = call(*survey, "cut.jsonl")
    assert (
        again.stdout == whole.stdout
        and Path("cut.jsonl").read_bytes() == Path("whole.jsonl").read_bytes()
    )


@pytest.mark.parametrize(
    "place, told",
    [
        (_LONG, "File name too long"),
        ("mine.csv/l.jsonl", "directory|exists"),
        ("new/l.jsonl", "No such file"),
        ("loop", "symbolic links"),
        ("pipe", "not a regular file"),
    ],
)
def test_a_ledger_that_cannot_be_written_is_named(place, told, monkeypatch):
    bad_places()
    monkeypatch.setattr("certify.gaussian.survey.command.run_survey", never)
    done = call("survey", "-k", 6, "--trials", 1, "--ledger", place)
    refused(done, told)
    assert "certify: cannot write the ledger " in done.stderr
    book = SurveyLedger(Path("l.jsonl"))
    assert (
        "the ledger l.jsonl is in use by another survey"
        in call("survey", "-k", 6, "--trials", 1, "--ledger", "l.jsonl").stderr
    )
    book.close()
