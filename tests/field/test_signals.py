"""Every end is a clean end: signals, closed pipes and kill -9 at every stage, no traceback, the
exit code that says which, no process left.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from ends import end, processes

from certify.processes import WorkerDied, _Left, shared_out

ROOT = Path(__file__).resolve().parents[2]
PROOFS = [ROOT / "proofs" / "gaussian", ROOT / "proofs" / "symmetric" / "k12"]

# commands that run longer than a second, and how many other processes they have while they work
COMMANDS = {
    "check": (["check", "--jobs", "2", *PROOFS], 2),
    "check by both": (["check", "--jobs", "2", "--checker", "all", *PROOFS], 4),
    "check alone": (["check", "--checker", "second", *PROOFS], 1),
    "report": (["report", "--jobs", "2", *PROOFS], 4),
    "survey": (
        ["survey", "-k", "6-9", "--jobs", "2", "--proofs", ROOT / "proofs" / "symmetric" / "k09"],
        2,
    ),
    "census": (["census", "--to", "12", "--jobs", "2"], 2),
    "prove": (["prove", "-k", "9", "--trials", "1000"], 2),
    "search": (["search", "-k", "12", "--jobs", "2"], 2),
    "every k": (["family", "II", "--every", "--from", "6"], 0),
    "atlas": (["atlas", "-k", "12"], 0),
    "birth": (["family", "II", "--birth"], 0),
    "basin": (["consequence", "basin", ROOT / "proofs" / "gaussian" / "n12-k12.json"], 0),
    "split": (["consequence", "split", ROOT / "proofs" / "gaussian" / "n12-k12.json"], 0),
    "enumerate": (["enumerate", "-k", "12"], 0),
    "near-orthonormal": (["near-orthonormal", "-k", "12"], 0),
    "random-teacher": (["random-teacher", "-k", "10", "-d", "20"], 0),
    "formal": (["formal", ROOT / "proofs" / "gaussian" / "n09-k09.json"], 2),
}
QUICK = ("check by both", "survey", "prove")
SIGNALS = {
    "SIGINT": (signal.SIGINT, 130),
    "SIGTERM": (signal.SIGTERM, 143),
    "SIGHUP": (signal.SIGHUP, 129),
    "kill -9": (signal.SIGKILL, -signal.SIGKILL),
}


def cases():
    for name in COMMANDS:
        for how in SIGNALS:
            marks = [pytest.mark.long] if how != "SIGINT" else []
            if name not in QUICK or how == "SIGHUP":
                marks = [pytest.mark.slow]
            yield pytest.param(name, how, marks=marks, id=f"{name} {how}")


def is_clean(ending, code, number=0):
    assert not ending.left
    assert "Traceback" not in ending.err and "Warning" not in ending.err, ending.err
    if not ending.early:
        assert ending.code in (code, -number) and ending.code != 0, ending.err
        assert ending.err.count("certify: ") == (ending.code > 0 and code != 141)


@pytest.mark.parametrize(("name", "how"), list(cases()))
def test_a_signal_ends_the_command_and_all_it_has_started(name, how, tmp_path):
    arguments, workers = COMMANDS[name]
    number, code = SIGNALS[how]
    ending = end(
        arguments,
        number,
        workers=workers,
        after=0 if workers else 1,
        cwd=tmp_path,
        group=how == "SIGINT",
    )
    assert not ending.early or not workers
    is_clean(ending, code)
    assert [path for path in tmp_path.rglob("*") if path.name != "survey.jsonl"] == []


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.2, 1.5])
@pytest.mark.parametrize("how", list(SIGNALS))
@pytest.mark.parametrize("name", ["check", "survey", "prove"])
def test_a_signal_at_any_time(name, how, after, tmp_path):
    number, code = SIGNALS[how]
    is_clean(
        end(COMMANDS[name][0], number, after=after, cwd=tmp_path, group=how == "SIGINT"),
        code,
        number if how != "SIGINT" else 0,
    )


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_reader_who_leaves_ends_a_check(jobs, tmp_path):
    """`certify check ... | head -1`: while the next file, which takes seconds, is being checked."""
    files = [
        ROOT / "proofs" / "gaussian" / "n06-k06.json",
        *sorted((ROOT / "proofs" / "family").glob("*.json")),
    ]
    ending = end(["check", "--jobs", jobs, *files], "pipe", cwd=tmp_path)
    assert not ending.early
    is_clean(ending, 141)


def test_no_handler_of_files_takes_a_reader_who_left_for_a_missing_file():
    """Between any two instructions, so also where an import asks whether a file is there."""
    program = (
        "import os, signal, sys\nfrom certify.terminal import while_read\n"
        "from certify.__main__ import ending\n"
        "try:\n"
        "    with while_read():\n"
        "        try: os.kill(os.getpid(), signal.SIGUSR1)\n"
        "        except Exception: print('swallowed')\n"
        "except BaseException as error: print(ending(error))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("(141, '')\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "proofs/gaussian/n06-k06.json"],
        ["show", "--latex", "proofs/gaussian/n06-k06.json"],
        ["atlas", "-k", "6"],
    ],
    ids=str,
)
def test_a_reader_who_leaves_when_all_is_known_changes_nothing(arguments):
    code = (
        f"{sys.executable} -m certify {' '.join(arguments)} | head -n 1 > /dev/null; exit"
        " ${PIPESTATUS[0]}"
    )
    done = subprocess.run(
        ["bash", "-c", code], cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_who_leaves_after_a_proof_takes_nothing_away(tmp_path):
    """The certificate is written before the theorem is printed: the exit code is that of the proof,
    though nobody reads.
    """
    (tmp_path / "xor.csv").write_text("0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    code = f"{sys.executable} -m certify data relu xor.csv 2> told | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", code], cwd=tmp_path, check=False)
    assert done.returncode == 0 and "fault" not in (tmp_path / "told").read_text()
    assert len(list(tmp_path.glob("*.json"))) == 1


def test_workers(tmp_path):
    """In the order of the tasks; what one worker dies of, or raises, is in its place; none is left
    by a loop that is left.
    """
    (tmp_path / "work.py").write_text(
        textwrap.dedent("""
        import os, signal, time
        def work(task, seconds=0.0):
            time.sleep(seconds)
            if task == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            if task == "raise":
                raise ValueError("no")
            print("noise")
            return task, os.getpid() != PARENT
        """).replace("PARENT", str(os.getpid()))
    )
    sys.path.insert(0, str(tmp_path))
    try:
        from work import work  # type: ignore[import-not-found]

        tasks = [("a", 0.3), ("die",), ("b",), ("c", 0.1), ("die",), ("d",)]
        results = list(shared_out(work, tasks, 2))
        assert [type(result) for result in results] == [
            tuple,
            WorkerDied,
            tuple,
            tuple,
            WorkerDied,
            tuple,
        ]
        assert [result[0] for result in results if isinstance(result, tuple)] == [
            "a",
            "b",
            "c",
            "d",
        ]
        assert all(result[1] for result in results if isinstance(result, tuple))
        assert list(shared_out(work, [], 2)) == []
        for jobs in (2, 3, 9):
            heavy = shared_out(work, [*tasks, ("e",)], jobs, weights=[0, 1, 2, 5, 4, 3, 5])
            assert [isinstance(one, WorkerDied) or one[0] for one in heavy] == [
                "a", True, "b", "c", True, "d", "e",
            ]  # fmt: skip
        assert [result[0] for result in shared_out(work, [("x",)] * 40, 3)] == ["x"] * 40
        with pytest.raises(ValueError, match="no"):
            list(shared_out(work, [("a",), ("raise",), ("b",)], 2))
        os.environ["CERTIFY_TEST_MARK"] = "workers"
        for _ in shared_out(work, [("a",)] + [("b", 60.0)] * 5, 2):
            break
        assert not processes("workers")
    finally:
        os.environ.pop("CERTIFY_TEST_MARK", None)
        sys.path.remove(str(tmp_path))


def handed_out(number, weights, most, jobs):
    """The tasks in the order in which they are handed out, all of one length."""
    left = _Left(number, weights, most)
    order, busy, done = [], [], set()
    for wanted in range(number):
        while wanted not in done:
            while len(busy) < jobs and (task := left.take(wanted, {*busy}, len(done))) is not None:
                order.append(task)
                busy.append(task)
                assert len(busy) + len(done) <= most or task == wanted
            done.add(busy.pop(0))
        done.remove(wanted)
    assert not busy and not done
    return order


def test_one_worker_has_the_heaviest_task_and_the_others_the_next():
    assert handed_out(6, (), 100, 2) == [0, 1, 2, 3, 4, 5]
    assert handed_out(6, [1, 1, 1, 1, 9, 5], 100, 2) == [4, 0, 5, 1, 3, 2]
    assert handed_out(6, [1, 1, 1, 1, 9, 5], 2, 2) == [4, 0, 5, 1, 2, 3]  # what is kept has an end
    for most in (1, 2, 3, 5, 50):
        for jobs in (1, 2, 3, 7):
            order = handed_out(9, [3, 1, 4, 1, 5, 9, 2, 6, 5], most, jobs)
            assert sorted(order) == list(range(9))


@pytest.mark.long
def test_a_program_within_limits():
    from certify.processes import run_program

    python = [sys.executable, "-I", "-c"]
    done = run_program(
        [*python, "import sys; print(len(sys.stdin.read())); sys.exit(3)"], data=b"x" * 10**6
    )
    assert (done.returncode, done.stdout) == (3, b"1000000\n")
    assert run_program([*python, "while True: pass"], seconds=1).returncode in (
        128 + signal.SIGXCPU,
        128 + signal.SIGKILL,
    )
    assert b"MemoryError" in run_program([*python, "b'x' * 10**10"], memory=10**9).stderr
    told: list[float] = []
    done = run_program(
        [*python, "import sys, time; time.sleep(1.5); print(sys.stdin.read())"],
        data=b"once",
        progress=told.append,
    )
    assert (done.stdout, bool(told)) == (b"once\n", True)
    assert (
        run_program([*python, "import time; time.sleep(1.5)"], progress=told.append).returncode == 0
        and told
    )


@pytest.mark.parametrize("checker", ["kernel", "second", "all"])
def test_no_memory_for_one_file_loses_no_verdict_of_another(checker, monkeypatch, root, capfd):
    """In both checkers: the file is declined (a crash is no rejection), the others have their
    verdicts.
    """
    from console import call

    from certify import judge as verdicts
    from certify import processes

    files = [root / "proofs" / "gaussian" / f"n{k:02d}-k{k:02d}.json" for k in (6, 7, 8)]
    bad = files[1].read_bytes()
    kernel, program = verdicts.check_bytes, processes.run_program

    def starved(data):
        if data == bad:
            raise MemoryError
        return kernel(data)

    def limited(command, *, data, seconds, memory):
        return program(command, data=data, seconds=seconds, memory=2**25 if data == bad else memory)

    monkeypatch.setattr(verdicts, "check_bytes", starved)
    monkeypatch.setattr(processes, "run_program", limited)
    done = call("check", "--jobs", 1, "--checker", checker, *files)
    words = [line.split()[0] for line in done.stdout.splitlines()[:-1]]
    assert words == ["PROVED", "DECLINED", "PROVED"] and done.returncode == 3, done.stdout
    assert "[crash]" in done.stdout.splitlines()[1]


@pytest.mark.parametrize("checker", ["kernel", "second", "all"])
def test_a_certificate_on_standard_input(checker, root):
    data = (root / "proofs" / "gaussian" / "n06-k06.json").read_bytes()
    tree = json.loads(data)
    tree["statement"]["claims"]["loss"][0] = tree["statement"]["claims"]["loss"][1]
    tree["statement"]["claims"]["loss"][1] = "1"
    false = json.dumps(tree).encode()
    contents = {
        "proved": (data, 0, b"PROVED -: "),
        "rejected": (false, 1, b"REJECTED -: "),
        "empty": (b"", 2, b"MALFORMED -: "),
        "deep": (b"[" * 10**6, 2, b"MALFORMED -: "),
    }
    # the second checker alone, and both, judge what the kernel is given by the same way
    some = {"kernel": contents, "second": ("proved", "deep"), "all": ("rejected", "empty")}[checker]
    for content, code, verdict in map(contents.__getitem__, some):
        done = subprocess.run(
            [sys.executable, "-m", "certify", "check", "--checker", checker, "-"],
            input=content,
            capture_output=True,
            check=False,
        )
        assert done.returncode == code and done.stdout.startswith(verdict) and done.stderr == b"", (
            done.stdout,
            done.stderr,
        )
    if checker == "kernel":
        shown = subprocess.run(
            [sys.executable, "-m", "certify", "show", "-"],
            input=data,
            capture_output=True,
            check=True,
        )
        assert shown.stdout.startswith(b"THEOREM") and b"PROVED -: " in shown.stdout


@pytest.mark.parametrize("version", ["3.6", "3.7", "3.8", "3.9"])
def test_the_second_checker_on_an_old_python_has_no_verdict(version, root):
    import glob

    found = sorted(glob.glob(str(Path.home() / f".pyenv/versions/{version}.*/bin/python"))) or [
        f"/usr/bin/python{version}"
    ]
    if not Path(found[0]).exists():
        pytest.skip(f"Python {version} is not installed")
    done = subprocess.run(
        [found[0], root / "proofs" / "recheck", root / "proofs" / "gaussian" / "n06-k06.json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing was checked" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "redirected", "code", "told"),
    [
        (["check", "-"], "<&-", 2, "there is no standard input"),
        (["consequence", "split", "-"], "<&-", 2, "there is no standard input"),
        (["data", "relu", "-"], "<&-", 2, "there is no standard input"),
        (["check", "-"], "< <(head -c 17000000 /dev/zero)", 2, "larger than the limit"),
        (["check", "-", "-"], "< proofs/gaussian/n06-k06.json", 2,
         "standard input was read already"),
        (["check", "no\\nsuch"], "", 2, "No such file"), (["--version"], ">&-", 0, ""),
        (["check", "proofs/gaussian/n06-k06.json"], ">&-", 0, ""),
        (["show", "proofs/gaussian/n06-k06.json"], "> /dev/full", 2, "cannot write the output"),
    ],
    ids=str,
)  # fmt: skip
def test_standard_streams_that_are_closed_or_full(arguments, redirected, code, told):
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m certify {' '.join(arguments)} {redirected}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done
    assert told in done.stdout + done.stderr and "fault of ours" not in done.stderr


@pytest.mark.long
def test_workers_of_an_odd_python(tmp_path):
    """A Path among the places to import from, 1100 open files, an isolated parent with a hostile
    sitecustomize.
    """
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit")
    code = (
        "import os, sys, pathlib; sys.path.insert(0, pathlib.Path('/tmp')); f ="
        " [os.open(os.devnull, 0) for _ in range(1100)]; import certify;"
        " print(len(certify.search(k=6, trials=100, jobs=2)))"
    )
    done = subprocess.run(
        ["bash", "-c", 'ulimit -n 4096; exec "$0" -I -c "$1"', sys.executable, code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )
    assert (done.returncode, done.stdout.strip().isdigit(), done.stderr) == (0, True, ""), done


def test_a_terminal_that_is_closed(tmp_path):
    """Whatever is being drawn at that moment, the exit code is that of SIGHUP."""
    import pty
    import time

    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.execv(
            sys.executable,
            [
                sys.executable,
                "-m",
                "certify",
                "survey",
                "-k",
                "6-7",
                "--trials",
                "4000",
                "--proofs",
                str(ROOT / "proofs" / "symmetric" / "k07"),
            ],
        )
    deadline = time.monotonic() + 60
    while b"descending" not in os.read(terminal, 4096):
        assert time.monotonic() < deadline
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 129
