"""One self-contained HTML page about certificates that have been examined: no network, readable
without scripts.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import PurePath
from typing import Any

from certify.enclosure import Enclosure
from certify.kernel.foundation.outcomes import Inequality, Proved, Rejected
from certify.kernel.foundation.reals import Interval
from certify.kernel.foundation.words import Math, Words
from certify.report.examination import Examined
from certify.report.markup import (
    ascii_html,
    claims_table,
    corollaries_html,
    stylesheet,
    theorem_html,
)
from certify.report.rows import Bound, Row
from certify.report.views import view_of
from certify.report.words import html, unicode
from certify.terminal import printable
from certify.version import __version__

__all__ = ["MOST_PICTURES", "html_page", "seconds_text", "summary"]

# certificates; a page about more shows neither pictures, lists of eigenvalues nor inequalities, so
# that it stays small
MOST_PICTURES = 40
_MOST_INEQUALITIES = 200
_DIGITS = 9  # of an interval in a headline and in the index


def html_page(examined: list[Examined], title: str) -> str:
    """The page, plain ASCII."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    full = len(examined) <= MOST_PICTURES
    environment = Environment(
        loader=PackageLoader("certify.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    script = stylesheet("index.js")
    left_out = (
        f"These are more than {MOST_PICTURES} certificates, so pictures, lists of eigenvalues and"
        " inequalities are left out: certify report FILE shows them for one, certify show FILE"
        " lists the inequalities."
    )
    page = environment.get_template("report.html.j2").render(
        title=printable(title),
        seal="0" * 64,
        summary=summary(examined),
        sections=[
            _section(one, f"c{i}", name, full=full)
            for i, (one, name) in enumerate(zip(examined, _names(examined), strict=True), start=1)
        ],
        css=_markup(stylesheet("certificate.css") + stylesheet("page.css")),
        script=_markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        version=__version__,
        date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        without_pictures="" if full else left_out,
    )
    return ascii_html(page)


def _markup(html: str) -> Any:
    from markupsafe import Markup

    return Markup(html)  # noqa: S704 - made in this package, everything from a file escaped there


def summary(examined: list[Examined]) -> str:
    """How many certificates, and how many of each verdict."""
    counts: dict[str, int] = {}
    for one in examined:
        counts[one.line.verdict] = counts.get(one.line.verdict, 0) + 1
    many = f"{len(examined)} certificate{'s' * (len(examined) != 1)}"
    return f"{many}: " + ", ".join(
        f"{count} {verdict.lower()}" for verdict, count in sorted(counts.items())
    )


def seconds_text(seconds: float) -> str:
    """A time as people say it."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _names(examined: list[Examined]) -> list[str]:
    """The names without the folders they all lie in."""
    paths = [PurePath(one.name).parts for one in examined]
    common = 0
    for folders in zip(*(parts[:-1] for parts in paths), strict=False):
        if len(set(folders)) > 1:
            break
        common += 1
    return [str(PurePath(*parts[common:])) for parts in paths]


def _section(one: Examined, anchor: str, name: str, *, full: bool) -> dict[str, Any]:
    """What the template shows of one certificate."""
    line, certificate = one.line, one.certificate
    seconds = sum(verdict.seconds for verdict in one.verdicts)
    proved = line.verdict == Proved.verdict
    known: dict[str, Any] = {
        "anchor": anchor,
        "name": printable(name),
        "mood": line.verdict.lower(),
        "verdict": line.verdict,
        "message": printable(line.message),
        "short": "",
        "failed": None,
        "failed_note": (
            "This is not a refutation: the claim may hold and this certificate not show it."
        ),
        "checkers": [
            {
                "name": v.checker,
                "mood": v.line.verdict.lower(),
                "verdict": v.line.verdict,
                "code": v.line.code,
                "time": seconds_text(v.seconds),
            }
            for v in one.verdicts
        ],
        "seconds": f"{seconds:.4f}",
        "time": seconds_text(seconds) if one.verdicts else "",
        **dict.fromkeys(
            (
                "theorem",
                "claims",
                "provenance",
                "digest",
                "kind",
                "bits",
                "inequalities_heading",
                "claims_heading",
                "corollaries",
            ),
            "",
        ),
        **dict.fromkeys(("loss", "loss_sort", "loss_symbol", "lowest", "lowest_sort"), ""),
        **dict.fromkeys(("pictures", "inequalities"), ()),
        "inequalities_left": 0,
        "full": full,
    }
    if isinstance(one.outcome, Rejected):
        known["failed"] = one.outcome.failed
        known["message"] = "What the file claims was not proved."
    if certificate is None:
        return known
    claim = certificate.statement
    view = view_of(certificate.kind)
    rows = view.claims(claim)
    if proved:
        known["message"] = _markup(html(claim.headline(), _DIGITS))
        known["corollaries"] = _markup(corollaries_html(view.corollaries(claim)))
    known |= {
        "theorem": _markup(
            theorem_html(claim.theorem(), "Theorem" if proved else "Claim, not proved")
        ),
        "claims": _markup(
            claims_table(rows if full else [row for row in rows if not row.one_of_many])
        ),
        "claims_heading": "What is proved, in numbers" if proved else "What is claimed, in numbers",
        "short": _markup(html(_short(claim.headline()), _DIGITS)),
        "digest": certificate.digest,
        "kind": certificate.kind,
    }
    known |= _cells(rows)
    if full:
        known |= _details(one, verified=_verified(one))
    return known


def _short(headline: Words) -> Words:
    """The headline without the loss or risk at its end, which the index has in a column of its own;
    ranges for which it holds stay.
    """
    match headline:
        case (*start, ", ", Math(), " in ", Interval()):
            return tuple(start)
        case (*start, ", risk " | ", risk in ", _):
            return tuple(start)
    return headline


def _cells(rows: list[Row]) -> dict[str, str]:
    """Loss and smallest eigenvalue for the index."""
    cells: dict[str, str] = {}
    for name, start in (
        ("loss", ("F(W*", "k F(W*", "R(θ", "F(S)")),
        ("lowest", ("λ_min(W*", "λ_min(θ*")),
    ):
        row = next((row for row in rows if row.symbol.startswith(start)), None)
        middle = None if row is None else _middle(row)
        if row is not None and middle is not None:
            cells |= {
                name: _markup(html((Math(unicode(row.words(_DIGITS))),))),
                f"{name}_sort": repr(middle),
            }
            if name == "loss":
                cells["loss_symbol"] = row.symbol
    return cells


def _middle(row: Row) -> float | None:
    """A float to sort by; None for what is no number."""
    value = row.value
    if isinstance(value, Enclosure):
        return value.middle
    try:
        return float(value.end if isinstance(value, Bound) else Fraction(row.printed()))
    except ValueError:
        return None


def _verified(one: Examined) -> tuple[Inequality, ...]:
    if isinstance(one.outcome, Proved):
        return one.outcome.inequalities
    return one.outcome.proved_before if isinstance(one.outcome, Rejected) else ()


def _details(one: Examined, *, verified: tuple[Inequality, ...]) -> dict[str, Any]:
    """What a page about few certificates shows besides."""
    if one.certificate is None:
        return {}
    view = view_of(one.certificate.kind)
    what = "inequality" if len(verified) == 1 else "inequalities"
    before = (
        ", verified before the one that was not"
        if isinstance(one.outcome, Rejected)
        else " that make the proof, verified by the kernel"
    )
    provenance = one.certificate.document.get("provenance")
    return {
        "pictures": [
            {"title": picture.title, "svg": _markup(picture.svg)}
            for picture in view.pictures(one.certificate.statement, one.certificate.digest)
        ],
        "inequalities": verified[:_MOST_INEQUALITIES],
        "inequalities_heading": f"The {len(verified)} {what}{before}",
        "inequalities_left": max(0, len(verified) - _MOST_INEQUALITIES),
        "provenance": "" if provenance is None else json.dumps(provenance, indent=1),
        "bits": one.outcome.bits if isinstance(one.outcome, Proved) else "",
    }
