"""Every kind has its table and its theorem; every interval printed anywhere encloses what is
claimed.
"""

from __future__ import annotations

import ast
import html
import io
import os
import re
import subprocess
import sys
from fractions import Fraction
from html.parser import HTMLParser

import pytest
from conftest import FILES, PROOFS, SHIPPED
from flint import fmpq
from hypothesis import example, given, settings
from hypothesis import strategies as st

from certify import Enclosure, load
from certify.enclosure import rounded
from certify.kernel.foundation.reals import Interval, Range, Real
from certify.kernel.foundation.words import LOW, RAISED, Math, line, plain
from certify.kernel.gaussian.activation import Activation
from certify.kernel.kinds import KINDS
from certify.report import command
from certify.report.gaussian import views as gaussian
from certify.report.latex import theorem
from certify.report.markup import claims_table, theorem_html
from certify.report.piecewise import views as piecewise
from certify.report.rows import Bound
from certify.report.smooth import views as smooth
from certify.report.tex import claims_display, interval, table_row
from certify.report.trained import views as trained
from certify.report.views import view_of
from certify.report.words import html as html_of
from certify.report.words import numeral, unicode

ABOVE = "".join(RAISED)
# Brackets that hold no two numbers: displays, items, [a = b], and intervals with ends of letters
SYMBOLIC = r"\\\[|\\item\[|\[a = b\]|\[k_0,k_1[\])]|\[c_0,c_1\]|\[(k₀, k₁|k0, k1)\)"
RATIONALS = st.one_of(
    st.fractions(),
    st.tuples(st.integers(-(10**45), 10**45), st.integers(-120, 120)).map(
        lambda pair: Fraction(pair[0]) * Fraction(10) ** pair[1]
    ),
    st.integers(-(10**30), 10**30).map(Fraction),
)
DIGITS = st.integers(1, 60)


def on_the_line(signs: str) -> str:
    return signs.translate(str.maketrans(RAISED))


def read(text: str) -> Fraction:
    """A printed number, in any of the ways in which numbers are printed."""
    text = text.replace("−", "-").strip()
    text = re.sub(r"\\cdot\s*10\^\{(-?\d+)\}", r"e\1", text)
    text = re.sub(rf"\s*·\s*10([{ABOVE}]+)", lambda m: "e" + on_the_line(m[1]), text)
    text = re.sub(r"^(-?)10\^\{(-?\d+)\}$", r"\g<1>1e\2", text)
    text = re.sub(rf"^(-?)10([{ABOVE}]+)$", lambda m: f"{m[1]}1e{on_the_line(m[2])}", text)
    return Fraction(text)


def intervals(text: str) -> list[tuple[Fraction, Fraction]]:
    """All intervals in a text: [number, number]."""
    scaled = rf"[-−]?[\d.]+(?:e-?\d+|\s*·\s*10[{ABOVE}]+|\\cdot10\^{{-?\d+}})?"
    number = rf"{scaled}|-?10[{ABOVE}]+|-?10\^{{-?\d+}}"
    found = re.findall(rf"\[({number}),(?:\\)? ?\s*({number})\]", text.replace("\\allowbreak ", ""))
    return [(read(low), read(high)) for low, high in found]


BOUNDS_ALONE = (  # kinds that claim no interval
    "gaussian-enumeration",
    "gaussian-slopes-minimum",
    "gaussian-family-slopes-minimum",
    "gaussian-landscape",
    "gaussian-slopes-landscape",
    "smooth-exact-fit",
    "smooth-no-critical-point",
)


BY_ENDS = (  # kinds whose LaTeX writes long intervals as two inequalities
    "gaussian-birth",
    "gaussian-birth-curve",
    "gaussian-family-saddle",
    "gaussian-slope-birth",
)


class Text(HTMLParser):
    """The text of HTML, raised digits as Unicode ones."""

    def __init__(self) -> None:
        super().__init__()
        self.made, self.raised = io.StringIO(), False

    def handle_starttag(self, tag, attributes):
        self.raised = tag == "sup"

    def handle_endtag(self, tag):
        self.raised = False

    def handle_data(self, data):
        self.made.write(
            data.replace("−", "-").translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
            if self.raised
            else data
        )


def text_of(page: str) -> str:
    parser = Text()
    parser.feed(page)
    return parser.made.getvalue()


