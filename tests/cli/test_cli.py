"""The command line as a user runs it: exit codes, one line a file, clear sentences, nothing
half-written.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from console import call, process


def near_type_two(k=7):
    w = np.full((k, k), -0.035)
    np.fill_diagonal(w, 0.997)
    w[:-1, -1], w[-1, :-1], w[-1, -1] = 0.262, 0.186, -0.633
    return w


def test_main_job_from_search_to_recheck(tmp_path):
    done = process("prove", "-k", 8, "--trials", 100, "--jobs", 1, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "THEOREM." in done.stdout and done.stdout.splitlines()[-1].startswith(
        "PROVED gaussian-n08-k08.json: "
    )
    again = process("check", "gaussian-n08-k08.json", cwd=tmp_path)
    assert (
        again.returncode == 0
        and again.stdout.startswith("PROVED ")
        and again.stdout.count("\n") == 1
    )
    shown = process("show", "gaussian-n08-k08.json", cwd=tmp_path)
    assert (
        shown.returncode == 0
        and "0.0215080371" in shown.stdout
        and "lambda-min-high" in shown.stdout
    )
    assert os.listdir(tmp_path) == ["gaussian-n08-k08.json"]


@pytest.mark.parametrize("kind", ["npy", "npz", "json-numbers", "json-strings", "certificate"])
def test_bring_your_own_candidate(tmp_path, root, kind):
    w = near_type_two()
    path = tmp_path / f"mine.{kind.split('-')[0]}"
    if kind == "npy":
        np.save(path, w)
    elif kind == "npz":
        np.savez(path, students=w, targets=np.eye(7))
    elif kind == "json-numbers":
        path.write_text(json.dumps(w.tolist()))
    elif kind == "json-strings":
        path.write_text(
            json.dumps(
                {
                    "students": [[str(x) for x in row] for row in w.tolist()],
                    "targets": "orthonormal",
                }
            )
        )
    else:
        path = root / "proofs" / "gaussian" / "n07-k07.json"
    out = tmp_path / "out.json"
    done = call("prove", path, "-o", out)
    assert done.returncode == 0, done.stdout + done.stderr
    claims = json.loads(out.read_text())["statement"]["claims"]
    assert claims["loss"][0].startswith("0.0232027149135660")


def test_no_polish_keeps_the_users_point(tmp_path):
    from certify.gaussian.search.loss import GaussianLoss, orthonormal
    from certify.gaussian.search.polish import newton

    w = newton(GaussianLoss(orthonormal(7, 7)), near_type_two())
    np.save(tmp_path / "w.npy", w)
    done = call("prove", tmp_path / "w.npy", "--no-polish", "-o", tmp_path / "c.json")
    assert done.returncode == 0, done.stdout + done.stderr
    statement = json.loads((tmp_path / "c.json").read_text())["statement"]
    assert [[float(x) for x in row] for row in statement["centre"]] == w.tolist()
    assert 1e-20 < float(statement["claims"]["distance"]) < 1e-7
    rough = call("prove", tmp_path / "w.npy", "--no-polish", "-k", 6, "-o", tmp_path / "rough.json")
    assert (
        rough.returncode == 1
        and rough.stdout.startswith("not proved:")
        and not (tmp_path / "rough.json").exists()
    )


def test_own_targets(tmp_path, root):
    planar = json.loads(
        (root / "tests" / "corpus" / "accept" / "planar-teachers.json").read_text()
    )["statement"]
    np.save(tmp_path / "v.npy", np.array(planar["problem"]["targets"], dtype=float))
    np.save(tmp_path / "w.npy", np.array(planar["centre"], dtype=float))
    done = call(
        "prove", tmp_path / "w.npy", "--teachers", tmp_path / "v.npy", "-o", tmp_path / "c.json"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        json.loads((tmp_path / "c.json").read_text())["statement"]["problem"]["targets"]
        == planar["problem"]["targets"]
    )
    searched = call("search", "-k", 3, "-d", 2, "--trials", 100, "--teachers", tmp_path / "v.npy")
    assert searched.returncode == 0 and "hits" in searched.stdout


@pytest.mark.parametrize("what", ["saddle", "global"])
def test_what_is_no_spurious_minimum_is_not_proved(tmp_path, what):
    w = np.eye(5)
    if what == "saddle":
        w = np.full((5, 5), -0.07)
        np.fill_diagonal(w, 0.962)
        w[:-1, -1], w[-1, :-1], w[-1, -1] = 0.37, 0.27, -0.56
    np.save(tmp_path / "w.npy", w)
    done = call("prove", tmp_path / "w.npy", "-o", tmp_path / "c.json")
    assert (
        done.returncode == 1
        and done.stdout.startswith("not proved: ")
        and "PROVED" not in done.stdout
    )
    assert ("smallest Hessian eigenvalue" in done.stdout) == (what == "saddle")
    assert os.listdir(tmp_path) == ["w.npy"]


def bad_inputs(folder):
    np.save(folder / "nan.npy", np.array([[1.0, np.nan], [0.0, 1.0]]))
    np.save(folder / "zero.npy", np.array([[1.0, 0.0], [0.0, 0.0]]))
    np.save(folder / "vector.npy", np.ones(4))
    np.save(folder / "complex.npy", np.ones((2, 2)) * 1j)
    np.save(folder / "object.npy", np.array([[None, 1], [2, 3]], dtype=object), allow_pickle=True)
    np.save(folder / "eye.npy", np.eye(3))
    np.savez(folder / "names.npz", a=np.eye(2), b=np.eye(2))
    (folder / "text.json").write_text("hello")
    (folder / "ragged.json").write_text("[[1, 2], [3]]")
    (folder / "nan.json").write_text("[[1, NaN], [3, 4]]")
    (folder / "words.json").write_text('[["one", 2], [3, 4]]')
    (folder / "deep.json").write_text("[" * 100000)
    (folder / "empty.json").write_text("")
    (folder / "e400.json").write_text("[[1e400, 2], [3, 4]]")
    (folder / "broken.npy").write_bytes(b"\x93NUMPY broken")
    (folder / "a.txt").write_text("1 2")
    return [
        *[
            [folder / name]
            for name in (
                "nan.npy", "zero.npy", "vector.npy", "complex.npy", "object.npy", "names.npz",
                "text.json", "ragged.json", "nan.json", "words.json", "deep.json", "empty.json",
                "e400.json", "broken.npy", "a.txt", "missing.npy", ".",
            )
        ],
        [folder / "eye.npy", "-k", 4], [folder / "eye.npy", "-k", 0], [folder / "eye.npy", "-n", 4],
        [folder / "eye.npy", "--teachers", folder / "zero.npy"],
        ["-k", 0], ["-k", 6, "-n", 5], ["-k", 6, "-d", 5], ["-k", 1000], [], ["-k", "six"],
        ["-k", 6, "--trials", 0], ["-k", 6, "--nonsense"],
    ]  # fmt: skip


def test_output_goes_to_a_folder_or_a_name_of_its_own(tmp_path):
    np.save(tmp_path / "mine.npy", near_type_two())
    (tmp_path / "proofs").mkdir()
    assert (
        call("prove", tmp_path / "mine.npy", "-o", tmp_path / "proofs", cwd=tmp_path).returncode
        == 0
    )
    assert call("prove", "mine.npy", cwd=tmp_path).returncode == 0
    assert sorted(p.name for p in tmp_path.rglob("*.json")) == ["mine.certificate.json"] * 2
    assert "k = 0 is not in 1..100" in call("prove", "-k", 0).stderr


def test_bad_input_gets_one_sentence_and_exit_code_2(tmp_path):
    todo = bad_inputs(tmp_path)
    before = sorted(os.listdir(tmp_path))
    for args in todo:
        done = call("prove", *args, cwd=tmp_path)
        assert done.returncode == 2, (args, done.stdout, done.stderr)
        assert done.stderr.strip() and "PROVED" not in done.stdout
    assert sorted(os.listdir(tmp_path)) == before


def test_check_judges_the_rest_when_some_are_broken(tmp_path, root):
    corpus = root / "tests" / "corpus"
    paths = [
        corpus / "accept" / "n06-k06.json",
        tmp_path / "missing.json",
        corpus / "reject" / "moved-point.json",
        corpus / "reject" / "kind.json",
        corpus / "malformed" / "nan.json",
    ]
    serial = call("check", *paths)
    *lines, total = serial.stdout.splitlines()
    assert [line.split()[0] for line in lines] == [
        "PROVED",
        "MALFORMED",
        "REJECTED",
        "DECLINED",
        "MALFORMED",
    ]
    assert total.startswith("5 ") and serial.returncode == 2
    parallel = process("check", *paths, "--jobs", 2)
    assert (parallel.stdout, parallel.returncode) == (serial.stdout, serial.returncode)
    assert call("check", paths[0], paths[2]).returncode == 1
    assert call("check", paths[0], paths[3]).returncode == 3
    records = [json.loads(line) for line in call("check", *paths, "--json").stdout.splitlines()]
    assert [record["code"] for record in records] == [
        "",
        "malformed",
        "distance",
        "kind",
        "malformed",
    ]
    assert records[0]["inequalities"][0]["code"] == "spurious" and len(records[0]["digest"]) == 64
    assert "left" in records[2]["failed"]


def test_check_without_certificates(tmp_path):
    assert call("check", tmp_path).returncode == 2
    assert call("check").returncode == 2
    assert call("nonsense").returncode == 2
    assert call("--version").stdout.startswith("certify ")


def test_rejection_shows_both_sides(root):
    line = call("check", root / "tests" / "corpus" / "reject" / "moved-point.json").stdout
    assert (
        line.startswith("REJECTED ")
        and "[distance] not proved: the gradient" in line
        and " < " in line
        and "refuted" not in line
    )


def test_unwritable_output(tmp_path):
    (tmp_path / "file").write_text("x")
    np.save(tmp_path / "w.npy", near_type_two())
    done = call("prove", tmp_path / "w.npy", "-o", tmp_path / "file" / "c.json")
    assert done.returncode == 2 and "cannot write" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_killed_writers_leave_the_old_file_or_the_new_one(tmp_path):
    """kill -9 at many moments of a loop that rewrites one file: the file is always whole."""
    target = tmp_path / "c.json"
    code = (
        "from pathlib import Path\nfrom certify.files import write_json\ni = 0\nwhile True:\n    i"
        f" += 1\n    write_json({{'i': i, 'x': ['1'] * 20000}}, Path({str(target)!r}))\n"
    )
    for pause in (0.05, 0.11, 0.17, 0.23):
        child = subprocess.Popen([sys.executable, "-c", code])
        while not target.exists():
            time.sleep(0.01)
        time.sleep(pause)
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert len(json.loads(target.read_text())["x"]) == 20000


@pytest.mark.long
def test_search_is_the_same_for_any_number_of_jobs():
    one, two = (
        run("search", "-k", 8, "--trials", 60, "--seed", 5, "--jobs", jobs)
        for run, jobs in ((call, 1), (process, 2))
    )
    assert one.returncode == 0 and "hits" in one.stdout
    assert one.stdout == two.stdout
    assert call("search", "-k", 8, "--trials", 60, "--seed", 6).stdout != one.stdout


def test_search_writes_candidates_that_prove(tmp_path):
    done = call("search", "-k", 8, "--trials", 60, "--digits", 50, "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    (path,) = tmp_path.glob("*.json")
    assert len(json.loads(path.read_text())["students"][0][0]) > 45
    assert call("prove", path, "-o", tmp_path / "c.json").returncode == 0


def test_doctor_finds_a_healthy_installation():
    done = process("doctor")
    assert done.returncode == 0, done.stdout
    assert "FAIL" not in done.stdout and "python-flint" in done.stdout
    assert "pi to 49 digits at 256 bits" in done.stdout
    for name in ("the kernel", "the second checker"):
        assert f"{name}: the known-good certificate is PROVED" in done.stdout
        assert f"{name}: the known-bad certificate is REJECTED [loss-low]" in done.stdout


@pytest.mark.parametrize("trouble", ["precision", "checker", "missing"])
def test_doctor_finds_trouble(monkeypatch, trouble):
    """In the two parts that the healthy one shows the lines of."""
    from certify import doctor

    tried = doctor._precision if trouble == "precision" else doctor._checkers
    assert all(well for well, _ in tried())
    if trouble == "precision":
        monkeypatch.setattr("certify.kernel.foundation.balls.less", lambda _left, _right: True)
    elif trouble == "checker":
        from certify.judge import Line

        monkeypatch.setattr(
            "certify.judge.judge_file",
            lambda path, _checker: Line(str(path), "PROVED", "", "always"),
        )
    else:
        monkeypatch.setattr("certify.shipped.second_checker", lambda: None)
    assert not all(well for well, _ in tried())


def test_a_crashing_second_checker_is_no_rejection(monkeypatch, tmp_path, root):
    from certify import judge as verdicts

    broken = tmp_path / "recheck"
    for text in (
        "raise SystemError",
        "print('{}')",
        (
            "import json; print(json.dumps({'verdict': 'PROVED', 'code': '', 'message': ''}));"
            " raise SystemExit(1)"
        ),
    ):
        broken.write_text(text)
        monkeypatch.setattr(verdicts, "second_checker", lambda: broken)
        line = verdicts.judge_second(
            "n06-k06.json", (root / "proofs" / "gaussian" / "n06-k06.json").read_bytes()
        )
        assert (line.verdict, line.code) == ("DECLINED", "crash")
    broken.write_text(
        "import json; print(json.dumps({'verdict': 'REJECTED', 'code': 'distance', 'message':"
        " ''})); raise SystemExit(1)"
    )
    (both,) = verdicts.judge_all(
        [root / "proofs" / "gaussian" / "n06-k06.json"], verdicts.Checker.all, 1
    )
    assert (both.verdict, both.code) == ("DECLINED", "disagreement")


@pytest.mark.long
def test_a_thousand_files_some_of_them_broken(tmp_path, root):
    good = (root / "proofs" / "gaussian" / "n06-k06.json").read_bytes()
    for i in range(1000):
        (tmp_path / f"{i:04d}.json").write_bytes(
            good
            if i % 50 == 0
            else good[:i]
            if i % 3
            else good.replace(b'"bits": 128', b'"bits": 12')
        )
    done = process("check", tmp_path, "--jobs", 2)
    *lines, total = done.stdout.splitlines()
    assert total.startswith("1000 ")
    verdicts = [line.split()[0] for line in lines]
    assert (
        len(verdicts),
        verdicts.count("PROVED"),
        verdicts.count("MALFORMED"),
        done.returncode,
    ) == (1000, 20, 980, 2)


def test_output_that_cannot_be_written_is_no_verdict(root):
    for command in (
        [sys.executable, "-m", "certify", "check"],
        [sys.executable, "-I", str(root / "proofs" / "recheck")],
    ):
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [*command, str(root / "proofs" / "gaussian" / "n06-k06.json")],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 2 and "Traceback" not in done.stderr, done


def test_check_starts_without_what_it_does_not_need(root):
    """Neither the libraries of the finders, nor other commands, nor other kinds, nor what starts a
    process: a check of one small file takes a fifth of a second.
    """
    code = (
        "import sys\nfrom certify.cli import run\ntry:\n    run(['check', sys.argv[1]])\nexcept"
        " SystemExit as end:\n    print(end.code, *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(root / "proofs/gaussian/n06-k06.json")],
        capture_output=True,
        text=True,
        check=True,
    )
    code, *modules = done.stdout.splitlines()[-1].split()
    heavy = "numpy scipy mpmath sympy joblib matplotlib jinja2 rich subprocess pickle shutil"
    assert code == "0" and not set(modules) & set(heavy.split())
    assert {name.split(".")[2] for name in modules if name.startswith("certify.cli.")} == {
        "check", "command", "common", "datasets", "declared", "options", "parsing", "usage",
    }  # fmt: skip
    assert {name.split(".")[2] for name in modules if name.startswith("certify.kernel.")} == {
        "check", "foundation", "gaussian", "kind", "kinds",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("raised", "code", "told"),
    [
        ("ZeroDivisionError('odd\\nthing')", 70,
         "a fault of ours (ZeroDivisionError in <string>, line"),
        ("MemoryError()", 70, "out of memory"), ("RecursionError()", 70, "a fault of ours"),
        ("KeyboardInterrupt()", 130, "interrupted"),
        ("OSError(28, 'No space left on device')", 2, "cannot write the output: No space left"),
        ("BrokenPipeError()", 141, ""),
    ],
)  # fmt: skip
def test_what_nobody_has_foreseen_is_no_verdict(raised, code, told):
    program = (
        "import sys, certify.cli as c, certify.__main__ as m\ndef fall(_): raise"
        f" {raised}\nc.run = fall\nsys.argv[1:] = ['a']\nm.run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert told in done.stderr and done.stderr.count("\n") == bool(told)


def test_devices_and_links_are_not_replaced(tmp_path):
    from certify.errors import Unwritable
    from certify.files import write_json

    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Unwritable, match="not a regular file"):
        write_json({}, tmp_path / "pipe")
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    write_json({"a": "b"}, tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink() and json.loads(
        (tmp_path / "real.json").read_text()
    ) == {"a": "b"}


def test_names_cannot_forge_a_verdict(tmp_path, root):
    name = "x: bad\nPROVED y.json"
    (tmp_path / name).write_bytes(
        (root / "tests" / "corpus" / "reject" / "moved-point.json").read_bytes()
    )
    for command in ("check", "show"):
        done = process(command, name, cwd=tmp_path)
        assert done.returncode == 1 and not any(
            line.startswith("PROVED") for line in (done.stdout + done.stderr).splitlines()
        )


def test_a_certificate_of_another_k_is_its_own_problem(tmp_path, root):
    document = json.loads((root / "proofs" / "gaussian" / "n07-k07.json").read_text())
    document["statement"]["problem"]["k"] = 5
    (tmp_path / "c.json").write_text(json.dumps(document))
    done = call("prove", tmp_path / "c.json", "-o", tmp_path / "out.json")
    assert done.returncode == 1 and not (tmp_path / "out.json").exists()


def test_verdicts_do_not_depend_on_threads(root):
    from concurrent.futures import ThreadPoolExecutor

    from flint import ctx

    import certify

    paths = [
        root / "tests" / "corpus" / "accept" / name for name in ("n06-k06.json", "more-bits.json")
    ] * 8
    before = ctx.prec
    with ThreadPoolExecutor(8) as pool:
        assert {outcome.verdict for outcome in pool.map(certify.check, paths)} == {"PROVED"}
    assert ctx.prec == before


def test_a_folder_that_cannot_be_listed_is_reported(monkeypatch, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir()
    scandir = os.scandir

    def refuse(folder="."):
        if os.fspath(folder) == str(closed):
            raise PermissionError(13, "Permission denied", str(closed))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    from certify.judge import Checker, certificate_files, judge_file

    assert list(certificate_files([tmp_path])) == [closed]
    assert judge_file(closed, Checker.kernel).verdict == "MALFORMED"


@pytest.mark.parametrize(
    "document", [[], "x", None, {"a": float("nan")}, {"a": object()}, {1: 2, "1": 3}]
)
def test_a_certificate_object_holds_strict_json(document):
    import certify
    from certify.kernel.foundation.errors import Malformed

    with pytest.raises(Malformed):
        certify.Certificate(document)


def test_a_name_with_a_null_character_is_malformed():
    import certify
    from certify.kernel.foundation.errors import Malformed

    with pytest.raises(Malformed, match="null"):
        certify.check("a\0b")
