"""The published JSON Schema: what the kernel judges fits it, and most of what the kernel calls malformed does not."""

from __future__ import annotations

import json

import harness
import jsonschema
import pytest

from certify.kernel.check import check_bytes
from certify.kernel.exact import Malformed
from certify.verdicts import certificate_files


@pytest.fixture(scope="module")
def validator(root):
    schema = json.loads((root / "proofs" / "certificate.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_accepted_and_rejected_cases_fit_the_schema(validator, root):
    paths = [case.path for case in harness.cases() if case.verdict in {"PROVED", "REJECTED"}] + list(certificate_files([root / "proofs"]))
    assert len(paths) > 40
    for path in paths:
        validator.validate(json.loads(path.read_text()))


# what a schema cannot say, or what Python's json has already swallowed
BEYOND = {
    "duplicate-field", "duplicate-nested", "n-below-k", "d-below-k", "empty-interval", "thin-interval", "zero-radius", "negative-distance", "zero-neuron", "zero-target",
    "ragged-centre", "deep", "float-provenance", "long-integer", "long-number", "e400", "newline", "bom", "utf16",
    "symmetric-type-missing", "symmetric-type-unknown", "symmetric-copies", "symmetric-interval-reversed", "symmetric-n", "symmetric-k", "symmetric-n-below-k",
    "symmetric-pair-missing", "symmetric-pair-extra", "symmetric-row-missing", "symmetric-distance-zero",
    "birth-size-mismatch", "birth-size-two", "family-box-empty", "family-box-negative", "family-box-beyond", "family-radius-zero", "family-too-long", "family-four-polynomials", "family-rate-zero",

    "family-saddle-at-zero", "family-saddle-centre-long", "family-saddle-distance-zero", "span-d-below-k", "span-n-below-k", "span-ragged", "span-rho-eighth", "span-rho-zero", "span-row-zero", "span-target-zero",
    "enumeration-gap-zero", "enumeration-zero",
    "splitting-neurons-twice",
    "basin-curvature-zero", "basin-inner-radius", "basin-radius-zero", "basin-smoothness-zero", "splitting-inner-radius", "splitting-neurons-beyond", "splitting-neurons-dense", "splitting-neurons-order",
    "family-saddle-direction-long", "family-saddle-k-reversed", "family-saddle-k-small", "birth-k-small", "birth-k-reversed", "birth-crossing-unknown",
    "data-better-shape", "data-bias-missing", "data-bias-short", "data-bias-surplus", "data-classes-outputs", "data-connections",
    "data-convolution-flat", "data-entropy-distance-zero", "data-entropy-last-units", "data-entropy-no-bias", "data-entropy-risk-reversed",
    "data-hinge-target", "data-huber-delta-zero", "data-input-wide", "data-inputs-ragged", "data-kernel-large", "data-kinks-equal",
    "data-kinks-order", "data-label-range", "data-labels-fewer", "data-noncritical-entry", "data-noncritical-layer",
    "data-noncritical-layer-far", "data-noncritical-no-bias", "data-parameters-short", "data-residual-ahead", "data-residual-first",
    "data-residual-shape", "data-room", "data-slopes-short", "data-targets-fewer", "data-targets-wide", "data-weights-rows", "data-weights-short",
}  # fmt: skip


def test_malformed_cases_do_not_fit_unless_only_text_can_tell(validator):
    seen = set()
    for case in harness.cases():
        if case.verdict != "MALFORMED":
            continue
        try:
            document = json.loads(case.path.read_bytes())
        except ValueError:
            continue
        if not validator.is_valid(document):
            seen.add(case.path.stem)
            with pytest.raises(Malformed):
                check_bytes(json.dumps(document).encode())
        else:
            assert case.path.stem in BEYOND, case.path.stem
    assert len(seen) >= 20
