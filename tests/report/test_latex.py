"""The theorems as LaTeX: right in structure everywhere, and compiled where there is a pdflatex."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest
from conftest import DATA, FILES, HOSTILE, PROOFS

from certify import load
from certify.judge import Checker
from certify.report.document import latex_document
from certify.report.examination import examine
from certify.report.latex import theorem
from certify.report.tex import claims_display, escaped
from certify.report.views import view_of

needs_latex = pytest.mark.skipif(
    shutil.which("pdflatex") is None, reason="pdflatex is not installed"
)
SMOOTH = [
    DATA / f"{name}.json" for name in ("constant-minimum", "constant-family", "splitting-family")
]
PAPER = (
    "\\documentclass{article}\n\\usepackage{amsmath,amssymb,amsthm}\n"
    "\\newtheorem{theorem}{Theorem}\n\\begin{document}\n%s\n\\end{document}\n"
)


def compiled(tmp_path, text: str) -> str:
    (tmp_path / "paper.tex").write_text(text)
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        errors="replace",
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "paper.pdf").stat().st_size > 10_000
    return (tmp_path / "paper.log").read_text(errors="replace")


def require_structure(text: str) -> None:
    """ASCII, balanced braces and environments, dollars in pairs, no _ or ^ outside mathematics."""
    assert text.isascii()
    text = text.replace("\\\\", "\n")
    bare = re.sub(r"\\[{}$%&#_]", "", text)
    assert bare.count("{") == bare.count("}")
    assert bare.count("$") % 2 == 0
    open_environments = []
    for what, name in re.findall(r"\\(begin|end)\{([\w*]+)\}", text):
        if what == "begin":
            open_environments.append(name)
        else:
            assert open_environments.pop() == name
    assert not open_environments
    plain = re.sub(r"\\begin\{(align\*|aligned)\}.*?\\end\{\1\}", "", bare, flags=re.DOTALL)
    plain = re.sub(r"\\\[.*?\\\]", "", plain, flags=re.DOTALL)
    plain = re.sub(r"\$[^$]*\$", "", plain)
    assert not re.search(r"[_^<>|]", plain), re.search(r".*[_^<>|].*", plain)[0]
    assert not re.search(r"\\(le|ge|in|ast|cdot|lambda|mathbb)\b", plain)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_structure(path):
    certificate = load(path)
    require_structure(theorem(certificate))
    require_structure(claims_display(view_of(certificate.kind).claims(certificate.statement)))


def test_symmetric_theorems_say_what_the_centre_is():
    """With the blocks and every coordinate, so that nothing is left to the file."""
    certificate = load(PROOFS / "symmetric" / "k07" / "II+1.json")
    text = theorem(certificate).replace("\\\\\n  &\\quad ", "")
    assert certificate.digest not in text
    for row in certificate.document["statement"]["centre"]:
        for entry in row:
            for number in entry if isinstance(entry, list) else [entry]:
                assert f"={number}" in text.replace("&", "")
    assert (
        "block 1 of $6$ rows and as many columns; block 2 of $1$ row and one column; block 3 of $1$"
        " row." in text
    )


def test_escaping():
    for text in (HOSTILE, "\\", "a~b^c", '"', "\ud800", "\n\t"):
        made = escaped(text)
        assert made.isascii() and "\n" not in made
        assert not re.search(r"(?<!\\)[&%$#_]", made)


@needs_latex
def test_every_theorem_compiles(tmp_path):
    """As in a paper with the AMS packages and nothing else; no number runs out of the page."""
    certificates = [load(path) for path in FILES]
    log = compiled(tmp_path, PAPER % "\n".join(theorem(c) for c in certificates))
    assert [
        float(width)
        for width in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)
        if float(width) > 6
    ] == []


@needs_latex
def test_a_document_compiles(tmp_path, tampered):
    (tmp_path / "broken.json").write_text("{")
    files = [
        PROOFS / "gaussian" / "n06-k06.json",
        PROOFS / "symmetric" / "k06" / "I.json",
        PROOFS / "enumeration" / "k06.json",
        *SMOOTH,
        tampered,
        tmp_path / "broken.json",
    ]
    text = latex_document([examine(path, Checker.kernel) for path in files], HOSTILE)
    require_structure(
        text.partition("\\begin{document}")[2]
        .rpartition("\\end{document}")[0]
        .replace(">{\\raggedright", "{\\raggedright")
    )
    assert text.count("\\begin{theorem}") == 6 and text.count("\\begin{unproved}") == 1
    log = compiled(tmp_path, text)
    assert [
        float(width)
        for width in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)
        if float(width) > 6
    ] == []


def test_show_latex_prints_a_theorem_only_if_it_is_one(tampered):
    def run(path):
        return subprocess.run(
            [sys.executable, "-m", "certify", "show", "--latex", str(path)],
            capture_output=True,
            text=True,
            check=False,
        )

    good = run(PROOFS / "gaussian" / "n06-k06.json")
    assert (
        good.returncode == 0
        and good.stdout.startswith("\\begin{theorem}")
        and "\n\\end{theorem}\n\\noindent\\emph{Corollaries} (by " in good.stdout
    )
    bad = run(tampered)
    assert bad.returncode == 1 and bad.stdout == "" and bad.stderr.startswith("REJECTED ")
