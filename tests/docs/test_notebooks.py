"""The notebooks: pairs in sync, executed, written for a reader, on the public interface only.

That they run is nbmake's business.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest

import certify
import certify.data

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NAMES = [
    "01_audit_one_proof",
    "02_landscape",
    "03_every_k",
    "04_reproduce_the_paper",
    "05_bring_your_own",
    "06_data_and_deep_nets",
    "07_three_data",
    "08_every_width",
    "09_every_slope",
    "10_more_students",
    "11_trained_networks",
    "12_landscape",
]
LIBRARIES = {"certify", "matplotlib", "numpy", "scipy"}
# what audits recompute with; iris
MAY_ALSO = {
    "01_audit_one_proof": {"flint"},
    "06_data_and_deep_nets": {"sklearn"},
    "07_three_data": {"mpmath", "sympy"},
    "08_every_width": {"mpmath", "sympy"},
    "11_trained_networks": {"mpmath", "sklearn"},
}
LARGEST = 400_000  # bytes of a notebook with its pictures


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


@pytest.fixture
def notebook(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def test_nothing_but_pairs():
    files = {path.name for path in FOLDER.iterdir() if path.is_file()} - {"conftest.py"}
    assert files == {f"{name}{ending}" for name in NAMES for ending in (".ipynb", ".py")}


def test_the_pair_is_in_sync(name, notebook):
    nbformat.validate(notebook)
    script = jupytext.read(FOLDER / f"{name}.py")
    assert (
        notebook.metadata["jupytext"]["formats"]
        == script.metadata["jupytext"]["formats"]
        == "ipynb,py:percent"
    )
    assert [(cell.cell_type, cell.source) for cell in notebook.cells] == [
        (cell.cell_type, cell.source) for cell in script.cells
    ]


def test_outputs_are_those_of_one_clean_run(name, notebook):
    assert [cell.execution_count for cell in code(notebook)] == list(
        range(1, len(code(notebook)) + 1)
    )
    outputs = [output for cell in code(notebook) for output in cell.outputs]
    assert {output.output_type for output in outputs} <= {
        "stream",
        "display_data",
        "execute_result",
    }
    printed = "".join(output.text for output in outputs if output.output_type == "stream")
    assert all(output.name == "stdout" for output in outputs if output.output_type == "stream")
    assert "proved" in printed.lower() or "lies in" in printed
    # nothing that differs from run to run
    assert not re.search(r"20\d\d-\d\d-\d\d|\d\d:\d\d:\d\d|/tmp/|/home/", printed)
    assert not any("execution" in cell.metadata for cell in notebook.cells)
    assert (FOLDER / f"{name}.ipynb").stat().st_size < LARGEST


def test_it_opens_with_what_is_learnt_and_ends_in_the_shell(notebook):
    first, last = prose(notebook)[0], prose(notebook)[-1]
    assert notebook.cells[0].source == first
    assert first.startswith("# ")
    assert "you will learn" in first
    assert re.search(r"^1\. ", first, re.MULTILINE)
    assert re.search(r"^## \d\. From the shell$", last, re.MULTILINE)
    assert "    certify check " in last


def test_every_picture_is_described_in_words(notebook):
    pictures = 0
    for i, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and any(
            "image/png" in output.get("data", {}) for output in cell.outputs
        ):
            pictures += 1
            following = next(
                later.source for later in notebook.cells[i + 1 :] if later.cell_type == "markdown"
            )
            assert following.startswith("*The picture shows"), cell.source
    assert pictures


def test_paths_named_in_prose_exist(notebook):
    text = "\n".join(prose(notebook))
    paths = set(re.findall(r"(?<![\w/])(?:proofs|notebooks|tests|certify)/[\w./+-]*[\w/]", text))
    assert paths
    assert not [path for path in paths if not (FOLDER.parent / path).exists()]


def test_commands_named_exist(notebook):
    from certify.cli import APP

    named = set(re.findall(r"^    certify ([\w-]+)", prose(notebook)[-1], re.MULTILINE))
    assert named <= set(APP.commands)


def test_public_names_only(name, notebook):
    for cell in code(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module]
            else:
                modules = []
            for module in modules:
                top = module.partition(".")[0]
                assert top in LIBRARIES | MAY_ALSO.get(name, set()) | sys.stdlib_module_names, (
                    module
                )
                if module == "certify.data" and isinstance(node, ast.ImportFrom):
                    assert {alias.name for alias in node.names} <= set(certify.data.__all__), (
                        ast.unparse(node)
                    )
                else:
                    assert top != "certify" or (
                        module == "certify" and isinstance(node, ast.Import)
                    ), module
                assert not any(part.startswith("_") for part in module.split(".")), module
            if isinstance(node, ast.Attribute):
                assert node.attr == "__name__" or not node.attr.startswith("_"), node.attr
                if isinstance(node.value, ast.Name) and node.value.id == "certify":
                    assert node.attr in certify.__all__, node.attr
