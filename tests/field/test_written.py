"""What is written: never over something else, under a name that carries what differs, with no
folders of the user's machine in it; the same from Python.
"""

from __future__ import annotations

import json
import os
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from console import call

import certify
from certify.cli import common as conclude
from certify.errors import Unwritable

XOR = "a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"
OTHER = "a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0.5\n"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text(XOR)
    Path("other.csv").write_text(OTHER)


def point_file(root, name="six.json"):
    Path(name).write_bytes((root / "proofs/gaussian/n06-k06.json").read_bytes())
    return name


def unchanged(path, command, *, code=2):
    before = Path(path).read_bytes()
    done = call(*command)
    assert done.returncode == code and "PROVED" not in done.stdout, done.stdout + done.stderr
    assert Path(path).read_bytes() == before
    return done


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_an_input_is_never_written_over(root, force):
    six = point_file(root)
    os.symlink("mine.csv", "link.csv")
    os.link("mine.csv", "hard.csv")
    np.savez("net.npz", W1=[[1.0, 0.0], [0.0, 1.0]], b1=[-0.5, 0.25], W2=[[1.0, 1.0]], b2=[0.0])
    for target in ("mine.csv", "link.csv", "hard.csv", "./mine.csv"):
        unchanged("mine.csv", ["data", "relu", "mine.csv", "-o", target, *force])
    unchanged("net.npz", ["trained", "net.npz", "mine.csv", "-o", "net.npz", *force])
    unchanged("mine.csv", ["trained", "net.npz", "mine.csv", "-o", "mine.csv", *force])
    for command in (
        ["consequence", "split", six],
        ["consequence", "basin", six],
        ["prove", six],
        ["report", six],
    ):
        unchanged(six, [*command, "-o", six, *force])


def test_what_exists_is_replaced_with_force_only(root):
    Path("notes.json").write_text("my notes")
    done = unchanged("notes.json", ["data", "relu", "mine.csv", "-o", "notes.json"])
    assert "notes.json exists and is left as it is: --force replaces it" in done.stderr
    assert call("data", "relu", "mine.csv", "-o", "notes.json", "--force").returncode == 0
    assert certify.check("notes.json").verdict == "PROVED"
    again = call("data", "relu", "mine.csv", "-o", "notes.json")
    assert again.returncode == 0 and "(unchanged: the file held it already)" in again.stdout
    done = unchanged("notes.json", ["data", "relu", "other.csv", "-o", "notes.json"])
    # nothing that was proved is lost
    assert "the certificate just proved is another one and is in notes-" in done.stderr
    (kept,) = Path().glob("notes-*.json")
    assert (
        certify.check(kept).verdict == "PROVED"
        and certify.load(kept).digest != certify.load("notes.json").digest
    )
    Path("page.html").write_text("my page")
    unchanged("page.html", ["report", point_file(root), "-o", "page.html", "--checker", "kernel"])
    Path("table.md").write_text("my table")
    unchanged(
        "table.md",
        [
            "survey",
            "-k",
            "6",
            "--trials",
            "1",
            "--markdown",
            "table.md",
            "--proofs",
            root / "proofs/symmetric/k06",
        ],
    )
    Path("minimum.v").write_text("my proof")
    unchanged("minimum.v", ["formal", "six.json", "-o", "minimum.v"])


def test_two_files_of_one_name_have_two_certificates():
    """The default name has no folder in it, so the second certificate gets a name of its own."""
    Path("b").mkdir()
    Path("b/mine.csv").write_text(OTHER)
    assert call("data", "relu", "mine.csv").returncode == 0
    before = Path("mine.minimum.json").read_bytes()
    for told in ("", " (unchanged: the file held it already)"):
        done = call("data", "relu", "b/mine.csv")
        (kept,) = Path().glob("mine.minimum-*.json")
        digest = certify.load(kept).digest
        assert done.returncode == 0 and "THEOREM." in done.stdout, done.stderr
        assert done.stdout.splitlines()[-3:-1] == [
            f"Certificate {kept}, digest {digest}{told}",
            "mine.minimum.json holds another certificate and is left as it is.",
        ]
        assert done.stdout.splitlines()[-1].startswith(f"PROVED {kept}: ")
        assert Path("mine.minimum.json").read_bytes() == before
    # a name that the user chose is another matter
    unchanged("mine.minimum.json", ["data", "relu", "b/mine.csv", "-o", "mine.minimum.json"])
    assert call("data", "relu", "b/mine.csv", "--force").returncode == 0
    assert certify.load("mine.minimum.json").digest == digest