def claimed(claim: object) -> list[tuple[Fraction, Fraction]]:
    """Every interval in a statement, found by walking through the dataclass."""
    if isinstance(claim, Interval | Range):
        return [(Fraction(claim.texts[0]), Fraction(claim.texts[1]))]
    if isinstance(claim, tuple | list):
        return [pair for entry in claim for pair in claimed(entry)]
    if hasattr(claim, "__dataclass_fields__"):
        exact = [
            Fraction(str(getattr(claim, name)))
            for name in ("risk", "derivative")
            if isinstance(getattr(claim, name, None), fmpq)
        ]
        return [
            *((number, number) for number in exact),
            *(
                pair
                for name in claim.__dataclass_fields__
                for pair in claimed(getattr(claim, name))
            ),
        ]
    return []


def encloses(outer: tuple[Fraction, Fraction], inner: tuple[Fraction, Fraction]) -> bool:
    return outer[0] <= inner[0] <= inner[1] <= outer[1]


def near(outer: tuple[Fraction, Fraction], inner: tuple[Fraction, Fraction], digits: int) -> bool:
    """Not much wider: no end further out than a unit of the last digit."""
    return all(abs(a - b) * 10 ** (digits - 1) <= abs(b) for a, b in zip(outer, inner, strict=True))


@given(RATIONALS, RATIONALS, DIGITS)
@example(Fraction(-1, 3), Fraction(1, 3), 1)
@example(Fraction(10**25), Fraction(10**25) + 1, 3)
@example(Fraction(0), Fraction(1, 10**90), 2)
@settings(max_examples=500)
def test_printed_enclosures_enclose(a, b, digits):
    low, high = sorted((a, b))
    value = Enclosure(low, high)
    for printed in (value.printed(digits), numeral(value.printed(digits)), interval(value, digits)):
        (ends,) = intervals(printed)
        assert encloses(ends, (low, high)) and near(ends, (low, high), digits)
    (ends,) = intervals(value._repr_latex_())
    assert encloses(ends, (low, high))
    ends = (low_text(low), high_text(high))
    claim = Interval(fmpq(0), fmpq(1), ends)  # only its texts are printed
    (ends,) = intervals(text_of(html_of(line("$F(W*)$ lies in ", claim), digits)))
    assert encloses(ends, (low, high))


def low_text(value: Fraction) -> str:
    return rounded(value, 200, up=False)


def high_text(value: Fraction) -> str:
    return rounded(value, 200, up=True)


@given(RATIONALS, DIGITS, st.booleans())
def test_printed_bounds_hold(end, digits, above):
    shown = read(Bound(end, above=above).printed(digits))
    assert shown >= end if above else shown <= end
    assert abs(shown - end) * 10 ** (digits - 1) <= abs(end)


def test_every_kind_is_here():
    assert set(SHIPPED) == set(KINDS)
    for kind, names in SHIPPED.items():
        assert {load(PROOFS / name).kind for name in names} == {kind}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_kind_has_rows_and_a_theorem(path):
    certificate = load(path)
    rows = view_of(certificate.kind).claims(certificate.statement)
    assert len(rows) >= 3 and all(row.symbol and row.latex and row.meaning for row in rows)
    assert theorem(certificate).startswith("\\begin{theorem}")


def test_no_kind_is_forgotten():
    known = [*gaussian.VIEWS, *piecewise.VIEWS, *smooth.VIEWS, *trained.VIEWS]
    assert sorted(known) == sorted(KINDS)
    assert all(view_of(kind).claims and view_of(kind).latex for kind in KINDS)


def test_a_kind_without_a_view_is_an_error():
    for kind in ("gaussian-other", "data-constant-other", "smooth-other", "other", ""):
        with pytest.raises(KeyError):
            view_of(kind)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.first(12)
