"""The second checker's subdivision of a whole landscape: all pairs are covered, no zero is lost,
and what is left undecided once an argument is taken away. Then its verdicts.
"""

from __future__ import annotations

import copy
import random
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from landscapes import (
    ALL,
    AR,
    HALF,
    Cell,
    Num,
    Stretch,
    angle,
    ends,
    entry,
    holds,
    inner,
    overlap,
    pull,
    rc,
)
from mpmath import mp, mpf, pi, sin
from oracles import landscape as oracle

Verdict = rc.verdict.Verdict
SADDLE = {
    "plane": ["0.52457922254", "0.52457922255"],
    "beyond": ["0.40913247507", "0.40913247509"],
    "loss": ["0.0736129325", "0.0736129327"],
}


@pytest.fixture(autouse=True)
def digits():
    with mp.workdps(40):
        yield


@pytest.fixture
def plane():
    return rc.landscape_plane.Plane(AR)


@pytest.fixture
def space():
    return rc.landscape_space.Space(AR)


@pytest.fixture
def rng():
    return random.Random(27)


def document(dimension="every", saddle=SADDLE, level="0.0736129325", bits=128, depth=12) -> dict:
    return {
        "format": "certify/1",
        "kind": "gaussian-landscape",
        "statement": {
            "problem": {"neurons": 2, "teachers": 2, "dimension": dimension},
            "claims": {"saddle": saddle, "level": level},
        },
        "witness": {"bits": bits, "depth": depth},
    }


def in_plane(**changes) -> dict:
    return document(**{"dimension": 2, "saddle": None, "level": "0.0861788163", **changes})


def verdict_of(tree: dict) -> tuple[str, str | None]:
    try:
        rc.kinds.judge(tree)
    except Verdict as found:
        return found.verdict, found.code
    return "PROVED", None


