"""The report as a page: self-contained, well-formed, safe with hostile names, and shown by a
browser without errors.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from conftest import FILES, HOSTILE, PROOFS
from console import call

from certify import Certificate, load
from certify.judge import Checker
from certify.report.command import report
from certify.report.examination import examine
from certify.report.page import MOST_PICTURES, html_page

VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
}


class Page(HTMLParser):
    """Elements that are opened and closed in order; what they refer to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def pages(tampered, tmp_path_factory) -> dict[str, str]:
    """A page about each shipped certificate, one about a rejected one, one about all of them with
    files that are none.
    """
    folder = tmp_path_factory.mktemp("none")
    (folder / "broken.json").write_text("{")
    (folder / "declined.json").write_text(
        '{"format": "certify/9", "kind": "x", "statement": {}, "witness": {}}'
    )
    single = {
        path.stem + "-" + path.parent.name: html_page([examine(path, Checker.kernel)], path.name)
        for path in FILES
        if path.parent.name not in ("family", "saddle")
    }
    several = [
        examine(path, Checker.kernel)
        for path in (
            PROOFS / "gaussian" / "n06-k06.json",
            tampered,
            folder / "broken.json",
            folder / "declined.json",
            folder / "missing.json",
            PROOFS / "family" / "A.json",
            *sorted((PROOFS / "symmetric" / "k07").glob("*.json")),
        )
    ]
    return single | {
        "tampered": html_page([examine(tampered, Checker.all)], tampered.name),
        "several": html_page(several, HOSTILE),
    }


@pytest.mark.long
def test_pages_are_self_contained(pages):
    for name, text in pages.items():
        assert text.isascii(), name
        assert not re.search(r"https?:|//[a-z]+\.|@import|file:", text), name
        for tag, attributes in Page(text).elements:
            assert not {"src", "srcset", "data", "action", "background"} & set(attributes), (
                name,
                tag,
            )
            assert not any(key.startswith("on") for key in attributes), (name, tag)
            reference = attributes.get("href") or attributes.get("xlink:href") or "#"
            assert reference.startswith(("#", "data:image/png;base64,")), (name, reference[:50])
        policy = next(
            m["content"]
            for m in Page(text).named("meta")
            if m.get("http-equiv") == "Content-Security-Policy"
        )
        assert "default-src 'none'" in policy


@pytest.mark.long
def test_pages_are_well_formed(pages):
    for name, text in pages.items():
        page = Page(text)
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        assert len(ids) == len(set(ids)), name
        assert len(page.named("h1")) == 1 and len(page.named("title")) == 1 + len(
            page.named("svg")
        ), name
        targets = [
            a["href"][1:] for tag, a in page.elements if (a.get("href") or "").startswith("#")
        ]
        assert set(targets) <= set(ids), name
        assert set(re.findall(r"url\(#([^)]*)\)", text)) <= set(ids), name


@pytest.mark.long
def test_every_picture_has_words(pages):
    assert sum("<svg" in text for text in pages.values()) > 8
    for name, text in pages.items():
        for svg in re.findall(r"<svg[^>]*>\s*(?:<title>.*?</title>)?", text, re.DOTALL):
            assert 'role="img"' in svg, name
            assert len(re.search(r"<title>(.*)</title>", svg, re.DOTALL)[1]) > 60, name


@pytest.mark.long
def test_what_is_not_proved_is_never_called_so(pages):
    text = pages["tampered"]
    assert (
        "REJECTED" in text
        and "PROVED" not in text
        and "Theorem." not in text
        and "What is proved" not in text
    )
    assert "Claim, not proved." in text and "not a refutation" in text
    assert "0.0250805810024630104194797023530199398436750725841" in text and "loss-high" in text
    both = re.findall(r'<span class="badge (\w+)">', text)
    assert both == ["rejected", "rejected"]
    assert re.findall(r"<tr data-section.*?badge (\w+)", pages["several"])[:6] == [
        "proved",
        "rejected",
        "malformed",
        "declined",
        "malformed",
        "proved",
    ]


