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
    DOCS / "classes.md",
    DOCS / "house.md",
]
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END = "--end of a command--"


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
    for (command, expected), got in zip(commands, shown, strict=False):
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
    """The pages; those whose commands take ten seconds and more are of the long tier."""
    for page in PAGES:
        marks = [pytest.mark.long] if page.stem in {"failures", "researcher", "theorist"} else []
        yield pytest.param(page, id=page.stem, marks=marks)


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder in which the certificates are found as in the root of the repository, and into which
    commands may write.
    """
    for name in ("proofs", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", list(each_page()))
def test_pages_show_what_happens(page, checkout):
    variables = {}
    blocks = FENCED.findall(page.read_text())
    assert any(language == "console" for language, _ in blocks) or page.stem == "reader"
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
    commands = (tmp_path / "site" / "docs" / "command-line.html").read_text()
    assert 'id="certify-check"' in commands and 'id="certify-doctor"' in commands
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


def test_the_parser_sees_what_is_loaded():
    page = (
        '<a href="https://a.org">a</a><script src="https://b.org/x.js"></script><link'
        ' rel="stylesheet" href="//c.org/x.css">'
    )
    assert Loaded(page).found == ["https://b.org/x.js", "//c.org/x.css"]