def test_a_folder_that_is_not_there_is_no_file():
    done = call("data", "relu", "mine.csv", "-o", "proofs/")
    assert (
        done.returncode == 2
        and "there is no folder proofs/" in done.stderr
        and not Path("proofs").exists()
    )
    Path("proofs").mkdir()
    assert call("data", "relu", "mine.csv", "-o", "proofs/").returncode == 0
    assert [path.name for path in Path("proofs").iterdir()] == ["mine.minimum.json"]
    assert call("data", "relu", "mine.csv", "-o", "mine.csv/c.json").returncode == 2


@pytest.mark.long
def test_default_names_carry_what_differs(root):
    """Any two of these commands leave two files."""
    x = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1], [2, 1]])
    np.savez("table.npz", X=x, y=np.array([0.0, 1, 1, 0, 3]))
    Path("three.csv").write_text("a,b,y,z\n0,0,0,1\n0,1,1,0\n1,0,1,3\n1,1,0,2\n2,1,5,1\n")
    np.save("v.npy", np.eye(7) + 0.001)
    np.save(
        "w.npy",
        np.array(
            json.loads((root / "proofs/gaussian/n07-k07.json").read_text())["statement"]["centre"],
            dtype=float,
        ),
    )
    commands = [
        ["data", "relu", "three.csv"], ["data", "relu", "three.csv", "--widths", "6"],
        ["data", "relu", "three.csv", "--activation", "1,0.5"],
        ["data", "relu", "three.csv", "--target", "y"],
        ["data", "relu", "three.csv", "--drop", "a"],
        ["data", "relu", "three.csv", "--inputs", "b,a"], ["data", "relu", "mine.csv"],
        ["data", "relu", "table.npz"],
        ["data", "deep", "three.csv", "--widths", "2"],
        ["data", "deep", "three.csv", "--widths", "2,2"],
        ["data", "deep", "three.csv", "--widths", "2", "--loss", "huber:0.5"],
        ["data", "deep", "three.csv", "--widths", "4", "--activation", "abs"],
        ["data", "linear", "three.csv"], ["data", "linear", "three.csv", "--origin"],
        ["data", "linear", "three.csv", "--bias"], ["data", "linear", "three.csv", "--widths", "3"],
        ["data", "constant", "--activation", "tanh"],
        ["data", "constant", "--activation", "tanh", "--at", "1/2"],
        ["data", "constant", "--activation", "tanh(t)+t^2"],
        ["data", "constant", "--activation", "tanh(t)-t^2"],
        ["prove", "w.npy"], ["prove", "w.npy", "--symmetric"], ["prove", "w.npy", "--transpose"],
        ["family", "II", "-k", "7"], ["family", "A", "-k", "7"],
        ["family", "II", "-k", "8"],
        ["family", "A", "--birth", "--digits", "8"], ["family", "A", "--birth", "--digits", "9"],
        ["consequence", "split", root / "proofs/symmetric/k07/II.json"],
        ["consequence", "basin", root / "proofs/symmetric/k07/II.json"],
        ["consequence", "basin", root / "proofs/symmetric/k07/II.json", "--share", "0.5"],
    ]  # fmt: skip
    seen = set(Path().iterdir())
    for command in commands:
        done = call(*command)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        new = set(Path().iterdir()) - seen
        assert len(new) == 1, command
        seen |= new


def test_provenance_has_no_folders_of_this_machine(monkeypatch):
    Path("deep/folder").mkdir(parents=True)
    Path("deep/folder/mine.csv").write_text(XOR)
    home = Path.cwd()
    done = call(
        "data", "relu", home / "deep/folder/mine.csv", f"--output={home}/deep/folder/out.json"
    )
    assert done.returncode == 0, done.stderr
    text = Path("deep/folder/out.json").read_text()
    assert (
        json.loads(text)["provenance"]["command"] == "certify data relu mine.csv --output=out.json"
    )
    assert str(home) not in text and "folder" not in text
    monkeypatch.setattr(
        "sys.argv",
        [
            "certify",
            "data",
            "constant",
            "--at",
            "1/2",
            "--activation",
            "t/2+t^2",
            "-o/tmp/x.json",
        ],
    )
    assert conclude.command_line() == "certify data constant --at 1/2 --activation t/2+t^2 -ox.json"


