"""Structured starts: the patterns are all there once, a start is what its description says, and the
minima with more students than teachers are met.
"""

from __future__ import annotations

import json
import pickle
from itertools import combinations, combinations_with_replacement, permutations

import numpy as np
import pytest
from console import call

import certify
from certify.gaussian.prove.minimum import prove_candidate
from certify.gaussian.search.starts import Starts, run_search
from certify.gaussian.search.structured import Pattern, Structured, patterns
from certify.kernel.foundation.outcomes import Proved

OWN = Pattern(2, ((0,), (1,)))
SHARED = Pattern(3, ((0, 1), (0, 2), (1, 2)))


def orbits(flipped: int, companions: int) -> int:
    """How many patterns there are up to renumbering, by Burnside's lemma: the mean number of
    multisets of faced teachers that a renumbering fixes.
    """
    ones = [frozenset(c) for size in (1, 2, 3) for c in combinations(range(flipped), size)]
    fixed = [
        sorted(map(sorted, some)) == sorted(sorted(new[i] for i in one) for one in some)
        for new in permutations(range(flipped))
        for some in combinations_with_replacement(ones, companions)
    ]
    return sum(fixed) // len(list(permutations(range(flipped))))


@pytest.mark.parametrize("m", [0, 1, 2, 3])
def test_every_pattern_is_there_once(m):
    found = patterns(20, 20 + m)
    for flipped in (1, 2, 3, 4):
        some = [one for one in found if one.flipped == flipped]
        assert len(some) == orbits(flipped, m)
        assert not any(b in set(a.renumbered()) for a, b in combinations(some, 2))


def test_order_and_number_of_the_patterns():
    assert [len(patterns(20, 20 + m)) for m in range(7)] == [4, 9, 27, 78, 226, 128, 181]
    first = patterns(11, 13)[:3]
    assert [str(one) for one in first[:2]] == [
        "1 flipped, companions 1, 1",
        "2 flipped, companions 1, 2",
    ]
    assert {one.flipped for one in patterns(3, 5)} == {1, 2}
    assert Pattern(5, tuple((i,) for i in range(5))) in patterns(36, 41)
    assert Pattern(4, tuple(combinations(range(4), 2))) in patterns(24, 30)[:12]


@pytest.mark.parametrize(
    ("k", "n", "told"), [(11, 18, "up to 6 students more than teachers"), (1, 2, "two teachers")]
)
def test_no_structured_start(k, n, told):
    with pytest.raises(certify.UnusableInput, match=told):
        certify.search(k, n, structured=True)


@pytest.mark.parametrize("structured", [False, True])
@pytest.mark.parametrize("trials", [0, -1])
def test_no_trials_are_refused(trials, structured):
    with pytest.raises(certify.UnusableInput, match="give 1 or more"):
        certify.search(11, 13, trials=trials, structured=structured)


def test_structured_starts_are_for_orthonormal_teachers():
    with pytest.raises(certify.UnusableInput, match="orthonormal"):
        certify.search(3, 4, teachers=2 * np.eye(3), structured=True)


@pytest.mark.parametrize("drawn", [False, True])
def test_a_start_is_what_its_description_says(drawn):
    seed = np.random.SeedSequence(5) if drawn else None
    w = Structured(SHARED, seed).point(15, 13)
    near, flipped, companions = w[:9, :12], w[9:12, :12], w[12:, :12]
    assert (np.argmax(near, axis=1) == np.arange(9)).all()
    assert (np.argmin(flipped, axis=1) == np.arange(9, 12)).all()
    assert [np.flatnonzero(row < 0).tolist() for row in companions] == [[9, 10], [9, 11], [10, 11]]
    assert not w[:, 12].any()
    turned = [1, 2, 0, 3, 4, 5, 6, 7, 8, *range(9, 13)]  # teachers that are not flipped, and rows
    assert (w[[*turned[:12], 12, 13, 14]][:, turned] == w).all()


def test_a_structured_start_is_reproducible():
    starts = Starts.of(11, 13, None, None, None, 3).structured(60)
    again = Starts.of(11, 13, None, None, None, 3).structured(60)
    other = Starts.of(11, 13, None, None, None, 4).structured(60)
    points, same, drawn = ([s.point(13, 11) for s in one.begun()] for one in (starts, again, other))
    assert len(points) == 60 and all((a == b).all() for a, b in zip(points, same, strict=True))
    equal = [(a == b).all() for a, b in zip(points, drawn, strict=True)]
    assert all(equal[:27]) and not any(equal[27:])  # the first of each pattern is plain
    assert pickle.loads(pickle.dumps(starts.begun()[30])).point(13, 11).tolist() == (
        points[30].tolist()
    )


def test_two_students_more_than_teachers():
    """The search that the documentation shows, for the two first patterns; its minimum is proved,
    and the certificate says where it started.
    """
    starts = Starts.of(11, 13, None, None, None, 0).structured(2)
    found, shared = (run_search(starts, jobs=jobs) for jobs in (1, 2))
    assert found.at_global == 1 and found.candidates == shared.candidates
    assert found.end_points[0].loss == pytest.approx(0.0307565216046490, abs=1e-13)
    attempt = prove_candidate(found[0])
    assert isinstance(attempt.outcome, Proved) and attempt.document is not None
    assert attempt.document["statement"]["claims"]["every_dimension"] is True
    assert attempt.document["provenance"]["search"]["start"] == "2 flipped, companions 1, 2"


def test_the_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = call("search", "-k", "11", "-n", "13", "--structured", "--trials", "2", "-o", "found")
    assert ended.returncode == 0, ended.output
    assert "2 starts: 1 at the global minimum, 0 unsettled" in ended.stdout
    assert "2 flipped, companions 1, 2" in ended.stdout
    (file,) = (tmp_path / "found").iterdir()
    assert json.loads(file.read_text())["found"]["search"]["start"] == "2 flipped, companions 1, 2"
    ended = call("prove", file)
    assert ended.returncode == 0 and "n = 13, k = 11" in ended.stdout, ended.output


def test_a_saddle_is_given_up_early():
    """At k = 10 the same pattern leads to a saddle, which rounding is slow to leave."""
    starts = Starts.of(10, 12, None, None, None, 0).structured(2)
    assert run_search(starts).unsettled == 1


def test_as_many_students_as_teachers():
    """Without companions: types II and II_2."""
    found = certify.search(9, structured=True)
    assert found.trials == 4
    losses = [end.loss for end in found.end_points]
    assert losses == pytest.approx([0.0200141758085, 0.0374889627996], abs=1e-11)
