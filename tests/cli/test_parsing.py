"""The words of a command line, and what a command gets: each parameter is declared once."""

from __future__ import annotations

import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest
from console import call

from certify.cli.declared import Argument, Option, parameters_of
from certify.cli.help import described
from certify.cli.parsing import values
from certify.cli.usage import UsageError
from certify.errors import UnusableInput


class Colour(StrEnum):
    red = "red"
    blue = "blue"


def even(text: str) -> int:
    if int(text) % 2:
        raise UnusableInput(f"{text} is odd")
    return int(text)


def command(
    file: Annotated[Path, Argument(help="A file.", callback=lambda path: path / "in")],
    others: Annotated[list[Path] | None, Argument(help="More.", show_default="none")] = None,
    k: Annotated[int | None, Option("-k", parser=even, metavar="EVEN", help="A size.")] = None,
    jobs: Annotated[int, Option("--jobs", min=1, max=9, help="Processes.")] = 2,
    share: Annotated[float, Option(help="A share.")] = 0.5,
    colour: Annotated[Colour, Option(help="A colour.")] = Colour.red,
    drop: Annotated[list[str] | None, Option("--drop", help="A column.")] = None,
    ends: Annotated[tuple[str, str] | None, Option("--ends", metavar="A B", help="Both.")] = None,
    header: Annotated[bool | None, Option("--header/--no-header", help="A row.")] = None,
    polish: Annotated[bool, Option("--polish/--no-polish", help="First.")] = True,
    as_json: Annotated[bool, Option("-j", "--json", help="One a line.")] = False,
) -> None:
    """Do it."""


PARAMETERS = parameters_of(command)
NOTHING = {
    "file": Path("a/in"), "others": None, "k": None, "jobs": 2, "share": 0.5, "colour": Colour.red,
    "drop": None, "ends": None, "header": None, "polish": True, "as_json": False,
}  # fmt: skip


def read(*words: str) -> dict[str, object]:
    found = values(words, PARAMETERS, "certify do")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("a", {}),
        ("a b c", {"others": [Path("b"), Path("c")]}),
        ("a --jobs 3 b", {"others": [Path("b")], "jobs": 3}),
        ("--jobs=3 a", {"jobs": 3}),
        ("-k4 a", {"k": 4}),
        ("-jk 4 a", {"as_json": True, "k": 4}),
        ("-jk4 a", {"as_json": True, "k": 4}),
        ("a --share 1e-3", {"share": 0.001}),
        ("a --colour blue", {"colour": Colour.blue}),
        ("a --drop x --drop -y --drop=--z", {"drop": ["x", "-y", "--z"]}),
        ("a --drop -t^2", {"drop": ["-t^2"]}),
        ("a --drop=", {"drop": [""]}),
        ("--ends 3 -5.5 a", {"ends": ("3", "-5.5")}),
        ("--ends -1/2 -1,0.5 a", {"ends": ("-1/2", "-1,0.5")}),
        ("a --share -1e-3", {"share": -0.001}),
        ("a --header", {"header": True}),
        ("a --header --no-header", {"header": False}),
        ("a --no-polish", {"polish": False}),
        ("a -- --json -k", {"others": [Path("--json"), Path("-k")]}),
        (
            "-j a -- --json=1 -- -h b",
            {"others": list(map(Path, ("--json=1", "--", "-h", "b"))), "as_json": True},
        ),
        ("a -", {"others": [Path("-")]}),
    ],
)
def test_what_the_command_gets(words, changed):
    assert read(*words.split()) == {**NOTHING, **changed}