@pytest.mark.long
def test_hostile_names_and_provenance_are_text(pages):
    for name in ("tampered", "several"):
        assert "<script>alert" not in pages[name] and "<img" not in pages[name]
        assert "&lt;script&gt;alert" in pages[name] and "&lt;img src=x" in pages[name]


@pytest.mark.long
def test_dense_spectrum_is_not_called_proved(pages):
    assert "float64, not proved" in pages["n06-k06-gaussian"]
    assert "float64" not in re.sub(r"<title>Heat map.*?</title>", "", pages["II+1-k07"])


def test_many_certificates_stay_small():
    files = sorted((PROOFS / "symmetric" / "k07").glob("*.json"))
    one = [examine(path, Checker.kernel) for path in files]
    many = html_page((one * 80)[:300], "many")
    assert len(many) < 3_000_000
    assert "<svg" not in many and f"more than {MOST_PICTURES} certificates" in many
    assert many.count("<tr data-section") == 300


@pytest.mark.long
def test_exit_codes_are_those_of_check(tmp_path, tampered):
    good = PROOFS / "gaussian" / "n06-k06.json"
    (tmp_path / "declined.json").write_text(
        '{"format": "certify/9", "kind": "x", "statement": {}, "witness": {}}'
    )
    (tmp_path / "broken.json").write_text("{")
    out = tmp_path / "report.html"
    for files, code in (
        ([good], 0),
        ([good, tampered], 1),
        ([good, tampered, tmp_path / "broken.json"], 2),
        ([tmp_path / "declined.json"], 3),
    ):
        out.unlink(missing_ok=True)
        assert report(files, out, Checker.kernel, 1) == code
        assert out.read_text().startswith("<!DOCTYPE html>")
    assert call("report", good, tampered, "-o", out, "--checker", "kernel").returncode == 1
    both = call("report", good, "-o", tmp_path / "six.html")
    assert (
        both.returncode == 0
        and (tmp_path / "six.html").read_text().count('<span class="badge proved">') == 2
    )


def test_unusable_input_is_one_sentence(tmp_path):
    good = PROOFS / "gaussian" / "n06-k06.json"
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    cases = [
        (tmp_path / "missing.json", "r.html", "missing.json"),
        (good, "r.pdf", ".html or .tex"),
        (tmp_path / "empty", "r.html", "no certificate"),
        (good, "file/r.html", "cannot write"),
    ]
    for path, out, sentence in cases:
        done = call("report", path, "-o", tmp_path / out, "--checker", "kernel")
        assert done.returncode == 2 and sentence in done.stderr and done.stderr.count("\n") == 1, (
            done.stderr
        )
        assert not done.stdout
    assert sorted(os.listdir(tmp_path)) == ["empty", "file"]


def test_notebooks_show_claims_not_verdicts(monkeypatch):
    for path in FILES[:4]:
        fragment = load(path)._repr_html_()
        Page(fragment)
        assert (
            "Not checked yet" in fragment
            and "Claim." in fragment
            and "PROVED" not in fragment
            and "Theorem." not in fragment
        )
        assert "<svg" in fragment
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    plain = load(FILES[0])._repr_html_()
    assert "<svg" not in plain and "Claim." in plain
    assert (
        Certificate({"kind": "<b>"})._repr_html_() is None
        and Certificate({})._repr_latex_() is None
    )


def test_search_results_show_a_table():
    import certify

    found = certify.search(k=6, trials=20)
    text = found._repr_html_()
    Page(text)
    assert text.count("<tr>") == 1 + len(found) and "not proved" in text


def test_a_certificate_reports_on_itself(tmp_path):
    outcome = load(FILES[0]).report(tmp_path / "six.html")
    assert outcome.verdict == "PROVED"
    assert (tmp_path / "six.html").read_text().count('<span class="badge proved">') == 2


needs_chromium = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="chromium is not installed"
)


