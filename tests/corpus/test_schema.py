"""The published JSON Schema: what the kernel judges fits it, and most of what the kernel calls
malformed does not.
"""

from __future__ import annotations

import copy
import json

import harness
import jsonschema
import pytest

from certify.judge import certificate_files
from certify.kernel.check import check_bytes
from certify.kernel.foundation.errors import Malformed


@pytest.fixture(scope="module")
def validator(root):
    schema = json.loads((root / "proofs" / "certificate.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_accepted_and_rejected_cases_fit_the_schema(validator):
    """What is judged has the shape that FORMAT describes."""
    paths = [case.path for case in harness.cases() if case.verdict in {"PROVED", "REJECTED"}]
    assert len(paths) > 400
    for path in paths:
        validator.validate(json.loads(path.read_text()))


@pytest.mark.long
def test_shipped_proofs_fit_the_schema(validator, root):
    """So have all shipped proofs."""
    paths = list(certificate_files([root / "proofs"]))
    assert len(paths) > 400
    for path in paths:
        validator.validate(json.loads(path.read_text()))


HEADS = [["tanh"], ["-", "t"], ["*", "t"], ["^"], ["piecewise", "1/2", "t"]]


@pytest.mark.parametrize("head", HEADS)
def test_each_part_of_a_formula_is_read_once(validator, head):
    """A validator that tries every operation on every part would take 4^20 steps here."""
    formula = {"$ref": "#/$defs/formula"}
    reader = validator.evolve(schema=formula | {"$defs": validator.schema["$defs"]})
    good, bad = "t", "x"
    for _ in range(20):
        good, bad = ([*head, inner, *([2] if head == ["^"] else [])] for inner in (good, bad))
    assert reader.is_valid(good)
    assert not reader.is_valid(bad)


# what a schema cannot say, or what Python's json has already swallowed
BEYOND = {
    "birth-curve-c", "birth-curve-k", "birth-curve-order", "birth-curve-zero",
    "slope-birth-c-negative", "slope-birth-c-reversed", "slope-birth-c-zero",
    "slope-birth-crossing", "slope-birth-distance", "slope-birth-k", "slope-birth-slope-beyond",
    "slope-birth-slope-one",
    "activation-basin-linear", "activation-birth-linear", "activation-dense-linear",
    "activation-linear", "activation-linear-decimals", "activation-saddle-linear",
    "activation-span-linear", "activation-span-near-linear", "activation-splitting-linear",
    "activation-zero", "duplicate-field", "duplicate-nested", "n-below-k", "d-below-k",
    "empty-interval", "thin-interval", "zero-radius", "negative-distance", "zero-neuron",
    "zero-target", "ragged-centre", "deep", "float-provenance", "long-integer", "long-number",
    "e400", "newline", "bom", "utf16", "symmetric-type-missing", "symmetric-type-unknown",
    "symmetric-copies", "symmetric-interval-reversed", "symmetric-n", "symmetric-k",
    "symmetric-n-below-k", "symmetric-pair-missing", "symmetric-pair-extra",
    "symmetric-row-missing", "symmetric-distance-zero", "birth-size-mismatch", "birth-size-two",
    "family-box-empty", "family-box-negative", "family-box-beyond", "family-radius-zero",
    "family-too-long", "family-four-polynomials", "family-rate-zero", "family-saddle-at-zero",
    "family-II+1-five-polynomials", "family-II+1-limit-reversed", "family-I+1-five-polynomials",
    "family-II_3+3prime-k-from-6", "family-II_3+3prime-seven-polynomials",
    "family-saddle-centre-long", "family-saddle-distance-zero", "span-d-below-k", "span-n-below-k",
    "span-ragged", "span-rho-eighth", "span-rho-zero", "span-row-zero", "span-target-zero",
    "landscape-interval", "landscape-level-0", "slopes-landscape-equal-ends",
    "slopes-landscape-negative-c",
    "enumeration-gap-zero", "enumeration-zero", "splitting-neurons-twice", "basin-curvature-zero",
    "basin-inner-radius", "basin-radius-zero", "basin-smoothness-zero", "splitting-inner-radius",
    "splitting-neurons-beyond", "splitting-neurons-dense", "splitting-neurons-order",
    "family-saddle-direction-long", "family-saddle-k-reversed", "family-saddle-k-small",
    "birth-k-small", "birth-k-reversed", "birth-copy-grows", "birth-crossing-unknown",
    "birth-padding-unknown", "data-better-shape",
    "data-bias-missing", "data-bias-short", "data-bias-surplus", "data-classes-outputs",
    "data-connections", "data-convolution-flat", "data-entropy-distance-zero",
    "data-entropy-last-units", "data-entropy-no-bias", "data-entropy-risk-reversed",
    "data-hinge-target", "data-huber-delta-zero", "data-input-wide", "data-inputs-ragged",
    "data-kernel-large", "data-kinks-equal", "data-kinks-order", "data-label-range",
    "data-labels-fewer", "data-noncritical-entry", "data-noncritical-layer",
    "data-noncritical-layer-far", "data-noncritical-no-bias", "data-parameters-short",
    "family-slopes-below", "family-slopes-below-negative", "family-slopes-beyond-one",
    "family-slopes-empty", "family-slopes-order", "family-slopes-radius-zero",
    "family-slopes-work", "family-slopes-zero",
    "data-residual-ahead", "data-residual-first", "data-residual-shape", "data-room",
    "data-slopes-short", "data-targets-fewer", "data-targets-wide", "data-weights-rows",
    "data-weights-short", "smooth-better-widths", "smooth-distance-zero",
    "smooth-family-inputs-equal", "smooth-formula-long", "smooth-inputs-equal",
    "smooth-inputs-ragged", "smooth-parameters-bias", "smooth-split-better-width",
    "smooth-split-neuron-far", "smooth-split-neuron-below", "smooth-work",
    "smooth-split-risk-reversed", "smooth-split-spread-negative", "smooth-split-unknowns",
    "smooth-targets-fewer", "smooth-widths-other",
    "slopes-branch", "slopes-c-negative", "slopes-c-order", "slopes-c-reversed", "slopes-c-zero",
    "slopes-from-negative",
    "slopes-curvature", "slopes-end", "slopes-few-students", "slopes-order-short",
    "slopes-reversed-box", "slopes-signs-few", "slopes-signs-many", "slopes-signs-none",
    "slopes-work", "slopes-zero-rows",
    "signs-dense-all-minus", "signs-dense-all-plus", "signs-dense-few", "signs-dense-length",
    "signs-symmetric-all-plus", "signs-symmetric-counted", "signs-symmetric-row",
    "signs-symmetric-rows",
    "copy-centre-missing", "copy-centre-pair", "copy-centre-single", "copy-later", "copy-n",
    "copy-of-columns", "copy-of-copy", "copy-of-itself", "copy-of-one", "copy-of-other",
    "copy-of-row", "copy-padding-fewer", "copy-signs-few", "copy-spectrum-fewer",
    "copy-splitting-columns",
    "trained-better-short", "trained-bias-missing", "trained-binary-two", "trained-centre-layer",
    "trained-centre-short", "trained-convexity-zero", "trained-decay-few", "trained-decay-negative",
    "trained-decay-no-bias", "trained-entropy-one", "trained-factor-negative",
    "trained-factor-zero", "trained-fit-decay", "trained-fit-distance-zero",
    "trained-fit-eigenvalue-zero", "trained-fit-entropy", "trained-fit-many",
    "trained-fit-radius-zero", "trained-fit-relation-activation", "trained-fit-relation-all",
    "trained-fit-relation-bias-missing", "trained-fit-relation-itself",
    "trained-fit-relation-order", "trained-fit-relation-output", "trained-fit-relation-short",
    "trained-fit-relation-twice", "trained-kinks-box-zero", "trained-kinks-datum",
    "trained-kinks-deep", "trained-kinks-growth-zero", "trained-kinks-order",
    "trained-kinks-output", "trained-kinks-slopes", "trained-kinks-tanh", "trained-kinks-tau-zero",
    "trained-kinks-twice", "trained-label-beyond", "trained-location-above", "trained-mean-short",
    "trained-noncritical-direction-short", "trained-noncritical-gradient-zero",
    "trained-noncritical-radius-zero", "trained-off-bias", "trained-off-given-small",
    "trained-off-output", "trained-off-place", "trained-off-rescaling", "trained-off-twice",
    "trained-radius-zero", "trained-rescaling-decay", "trained-rescaling-kink",
    "trained-rescaling-offset", "trained-rescaling-short", "trained-rescaling-tanh",
    "trained-rescaling-unit", "trained-rescaling-zero", "trained-saddle-index-all",
    "trained-saddle-index-slice", "trained-saddle-radius-negative", "trained-scale-zero",
    "trained-scaling-activation", "trained-scaling-decay", "trained-scaling-squared",
    "trained-shift-activation", "trained-shift-decay", "trained-shift-squared",
    "trained-smallest-reversed", "trained-targets-few", "trained-targets-labels",
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


REPORTED = "tests/report/data"
ACTIVATION = ("problem", "activation")
MISSHAPEN = {
    "constant-minimum": [
        (ACTIVATION, "relu"), (ACTIVATION, ["relu", "t"]), (ACTIVATION, ["tanh"]),
        (ACTIVATION, ["tanh", "t", "t"]), (ACTIVATION, ["+", "t"]),
        (ACTIVATION, ["-", "t", "1", "2"]), (ACTIVATION, ["^", "t", 1]),
        (ACTIVATION, ["^", "t", 17]), (ACTIVATION, ["^", "t", "2"]), (ACTIVATION, []),
        (ACTIVATION, ["piecewise", "0", "t"]), (ACTIVATION, ["piecewise", "t", "t", "t"]),
        (ACTIVATION, ["*", "t", 2]), (ACTIVATION, ["exp", ["log", "1/0"]]),
        (("problem", "widths"), []), (("problem", "widths"), [0]), (("problem", "widths"), [257]),
        (("problem", "inputs"), []), (("problem", "targets", 0), ["0", "0"]),
        (("problem", "spread"), "0"), (("claims", "distance"), "1/3"), (("claims", "risk"), 1),
        (("claims", "better"), None), (("claims", "fits"), 1), (("parameters", 0, "bias"), []),
        (("parameters",), []),
    ],
    "constant-family": [
        (("point",), "1/2"), (("point",), 0.5), (("problem", "widths"), [2]),
        (("claims", "better"), None), (ACTIVATION, ["sinh", "t"]), (("claims", "risk"), ["0", "1"]),
    ],
    "splitting-family": [
        (("neuron",), -1), (("neuron",), "0"), (("neuron",), 256), (("problem", "spread"), None),
        (("claims", "risk"), "1/3"), (("claims", "risk"), ["1"]), (("claims", "better"), None),
        (("claims", "better", "width"), 0), (("claims", "better", "width"), 257),
        (("claims", "fits"), False),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [(name, *change) for name, changes in MISSHAPEN.items() for change in changes],
)
def test_misshapen_statements_of_smooth_activations_do_not_fit(validator, root, name, place, value):
    """One change each to an accepted file: malformed for the kernel and for the schema."""
    document = json.loads((root / REPORTED / f"{name}.json").read_text())
    validator.validate(document)
    changed = copy.deepcopy(document)
    part = changed["statement"]
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    with pytest.raises(Malformed):
        check_bytes(json.dumps(changed).encode())
    assert not validator.is_valid(changed)


@pytest.mark.parametrize("name", MISSHAPEN)
def test_every_field_of_smooth_activations_is_needed(validator, root, name):
    document = json.loads((root / REPORTED / f"{name}.json").read_text())

    def without(part):
        for key in list(part):
            kept = part.pop(key)
            yield key
            part[key] = kept
            if isinstance(kept, dict):
                yield from without(kept)

    fields = 0
    for key in without({"document": document}):
        if key == "document":
            continue
        fields += 1
        with pytest.raises(Malformed):
            check_bytes(json.dumps(document).encode())
        assert not validator.is_valid(document), key
    assert fields > 8


def test_activations_of_every_operation_fit(validator, root):
    document = json.loads((root / REPORTED / "constant-family.json").read_text())
    unary = [[name, "t"] for name in ("exp", "log", "sqrt", "sin", "cos", "tanh", "atan", "erf")]
    for formula in [
        "t",
        "pi",
        "-1/3",
        "1e-3",
        ["+", *unary],
        ["*", "t", "pi", "2"],
        ["-", "t", "1"],
        ["/", "t", "2"],
        ["^", "t", 16],
        ["piecewise", "-1/2", "t", ["^", "t", 2]],
    ]:
        document["statement"]["problem"]["activation"] = formula
        check_bytes(json.dumps(document).encode())  # not malformed
        validator.validate(document)
