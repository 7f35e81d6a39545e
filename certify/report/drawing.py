"""What all pictures share: axes for a light and a dark page, and the figure as inline SVG."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BLUE", "GREY", "RED", "Picture", "new_figure", "picture"]

GREY = "#808080"  # reads on white and on black
BLUE, RED = "#3b82c4", "#d1495b"


@dataclass(frozen=True)
class Picture:
    """One picture: `svg` to be put into a page, and the words for those who do not see it."""

    title: str
    alt: str
    svg: str


def new_figure(width: float, height: float) -> tuple[Figure, Any]:
    """Axes of this size in inches; what stands beside them is added when the figure is saved."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1))
    figure.patch.set_alpha(0)
    axes.patch.set_alpha(0)
    for spine in axes.spines.values():
        spine.set_color(GREY)
        spine.set_linewidth(0.6)
    axes.tick_params(colors=GREY, labelsize=8, width=0.6)
    return figure, axes


def picture(figure: Figure, title: str, alt: str, salt: str) -> Picture:
    """The figure as inline SVG: no namespaces, links or dates, ids of its own, text as text."""
    from html import escape

    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context(
        {"svg.fonttype": "none", "svg.hashsalt": salt + title, "font.family": "sans-serif"}
    ):
        figure.savefig(
            buffer,
            format="svg",
            bbox_inches="tight",
            pad_inches=0.04,
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    box = re.search(r'viewBox="([^"]*)"', svg)
    prefix = f"f{abs(hash_of(salt + title)):x}"
    svg = re.sub(r'\bid="', f'id="{prefix}-', svg)
    svg = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{prefix}-", svg).replace("xlink:href", "href")
    size = box[1] if box else "0 0 1 1"
    head = (
        f'<svg role="img" viewBox="{size}" style="width:'
        f' {float(size.split()[2]) * 4 / 3:.0f}px"><title>{escape(alt)}</title>'
    )
    svg = re.sub(r"<svg[^>]*>", lambda _: head, svg, count=1)
    return Picture(title, alt, re.sub(r"\n\s*", "\n", svg))


def hash_of(text: str) -> int:
    """A number that depends on the text alone."""
    from zlib import crc32

    return crc32(text.encode())
