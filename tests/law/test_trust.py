"""What has to be read for a verdict: the published table is what is loaded, and the kernel loads
nothing but itself.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from console import call, process

from certify.cli.check import check
from certify.kernel.kinds import KINDS, kind_of
from certify.report import trust
from certify.report.modules import Module
from certify.report.trust import entries, example, row, trust_of
from law.plans import plan_of

LOADED = "import certify.kernel.check, sys; print(*(m for m in sys.modules if 'certify' in m))"


def test_the_kernel_loads_no_module_of_ours_but_its_own():
    """The package itself, certify/__init__.py, imports nothing before a name of it is asked for."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert {name for name in loaded if not name.startswith("certify.kernel")} == {"certify"}
    assert len(loaded) < 15, "a kind is loaded before it is asked for"


@pytest.mark.first(4)
@pytest.mark.parametrize(
    ("title", "name", "minimum"), entries(), ids=[title for title, *_ in entries()]
)
def test_the_published_table_is_what_is_loaded(title, name, minimum, root):
    page = (root / "proofs" / "README.md").read_text()
    trust = trust_of(root / example(name, minimum), check)
    assert trust.verdicts == ("PROVED", "PROVED")
    assert row(title, trust) in page.splitlines()
    assert plan_of(title, trust) in (root / "proofs" / "format" / f"{name}.md").read_text()
    assert all(module.name.startswith("certify") for module in trust.kernel)
    assert {module.name for module in trust.kernel if ".kernel" not in module.name} == {"certify"}
    assert trust.words and all(trust.words.values()), "a lemma that proofs/lemmas does not have"


def test_every_kind_is_found_by_its_name():
    assert [kind_of(name).name for name in KINDS] == list(KINDS)
    assert kind_of("gaussian-maximum") is None


def test_a_module_stands_behind_what_it_imports(root):
    trust = trust_of(root / example("gaussian-enumeration"), check)
    for modules in (trust.kernel, trust.second):
        names = [module.name for module in modules]
        assert names[-1] in ("certify.kernel.check", "recheck.command")
        for place, module in enumerate(modules):
            behind = set(names[place + 1 :]) - {"certify.kernel", "recheck.__main__"}
            assert not behind & set(module.imported()), module.name


def test_lemmas_are_found_in_words(tmp_path):
    source = tmp_path / "module.py"
    source.write_text('"""By lemmas 1, 2 and 5, lemma 8\n(8.3), and theorems 10 to 12."""\n')
    found = Module("module", source).mentions()
    assert {number for what, number in found if what == "lemma"} == {1, 2, 5, 8}
    assert {number for what, number in found if what == "theorem"} == {10, 11, 12}


def test_the_command_says_the_path_the_modules_and_the_lemmas(root, monkeypatch):
    monkeypatch.chdir(root)
    done = call("trust", "proofs/gaussian/n06-k06.json")
    assert done.returncode == 0
    assert done.stdout.startswith(
        "gaussian-minimum, FORMAT 4.1 (proofs/format/gaussian-minimum.md), theorem 1"
        " (proofs/lemmas/gaussian.md):\n"
    )
    assert "\nPROVED by the kernel, PROVED by the second checker\n" in done.stdout
    for part in (
        "certify/cli/check.py:",
        "verify: verify_gaussian_minimum",
        "certify/kernel/foundation/ledger.py:",
        "Lemma 3 ",
        "recheck.dense",
    ):
        assert part in done.stdout
    assert call("trust", "nothing").returncode == call("trust", "pyproject.toml").returncode == 2


def test_long_work_names_the_kind_it_is_at(monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(trust, "at", told.append)
    monkeypatch.setattr(trust, "trust_of", lambda path, command: path)
    monkeypatch.setattr(trust, "row", lambda title, found: title)
    trust.overview(check)
    assert told == [title for title, _, _ in trust.entries()]


@pytest.mark.long
def test_odd_files_get_one_sentence_and_the_exit_code_of_check(root, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tree = json.loads((root / "proofs" / "gaussian" / "n06-k06.json").read_text())
    for name, change, code in (
        ("version", {"format": "certify/2"}, 3),
        ("kind", {"kind": "gaussian-maximum"}, 3),
        ("statement", {"statement": {}}, 2),
    ):
        (tmp_path / f"{name}.json").write_text(json.dumps(tree | change))
        done = call("trust", f"{name}.json")
        assert done.returncode == code == call("check", f"{name}.json").returncode
        assert "certify.kernel" not in done.stderr
    (tmp_path / "empty.json").write_text("")
    (tmp_path / "gaussian-minimum").mkdir()  # is no kind's name taken
    assert call("trust", "empty.json").returncode == call("trust", "no.json").returncode == 2
    assert call("trust", "gaussian-minimum").returncode == 0
    assert process("trust", "").returncode == 2


def test_nothing_in_the_current_folder_is_imported_or_taken_for_an_option(root, tmp_path):
    data = (root / "proofs" / "gaussian" / "n06-k06.json").read_bytes()
    (tmp_path / "-d.json").write_bytes(data)
    for name in ("json", "fractions", "certify"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('mine')")
    script = Path(sys.executable).with_name("certify")
    done = [
        subprocess.run(
            [script, "trust", what], cwd=tmp_path, input=data, capture_output=True, check=False
        )
        for what in ("./-d.json", "-")
    ]
    for one in done:
        assert one.returncode == 0, one.stderr
        assert b"PROVED by the kernel, PROVED by the second checker" in one.stdout
        assert b"recheck.dense" in one.stdout
