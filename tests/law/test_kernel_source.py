"""What the source of the kernel may not hold, by its syntax trees: imports from outside, floats,
forms that are right for integers and wrong for balls. The tests beside this one say why
(tests/kernel/foundation/test_enclosures.py, the traps).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import certify.kernel
from certify.kernel.check import check_bytes
from law import tree

pytestmark = pytest.mark.quick

KERNEL = Path(certify.kernel.__file__).parent
ALLOWED_IMPORTS = {
    "__future__",
    "bisect",
    "collections",
    "contextlib",
    "dataclasses",
    "flint",
    "functools",
    "hashlib",
    "itertools",
    "json",
    "math",
    "operator",
    "pathlib",
    "re",
    "stat",
    "threading",
    "typing",
    "certify",
}
ALLOWED_FROM_MATH = {"isqrt", "lcm", "gcd", "factorial", "prod"}

# Calls of max, min, sorted, sum: each was looked at; its operands are Python ints or strings, never
# balls (sums of balls are fine).
INTEGER_CALLS = {
    "foundation/balls.py": {
        "max(len(low), len(high))",
    },
    "foundation/data.py": {
        "max(places)",
        "min(_MAX_DATA, _MAX_ENTRIES // units)",
    },
    "foundation/definite.py": {
        "max(0, int((rounded.highest() - shift * unit).ceil()) >> rounded.bits)",
    },
    "foundation/exact.py": {
        "max(len(match[1].lstrip('-')), len(match[2]))",
        "sorted(needed - value.keys())",
        "sorted(value.keys() - allowed)",
    },
    "foundation/expansion.py": {
        "max(below - self.valuation, 0)",
        "max(self.valuation + self.order, 0)",
        "min(self.order, other.order)",
        "min(self.valuation + self.order, other.valuation + other.order)",
        "min(self.valuation, other.valuation)",
    },
    "foundation/factor.py": {
        "max(bits - 52, 0)",
        "max(map(abs, _entries(x)))",
    },
    "foundation/ledger.py": {
        "max(own, other)",
    },
    "foundation/nested.py": {
        "max(w - b, 0)",
        "min(len(f), len(g))",
        "min(self.length, other.length)",
        "min(self.powers)",
        "min(self.powers[0], other.powers[0])",
        "min(self.powers[1], other.powers[1])",
        "min(slope.powers)",
    },
    "foundation/plane.py": {
        "max(0, n - len(g) + 1)",
        "min((a.valuation + b.valuation + min(a.order, b.order) for a, b in pairs))",
        "min((a.valuation + b.valuation for a, b in pairs))",
        "min(a.order, b.order)",
        "min(n + 1, len(f))",
    },
    "foundation/rounded.py": {
        "max((block.error for row in blocks for block in row))",
        "max((row[-1][a, a] for row in self.blocks for a in range(row[-1].nrows())))",
        "max(i, j)",
        "max(map(abs, self.whole.entries()))",
        "min(i + _SIDE, len(rows))",
        "min(i, j)",
    },
    "gaussian/annulus.py": {
        "max(other, one)",
    },
    "gaussian/basin.py": {
        "max(high, value.high)",
        "min(low, value.low)",
    },
    "gaussian/birth_curve.py": {
        "max(apart, abs(x - y))",
        "min(chart.box.low, _FAR)",
        "min(places, key=lambda at: at.box.radius)",
        "sorted((before, here), key=lambda found: found.box.radius)",
    },
    "gaussian/branch.py": {
        "max(apart, abs(x - y))",
    },
    "gaussian/counting.py": {
        "sorted((c for c in claims if c.exact_isotropy), key=lambda c: c.loss.high)",
    },
    "gaussian/hessian.py": {
        "max(exponent - fine, 0)",
        "max(fine - exponent, 0)",
        "max(frame.normals.error, turned.error)",
        "max(int(max(row).bit_length()), int(min(row).bit_length()))",
        "max(row)",
        "min(row)",
    },
    "gaussian/isotropy.py": {
        "sorted(invariants)",
    },
    "gaussian/isotypic.py": {
        "max(a, b)",
        "min(a, b)",
    },
    "gaussian/minimum.py": {
        "min((lower_rational(point.square[i].sqrt()) for i in range(point.n)))",
    },
    "gaussian/span_point.py": {
        "max(a, b)",
        "min(a, b)",
    },
    "gaussian/symmetric.py": {
        "min(nearest, bound)",
    },
    "piecewise/cells.py": {
        "min(margins)",
    },
    "piecewise/paths.py": {
        "sorted(fields.at[0])",
        "sorted(fields.at[number])",
        "sorted(parts.items())",
        "sorted({weight for unit in at for weight in layer.reach.get(unit, ())})",
    },
    "piecewise/pieces.py": {
        "max(part)",
        "max(row)",
        "min(part)",
        "min(row)",
    },
    "piecewise/room.py": {
        "max((abs(end(row)) for row in inputs.rows for end in (min, max)))",
        "max((bits + (common // below).bit_length() for below, bits in tops.items()))",
        "max(tops.get(below, 0), int(number.p).bit_length())",
    },
    "smooth/constant.py": {
        "max(widths)",
    },
    "smooth/splitting.py": {
        "max(self.widths[-1], self.better_width)",
        "max(widths)",
    },
    "landscape/search.py": {
        "sorted(found.items())",
    },
    "trained/gated.py": {
        "sorted(set(places))",
    },
    "trained/hessian.py": {
        "max(widest, size)",
    },
    "trained/off.py": {
        "sorted(set(places))",
    },
    "trained/relations.py": {
        "sorted(set(places))",
    },
}
# `not` in front of an ordering: operands are ints or exact rationals, never balls.
EXACT_NEGATIONS = {
    "foundation/balls.py": {
        "not -5 < point <= digits + 5",
    },
    "foundation/data.py": {
        "not 1 <= len(value) <= _MAX_DATA",
    },
    "foundation/exact.py": {
        "not low <= value <= high",
    },
    "foundation/reals.py": {
        "not low < high",
        "not number.value > 0",
    },
    "gaussian/birth_curve_statement.py": {
        "not 1 <= len(rows) <= _MOST",
    },
    "gaussian/birth_statement.py": {
        "not k.high < _LARGEST",
        "not reduced + 3 < k.low",
    },
    "gaussian/cover.py": {
        "not 1 <= len(coefficients) <= order",
        "not 1 <= len(known['cover']) <= MAX_BOXES",
    },
    "gaussian/enumeration.py": {
        "not 1 <= len(known['points']) <= _MAX_POINTS",
    },
    "gaussian/family_saddle.py": {
        "not least <= k.low",
    },
    "gaussian/partition.py": {
        "not 1 <= len(value) <= MAX_BLOCKS",
    },
    "gaussian/rectangles.py": {
        "not 0 <= below <= w[0]",
        "not 0 <= low < high <= 1",
        "not least <= len(value) <= most",
    },
    "gaussian/span.py": {
        "not rho.value < _LARGEST_RHO",
    },
    "piecewise/layer_forms.py": {
        "not low < high",
    },
    "piecewise/network.py": {
        "not 1 <= len(layers) <= _MAX_LAYERS",
    },
    "piecewise/problem.py": {
        "not delta > 0",
    },
    "piecewise/saddle.py": {
        "not 1 <= len(value) <= _MAX_POWERS",
    },
    "smooth/moments.py": {
        "not minor > 0",
    },
    "smooth/parameters.py": {
        "not 1 <= len(value) <= _MAX_LAYERS",
    },
    "smooth/problem.py": {
        "not 1 <= len(first) <= _MAX_INPUTS",
    },
    "trained/gated.py": {
        "not 1 <= len(value) <= most",
    },
    "trained/network.py": {
        "not 1 <= len(known['layers']) <= _MAX_LAYERS",
    },
}


def _sources() -> list[tuple[str, ast.Module]]:
    found = [
        (path.relative_to(KERNEL).as_posix(), tree(path)) for path in sorted(KERNEL.rglob("*.py"))
    ]
    assert len(found) >= 60
    return found


def offences(name: str, tree: ast.Module) -> Iterator[str]:
    """Forms the kernel must not use."""
    for node in ast.walk(tree):
        text = (
            f"{name}:{getattr(node, 'lineno', 0)}: {ast.unparse(node)[:80]}"
            if isinstance(node, (ast.expr, ast.stmt))
            else ""
        )
        if isinstance(node, ast.Constant) and isinstance(node.value, (float, complex)):
            yield f"float literal {text}"
        elif isinstance(node, ast.Name) and node.id in {
            "float",
            "complex",
            "round",
            "eval",
            "exec",
            "divmod",
            "pow",
        }:
            yield f"forbidden name {text}"
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"max", "min", "sorted"}
        ):
            if ast.unparse(node) not in INTEGER_CALLS.get(name, ()):
                yield f"call not known to be of integers {text}"
        elif isinstance(node, ast.Attribute) and node.attr in {
            "str",
            "sort",
            "repr",
            "unique",
            "__float__",
        }:
            yield f"forbidden attribute {text}"
        elif (
            isinstance(node, ast.UnaryOp)
            and isinstance(node.op, ast.Not)
            and isinstance(node.operand, ast.Compare)
        ):
            orders = any(
                isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for op in node.operand.ops
            )
            if orders and ast.unparse(node) not in EXACT_NEGATIONS.get(name, ()):
                yield f"negated ordering not known to be exact {text}"
        elif isinstance(node, ast.ExceptHandler):
            caught = (
                {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)}
                if node.type
                else {"everything"}
            )
            if caught & {"everything", "Exception", "BaseException"}:
                yield f"{name}:{node.lineno}: catches too much"
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from _import_offences(name, node)


def _import_offences(name: str, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    modules = (
        [alias.name for alias in node.names]
        if isinstance(node, ast.Import)
        else ["." * node.level + (node.module or "")]
    )
    for module in modules:
        root = module.split(".")[0]
        if root not in ALLOWED_IMPORTS:
            yield f"{name}:{node.lineno}: imports {module}"
        if root == "certify" and not module.startswith("certify.kernel"):
            yield f"{name}:{node.lineno}: the kernel imports {module}"
    names = {alias.name for alias in node.names}
    if isinstance(node, ast.Import) and "math" in names:
        yield f"{name}:{node.lineno}: imports all of math"
    if (
        isinstance(node, ast.ImportFrom)
        and node.module == "math"
        and not names <= ALLOWED_FROM_MATH
    ):
        yield f"{name}:{node.lineno}: imports floating point from math"
    if "*" in names:
        yield f"{name}:{node.lineno}: imports everything"


def test_source_of_the_kernel_avoids_the_traps():
    assert [offence for name, tree in _sources() for offence in offences(name, tree)] == []


def test_the_lists_of_allowed_forms_are_not_stale():
    text = {
        name: {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.expr)}
        for name, tree in _sources()
    }
    for table in (INTEGER_CALLS, EXACT_NEGATIONS):
        for name, forms in table.items():
            assert forms <= text[name]


@pytest.mark.parametrize(
    "code",
    [
        "x = 0.5", "x = 1e-3", "x = 2j", "float(x)", "map(float, x)", "round(x)", "max(a, b)",
        "min(x)", "sorted(x)", "x.str(5)", "x.sort()", "if not (a <= b): pass", "y = not a < b",
        "try:\n    pass\nexcept Exception:\n    pass", "try:\n    pass\nexcept:\n    pass",
        "try:\n    pass\nexcept (ValueError, BaseException):\n    pass", "import numpy as np",
        "from numpy import array", "import random", "import mpmath", "import math",
        "from math import sqrt", "from certify.gaussian.search import starts", "import os",
        "from flint import *",
    ],
)  # fmt: skip
def test_the_source_test_can_fail(code):
    assert list(offences("balls.py", ast.parse(code)))


def test_no_float_exists_in_the_kernel_while_it_checks():
    """No local variable of any frame of the kernel, and nothing it returns, is a float (true
    division of ints would make one).
    """
    corpus = Path(__file__).parents[1] / "corpus"
    files = [
        corpus / name
        for name in (
            "accept/planar-teachers.json",
            "reject/curvature-up.json",
            "reject/loss-low-up.json",
        )
    ]
    files += [
        corpus / f"{name}.json"
        for name in (
            "accept/data-minimum-convolution",
            "accept/data-minimum-huber",
            "accept/data-entropy-three",
            "reject/data-saddle-swapped",
        )
    ]
    data = [path.read_bytes() for path in files]
    frames, floats = 0, []

    def watch(frame, event, value):
        nonlocal frames
        if event == "return" and frame.f_code.co_filename.startswith(str(KERNEL)):
            frames += 1
            for name, local in (*frame.f_locals.items(), ("return value", value)):
                flat = local if isinstance(local, (list, tuple)) else [local]
                if any(isinstance(x, float) for x in flat):
                    floats.append(f"{frame.f_code.co_name}: {name}")

    former = sys.getprofile()
    sys.setprofile(watch)
    try:
        verdicts = [check_bytes(text).verdict for text in data]
    finally:
        sys.setprofile(former)
    assert verdicts == ["PROVED", "REJECTED", "REJECTED", "PROVED", "PROVED", "PROVED", "REJECTED"]
    assert floats == []
    assert frames > 200