NO_INTEGER = "Input should be a valid integer, unable to parse string as an integer"
NO_NUMBER = "Input should be a valid number, unable to parse string as a number"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "Missing argument 'FILE'."),
        ("a --jobs", "argument --jobs: expected one argument"),
        ("a --ends 3", "argument --ends: expected 2 arguments"),
        ("a --json=1", "argument -j/--json: ignored explicit argument '1'"),
        ("a --jobs 3 --jobs 3", "Invalid value for '--jobs': it is given twice"),
        ("-k4 a -k=6", "Invalid value for '-k': it is given twice"),
        ("a --ends 1 2 --ends 1 2", "Invalid value for '--ends': it is given twice"),
        ("a --jobz 3", "No such option: --jobz (Possible options: --jobs, --json)"),
        ("a -jx", ("argument -j/--json: ignored explicit argument 'x'", "No such option: -x")),
        ("a -xj", "No such option: -x"),
        ("a --jo 3", "No such option: --jo"),  # nothing is abbreviated
        ("a --jobs --json", "argument --jobs: expected one argument"),
        ("a --drop --y", "argument --drop: expected one argument"),
        ("a -5", "No such option: -5"),
        ("a --jobs 0", "Invalid value for '--jobs': Input should be greater than or equal to 1"),
        ("a --jobs 10", "Invalid value for '--jobs': Input should be less than or equal to 9"),
        *(
            (f"a --jobs {word}", f"Invalid value for '--jobs': {NO_INTEGER}")
            for word in ("x", "2.0", "1_0", "٣", f"1{30 * '0'}")
        ),
        ("a --share x", f"Invalid value for '--share': {NO_NUMBER}"),
        ("a --colour green", "Invalid value for '--colour': 'green' is not one of 'red', 'blue'."),
        ("--jobs 0 --colour green", "Invalid value for '--jobs'"),  # in the order of the words
        ("--colour green --jobs 0", "Invalid value for '--colour'"),
    ],
)
def test_what_it_refuses(words, told):
    with pytest.raises(UsageError) as refused:
        read(*words.split())
    assert str(refused.value).startswith(told) and str(refused.value).endswith(
        "(certify do --help)"
    )


def test_a_parser_says_itself_what_is_wrong():
    with pytest.raises(UnusableInput, match="3 is odd"):
        read("a", "-k", "3")


def test_the_help_is_asked_for_beside_what_is_wrong_or_missing():
    assert values(["--jobs", "x", "-h"], PARAMETERS, "certify do") is None


def test_before_a_command_stand_only_what_is_answered_at_once():
    assert call("--version", "chek").stdout.startswith("certify ")
    assert call("data", "-h", "chek").stdout.startswith("Usage: certify data ")
    for words in (["--json", "check"], ["--", "check"], ["data", "-x"]):
        done = call(*words)
        assert done.returncode == 2 and done.stderr.startswith("certify: No such option: -")


def test_the_help_is_that_of_the_declarations():
    assert described("certify do", "Do it.", PARAMETERS, ["do a"]).splitlines() == [
        "Usage: certify do [OPTIONS] {FILE} [OTHERS]...",
        "",
        "  Do it.",
        "",
        "Arguments:",
        "  FILE <path>          A file.  [required]",
        "  OTHERS <list[Path]>  More.  [default: (none)]",
        "",
        "Options:",
        "  -k EVEN                 A size.",
        "  --jobs INTEGER          Processes.  [default: 2; 1<=x<=9]",
        "  --share NUMBER          A share.  [default: 0.5]",
        "  --colour <red|blue>     A colour.  [default: red]",
        "  --drop TEXT             A column.",
        "  --ends A B              Both.",
        "  --header / --no-header  A row.",
        "  --polish / --no-polish  First.  [default: polish]",
        "  -j, --json              One a line.",
        "  -h, --help              Show this message and exit.",
        "",
        "  Example:",
        "    certify do a",
    ]


def test_a_name_that_the_output_cannot_write_is_escaped(tmp_path):
    for encoding, name in (("ascii", "caf\\xe9.json"), ("latin-1", "café.json")):
        done = subprocess.run(
            [sys.executable, "-m", "certify", "check", "café.json"],
            env=os.environ | {"PYTHONIOENCODING": encoding},
            capture_output=True,
            check=False,
            cwd=tmp_path,
        )
        assert done.returncode == 2 and done.stderr == b""
        assert done.stdout.decode(encoding).startswith(f"MALFORMED {name}: ")
