"""kill -9 at random moments: nothing is half-written or lost (`kills.py`; survey and census have
tests of their own, too).
"""

from __future__ import annotations

import kills
import pytest


@pytest.mark.parametrize("name", ["prove", "check", "shards"])
def test_what_is_killed_goes_on(name):
    told = kills.campaign(name, 2)
    assert not told["wrong"] and not told["different"] and told["kills"] == 2


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", kills.WORKS)
def test_many_kills(name, capsys):
    told = kills.campaign(name, 40, 1)
    with capsys.disabled():
        print(f"\n{name}: {dict(told)}")
    assert not told["wrong"] and not told["different"]


def test_what_is_half_written_is_seen(tmp_path):
    kills.prepared(tmp_path)
    assert kills.broken(tmp_path) == []
    (tmp_path / "out" / "found.json").write_text('{"format": "cert')
    assert kills.broken(tmp_path) == ["out/found.json"]
