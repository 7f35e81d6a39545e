"""The site: the pages say what the program does, and it builds without a warning and without the
network.
"""

from __future__ import annotations

import doctest
import os
import re
import runpy
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import certify

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [
    *sorted(DOCS.glob("tutorials/*.md")),
    DOCS / "failures.md",
    DOCS / "your-files.md",
    DOCS / "networks.md",
    DOCS / "trained.md",
    DOCS / "classes.md",
    DOCS / "overparameterised.md",
    DOCS / "landscape.md",
    DOCS / "slopes.md",
    DOCS / "house.md",
    DOCS / "performance.md",
    DOCS / "command-line.md",
]
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END = "--end of a command--"
PROGRESS = re.compile(r"^  \d+ s: .*\n", re.MULTILINE)  # what long work says on a busy machine


def told(block):
    """The commands of a console block, each with the output shown below it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def run(block, folder):
    """Run the commands of a console block in one shell, as they were typed, and compare what a
    terminal would show.
    """
    commands = list(told(block))
    script = "".join(
        f"{command}\n(status=$?; echo '{END}'; exit $status)\n" for command, _ in commands
    )
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "COLUMNS": "80",
        "PYTHONUNBUFFERED": "1",
    }
    shell = ["bash", "-c", f"exec 2>&1\n{script}"]
    shown = subprocess.run(
        shell, cwd=folder, env=environment, capture_output=True, text=True, check=False
    ).stdout.split(f"{END}\n")
    for (command, expected), told_meanwhile in zip(commands, shown, strict=False):
        got = PROGRESS.sub("", told_meanwhile)
        example = doctest.Example(command, expected)
        if not doctest.OutputChecker().check_output(example.want, got, doctest.ELLIPSIS):
            pytest.fail(
                doctest.OutputChecker().output_difference(
                    example, got, doctest.ELLIPSIS | doctest.REPORT_NDIFF
                )
                + f"\nafter $ {command}"
            )
    assert len(shown) == len(commands) + 1


def each_page():
    """What is run in one go: a page, and of the long page of commands each section by itself. What
    takes ten seconds and more is of the long tier.
    """
    for page in PAGES:
        commands = page.stem == "command-line"
        texts = page.read_text().split("\n## ") if commands else [page.read_text()]
        is_long = commands or page.stem in {"failures", "researcher", "theorist"}
        for number, text in enumerate(texts):
            if FENCED.search(text):
                name = f"{page.stem}-{number}" if commands else page.stem
                marks = [pytest.mark.long] if is_long else []
                yield pytest.param(page, text, id=name, marks=marks)


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder in which the certificates are found as in the root of the repository, and into which
    commands may write.
    """
    for name in ("proofs", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("page", "text"), list(each_page()))
def test_pages_show_what_happens(page, text, checkout):
    variables = {}
    blocks = FENCED.findall(text)
    assert any(language == "console" for language, _ in blocks) or page.stem in {
        "networks",
        "reader",
    }
    for number, (language, block) in enumerate(blocks):
        if language == "console":
            run(block, checkout)
        elif language == "pycon":
            test = doctest.DocTestParser().get_doctest(
                block, variables, f"{page.name}, block {number}", str(page), 0
            )
            doctest.DebugRunner(optionflags=doctest.ELLIPSIS).run(test, clear_globs=False)
            variables = test.globs
        else:
            assert language == "text", f"a block of {language} is not tested"


def test_every_command_has_a_row_and_an_example():
    """The page of commands lists what the application has, in tables, and shows each in use."""
    text = (DOCS / "command-line.md").read_text()
    rows = re.findall(r"^\| `certify ([^`]+)`", text, re.MULTILINE)
    shown = re.findall(r"^(?:\$ )?certify (.+)$", text, re.MULTILINE)
    for name in commands():
        assert any(f"{row} ".startswith(f"{name} ") for row in rows), name
        assert any(f"{line} ".startswith(f"{name} ") for line in shown), name


def commands():
    """The commands of the application, those of a group with its name before them."""
    from certify.cli import APP

    for name, command in APP.commands.items():
        yield from (
            [f"{name} {inner}" for inner in command.commands]
            if hasattr(command, "commands")
            else [name]
        )


