"""The package as objects and verbs: what they show, what they take, what they raise."""

from __future__ import annotations

import copy
import inspect
import pickle
from pathlib import Path

import numpy as np
import pytest

import certify
from certify.certificate import Certificate
from certify.errors import Undecided

SIX = "proofs/gaussian/n06-k06.json"
SEVEN = "proofs/gaussian/n07-k07.json"


@pytest.fixture(autouse=True)
def _in_the_repository(root, monkeypatch):
    monkeypatch.chdir(root)


@pytest.fixture(scope="module")
def found():
    return certify.search(k=7, trials=100, seed=1)


@pytest.fixture(scope="module")
def proof(found):
    return certify.prove(found)


def edited(certificate: Certificate) -> dict:
    document = certificate.document
    document["statement"]["claims"]["radius"] = "1"
    return document


def test_a_search_shows_its_counts_and_a_line_for_each_class(found):
    head, *classes = repr(found).splitlines()
    assert head.startswith("<SearchResult, not proved: 100 starts, ")
    assert len(classes) == len(found) == 1
    assert classes[0].startswith("  1: ") and "loss 0.0232027, lambda_min 0.014059" in classes[0]


def test_a_search_is_a_sequence_of_its_candidates(found):
    assert list(found) == list(found.candidates)
    assert found[0] is found.candidates[0]
    with pytest.raises(IndexError):
        found[len(found)]


def test_a_candidate_shows_sizes_and_loss(found):
    assert repr(found.candidates[0]) == (
        "<Candidate, not proved: k = 7 teachers (orthonormal), students of shape (7, 7), loss"
        " 0.0232027>"
    )
    assert repr(found.end_points[0]).endswith("students of shape (7, 7)>")


@pytest.mark.parametrize("k", [7, 10**12])
def test_a_symmetric_candidate_shows_its_blocks(k):
    shown = repr(certify.family("II", k))
    assert f"k = {k} orthonormal teachers" in shown
    assert f"blocks diagonal {k - 1}, diagonal 1, 5 coordinates" in shown


def test_outcomes_show_verdict_and_summary(proof):
    outcome = certify.check(proof)
    assert repr(outcome) == f"<PROVED: {outcome.summary}>"
    rejected = certify.check(Certificate(edited(proof)))
    assert repr(rejected) == f"<REJECTED: {rejected.summary}>"
    declined = certify.check(Certificate({**proof.document, "kind": "another"}))
    assert repr(declined).startswith("<DECLINED: [kind] ")


def test_what_prove_returns_says_proved(proof):
    assert repr(proof).startswith(f"<Certificate {proof.digest[:12]}, proved: spurious local")
    assert "Proved by the kernel in this session" in proof._repr_html_()
    assert "<strong>Theorem.</strong>" in proof._repr_html_()


def test_what_load_returns_is_not_checked_until_it_is():
    six = certify.load(SIX)
    assert six.outcome is None and ", not checked yet: " in repr(six)
    assert "Not checked yet" in six._repr_html_() and "Theorem" not in six._repr_html_()
    outcome = certify.check(six)
    assert six.outcome is outcome and ", proved: " in repr(six)


def test_an_edited_document_is_another_certificate(proof):
    """The document handed out is a copy: an edit of it reaches the certificate by no way."""
    document = edited(proof)
    assert proof.document != document and ", proved: " in repr(proof)
    other = Certificate(document)
    assert ", not checked yet: " in repr(other) and other != proof
    certify.check(other)
    assert ", rejected: " in repr(other) and "Rejected (" in other._repr_html_()
    with pytest.raises(AttributeError):
        proof.document = document
    with pytest.raises(ValueError, match="another document"):
        Certificate.proved(document, proof.outcome)
    with pytest.raises(ValueError, match="another document"):
        Certificate.proved({**proof.document, "remark": ""}, proof.outcome)


def test_a_pickled_certificate_has_to_be_checked_again(proof):
    for again in (pickle.loads(pickle.dumps(proof)), copy.deepcopy(proof)):
        assert again == proof and again.outcome is None


def test_certificates_compare_by_digest():
    six, again, seven = certify.load(SIX), certify.load(SIX), certify.load(SEVEN)
    without = Certificate({k: v for k, v in six.document.items() if k != "provenance"})
    assert six == again == without and len({six, again, without, seven}) == 2
    assert six != six.document
    assert Certificate({}) == Certificate({}) != Certificate({"kind": "x"})


