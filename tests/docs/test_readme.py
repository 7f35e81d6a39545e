"""README.md tells the truth: the theorem on its screen is what the tool prints, and its features
are commands that exist.
"""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

from console import call


def test_theorem_on_one_screen_is_what_the_tool_prints(root):
    shown = re.search(r"```text\n(THEOREM.*?)```", (root / "README.md").read_text(), re.DOTALL)
    assert shown is not None
    printed = subprocess.run(
        [sys.executable, "-m", "certify", "show", "proofs/gaussian/n06-k06.json"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert shown.group(1).strip() == printed[: printed.index("\n\nCertificate")].strip()


def test_every_line_of_code_runs(root, tmp_path):
    """The two lines of the set-up are run by the gate; these are all others, as a user types
    them.
    """
    text = (root / "README.md").read_text()
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert {kind for kind, _ in blocks} == {"text", "console", "python"}
    assert len(re.findall(r"^    \S", text.split("```")[0::2][1], re.MULTILINE)) == 2
    (tmp_path / "proofs").symlink_to(root / "proofs")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    for kind, block in blocks:
        if kind == "console":
            lines = [line.removeprefix("$ ") for line in block.splitlines()]
            assert all(line.startswith(("certify ", "printf ")) for line in lines)
            program = ["bash", "-euc", "\n".join(lines)]
        elif kind == "python":
            program = [sys.executable, "-c", block]
        else:
            continue
        done = subprocess.run(
            program,
            cwd=tmp_path,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{block}{done.stderr}"
        assert kind != "python" or done.stdout.startswith("PROVED ")


def test_show_says_why_the_inequalities_suffice(root):
    """The last lines before the verdict name theorem and pages, and these exist."""
    told = call("show", root / "proofs" / "symmetric" / "k07" / "II.json").stdout.splitlines()[-4:]
    assert told[0].startswith("Why these suffice: theorem 2, ")
    pages = re.findall(r"proofs/[\w/-]+\.md", "\n".join(told[:2]))
    assert len(pages) == 2 and all((root / page).exists() for page in pages)


def test_the_readme_is_two_screens(root):
    assert len((root / "README.md").read_text().split()) <= 1000


def test_the_picture_can_be_drawn_again(root, tmp_path, monkeypatch):
    """The marks are the minima, and the shipped picture is this one."""
    monkeypatch.chdir(root)
    program = runpy.run_path(str(root / "docs" / "static" / "landscape.py"))
    marks = program["draw"](tmp_path / "landscape.svg")
    drawn, shipped = (
        (folder / "landscape.svg").read_text() for folder in (tmp_path, root / "docs" / "static")
    )
    assert marks[0] == "global minimum"
    assert drawn.count("<path") == shipped.count("<path") > len(marks)


def test_every_path_the_readme_names_exists(root):
    text = (root / "README.md").read_text()
    paths = set(re.findall(r"\]\(([\w./-]+)\)", text)) | set(
        re.findall(r"`((?:proofs|tests|certify|benchmarks|notebooks)/[\w./-]*)`", text)
    )
    assert len(paths) > 5
    for path in paths:
        assert (root / path).exists(), path


def test_every_command_the_readme_names_exists(root):
    commands = set(re.findall(r"certify (\w+) ", (root / "README.md").read_text()))
    assert {"prove", "family", "check", "show", "data", "trust"} <= commands
    for command in commands:
        done = call(command, "--help")
        assert done.returncode == 0, command


def test_no_registry_host_names(root):
    """Nothing in the repository names a package registry's host."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False
    ).stdout.split("\0")[:-1]
    if not tracked:  # the gate tests a copy of what git tracks, without git
        tracked = [
            str(path.relative_to(root))
            for path in root.rglob("*")
            if not any(
                part.startswith(".") or part == "__pycache__"
                for part in path.relative_to(root).parts
            )
        ]
    hosts = [
        "pypi" + ".org",
        "pythonhosted" + ".org",
        "deb.debian" + ".org",
        "registry.npmjs" + ".org",
    ]
    for name in filter(None, tracked):
        path = root / name
        if path.is_file():
            text = path.read_text(errors="replace")
            assert not [host for host in hosts if host in text], name