def test_the_first_page_installs_as_the_readme_does():
    """What a visitor copies is executed: by the gate (README.md), and by the test of the site."""
    lines = [
        line
        for _, block in FENCED.findall((DOCS / "index.md").read_text())
        for line in re.findall(r"^\$ (.*)$", block, re.MULTILINE)
    ]
    readme = re.search(
        "<!-- set-up -->(.*?)<!-- end -->", (ROOT / "README.md").read_text(), re.DOTALL
    )
    assert readme is not None
    assert lines == [readme[1].split("\n    ")[1].strip(), "sphinx-build -W -c docs . build/site"]


def codes():
    """The reason codes of the format: in the tables of the kinds, and in section 2."""
    text = "".join(page.read_text() for page in (ROOT / "proofs" / "format").glob("*.md"))
    rows = re.findall(r"^\| [0-9, ]+ \| ([^|]*) \|", text, re.MULTILINE)
    return {code for row in rows for code in re.findall(r"`([a-z-]+)`", row)} | {
        "version",
        "kind",
        "malformed",
    }


def test_every_reason_code_has_an_entry():
    entries = re.findall(
        r"^\| ((?:`[a-z-]+`(?:, )?)+) \|", (DOCS / "failures.md").read_text(), re.MULTILINE
    )
    listed = [code for entry in entries for code in re.findall(r"`([a-z-]+)`", entry)]
    assert len(codes()) > 30
    assert codes() <= set(listed), codes() - set(listed)
    assert len(listed) == len(set(listed))
    # these come from the command line, not from a checker
    assert set(listed) - codes() == {
        "checker",
        "crash",
        "disagreement",
    }