def chromium(tmp_path, page, *options) -> subprocess.CompletedProcess[str]:
    """One run with a profile of its own; console errors end in stderr."""
    offline = [
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        *offline,
        "--hide-scrollbars",
        "--enable-logging=stderr",
        "--v=0",
    ]
    profile = tmp_path / f"profile-{len(os.listdir(tmp_path))}"
    done = subprocess.run(
        ["chromium", "--headless", *quiet, f"--user-data-dir={profile}", *options, page],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert not [line for line in done.stderr.splitlines() if "CONSOLE" in line], done.stderr
    return done


@needs_chromium
@pytest.mark.parametrize("name", ["II+1-k07", "tampered", "several"])
@pytest.mark.long
def test_a_browser_shows_the_page(pages, tmp_path, name):
    """On a desktop and at the width of a phone, light and dark: not blank, nothing cut off at the
    right, no console errors.
    """
    import matplotlib.image as image

    (tmp_path / "page.html").write_text(pages[name])
    brightness = {}
    for width, dark in ((390, False), (1100, True), (390, True), (1100, False))[
        : 4 if name == "tampered" else 2
    ]:
        frame = (
            '<!DOCTYPE html><meta name="color-scheme" content="light dark"><body'
            ' style="margin:0"><iframe src="page.html"'
            f' style="border:0;width:{width}px;height:1400px"></iframe>'
        )
        (tmp_path / "frame.html").write_text(frame)
        shot = tmp_path / f"{width}-{dark}.png"
        theme = ["--blink-settings=preferredColorScheme=0"] if dark else []
        chromium(
            tmp_path,
            f"file://{tmp_path}/frame.html",
            *theme,
            f"--screenshot={shot}",
            f"--window-size={max(width, 500)},1400",
        )
        pixels = image.imread(shot)[:, :width, :3]
        assert pixels.shape[0] == 1400
        assert pixels.std() > 0.05
        assert abs(pixels[:, -8:] - pixels[0, 0]).max() < 0.02, "something reaches the right edge"
        brightness[width, dark] = pixels.mean()
    assert all(mean < 0.3 if dark else mean > 0.8 for (_, dark), mean in brightness.items()), (
        brightness
    )


@needs_chromium
@pytest.mark.long
def test_the_table_searches_and_sorts(pages, tmp_path):
    (tmp_path / "page.html").write_text(pages["several"])

    def rows(fragment: str) -> list[tuple[str, bool]]:
        done = chromium(
            tmp_path,
            f"file://{tmp_path}/page.html#{fragment}",
            "--dump-dom",
            "--virtual-time-budget=2000",
        )
        found = re.findall(
            r"<tr data-section=[^>]*?( hidden=\"\")?><td class=\"name\"><a[^>]*>(.*?)</a>",
            done.stdout,
        )
        assert len(found) > 6
        return [(name.rpartition("/")[2], not hidden) for hidden, name in found]

    assert all(shown for _, shown in rows(""))
    assert {name for name, shown in rows("search=REJECTED") if shown} == {
        "&lt;img src=x onerror=alert(1)&gt; &amp; 50%_$.json"
    }
    assert {name for name, shown in rows("search=II+1") if shown} == {"II+1.json"}
    assert {name for name, shown in rows("search=7%20s_2") if shown} == set()
    none = ["broken.json", "declined.json", "missing.json"]
    by_loss, downwards = ([name for name, _ in rows(f"sort=loss{way}")] for way in ("", "&down=1"))
    assert by_loss[-3:] == downwards[-3:] == none  # what has no loss comes last either way
    sharp = [name for name in by_loss if name not in none and "img" not in name]
    assert sharp == [name for name in downwards[::-1] if name in sharp]
    assert by_loss.index("II+1.json") < by_loss.index("II.json") < by_loss.index("I.json")


@needs_chromium
@pytest.mark.long
def test_everything_can_be_read_without_scripts(pages, tmp_path):
    without = pages["several"].replace("<script>", "<!--").replace("</script>", "-->")
    (tmp_path / "page.html").write_text(without)
    chromium(
        tmp_path,
        f"file://{tmp_path}/page.html",
        f"--screenshot={tmp_path}/shot.png",
        "--window-size=1100,900",
    )
    page = Page(without)
    assert len(page.named("details")) > 6 and len(page.named("script")) == 0
    assert any("search" in (p.get("class") or "") and "hidden" in p for p in page.named("p"))