def test_every_printed_interval_encloses_a_claimed_one(path):
    """In terminal, page, LaTeX and pictures; and every claimed interval is printed."""
    certificate = load(path)
    claim = certificate.statement
    view = view_of(certificate.kind)
    rows, truth = view.claims(claim), claimed(claim)
    assert truth or certificate.kind in BOUNDS_ALONE
    places = {
        "terminal": ("\n".join(map(unicode, claim.theorem())), True),
        "table": ("\n".join(unicode(row.words()) for row in rows), True),
        "page: theorem": (text_of(theorem_html(claim.theorem(), "Theorem")), True),
        "page: claims": (text_of(claims_table(rows)), True),
        "page: headline": (text_of(html_of(claim.headline(), 9)), False),
        "LaTeX: theorem": (theorem(certificate), certificate.kind not in BY_ENDS),
        "LaTeX: table": ("\n".join(map(table_row, rows)), True),
        "LaTeX: notebook": (claims_display(rows), True),
        "pictures": (
            "\n".join(
                text_of(picture.svg) + html.unescape(picture.alt)
                for picture in view.pictures(claim, certificate.digest)
            ),
            False,
        ),
    }
    for place, (text, complete) in places.items():
        printed = intervals(text)
        assert text.count("[") - len(re.findall(SYMBOLIC, text)) == len(printed), (
            f"{place}: an interval that the test cannot read"
        )
        for ends in printed:
            assert any(encloses(ends, exact) and near(ends, exact, 7) for exact in truth), (
                f"{place}: [{ends}] encloses nothing that is claimed"
            )
        if complete:
            for exact in truth:
                as_it_is = exact[0] == exact[1] and (
                    str(exact[0]) in text
                    or "\\frac{{{}}}{{{}}}".format(*exact[0].as_integer_ratio()) in text
                )
                assert as_it_is or any(encloses(ends, exact) for ends in printed), (
                    f"{place}: {exact} is not printed"
                )
    if certificate.kind in BY_ENDS:
        latex = theorem(certificate).replace("\\\\\n  &\\quad ", "")
        for claimed_range in typed(claim, Interval, Range):
            assert all(end in latex for end in claimed_range.texts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_ranges_of_k_are_never_widened(path):
    """A statement for all k in K must not be printed for a larger K."""
    certificate = load(path)
    claim = certificate.statement
    if not hasattr(claim, "k") or not isinstance(claim.k, Range):
        return
    exact = f"K = [{claim.k.texts[0]}, {claim.k.texts[1]}]"
    assert exact in "\n".join(map(unicode, claim.theorem()))
    assert exact in text_of(theorem_html(claim.theorem(), "Theorem"))
    latex = theorem(certificate).replace("\\\\\n  &\\quad ", "")
    assert f"k_0&={claim.k.texts[0]}," in latex and f"k_1&={claim.k.texts[1]}." in latex


def typed(claim: object, *types: type) -> list[object]:
    """Every number of these types in a statement, found by walking through the dataclass."""
    if isinstance(claim, types):
        return [claim]
    if isinstance(claim, Activation):  # of a number the size is written, of 1 nothing
        sizes = [Real(abs(p.value), p.text.lstrip("-")) for p in (claim.positive, claim.negative)]
        return [size for size in sizes if Real in types and size.value not in (0, 1)]
    if isinstance(claim, tuple | list):
        return [found for entry in claim for found in typed(entry, *types)]
    if hasattr(claim, "__dataclass_fields__"):
        return [
            found
            for name in claim.__dataclass_fields__
            for found in typed(getattr(claim, name), *types)
        ]
    return []


# Bounds that help to find the points: they are no part of what the theorem says.
UNSAID = {"gaussian-enumeration": ("radius", "gap")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_number_of_a_statement_stands_in_its_theorem_with_its_type(path):
    """The enclosures of a theorem are those of the statement, no others; every number and range is
    a part of its own.
    """
    certificate = load(path)
    claim = certificate.statement
    parts = [part for words in claim.theorem() for part in words]
    intervals = [part for part in parts if isinstance(part, Interval)]
    assert sorted(map(str, intervals)) == sorted(map(str, typed(claim, Interval)))
    unsaid = [
        getattr(point, name) for name in UNSAID.get(certificate.kind, ()) for point in claim.points
    ]
    numbers = [found for found in typed(claim, Real, Range) if found not in unsaid]
    assert [found for found in numbers if found not in parts and found.value != 0] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_ascii_form_is_ascii_and_says_the_same(path):
    """Sign by sign: nothing but signs changes, and the letters that are left say the same."""
    claim = load(path).statement
    for words in [claim.headline(), *claim.theorem()]:
        prose = "".join(part for part in words if isinstance(part, str))
        assert prose.isascii() and "$" not in prose
        ascii_text, told = plain(words), unicode(words)
        assert ascii_text.isascii()
        letters = {"alpha", "sigma", "theta"}
        kept = [w for w in re.findall(r"[a-z]{4,}", ascii_text) if w not in letters]
        assert re.findall(r"[a-z]{4,}", told) == kept
        assert not re.search(r"<=|>=|!=|\bsum_\(|\.\.\d|R\^\(|\|W", told), path


def test_every_sign_of_the_kernel_has_an_ascii_form():
    kernel = PROOFS.parent / "certify" / "kernel"
    constants = [
        node.value
        for path in kernel.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    signs = {sign for text in constants for sign in text if not sign.isascii()}
    assert "‖" in signs and {*LOW, *RAISED} <= signs
    for sign in signs:
        assert plain((Math(f"x{sign}"),)).isascii(), sign


def test_no_regular_expression_reads_prose():
    """In the report and the words of the kernel; SVG and LaTeX are no prose."""
    package = PROOFS.parent / "certify"
    files = [*(package / "report").rglob("*.py"), package / "kernel" / "foundation" / "words.py"]
    using = {
        path.relative_to(package).as_posix()
        for path in files
        if re.search(r"^(?:import re\b|from re import)", path.read_text(), re.MULTILINE)
    }
    assert using <= {
        "report/command.py",  # the seal of a report
        "report/drawing.py",  # the SVG that matplotlib writes
        "report/lemmas.py",  # the sections and formulas of Markdown
        "report/modules.py",  # the names of lemmas in docstrings
        "report/plan.py",  # the example and the marks on a page of the format
        "report/smooth/formula.py",  # LaTeX of this package
        "report/smooth/latex.py",
    }


def test_the_terminal_shows_claims_and_verdict():
    path = PROOFS / "gaussian" / "n06-k06.json"
    told = subprocess.run(
        [sys.executable, "-m", "certify", "show", str(path)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    truth = claimed(load(path).statement)
    table = told[told.index("rounded outward") : told.index("  spurious  0 <")]
    assert len(intervals(table)) == 2 and all(
        any(encloses(ends, exact) for exact in truth) for ends in intervals(table)
    )
    assert told.startswith("THEOREM.  For every D ≥ 6") and told.splitlines()[-1].startswith(
        f"PROVED {path}: "
    )
    plain = subprocess.run(
        [sys.executable, "-m", "certify", "show", str(path)],
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
    ).stdout
    assert (
        plain.isascii()
        and b"For every D >= 6" in plain
        and plain.splitlines()[-1].startswith(b"PROVED ")
    )


@pytest.mark.parametrize("width", [40, 60, 74, 76, 80, 100, 120])
@pytest.mark.parametrize("name", ["gaussian/n06-k06", "symmetric/k07/II", "family/A"])
def test_no_word_is_cut_in_a_narrow_terminal(name, width, root, monkeypatch):
    """Every word of a meaning is there, and where there is little room, below its claim."""
    certificate = load(root / f"proofs/{name}.json")
    monkeypatch.setattr(command, "terminal_width", lambda: width)
    monkeypatch.setattr(command, "for_output", lambda text, _: text)
    told = command._claims_text(certificate)
    rows = view_of(certificate.kind).claims(certificate.statement)
    for row in rows:
        assert set(unicode(row.meaning).split()) <= set(told.split()), row.symbol
    below = told.startswith("claims, rounded outward:\n")
    assert below or " meaning " in told
    assert below if width <= 60 else width < 80 or not below


def test_a_large_smoothness_is_no_part_of_a_fraction(root):
    """1/2.5·10⁵ reads as 40 000; the step is below 1/L."""
    certificate = load(root / "proofs" / "consequences" / "k1000000-I.basin.json")
    text = "\n".join(map(unicode, certificate.statement.theorem()))
    assert "0 < η ≤ 1/L, L = 2.501·10⁵, too" in text
    assert "1/2" not in text.split("Gradient flow")[1]


def test_a_birth_is_said_of_the_claimed_range_alone(root):
    """That it is the only one is not verified in any larger interval."""
    certificate = load(root / "tests" / "corpus" / "accept" / "birth-I.json")
    headline = certificate.statement.headline()
    assert not any(isinstance(part, Interval) for part in headline)
    assert str(certificate.statement.k) in html_of(headline)