class Loaded(HTMLParser):
    """What a browser loads for a page by itself (not the links that a reader may follow)."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        names = {"src", "srcset", "data", "poster", "action"} | (
            {"href"} if tag in {"link", "use", "image"} else set()
        )
        self.found += [value for name, value in attributes if name in names and value]


@pytest.mark.long
def test_site_builds_strictly_and_is_self_contained(tmp_path):
    build = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-W",
        "--keep-going",
        "-c",
        str(DOCS),
        "-d",
        str(tmp_path / "cache"),
        str(ROOT),
        str(tmp_path / "site"),
    ]
    done = subprocess.run(build, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    pages = sorted((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 15
    outside = re.compile(r"(https?:)?//")
    for page in pages:
        assert not [url for url in Loaded(page.read_text()).found if outside.match(url)], page
    for sheet in (tmp_path / "site").rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*['\"]?(https?:)?//", sheet.read_text()), sheet
    reference = (tmp_path / "site" / "docs" / "api.html").read_text()
    assert not [
        name
        for name in certify.__all__
        if not {f'id="certify.{name}"', f'id="module-certify.{name}"'}
        & set(re.findall(r'id="[^"]+"', reference))
    ]
    options = (tmp_path / "site" / "docs" / "command-line.html").read_text()
    assert 'id="certify-check"' in options and 'id="certify-doctor"' in options
    titles = [re.search("<title>(.*?)</title>", page.read_text(), re.DOTALL)[1] for page in pages]
    named = [title for title in titles if title not in {"certify", "<no title>"}]
    assert len(named) == len(set(named)), "two pages have one title"
    picture = (tmp_path / "site" / "docs" / "slopes.html").read_text()
    links = re.findall(r'<a xlink:href="\.\./([^"]+)"><title>', picture)
    assert len(links) > 390
    assert not [link for link in links if not (tmp_path / "site" / link).exists()]
    assert {p.stem for p in (ROOT / "notebooks").glob("*.ipynb")} == {
        p.stem for p in (tmp_path / "site" / "notebooks").glob("*.html")
    }


def test_the_picture_of_the_classes_can_be_drawn_again(tmp_path, checkout):
    program = runpy.run_path(str(DOCS / "static" / "classes.py"))
    titles = program["draw"](tmp_path / "classes.svg")
    drawn, shipped = (
        (folder / "classes.svg").read_text() for folder in (tmp_path, DOCS / "static")
    )
    assert titles[0] == "global" and drawn.count("<image") == shipped.count("<image") >= len(titles)


SLOPES = DOCS / "static" / "slopes.svg"
LINK = re.compile(r'<a xlink:href="([^"]*)"><title>([^<]*)</title>')


@pytest.fixture
def slopes(tmp_path, checkout):
    """The phase diagram drawn again: its marks, and the picture."""
    program = runpy.run_path(str(DOCS / "static" / "slopes.py"))
    return program["draw"](tmp_path / "slopes.svg"), (tmp_path / "slopes.svg").read_text()


def test_the_phase_diagram_can_be_drawn_again(slopes):
    """The shipped one has the same marks, and each leads to a file."""
    marks, drawn = slopes
    shipped = SLOPES.read_text()
    assert LINK.findall(drawn) == LINK.findall(shipped)
    assert len(LINK.findall(shipped)) == len(marks) == shipped.count("<a xlink")
    for link, _ in LINK.findall(shipped):
        assert (DOCS / "static" / link).resolve().is_file()


def test_the_marks_of_the_phase_diagram_are_what_the_tables_say(slopes):
    """Against the tables of the two folders, which nothing of the picture but the saddles reads."""
    marks, _ = slopes

    table = (ROOT / "proofs" / "slopes" / "README.md").read_text()
    rows = re.findall(r"^\| (\d+) \| (\w+) \| (\S+) \| (.) ?", table, re.MULTILINE)
    each = [m for m in marks if m.low == m.high]
    for what, sign, count in (("a minimum", "[", 330), ("a saddle", "a", 46)):
        found = {(m.name, m.k, m.low) for m in each if m.what.startswith(what) and m.low}
        assert found == {(name, int(k), float(a)) for k, name, a, first in rows if first == sign}
        assert len(found) == count
    for name, least in (("II", 6), ("A", 6), ("I", 7)):  # ReLU
        assert {m.k for m in each if m.name == name and m.what == "a minimum" and not m.low} == (
            set(range(least, 21))
        )
    table = (ROOT / "proofs" / "every-slope" / "README.md").read_text()
    rows = re.findall(r"^\| (\d+) \| (\w+) \| [^|]* \| ([^|]*) \|", table, re.MULTILINE)
    regions = [m for m in marks if m.low < m.high and "every-k" not in m.proof.parts]
    assert {(f"every slope {told}", name, int(k)) for k, name, told in rows} == {
        (m.told, m.name, m.k) for m in regions
    }
    for m in regions:
        ends = re.findall(r"-?[\d.]+", m.told)
        assert (m.low, m.high) == pytest.approx(tuple(map(float, ends)), abs=1.01e-6)


def test_the_marks_of_the_phase_diagram_stand_at_their_slopes():
    """In the shipped picture: heights are an affine function of the slope that the title says. (A
    few marks of a kind are paths, without a place of their own; they are not looked at.)
    """
    mark = re.compile(
        r"<title>(\w+), k = ([\d.]+), slope (-?[\d.]+): [^<]*</title>\s*(?:<g[^>]*>\s*)?"
        r'<use [^>]*x="([\d.]+)" y="([\d.]+)"'
    )
    found = mark.findall(SLOPES.read_text())
    assert len(found) > 360
    slopes, heights = ([float(row[i]) for row in found] for i in (2, 4))
    ends = list(zip(slopes, heights, strict=True))
    (top, high), (bottom, low) = max(ends), min(ends)
    assert low > high  # downwards
    for slope, height in ends:
        expected = low + (high - low) * (slope - bottom) / (top - bottom)
        assert abs(height - expected) < 0.01
    columns = {(name, float(k)): float(x) for name, k, _, x, _ in found}
    assert {name for name, _ in columns} >= {"II", "A", "I", *(f"II_{p}" for p in range(2, 7))}
    for (name, k), x in columns.items():
        last = max(at for called, at in columns if called == name)
        if name == "II_8":  # at one k only
            assert k == last == 8
            continue
        step = columns[name, last] - columns[name, last - 1]
        assert abs(x - columns[name, last] + step * (last - k)) < 0.01


def test_the_parser_sees_what_is_loaded():
    page = (
        '<a href="https://a.org">a</a><script src="https://b.org/x.js"></script><link'
        ' rel="stylesheet" href="//c.org/x.css">'
    )
    assert Loaded(page).found == ["https://b.org/x.js", "//c.org/x.css"]