def test_python_does_not_write_over_others_either(root):
    six = certify.load(root / "proofs/gaussian/n06-k06.json")
    Path("notes.json").write_text("my notes")
    with pytest.raises(Unwritable, match="exists and is left as it is"):
        six.save("notes.json")
    six.save("six.json")
    six.save("six.json")
    with pytest.raises(Unwritable):
        certify.load(root / "proofs/gaussian/n07-k07.json").save("six.json")
    certify.load(root / "proofs/gaussian/n07-k07.json").save("six.json", force=True)
    assert Path("notes.json").read_text() == "my notes"
    with pytest.raises(Unwritable):
        six.report("six.tex.html") if Path("six.tex.html").write_text("mine") else None
    six.report("new.tex")
    six.report("new.tex")


@pytest.mark.long
def test_searches_write_their_candidates_once():
    for _ in range(2):
        assert call("search", "-k", 7, "--trials", 60, "--seed", 1, "-o", "found").returncode == 0
    (path,) = Path("found").iterdir()
    path.write_text("mine")
    done = call("search", "-k", 7, "--trials", 60, "--seed", 1, "-o", "found")
    assert done.returncode == 2 and path.read_text() == "mine"


def test_a_report_says_what_it_found(root):
    """Verdict by verdict, with totals; a missing file is among them."""
    six = point_file(root)
    done = call("report", six, "missing.json", "--checker", "kernel")
    lines = done.stdout.splitlines()
    assert done.returncode == 2 and [line.split()[0] for line in lines] == [
        "PROVED",
        "MALFORMED",
        "2",
        "wrote",
    ]
    assert (
        lines[2] == "2 certificates: 1 malformed, 1 proved"
        and "missing.json: cannot be read" in lines[1]
    )
    alone = call("report", "missing.json")
    assert (
        alone.returncode == 2
        and "cannot be read" in alone.stderr
        and not Path("missing.report.html").exists()
    )
    assert Path(lines[3].removeprefix("wrote ")).name == "six-and-1-more.report.html"
    again = call("report", six, "missing.json", "--checker", "kernel")
    assert again.returncode == 2 and again.stdout == done.stdout
    assert (
        call("report", six, "--checker", "kernel").stdout.splitlines()[-1]
        == "wrote six.report.html"
    )


def test_is_the_certificate_about_my_file(root):
    assert call("data", "relu", "mine.csv", "-o", "c.json").returncode == 0
    same = call("check", "c.json", "--data", "mine.csv")
    assert same.returncode == 0 and same.stdout.splitlines()[1].startswith(
        "  about mine.csv: the inputs and targets of the certificate are exactly those of the file"
    )
    for options, told in (
        (["--data", "other.csv"], "row 4, target y: 0.5 in the file, 0 in the certificate"),
        (["--data", "mine.csv", "--target", "a"], "not about"),
        (["--data", "mine.csv", "--inputs", "b,a"], "not about"),
    ):
        done = call("check", "c.json", *options)
        assert told in done.stdout and done.returncode == 1, done.stdout
    record = json.loads(call("check", "c.json", "--json", "--data", "other.csv").stdout)
    assert record["verdict"] == "PROVED" and record["about"][0]["holds"] is False
    assert call("check", "c.json", "--target", "a").returncode == 2
    other = call(
        "check", "c.json", root / "proofs/symmetric/k06/II.json", "--candidate", "mine.csv"
    )
    assert other.returncode == 2 and other.stdout.endswith("\n2 files: 2 PROVED\n")
    assert (
        "not about mine.csv: a certificate of the kind data-minimum has no ball" in other.stdout
        and "not compared with mine.csv" in other.stdout
    )
    Path("names.csv").write_text("a,b,c\n0,1,p\n1,0,q\n1,1,p\n2,0,q\n0,3,q\n")
    assert (
        call(
            "data", "entropy", "names.csv", "--label", "c", "--widths", "2", "-o", "e.json"
        ).returncode
        == 0
    )
    assert call("check", "e.json", "--data", "names.csv", "--label", "c").returncode == 0
    Path("names.csv").write_text("a,b,c\n0,1,p\n1,0,q\n1,1,p\n2,0,p\n0,3,q\n")
    assert (
        "row 4 is of the class p"
        in call("check", "e.json", "--data", "names.csv", "--label", "c").stdout
    )


