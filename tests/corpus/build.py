"""Write the corpus: certificates that must be proved, rejected, declined or found malformed, each
with the expected reason code.

    python tests/corpus/build.py

What the cases are stands in `cases/`, one table for each kind:

    [reject.curvature-up]
    parent = "accept/n06-k06"
    code = "curvature"
    format = "4.1 (8)"
    why = "curvature raised by 1 %"
    "/statement/claims/curvature" = "5.14595e-5"

The file reject/curvature-up.json is its parent with that value at that JSON pointer (RFC 6901; `-`
behind the last element of an array is one element more). `remove` lists pointers to what is left
out, `null` those that become null. A case without a parent is a file of its own. The verdict is
that of the folder; a code that stands for a file nobody judges (FORMAT 3) makes it DECLINED.
`format` says the section of the format and the number of the inequality that fails.

Some malformed cases are no JSON that Python writes. They are the text of the parent on one line,
with `replace` (once), `cut` (characters taken from the end), `before`, `after` and `encoding`.
"""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from certify.files import json_text

__all__ = ["CASES", "HERE", "expected", "made", "tables"]

HERE = Path(__file__).parent
CASES = HERE / "cases"
VERDICTS = {"accept": "PROVED", "reject": "REJECTED", "malformed": "MALFORMED"}
DECLINED = {"kind", "version"}

Case = dict[str, Any]


def tables() -> Iterator[tuple[str, Case]]:
    """The name of every case, `reject/curvature-up`, and its row."""
    for path in sorted(CASES.glob("*.toml")):
        for folder, cases in tomllib.loads(path.read_text()).items():
            for name, case in cases.items():
                yield f"{folder}/{name}", case


def expected() -> dict[str, dict[str, str]]:
    """What a right checker says of each file, and why."""
    rows = {}
    for name, case in tables():
        verdict = VERDICTS[name.partition("/")[0]]
        code = case.get("code", "malformed" if verdict == "MALFORMED" else "")
        row = {"code": code, "verdict": verdict, "why": case["why"]}
        rows[f"{name}.json"] = row | ({"verdict": "DECLINED"} if code in DECLINED else {})
    return rows


def place(document: Any, pointer: str) -> tuple[Any, Any]:
    """What holds the value at a pointer, and the key or index of the value in it."""
    *path, last = (part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
    for part in path:
        document = document[int(part) if isinstance(document, list) else part]
    if isinstance(document, list):
        return document, len(document) if last == "-" else int(last)
    return document, last


def edited(parent: Any, case: Case) -> Any:
    """A copy of the parent with the edits of a case."""
    document = copy.deepcopy(parent)
    for pointer in case.get("remove", []):
        holder, key = place(document, pointer)
        del holder[key]
    values = {name: value for name, value in case.items() if name.startswith("/")}
    for pointer, value in (values | dict.fromkeys(case.get("null", []))).items():
        holder, key = place(document, pointer)
        if isinstance(holder, list):
            holder[key : key + 1] = [value]
        else:
            holder[key] = value
    return document


def spoilt(parent: Any, case: Case) -> bytes:
    """The text of the parent on one line, with the changes of a case."""
    text = json.dumps(parent)
    if "replace" in case:
        text = text.replace(*case["replace"], 1)
    text = case.get("before", "") + text[: len(text) - case.get("cut", 0)] + case.get("after", "")
    return text.encode(case.get("encoding", "utf-8"))


def made() -> dict[str, bytes]:
    """The contents of every file that has a parent."""
    rows = dict(tables())
    documents: dict[str, Any] = {}

    def document(name: str) -> Any:
        if name not in documents:
            case = rows[name]
            documents[name] = (
                edited(document(case["parent"]), case)
                if "parent" in case
                else json.loads((HERE / f"{name}.json").read_bytes())
            )
        return documents[name]

    return {
        name: spoilt(document(case["parent"]), case)
        if {"replace", "cut", "before", "after", "encoding"} & case.keys()
        else json_text(document(name)).encode()
        for name, case in rows.items()
        if "parent" in case
    }


def expected_text() -> str:
    """The contents of expected.json."""
    return json.dumps(expected(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    for name, data in made().items():
        (HERE / f"{name}.json").write_bytes(data)
    (HERE / "expected.json").write_text(expected_text())
