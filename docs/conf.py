"""The site: `sphinx-build -W --keep-going -c docs . build/site`, then open build/site/index.html.

The source folder is the repository itself, so that README.md, proofs/format and the others stay
where they are and their links to each other hold.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from certify import verbs
from certify.cli import APP
from certify.cli.command import Group
from certify.cli.help import meaning, shown
from certify.floats import Array
from certify.gaussian.atlas import Entry
from certify.gaussian.search.candidate import Candidate
from certify.gaussian.search.starts import SearchResult
from certify.gaussian.search.symmetric import SymmetricCandidate
from certify.version import __version__

# what certify.verbs imports for type checkers only, so that signatures lead to these classes
for name, kind in {
    "Array": Array,
    "Candidate": Candidate,
    "Entry": Entry,
    "SearchResult": SearchResult,
    "SymmetricCandidate": SymmetricCandidate,
}.items():
    setattr(verbs, name, kind)

project = "certify"
version = release = __version__
copyright = "the authors of certify"  # noqa: A001 - Sphinx's name
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx_copybutton",
]

root_doc = "docs/index"
include_patterns = [
    "README.md",
    "CHANGELOG.md",
    "benchmarks/README.md",
    "docs/**.md",
    "formal/README.md",
    "notebooks/*.ipynb",
    "proofs/*.md",
    "proofs/*/README.md",
    "proofs/*/*/README.md",
    "proofs/format/*.md",
    "proofs/lemmas/*.md",
    "tests/README.md",
]
exclude_patterns = [".*", "build"]  # not even looked into

nitpicky = True
# what the claims are is in proofs/format
nitpick_ignore_regex = [
    ("py:class", r"(collections|fractions|numpy|pathlib)\..*"),
    # what signatures name
    ("py:class", "Activation|Array|Labels|Matrix|Number|Path|Point|Rows|Table|Vector"),
    ("py:class", r"certify\.(kernel|gaussian\.search)\..*"),
]
autodoc_default_options = {"members": True, "member-order": "bysource"}
default_role = "code"  # docstrings write `name` in one pair of backquotes
smartquotes = False  # w' is mathematics
nb_execution_mode = "off"  # the notebooks hold their outputs; the tests run them
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # no page loads anything from the network
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 4

html_theme = "furo"
html_title = f"certify {__version__}"
html_extra_path = ["index.html"]  # the site's first page leads to docs/index.html
html_static_path = ["static"]
html_css_files = ["reading.css"]
html_copy_source = False
html_show_copyright = False
html_math_renderer = "mathml"
copybutton_prompt_text = "$ "


# names of functions, and whether a parenthesis follows
_NAME = re.compile(r'<m(?:i>|o>|text>@)([A-Za-z]\w+)</m\w+>(<mo stretchy="false">&#x00028;)?')
# what browsers would space, or draw, otherwise
_BETTER = {
    ">&#x0007C;</mo>": ' lspace="0" rspace="0">&#x0007C;</mo>',
    "<mo>&#x0002F;</mo>": '<mo lspace="0" rspace="0">/</mo>',
    "<mi>:</mi>": "<mo>:</mo>",
    "<mo>&#x02202;</mo>": "<mi>&#x02202;</mi>",  # a partial derivative
    "<mi>&#x0007E;</mi>": "<mo>&#x0223C;</mo>",  # distributed as
    '<mn mathvariant="bold">1</mn>': "<mn>&#x1D7CF;</mn>",  # ones, or an indicator
}
# a large bracket with an exponent or an index
_BRACKET = re.compile(r'(<msu[bp]+>)(<mo stretchy="true"[^>]*>[^<]*</mo>)')


def _mathml(node: nodes.math | nodes.math_block, display: str) -> str:
    """LaTeX as MathML; an error for a command that the converter does not know."""
    # the converter aligns in `split` only, and loses \operatorname behind a sign
    source = node.astext().replace("{aligned}", "{split}")
    text = convert(re.sub(r"\\operatorname\{(\w+)\}", r"\\text{@\1}", source), display=display)
    if "\\" in text or "<mo />" in text or "<mi>&</mi>" in text:
        raise ExtensionError(f"a command in {node.astext()!r} cannot be put into MathML")
    text = _NAME.sub(_spaced, text)
    # browsers do not stretch a bracket that stands alone there
    text = _BRACKET.sub(r"\1<mrow><mi></mi>\2</mrow>", text)
    for found, better in _BETTER.items():
        text = text.replace(found, better)
    return text


def _spaced(found: re.Match[str]) -> str:
    opening = found.string[: found.start()].endswith(("<mrow>", "&#x00028;</mo>"))
    before, after = ("0" if bare else "0.17em" for bare in (opening, found[2]))
    return f'<mo lspace="{before}" rspace="{after}">{found[1]}</mo>{found[2] or ""}'


def _inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(_mathml(node, "inline"))
    raise nodes.SkipNode


def _display(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(_mathml(node, "block"))
    raise nodes.SkipNode


def _command_line(_: Sphinx, page: str, source: list[str]) -> None:
    """Write the commands and their options into their page, from the application itself."""
    if page == "docs/command-line":
        source[0] += "\n".join(_commands(APP, "certify"))


def _commands(group: Group, path: str) -> Iterator[str]:
    """What each command of the group does, its arguments and options, and its examples."""
    for name, command in group.commands.items():
        called = f"{path} {name}"
        if isinstance(command, Group):
            yield from _commands(command, called)
            continue
        yield f"\n### `{called}`\n\n{command.about}\n"
        yield from (f"* `{shown(p)}`: {meaning(p)}" for p in command.parameters)
        lines = "\n".join(f"certify {line}" for line in command.examples)
        yield f"\n```text\n{lines}\n```\n"


_SLOPES = Path(__file__).parent / "static" / "slopes.svg"


def _picture_of_slopes(_: Sphinx, page: str, source: list[str]) -> None:
    """Put the phase diagram into its page, so that its marks can be followed."""
    if page == "docs/slopes":
        picture = _SLOPES.read_text(encoding="utf-8").partition("<svg")[2]
        picture = re.sub(r' (?:width|height)="[\d.]+pt"', "", picture)
        picture = picture.replace('"../../proofs', '"../proofs').replace('.md"', '.html"')
        source[0] = re.sub(
            r"!\[([^]]*)\]\(static/slopes\.svg\)",
            lambda alt: f'```{{raw}} html\n<svg role="img" aria-label="{alt[1]}"{picture}\n```',
            source[0],
        )


def _certificates_of_slopes(app: Sphinx, error: Exception | None) -> None:
    """Copy the files that its marks lead to."""
    if error is None:
        text = _SLOPES.read_text(encoding="utf-8")
        for name in re.findall(r'href="\.\./\.\./(proofs/[^"]+\.json)"', text):
            target = Path(app.outdir) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(app.srcdir) / name, target)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Mathematics as MathML, which browsers draw without a script; the command line from
    the application.
    """
    app.add_html_math_renderer("mathml", (_inline, None), (_display, None))
    app.connect("source-read", _command_line)
    app.connect("source-read", _picture_of_slopes)
    app.connect("build-finished", _certificates_of_slopes)
    return {"parallel_read_safe": True}
