"""What is printed as verified is true as it is printed: `left relation right` is read back and
compared as numbers.

    certify check --json proofs/ > verdicts.jsonl && python tests/law/printed.py verdicts.jsonl
"""

from __future__ import annotations

import json
import re
import sys
from fractions import Fraction
from pathlib import Path

__all__ = ["is_true"]

_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?"
_SIDE = re.compile(rf"({_NUMBER})|\[({_NUMBER}), ({_NUMBER})\]")


def _ends(side: str) -> tuple[Fraction, Fraction]:
    match = _SIDE.fullmatch(side)
    if match is None:
        raise ValueError(f"not a number or an interval: {side!r}")
    return (
        (Fraction(match[1]), Fraction(match[1]))
        if match[1]
        else (Fraction(match[2]), Fraction(match[3]))
    )


def is_true(left: str, relation: str, right: str) -> bool:
    """Whether the line is true for all numbers in the intervals printed; a fact has no relation and
    no sides.
    """
    if relation == "":
        return left == right == ""
    (low, high), (other_low, other_high) = _ends(left), _ends(right)
    if low > high or other_low > other_high:
        return False
    if relation == "<":
        return high < other_low
    if relation == "<=":
        return high <= other_low or left == right
    return relation == "=" and left == right


def main() -> int:
    """Count the lines of a file written by `certify check --json`; 1 if one is false, or if a file
    is not proved.
    """
    lines = files = 0
    for record in map(json.loads, Path(sys.argv[1]).read_text().splitlines()):
        files += 1
        if record["verdict"] != "PROVED":
            print(f"not proved: {record['path']}")
            return 1
        for line in record["inequalities"]:
            lines += 1
            if not is_true(line["left"], line["relation"], line["right"]):
                print(f"false as printed, in {record['path']}: {line}")
                return 1
    print(f"{files} files, {lines} lines, all true as printed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