def test_is_the_certificate_about_my_point(root):
    six = root / "proofs/gaussian/n06-k06.json"
    w = np.array(json.loads(six.read_text())["statement"]["centre"], dtype=float)
    rng = np.random.default_rng(0)
    mixed = w[rng.permutation(6)][:, rng.permutation(6)]
    for name, matrix, about in (
        ("w", w, True),
        ("mixed", mixed, True),
        ("near", w + 1e-5, True),
        ("far", w + 1e-2, False),
        ("padded", np.hstack([w, np.zeros((6, 2))]), True),
        ("off", np.hstack([w, np.ones((6, 1))]), False),
    ):
        np.save(f"{name}.npy", matrix)
        for certificate in (six, root / "proofs/symmetric/k06/II.json"):
            done = call("check", certificate, "--candidate", f"{name}.npy")
            assert done.returncode == (0 if about else 1), (name, done.stdout, done.stderr)
            assert ("  about" in done.stdout) is about and "certified ball" in done.stdout
    planar = root / "tests/corpus/accept/planar-teachers.json"
    statement = json.loads(planar.read_text())["statement"]
    np.savez(
        "own.npz",
        students=np.array(statement["centre"], dtype=float),
        teachers=np.array(statement["problem"]["targets"], dtype=float),
    )
    assert call("check", planar, "--candidate", "own.npz").returncode == 0
    np.savez(
        "own.npz",
        students=np.array(statement["centre"], dtype=float),
        teachers=np.array(statement["problem"]["targets"], dtype=float) + 1e-9,
    )
    assert (
        "the teachers of the file are not those"
        in call("check", planar, "--candidate", "own.npz").stdout
    )


def test_a_report_changed_by_hand_is_kept(root):
    six = point_file(root)
    for name in ("page.html", "paper.tex"):
        assert call("report", six, "-o", name, "--checker", "kernel").returncode == 0
        # as it was written: made again
        assert call("report", six, "-o", name, "--checker", "kernel").returncode == 0
        Path(name).write_text(Path(name).read_text() + "<!-- mine -->")
        unchanged(name, ["report", six, "-o", name, "--checker", "kernel"])
    Path("own.tex").write_text(f"% my paper\n% certify-seal: {'0' * 64}\nmy text\n")
    unchanged("own.tex", ["report", six, "-o", "own.tex", "--checker", "kernel"])


def test_targets_within_the_spread_are_in_the_theorem():
    assert (
        call("data", "split", "--activation", "tanh", "--generate", "1", "-o", "c.json").returncode
        == 0
    )
    problem = json.loads(Path("c.json").read_text())["statement"]["problem"]
    spread = Fraction(problem["spread"])
    assert spread > 0
    for share, about in ((Fraction(1, 2), True), (Fraction(2), False)):
        moved = [
            [
                str(
                    Decimal(row[0])
                    + Decimal((spread * share).numerator) / Decimal((spread * share).denominator)
                )
            ]
            for row in problem["targets"]
        ]
        Path("moved.json").write_text(json.dumps({"X": problem["inputs"], "y": moved}))
        assert call("check", "c.json", "--data", "moved.json").returncode == (0 if about else 1)


def test_teachers_and_the_way_a_point_is_read(root):
    six = root / "proofs/gaussian/n06-k06.json"
    w = np.array(json.loads(six.read_text())["statement"]["centre"], dtype=float)
    np.savez("both.npz", students=w, teachers=np.eye(6))
    np.savez("other.npz", students=w, teachers=2 * np.eye(6))
    np.savez("two.npz", A=w.T, B=w)
    assert call("check", six, "--candidate", "both.npz").returncode == 0
    assert call("check", six, "--candidate", "other.npz").returncode == 1
    assert (
        call("check", six, "--candidate", "two.npz", "--variable", "A", "--transpose").returncode
        == 0
    )
    assert call("check", six, "--candidate", "two.npz", "--variable", "A").returncode == 1
    assert call("check", six, "--transpose").returncode == 2


def test_is_the_certificate_about_my_network():
    x = np.arange(8.0)[:, None]
    np.savez("table.npz", X=x, y=np.array([3, 2, 1, 0.25, 1, 2.25, 3, 4]))
    net = {
        "W1": np.array([[1.0], [-1.0]]),
        "b1": np.array([-3.5, 3.5]),
        "W2": np.array([[1.0, 1.0]]),
        "b2": np.array([-0.1]),
    }
    np.savez("net.npz", **net)
    assert call("trained", "net.npz", "table.npz", "--rounds", 20, "-o", "c.json").returncode == 0
    done = call("check", "c.json", "--network", "net.npz")
    assert "the network as read has the risk" in done.stdout
    # another cell; the same cell, far away
    for change in (
        {"b1": np.array([3.5, -3.5])},
        {"W2": -5 * net["W2"], "b2": np.array([100.0])},
    ):
        np.savez("far.npz", **{**net, **change})
        assert call("check", "c.json", "--network", "far.npz").returncode == 1


