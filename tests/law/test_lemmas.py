"""The lemmas: each stands once, names the functions that implement it, and is cited by them."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from certify.kernel.kinds import KINDS, kind_of
from certify.report.lemmas import page_of, sections, words
from certify.report.modules import Module
from law import tree

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "proofs" / "lemmas"
KERNEL, SECOND = ROOT / "certify" / "kernel", ROOT / "proofs" / "recheck"
PAGES = sorted(FOLDER.glob("*.md"))
SECTIONS = {
    name: (page, section)
    for page in PAGES
    for name, section in sections(page.read_text(encoding="utf-8")).items()
}
IMPLEMENTED = re.compile(r"^Implemented by: kernel (.*); second checker (.*)\.$")
ROW = re.compile(
    r"^\| \[(\w+ \d+)\]\((.*)#(.*)\) \| .* \| `(.*)` \| (.*) \| (.*) \|$", re.MULTILINE
)


def functions(text):
    """Pairs of file and function from "`a.py` `f`, `g`, `b.py` `h`"; "none" has none."""
    found, file = [], ""
    for name in re.findall(r"`([^`]+)`", text):
        if name.endswith(".py"):
            file = name
        else:
            found.append((file, name))
    assert found or text == "none"
    return found


def implementers(name):
    """The functions of the kernel and of the second checker, from the last lines of a section."""
    last = " ".join(SECTIONS[name][1].strip().split("\n\n")[-1].split())
    kernel, second = IMPLEMENTED.match(last).groups()
    return functions(kernel), functions(second)


@cache
def mentions(path):
    """The lemmas and theorems that a source names."""
    return Module(path.stem, path).mentions()


@cache
def defined(path):
    """The functions, classes and methods of a source."""
    found = set()
    for node in tree(path).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            methods = (part for part in node.body if isinstance(part, ast.FunctionDef))
            found |= {f"{node.name}.{method.name}" for method in methods}
    return found


def test_each_lemma_and_theorem_stands_once_on_its_page():
    titles = [
        title.lower()
        for page in PAGES
        for title in re.findall(r"(?m)^#+ ((?:Lemma|Theorem) \d+)", page.read_text("utf-8"))
    ]
    assert len(titles) == len(set(titles)) == len(SECTIONS)
    lemmas, theorems = (
        sorted(int(title.split()[1]) for title in titles if title.startswith(what))
        for what in ("lemma", "theorem")
    )
    assert lemmas == list(range(1, 42)) and theorems == list(range(1, len(theorems) + 1))
    for name, (page, _) in SECTIONS.items():
        assert ROOT / page_of(name) == page


@pytest.mark.parametrize("name", SECTIONS)
def test_a_lemma_names_functions_that_exist_and_the_kernel_cites_it(name):
    kernel, second = implementers(name)
    what, number = name.split()
    assert kernel
    for file, function in kernel:
        assert function in defined(KERNEL / file), f"{file} has no {function}"
        assert (what, int(number)) in mentions(KERNEL / file), file
    for file, function in second:
        assert function in defined(SECOND / file), f"{file} has no {function}"
    # counting is the atlas's, which no certificate claims
    assert second or name == "lemma 12"


def test_the_index_says_the_same():
    rows = ROW.findall((FOLDER / "README.md").read_text(encoding="utf-8"))
    assert {name for name, *_ in rows} == set(SECTIONS) and len(rows) == len(SECTIONS)
    for name, link, anchor, page, kernel, second in rows:
        assert (functions(kernel), functions(second)) == implementers(name)
        assert link == page == SECTIONS[name][0].name and anchor == name.replace(" ", "-")


@pytest.mark.parametrize("folder", [ROOT / "certify", SECOND], ids=["certify", "recheck"])
def test_every_lemma_that_is_cited_exists(folder):
    known = {(name.split()[0], int(name.split()[1])) for name in SECTIONS}
    # theorems of other authors
    foreign = {"certify/smooth/activations.py", "certify/smooth/prove/constant.py"}
    for path in sorted(folder.rglob("*.py")):
        if path.relative_to(ROOT).as_posix() not in foreign:
            assert mentions(path) <= known, path


@pytest.mark.parametrize("name", KINDS)
def test_the_theorem_of_a_kind_names_the_kind_and_its_verifier(name):
    kind = kind_of(name)
    section = SECTIONS[kind.theorem][1]
    assert f"`{name}`" in section.split("\n\n")[1]
    assert kind.verify.__name__ in {function for _, function in implementers(kind.theorem)[0]}


def test_a_formula_counts_as_one_word():
    text = SECTIONS["lemma 7"][1]
    whole = len(text.split())
    inside = sum(len(formula.split()) - 1 for formula in re.findall(r"\$[^$]+\$", text))
    assert words("lemma 7") == whole - inside
    with pytest.raises(KeyError):
        words("lemma 99")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_mathematics_stands_in_formulas_that_every_renderer_reads(page):
    text = re.sub(r"`[^`]*`", "code", page.read_text(encoding="utf-8"))
    assert not [line for line in text.splitlines() if len(line) > 120 and line[0] != "|"]
    displays = re.findall(r"^\$\$\n(.*?)\n\$\$$", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^\$\$\n.*?\n\$\$$", "formula", text, flags=re.MULTILINE | re.DOTALL)
    inline = re.findall(r"\$([^$]+)\$", rest)
    # Markdown drops a backslash before punctuation, and takes a * for emphasis
    for formula in inline:
        assert not re.search(r"\\[^A-Za-z]|\*|\n", formula), formula
    for formula in displays:
        lines = formula.replace("\\\\\n", "\n")
        assert not re.search(r"\\[^A-Za-z]|\*", lines), formula
        # Markdown begins a list or a quotation there
        assert not re.search(r"^\s*[-+>#]", formula, re.MULTILINE), formula
    prose = re.sub(r"\$[^$]+\$|\]\([^)]*\)|^\|.*$", "", rest, flags=re.MULTILINE)
    assert not re.findall(r"\S*[\\^_=<>{}$]\S*", prose)
