"""README.md tells the truth: the theorem on its screen is what the tool prints, and its features
are commands that exist.
"""

from __future__ import annotations

import re
import subprocess
import sys

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
    assert {"prove", "check", "search", "show"} <= commands
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
