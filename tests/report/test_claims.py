"""Every kind has its table and its theorem; every interval printed anywhere encloses what is
claimed.
"""

from __future__ import annotations

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
from certify.kernel.foundation.reals import Interval
from certify.kernel.kinds import KINDS
from certify.report.claims import Bound, claim_rows
from certify.report.figures import pictures
from certify.report.latex import theorem
from certify.report.markup import claims_table, in_words, theorem_html
from certify.report.tex import claims_display, interval, table_row
from certify.report.words import ABOVE, on_the_line, unicode

RATIONALS = st.one_of(
    st.fractions(),
    st.tuples(st.integers(-(10**45), 10**45), st.integers(-120, 120)).map(
        lambda pair: Fraction(pair[0]) * Fraction(10) ** pair[1]
    ),
    st.integers(-(10**30), 10**30).map(Fraction),
)
DIGITS = st.integers(1, 60)


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
    if isinstance(claim, Interval):
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
    for printed in (value.printed(digits), unicode(value.printed(digits)), interval(value, digits)):
        (ends,) = intervals(printed)
        assert encloses(ends, (low, high)) and near(ends, (low, high), digits)
    (ends,) = intervals(value._repr_latex_())
    assert encloses(ends, (low, high))
    (ends,) = intervals(
        text_of(in_words(f"F(W*) lies in [{low_text(low)}, {high_text(high)}]", digits))
    )
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
    rows = claim_rows(certificate.statement)
    assert len(rows) >= 3 and all(row.symbol and row.latex and row.meaning for row in rows)
    assert theorem(certificate.statement, certificate.digest).startswith("\\begin{theorem}")
    with pytest.raises(TypeError):
        claim_rows(object())
    with pytest.raises(TypeError):
        theorem(object(), "")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_printed_interval_encloses_a_claimed_one(path):
    """In terminal, page, LaTeX and pictures; and every claimed interval is printed."""
    certificate = load(path)
    claim = certificate.statement
    rows, truth = claim_rows(claim), claimed(claim)
    assert truth or certificate.kind == "gaussian-enumeration"
    places = {
        "terminal": (unicode(claim.theorem()), True),
        "table": ("\n".join(unicode(row.printed()) for row in rows), True),
        "page: theorem": (text_of(theorem_html(claim.theorem(), "Theorem")), True),
        "page: claims": (text_of(claims_table(rows)), True),
        "page: headline": (text_of(in_words(claim.headline(), 9)), False),
        # K by its ends
        "LaTeX: theorem": (
            theorem(claim, certificate.digest),
            certificate.kind not in ("gaussian-birth", "gaussian-family-saddle"),
        ),
        "LaTeX: table": (
            "\n".join(map(table_row, rows)),
            certificate.kind != "gaussian-family-saddle",
        ),
        "LaTeX: notebook": (claims_display(claim), certificate.kind != "gaussian-family-saddle"),
        "pictures": (
            "\n".join(
                text_of(picture.svg) + html.unescape(picture.alt)
                for picture in pictures(certificate)
            ),
            False,
        ),
    }
    for place, (text, complete) in places.items():
        printed = intervals(text)
        assert text.count("[") - len(
            re.findall(r"\\\[|\\item\[|\[a = b\]|\[k_0,k_1\]", text)
        ) == len(printed), f"{place}: an interval that the test cannot read"
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


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_ranges_of_k_are_never_widened(path):
    """A statement for all k in K must not be printed for a larger K."""
    claim = load(path).statement
    if not hasattr(claim, "k") or not isinstance(claim.k, Interval):
        return
    exact = f"K = [{claim.k.texts[0]}, {claim.k.texts[1]}]"
    assert exact in unicode(claim.theorem()) and exact in text_of(
        theorem_html(claim.theorem(), "Theorem")
    )
    latex = theorem(claim, "").replace("\\\\\n  &\\quad ", "")
    assert f"k_0&={claim.k.texts[0]}," in latex and f"k_1&={claim.k.texts[1]}." in latex


def test_the_words_stay_the_kernels():
    """Sign by sign: nothing but signs changes, and the letters that are left say the same."""
    for path in FILES:
        words = load(path).theorem()
        told = unicode(words)
        assert told.count("\n") == words.count("\n")
        kept = [w for w in re.findall(r"[a-z]{4,}", words) if w not in {"alpha", "theta"}]
        assert re.findall(r"[a-z]{4,}", told) == kept
        assert not re.search(r"<=|>=|!=|\bsum_\(|\.\.\d|R\^\(|\|W", told), path


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