def small_cell(rng: random.Random) -> object:
    side = HALF >> rng.randrange(3, 10)
    s = rng.randrange(HALF // 2 // side)
    return Cell(s * side, rng.randrange(s + 1) * side, side)


def pairs_of(cell, rng: random.Random, count=5) -> list[tuple[int, int]]:
    found = []
    while len(found) < count:
        s, d = (z + rng.choice([0, cell.side, rng.randrange(cell.side)]) for z in (cell.s, cell.d))
        if d <= s:
            found.append((s + d, s - d))
    return found


def inside(x: int, y: int, cell) -> bool:
    spans = ((x, cell.larger), (y, cell.smaller), (x + y, cell.sums))
    return all(low <= value <= high for value, (low, high) in spans)


def test_every_pair_is_in_a_part(rng):
    """Ends included: x = y, y = 0, x = pi, x + y = pi."""
    last = HALF // 2
    ends_ = [(0, 0), (last, 0), (last, last), (last // 2, 0), (last // 2, last // 2)]
    drawn_ = [(s := rng.randint(0, last), rng.randint(0, s)) for _ in range(100)]
    for s, d in [*ends_, *drawn_]:
        cells, stretches = [ALL], [Stretch(0, last)]
        for _ in range(12):
            assert any(inside(s + d, s - d, cell) for cell in cells)
            assert any(low <= s <= high for low, high in (part.span for part in stretches))
            held = [cell for cell in cells if inside(s + d, s - d, cell)]
            cells = [part for cell in held for part in cell.quarters()]
            joined = [part for part in stretches if part.span[0] <= s <= part.span[1]]
            stretches = [part for stretch in joined for part in stretch.halves()]
            assert all(0 <= end <= HALF for cell in cells for end in (*cell.larger, *cell.smaller))
            assert all(cell.centre[1] >= 0 and sum(cell.centre) <= HALF for cell in cells)


def test_a_function_on_a_cell_is_enclosed(plane, space, rng):
    """As `settled` encloses it: what is at any pair is in the enclosure from the centre."""
    seen: list = []

    def record(value, by_larger, by_smaller, reach):
        seen.append(spread(value, by_larger, by_smaller, reach))
        return Num(AR, (-1, 1))  # so that the tests after this one are made, too

    spread = rc.triangle.spread
    for module, tests, functions in (
        (rc.landscape_plane, plane, (plane.even, plane.odd)),
        (
            rc.landscape_space,
            space,
            tuple(
                lambda x, y, f=f: f(space.at(x), space.at(y), space.gap((x + y, x + y)))
                for f in (space.even, space.odd)
            ),
        ),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "spread", record)
            for name in ("nearly_parallel", "nearly_opposite"):
                patch.setattr(tests, name, lambda *_: False)
            for _ in range(60):
                cell = small_cell(rng)
                seen.clear()
                tests.settled(cell)
                assert len(seen) == 2
                for x, y in pairs_of(cell, rng):
                    for found, function in zip(seen, functions, strict=True):
                        low, high = function(x, y).ends
                        assert found.ends[0] <= high
                        assert low <= found.ends[1]


def test_growth_on_the_diagonal_is_a_derivative(plane, space, rng):
    def even(t):
        k, slope = overlap(2 * t), mpmath.diff(overlap, 2 * t)
        return (pi + k) * mpmath.diff(pull, t) - slope * pull(t)

    for _ in range(30):
        low = rng.randrange(1, HALF // 2 - 1)
        span = low, min(low + (HALF >> rng.randrange(4, 30)), HALF // 2 - 1)
        t = angle(rng.randint(*span))
        with mp.workdps(60):
            diagonal = mpmath.diff(lambda z: entry(z, z) / sin(z), t)
            assert holds(space.growth(span), diagonal)
            h = mpf(10) ** -12
            slope = (even(t + h) - even(t - h)) / (2 * h)
        low_end, high_end = ends(plane.growth(span))
        assert low_end - 1e-10 <= slope <= high_end + 1e-10


def left(start, settled, parts, depth=8, most=rc.triangle.MOST_CELLS):
    return rc.triangle.undecided(start, settled, parts, depth, most)


def corner(s: Fraction, d: Fraction, side=8) -> object:
    """The cell of side pi/2^side that has these multiples of pi in it."""
    n = HALF >> side
    last = HALF // 2 // n - 1
    return Cell(*(min(int(z * HALF) // n, last) * n for z in (s, d)), n)


def saddle_sum() -> Fraction:
    """x of the saddle over pi."""
    found = rc.landscape.Saddle(128)
    return Fraction(found.span[0], found.space.circle.half)


def test_what_is_known_is_not_excluded_by_the_rest(plane, space, monkeypatch):
    """Without the argument that is made for a known point, a small cell at it stays undecided."""
    quarter, half, at = Fraction(1, 4), Fraction(1, 2), saddle_sum()
    for tests, argument, cell in (
        (plane, "apart", corner(quarter, Fraction(0))),  # the global minimum
        (plane, "nearly_opposite", corner(half, half)),  # O
        (space, "apart", corner(at, Fraction(0), 10)),  # the saddle
        (space, "nearly_opposite", corner(half, half)),  # neurons against each other
        (plane, "nearly_parallel", corner(Fraction(0), Fraction(0))),
        (space, "nearly_parallel", corner(Fraction(0), Fraction(0))),
    ):
        assert left(cell, tests.settled, Cell.quarters) is None
        with monkeypatch.context() as patch:
            patch.setattr(tests, argument, lambda *_: False)
            assert left(cell, tests.settled, Cell.quarters, 6) is not None, argument
    for tests, name, place in ((plane, "falling", quarter), (space, "rising", at)):
        n = HALF >> 8
        stretch = Stretch(int(place * HALF) // n * n, n)
        settled = getattr(tests, name)
        assert left(stretch, settled, Stretch.halves) is None
        with monkeypatch.context() as patch:
            patch.setattr(tests, "growth", lambda _: Num(AR, (-20 * AR.one[0], 20 * AR.one[0])))
            assert left(stretch, settled, Stretch.halves) is not None
            # and the zero is where it is said to be
            assert left(Stretch(stretch.low + 2 * n, n), settled, Stretch.halves) is None


def test_a_zero_put_anywhere_is_not_lost(plane, space, rng, monkeypatch):
    """Equations less their values at some pair: no cell with that pair is settled by them."""
    for tests in (plane, space):
        for name in ("nearly_parallel", "nearly_opposite", "apart"):
            monkeypatch.setattr(tests, name, lambda *_: False)
    even, odd = plane.even, plane.odd
    outside = space.even, space.odd
    for _ in range(20):
        n, m = inner(rng)
        zero = even(n, m), odd(n, m)
        monkeypatch.setattr(plane, "even", lambda x, y, z=zero: even(x, y) - z[0])
        monkeypatch.setattr(plane, "odd", lambda x, y, z=zero: odd(x, y) - z[1])
        place = space.at(n), space.at(m), space.gap((n + m, n + m))
        also = outside[0](*place), outside[1](*place)
        monkeypatch.setattr(space, "even", lambda *at, z=also: outside[0](*at) - z[0])
        monkeypatch.setattr(space, "odd", lambda *at, z=also: outside[1](*at) - z[1])
        for side in (3, 6, 10, 16, 22):
            cell = corner(Fraction(n + m, 2 * HALF), Fraction(n - m, 2 * HALF), side)
            assert not plane.settled(cell)
            assert not space.settled(cell)


def test_few_cells_are_looked_at(plane, space):
    for tests, most in ((plane, 100), (space, 320)):
        seen = []

        def settled(cell, tests=tests, seen=seen):
            seen.append(cell)
            return tests.settled(cell)

        assert left(ALL, settled, Cell.quarters, 12) is None
        assert len(seen) < most
    assert left(ALL, space.settled, Cell.quarters, 12, 200) is not None


# ------------------------------------------------------------------------------------------
# Verdicts
# ------------------------------------------------------------------------------------------


def test_the_saddle_is_that_of_the_loss():
    """Its numbers, and the signs of its Hessian against eigenvalues."""
    with mp.workdps(60):
        place = oracle.saddle()
        saddle = rc.landscape.Saddle(128)
        for name, value in saddle.place().items():
            low, high = (mpf(end.numerator) / end.denominator for end in value.side())
            assert low <= place[name] <= high
            assert high - low < 1e-40
    rows = oracle.known(3)["S"]
    values = 2 * np.pi * np.linalg.eigvalsh(oracle.local(rows).hessian)
    forms = {name: float(value.side()[0]) for name, value in saddle.forms().items()}
    single = [forms.pop(name) for name in ("across e, the sum", rc.landscape.NEGATIVE)]
    for value in single:
        assert np.abs(values - value).min() < 1e-9
    assert sorted(value < 0 for value in single) == [False, True]
    dets = [value for name, value in forms.items() if "determinant" in name]
    assert np.isclose(np.prod(values), np.prod(single) * np.prod(dets))
    assert all(value > 0 for value in forms.values())


def test_the_loss_of_the_opposite_neurons():
    low, high = rc.landscape.loss_of_opposite(rc.arithmetic.Arithmetic(128)).side()
    assert float(low) == pytest.approx(oracle.local(oracle.known(2)["O"]).loss, abs=1e-15)
    assert high - low < Fraction(1, 10**36)


@pytest.mark.parametrize("bits", [128, 1024])
def test_proved(bits):
    for tree in (document(bits=bits), in_plane(bits=bits), document(level="1e-300")):
        assert oracle.falsehood(tree) is None
        assert verdict_of(tree) == ("PROVED", None)


FALSE = {
    "level of every": (document(level="0.0736129326"), "level"),
    "level of O": (document(level="0.0861788164"), "level"),
    "level of the plane for every": (document(level="0.0861788163"), "level"),
    "level in the plane": (in_plane(level="0.0861788164"), "level"),
    "level above all": (in_plane(level="1"), "level"),
    **{
        f"{name}, {what}": (document(saddle={**SADDLE, name: shifted}), "saddle")
        for name, (below, above) in {
            "plane": (("0.5", "0.52457922254"), ("0.52457922255", "1")),
            "beyond": (("0.4", "0.40913247507"), ("0.40913247509", "1")),
            "loss": (("0.07", "0.0736129325"), ("0.0736129327", "1")),
        }.items()
        for what, shifted in (("below", list(below)), ("above", list(above)))
    },
}


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_rejected(name):
    tree, code = FALSE[name]
    assert oracle.falsehood(tree) is not None
    assert verdict_of(tree) == ("REJECTED", code)


def test_too_few_subdivisions_are_rejected():
    for tree in (document(depth=4), document(depth=8), in_plane(depth=2)):
        assert verdict_of(tree) == ("REJECTED", "settled")
    assert verdict_of(document(depth=9)) == verdict_of(in_plane(depth=5)) == ("PROVED", None)


def test_an_index_that_is_not_verified_is_rejected(monkeypatch):
    real = rc.landscape.Saddle.forms
    for name in real(rc.landscape.Saddle(128)):
        opposite = lambda saddle, name=name: {**real(saddle), name: 0 - real(saddle)[name]}  # noqa: E731
        monkeypatch.setattr(rc.landscape.Saddle, "forms", opposite)
        assert verdict_of(document()) == ("REJECTED", "index"), name


def test_a_saddle_that_is_not_bracketed_is_rejected(monkeypatch):
    space = rc.landscape_space.Space
    monkeypatch.setattr(space, "diagonal", lambda self, n: self.at(n).a)
    assert verdict_of(document()) == ("REJECTED", "saddle")


def changed(path: str, value: object) -> dict:
    tree = copy.deepcopy(document())
    *way, last = path.split()
    at = tree
    for step in way:
        at = at[step]
    at[last] = value
    return tree


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("statement problem neurons", 3),
        ("statement problem neurons", True),
        ("statement problem teachers", 1),
        ("statement problem dimension", 2),  # with a saddle
        ("statement problem dimension", 3),
        ("statement problem dimension", "any"),
        ("statement problem dimension", None),
        ("statement problem more", 1),
        ("statement claims saddle", None),  # for every dimension
        ("statement claims saddle", {"plane": ["0", "1"], "beyond": ["0", "1"]}),
        ("statement claims saddle plane", ["1", "0.5"]),
        ("statement claims saddle plane", ["0.5"]),
        ("statement claims saddle loss", [0, 1]),
        ("statement claims saddle index", 1),
        ("statement claims level", "0"),
        ("statement claims level", "-1"),
        ("statement claims level", 0),
        ("statement claims level", "nan"),
        ("statement claims more", "0"),
        ("witness bits", 127),
        ("witness bits", 1025),
        ("witness depth", 0),
        ("witness depth", 33),
        ("witness depth", "12"),
        ("witness boxes", []),
    ],
)
def test_malformed(path, value):
    assert verdict_of(changed(path, value)) == ("MALFORMED", None)


def test_what_a_certificate_claims_in_words():
    told = rc.explain.explained(document())
    assert "0.52457922254" in told
    assert "D >= 3" in told
    assert "D >= 3" not in rc.explain.explained(in_plane())
