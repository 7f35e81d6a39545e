"""`certify landscape` as a user gives it: the file, what is said of it, and what is refused."""

from __future__ import annotations

import json

from console import call


def test_the_plane_is_proved_checked_and_shown(tmp_path):
    done = call("landscape", "-d", 2, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    path = tmp_path / "landscape-2.json"
    document = json.loads(path.read_text())
    assert document["statement"]["problem"]["dimension"] == 2
    assert document["provenance"]["command"] == "certify landscape -d 2"
    checked = call("check", path)
    assert checked.returncode == 0 and "every local minimum is global" in checked.stdout
    shown = call("show", path)
    assert "F(P₋)" in shown.stdout and "2(d − 1) are negative" in shown.stdout
    assert "(S)" not in shown.stdout


def test_other_dimensions_are_refused(tmp_path):
    done = call("landscape", "-d", 3, cwd=tmp_path)
    assert done.returncode == 2 and "the dimension is 2 or every" in done.stderr
    assert not list(tmp_path.iterdir())