def test_is_the_certificate_about_my_training():
    """The data and the weights that were given, exactly; classes in any order."""
    x = np.linspace(-1, 1, 8)[:, None]
    np.savez("table.npz", X=x, y=np.array([1, 1, 0, 0, 1, 0, 1, 0.5]))
    net = {
        "W1": np.array([[1.0], [-0.5]]),
        "b1": np.array([0.25, 0.5]),
        "W2": np.array([[1.0, 0.7]]),
        "b2": np.array([0.1]),
    }
    np.savez("net.npz", **net)
    how = ("--loss", "squared", "--decay", "0.1", "--decay-on", "all", "--activation", "tanh")
    assert call("trained", "net.npz", "table.npz", *how, "-o", "c.json").returncode == 0
    done = call("check", "c.json", "--network", "net.npz", "--data", "table.npz")
    assert done.returncode == 0
    assert "the weights given to the certificate are exactly its" in done.stdout
    assert "the file does not tell the activations" in done.stdout
    np.savez("near.npz", **{**net, "b1": np.array([0.25, 0.5 + 2**-50])})
    done = call("check", "c.json", "--network", "near.npz")
    assert done.returncode == 1
    assert "the bias of layer 1 differ" in done.stdout
    np.savez("wide.npz", **{**net, "W2": np.ones((2, 2)), "b2": np.ones(2)})
    assert "another shape" in call("check", "c.json", "--network", "wide.npz").stdout
    np.savez("moved.npz", X=x, y=np.array([1, 1, 0, 0, 1, 0, 1, 0.25]))
    assert call("check", "c.json", "--data", "moved.npz").returncode == 1


def test_is_the_certificate_about_my_classes_and_my_output():
    """Which class is which output is said; a network with another output unit is another one."""
    x = np.linspace(-1, 1, 8)[:, None]
    net = {
        "layers": [
            {"weights": [[1], [-0.5]], "bias": [0.25, 0.5], "activation": "tanh"},
            {"weights": [[1, 0.75]], "bias": [0.125], "activation": "sigmoid"},
        ]
    }
    Path("net.json").write_text(json.dumps(net))
    classes = np.array(list("ddccdcdc"))
    np.savez("table.npz", X=x, y=classes)
    how = ("--label", "y", "--loss", "binary", "--decay", "0.1", "--decay-on", "all")
    done = call("trained", "net.json", "table.npz", *how, "-o", "c.json")
    assert done.returncode == 0, done.stderr
    assert "c, d are taken, in this order, as its classes 0, 1" in done.stderr

    def about(data="table.npz", network="net.json"):
        return call("check", "c.json", "--network", network, "--data", data, "--label", "y")

    done = about()
    assert done.returncode == 0
    assert "inputs and classes of the certificate are exactly those of the file, whose classes" in (
        done.stdout
    )
    assert "c, d are its outputs 0, 1" in done.stdout
    np.savez("turned.npz", X=x, y=np.where(classes == "c", "e", classes))
    assert "e, d are its outputs 0, 1" in about("turned.npz").stdout
    np.savez("named.npz", X=x, y=(classes == "d").astype(int))
    done = about("named.npz")
    assert done.returncode == 0 and "outputs" not in done.stdout
    np.savez("moved.npz", X=x, y=np.array(list("ddccdcdd")))
    done = about("moved.npz")
    assert done.returncode == 1
    assert "row 8 is of the class d, which is not the label 0" in done.stdout
    for number, activation, says in (
        (1, "tanh", "the network ends with tanh"),
        (0, "softsign", "layer 1 has another activation"),
    ):
        other = json.loads(json.dumps(net))
        other["layers"][number]["activation"] = activation
        Path("other.json").write_text(json.dumps(other))
        done = about(network="other.json")
        assert done.returncode == 1
        assert says in done.stdout


def test_is_my_start_in_the_basin(root):
    """The ball of a basin is its own, around the minimum, and smaller than the one in which there
    is no other critical point.
    """
    assert (
        call(
            "consequence", "basin", root / "proofs/gaussian/n07-k07.json", "-o", "basin.json"
        ).returncode
        == 0
    )
    statement = json.loads(Path("basin.json").read_text())["statement"]
    inner, outer = (
        float(part["claims"]["radius"]) for part in (statement, statement["minimum"]["statement"])
    )
    w = np.array(statement["minimum"]["statement"]["centre"], dtype=float)
    for far, about in ((0.9 * inner, True), ((inner + outer) / 2, False)):
        moved = w.copy()
        moved[0, 0] += far
        np.save("start.npy", moved)
        assert call("check", "basin.json", "--candidate", "start.npy").returncode == (
            0 if about else 1
        )
