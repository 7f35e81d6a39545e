"""Draw docs/static/slopes.svg: for which k and which slopes of leaky ReLU the certificates shipped
prove a minimum of type II, A or I, and of II_p, p > 1. Run from the root of the repository.

Opened by itself, or in the site, every mark leads to what proves it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import escape, unescape
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

import certify
from certify.gaussian.activations import slopes_told
from certify.rationals import fraction

TYPES = ("II", "A", "I")
SEVERAL = range(2, 9)  # teachers flipped, and k
PROOFS = Path("proofs")
UP = "../../"  # from the picture to the root of the repository
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"
CURVE = "the curve of births"
CROSSES = "an eigenvalue crosses zero"
FAR = {50: 22.5, 100: 24.5}  # where the axis is broken


@dataclass(frozen=True)
class Mark:
    """Something at one k (real for a birth): slopes from low to high and in words, what it is, its
    proof.
    """

    name: str
    k: float
    low: float
    high: float
    told: str
    what: str
    proof: Path

    @property
    def link(self) -> str:
        """Where a mark leads."""
        return UP + self.proof.as_posix()

    @property
    def title(self) -> str:
        """What a browser says of it."""
        return f"{self.name}, k = {self.k:.6g}, {self.told}: {self.what}"


def single(name: str, k: float, slope: float, what: str, proof: Path) -> Mark:
    """At one slope."""
    return Mark(name, k, slope, slope, f"slope {slope:.6g}", what, proof)


def slope_of(c: float) -> float:
    """Of leaky ReLU, in (-1, 1)."""
    return (c**0.5 - 1) / (c**0.5 + 1)


def regions() -> Iterator[Mark]:
    """One k, a range of slopes: proofs/every-slope."""
    for path in sorted((PROOFS / "every-slope").glob("k*/*.json")):
        claim = certify.load(path).statement
        low, high = claim.slopes.low.text, claim.slopes.high
        ends = slope_of(float(low)), 1.0 if high is None else slope_of(float(high.text))
        told = f"every slope {slopes_told(claim.slopes)}"
        yield Mark(path.stem, claim.problem.k, *ends, told, "a minimum", path)


def minima() -> Iterator[Mark]:
    """One k, one slope: proofs/slopes, and proofs/symmetric for ReLU."""
    for path in sorted((PROOFS / "slopes").glob("k*/*.json")):
        problem = certify.load(path).document["statement"]["problem"]
        slope = -float(Fraction(problem["activation"]["negative"]))
        name = path.stem.partition("-")[0]
        yield single(name, problem["k"], slope, "a minimum", path)
    for k in range(6, 21):
        for path in (PROOFS / "symmetric" / f"k{k:02d}" / f"{name}.json" for name in TYPES):
            if certify.load(path).kind == "gaussian-symmetric-minimum":
                yield single(path.stem, k, 0, "a minimum", path)


def saddles() -> Iterator[Mark]:
    """Proved when proofs/slopes/build.py ran; there is no file of them, but a row of its table."""
    page = PROOFS / "slopes" / "README.md"
    row = re.compile(r"^\| (\d+) \| (\w+) \| (\S+) \| (a saddle of index \d+) \|", re.MULTILINE)
    for k, name, slope, what in row.findall(page.read_text(encoding="utf-8")):
        yield single(name, int(k), float(slope), what, page)


def births() -> Iterator[Mark]:
    """Where an eigenvalue crosses zero: at a real k for ReLU, at a slope for a whole k."""
    for name in TYPES:
        path = PROOFS / "symmetric" / "birth" / f"{name}.json"
        k = float(certify.load(path).statement.k.low)
        yield single(name, k, 0, CROSSES, path)
    for path in births_in_the_slope("gaussian-slope-birth"):
        document = certify.load(path).document["statement"]
        slope, k = float(document["claims"]["slope"][0]), document["problem"]["k"]
        yield single(path.stem.partition("-")[0], k, slope, CROSSES, path)


def births_in_the_slope(kind: str) -> list[Path]:
    """The files of a kind in proofs/slopes-births."""
    paths = sorted((PROOFS / "slopes-births").glob("*.json"))
    return [path for path in paths if certify.load(path).kind == kind]


def curve() -> Iterator[Mark]:
    """Values that certificates of the curve of births give, and its end at slope 1."""
    for path in births_in_the_slope("gaussian-birth-curve"):
        claim = certify.load(path).statement
        for value in claim.values:
            slope = slope_of(float(fraction(value.c.low)))
            yield single("II", float(fraction(value.k.value)), slope, CURVE, path)
        yield single("II", float(fraction(claim.limit.low)), 1, f"the end of {CURVE}", path)


def along_the_curve() -> Iterator[tuple[float, float]]:
    """(k, slope) along the covers of the curve of births: their polynomials of k in w."""
    for path in births_in_the_slope("gaussian-birth-curve"):
        for box in certify.load(path).document["witness"]["cover"]:
            low, high = float(box["from"]), float(box["to"])
            *_, of_k = box["branch"]
            for part in range(9):
                w = low + (high - low) * part / 8
                y = w - (low + high) / 2
                k = sum(float(c) * y**power for power, c in enumerate(of_k))
                yield k, 1.0 if w == 1 else slope_of(2 * w / (k * (1 - w)))


def every_k() -> Iterator[Mark]:
    """All k from one on, and all slopes, in one file."""
    for path in [PROOFS / "every-slope" / "every-k" / "II.json"]:
        first = certify.load(path).document["statement"]["claims"]["k_from"]
        what = "a minimum for this k and every larger one"
        yield Mark(path.stem, first, -1, 1, "every slope -1 < a < 1", what, path)


def place(k: float) -> float:
    """On the horizontal axis."""
    return FAR.get(int(k), k)


def draw(target: Path) -> list[Mark]:
    """A panel for each type, one for II_p; the marks are returned."""
    mpl.rcParams["svg.hashsalt"] = "slopes"
    mpl.rcParams["svg.fonttype"] = "path"
    marks = {
        "regions": list(regions()),
        "minima": list(minima()),
        "saddles": list(saddles()),
        "births": list(births()),
        "curve": list(curve()),
        "every k": list(every_k()),
    }
    figure, axes = plt.subplots(
        1, 4, figsize=(14, 4.1), sharey=True, layout="constrained", width_ratios=[23, 14, 14, 30]
    )
    for axis, name in zip(axes, TYPES, strict=False):
        here = {sort: [m for m in found if m.name == name] for sort, found in marks.items()}
        _panel(axis, name, here)
    _several(axes[3], marks)
    axes[0].set_ylabel("slope $a$ of leaky ReLU")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    figure.savefig(target, metadata={"Date": None})
    plt.close(figure)
    everything = [mark for found in marks.values() for mark in found]
    _titled(target, {f"{mark.link}#{mark.title}": mark for mark in everything})
    return everything


def _panel(axis: Any, name: str, here: dict[str, list[Mark]]) -> None:
    for mark in here["every k"]:
        area = axis.axvspan(
            mark.k - 0.5, 26, color="#d9ecf7", zorder=0, label="every k, every slope"
        )
        area.set_url(f"{mark.link}#{mark.title}")
    bars = here["regions"]
    drawn = axis.bar(
        [place(m.k) for m in bars],
        [m.high - m.low for m in bars],
        0.84,
        [m.low for m in bars],
        color="#9ccbe8",
        label="every slope: one certificate for each k",
    )
    for bar, mark in zip(drawn, bars, strict=True):
        bar.set_url(f"{mark.link}#{mark.title}")
    for sort, label, look in (
        ("minima", "a minimum, one certificate each", {"color": BLUE, "s": 11}),
        ("saddles", "a saddle", {"facecolor": "white", "edgecolor": ORANGE, "s": 16}),
        ("births", "birth: an eigenvalue crosses zero", {"color": "black", "marker": "D", "s": 17}),
        ("curve", None, {"color": "black", "marker": ".", "s": 5}),
    ):
        found = here[sort]
        points = axis.scatter(
            [place(m.k) for m in found],
            [m.low for m in found],
            label=label,
            zorder=3 + (sort == "births"),
            linewidth=0.9 if sort == "saddles" else 0,
            **look,
        )
        points.set_urls([f"{m.link}#{m.title}" for m in found])
    if name == "II":
        axis.plot(*zip(*along_the_curve(), strict=True), "-", color="black", linewidth=0.9)
    axis.set_title(f"type {name}", fontsize=11)
    first = 2 if name == "II" else 6
    shown = [k for k in range(first, 21) if k % 2 == 0 or k < 6]
    axis.set_xticks([*shown, *(FAR.values() if name == "II" else ())])
    axis.set_xticklabels([*map(str, shown), *(map(str, FAR) if name == "II" else ())])
    if name == "II":
        axis.text(21.25, -1.05, "...", ha="center", va="top")
    axis.set_xlim(first - 0.8 if name == "II" else 5.2, 25.3 if name == "II" else 20.8)
    axis.set_ylim(-1, 1)
    axis.set_yticks([-1, -0.5, 0, 0.5, 1], ["$-1$: |t|", "$-0.5$", "0: ReLU", "0.5", "1: linear"])
    axis.axhline(0, color=GREY, linewidth=0.6, zorder=2)
    axis.set_xlabel("$k$")


def _several(axis: Any, marks: dict[str, list[Mark]]) -> None:
    """II_p: the digit p at each minimum, from left to right around each k."""
    for p in SEVERAL:
        bars = [m for m in marks["regions"] if m.name == f"II_{p}"]
        drawn = axis.bar(
            [m.k + (p - 5) / 8 for m in bars],
            [m.high - m.low for m in bars],
            0.12,
            [m.low for m in bars],
            color="#9ccbe8",
        )
        for bar, mark in zip(drawn, bars, strict=True):
            bar.set_url(f"{mark.link}#{mark.title}")
        for sort, look in (
            ("minima", {"color": BLUE, "marker": f"${p}$", "s": 17, "linewidth": 0}),
            ("saddles", {"facecolor": "white", "edgecolor": ORANGE, "s": 16, "linewidth": 0.9}),
            ("births", {"color": "black", "marker": "D", "s": 9}),
        ):
            found = [m for m in marks[sort] if m.name == f"II_{p}"]
            places = [m.k + (p - 5) / 8 for m in found]
            points = axis.scatter(places, [m.low for m in found], zorder=3, **look)
            points.set_urls([f"{m.link}#{m.title}" for m in found])
    axis.set_title("type II$_p$: a digit $p$ at each minimum", fontsize=11)
    axis.set_xlim(1.4, 8.6)
    axis.set_xticks(list(SEVERAL))
    axis.axhline(0, color=GREY, linewidth=0.6, zorder=2)
    axis.set_xlabel("$k$")


def _titled(target: Path, of: dict[str, Mark]) -> None:
    """Each link gets its mark's words, which a browser shows."""
    text = target.read_text(encoding="utf-8")

    def link(found: re.Match[str]) -> str:
        mark = of[unescape(found[1])]
        return f'<a xlink:href="{mark.link}"><title>{escape(mark.title)}</title>'

    text = re.sub(r'<a xlink:href="([^"]*)"[^>]*>', link, text)
    target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    draw(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/static/slopes.svg"))