def test_an_unknown_kind_is_declined_and_not_malformed():
    six = certify.load(SIX).document
    for document, told in (
        ({**six, "kind": "another"}, "unknown kind 'another'"),
        ({**six, "format": "certify/2"}, "unknown format 'certify/2'"),
    ):
        certificate = Certificate(document)
        assert repr(certificate) == f"<Certificate, declined: {told}>"
        with pytest.raises(Undecided, match=told):
            _ = certificate.statement
        assert certificate._repr_html_() is certificate._repr_latex_() is None
    assert repr(Certificate({})).startswith("<Certificate, malformed: ")


@pytest.mark.parametrize("verb", [certify.load, certify.check, certify.prove, certify.split])
@pytest.mark.parametrize("kind", [str, Path])
def test_a_missing_file_is_not_found(verb, kind):
    with pytest.raises(FileNotFoundError, match=r"not-there\.json"):
        verb(kind("not-there.json"))


def test_what_a_certificate_has_not_is_none():
    family = certify.load("proofs/family/II.json")
    assert family.point is family.loss is family.lambda_min is family.risk is None
    assert family.spectrum() is family.students() is None
    dense = certify.load(SIX)
    assert dense.point is not None and dense.risk is dense.spectrum() is None
    basin = certify.load("proofs/consequences/k10-II.basin.json")
    assert basin.point == basin.statement.minimum


def test_prove_takes_paths_and_lists(tmp_path, proof, found):
    path = tmp_path / "w.npy"
    np.save(path, proof.students())
    alone = certify.prove(path)
    assert alone.document["provenance"]["inputs"][0]["name"] == "w.npy"
    several = certify.prove([found.candidates[0], proof.students(), str(path)])
    assert [type(one) for one in several] == 3 * [Certificate]
    assert several[1].digest == several[2].digest == alone.digest
    assert certify.prove(found.candidates) == [proof] and certify.prove([]) == []


def test_prove_reads_teachers_from_a_path(tmp_path):
    np.save(tmp_path / "v.npy", np.eye(7))
    np.save(tmp_path / "w.npy", certify.load(SEVEN).students())
    given = certify.prove(tmp_path / "w.npy", teachers=tmp_path / "v.npy")
    assert [one["name"] for one in given.document["provenance"]["inputs"]] == ["w.npy", "v.npy"]
    assert given.loss.contains(certify.load(SEVEN).loss.low)


def test_prove_says_which_point_of_a_list_fails(proof):
    with pytest.raises(certify.NotProved, match=r"point 2 of 2: .* global minimum"):
        certify.prove([proof.students(), np.eye(3)])
    with pytest.raises(certify.UnusableInput, match="point 1 of 2: the students"):
        certify.prove([np.zeros((0, 2)), proof.students()])


def test_a_search_without_candidates_is_not_proved():
    with pytest.raises(certify.NotProved, match="none of the 2 starts"):
        certify.prove(certify.search(k=1, trials=2))


def test_dir_shows_the_verbs_alone():
    assert dir(certify) == sorted(certify.__all__)
    assert dir(certify.data) == sorted(certify.data.__all__)
    assert all(hasattr(certify, name) for name in dir(certify))


def test_shipped_certificates_are_found_from_anywhere(root, tmp_path, monkeypatch):
    """Where nothing has that name, it is one of those that come with the package."""
    monkeypatch.chdir(tmp_path)
    assert certify.load(SIX).digest == certify.load(root / SIX).digest
    (tmp_path / "proofs" / "gaussian").mkdir(parents=True)
    (tmp_path / SIX).write_text("{}")
    assert certify.load(SIX).document == {}
    for outside in ("proofs/../proofs/family/II.json", "proofs/family/none.json", "family/II.json"):
        with pytest.raises(FileNotFoundError):
            certify.load(outside)


def verbs():
    for module in (certify, certify.data):
        for name in module.__all__:
            verb = getattr(module, name)
            if inspect.isfunction(verb):
                yield pytest.param(verb, id=name)


@pytest.mark.parametrize("verb", list(verbs()))
def test_signatures_say_types(verb):
    signature = inspect.signature(verb)
    types = [parameter.annotation for parameter in signature.parameters.values()]
    for said in [*types, signature.return_annotation]:
        assert said not in ("Any", inspect.Parameter.empty)
