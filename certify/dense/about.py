"""Whether a certificate of a trained network is about the user's own files: its data, and the
weights that were given, are read again and compared exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from certify.arrays import Source
from certify.certificate import Certificate
from certify.errors import UnusableInput
from certify.networks import ActivationsUntold, DenseNetwork, read_network

__all__ = ["TRAINED", "other_labels", "other_network"]

TRAINED = (
    "smooth-strict-minimum",
    "smooth-exact-fit",
    "smooth-saddle",
    "smooth-no-critical-point",
    "piecewise-kink-minimum",
)


def other_labels(
    own: Sequence[int], classes: Sequence[str], theirs: Sequence[int]
) -> tuple[str | None, str]:
    """Why the classes of the file are not the labels of the certificate, whatever the order of the
    outputs, None if they are; and in words which class is which output, unless its name says so.
    """
    if len(own) != len(theirs):
        return f"the file has {len(own)} rows, the certificate {len(theirs)}", ""
    label: dict[int, int] = {}
    taken: dict[int, int] = {}
    for row, (mine, other) in enumerate(zip(own, theirs, strict=True), 1):
        if label.setdefault(mine, other) != other or taken.setdefault(other, mine) != mine:
            return (
                f"row {row} is of the class {classes[mine]}, which is not the label {other} of the"
                " certificate in all rows"
            ), ""
    outputs = {str(other): classes[mine] for other, mine in sorted(taken.items())}
    if all(output == name for output, name in outputs.items()):
        return None, ""
    numbers, names = ", ".join(outputs), ", ".join(outputs.values())
    return None, f", whose classes {names} are its outputs {numbers}"


def other_network(certificate: Certificate, source: Source) -> tuple[str | None, str]:
    """Why the network in the file is not the one that the certificate was given, None if it is;
    and the network in words. Raises `UnusableInput`.
    """
    statement = certificate.document["statement"]
    given = statement.get("parameters")
    if given is None:
        told = statement["claims"]["given"]
        if told is None:
            raise UnusableInput("the certificate does not say which weights were given")
        given = told["parameters"]
    network, told_units = _read(source)
    difference = _difference(statement["problem"], given, network, told_units=told_units)
    if told_units:
        return difference, network.as_read
    sizes = ", ".join(str(len(layer.weights)) for layer in network.layers)
    return difference, (
        f"{network.inputs} inputs, layers of {sizes}; the file does not tell the activations"
    )


def _read(source: Source) -> tuple[DenseNetwork, bool]:
    """The network, and whether its file tells the activations."""
    try:
        return read_network(source), True
    except ActivationsUntold:
        return read_network(source, activation="relu"), False


def _difference(
    problem: dict[str, Any], given: list[dict[str, Any]], network: DenseNetwork, *, told_units: bool
) -> str | None:
    """The first thing that differs."""
    own = network.parameters
    shapes = [
        [(len(layer["weights"]), len(layer["weights"][0]), len(layer["bias"])) for layer in layers]
        for layers in (own, given)
    ]
    if shapes[0] != shapes[1]:
        return "the certificate is about a network of another shape"
    units = _other_units(problem, network) if told_units else None
    if units is not None:
        return units
    standard = problem.get("standard")
    mine = network.standard
    if (standard is None) != (mine is None):
        return "only one of the two standardises its inputs"
    if standard is not None and mine is not None:
        for name, column in (("mean", mine.mean), ("scale", mine.scale)):
            if list(map(Fraction, column)) != list(map(Fraction, standard[name])):
                return f"the {name} of the inputs is another one"
    for number, (part, other) in enumerate(zip(own, given, strict=True), 1):
        for what in ("weights", "bias"):
            if _numbers(part[what]) != _numbers(other[what]):
                return f"the {what} of layer {number} differ from those given to the certificate"
    return None


def _other_units(problem: dict[str, Any], network: DenseNetwork) -> str | None:
    """The first activation that differs; that of the outputs as the loss takes them."""
    try:
        own = network.for_loss(problem["loss"]["type"]).architecture["layers"]
    except UnusableInput as error:
        return str(error)
    for number, (layer, other) in enumerate(zip(own, problem["network"]["layers"], strict=True), 1):
        if layer["activation"] != other["activation"]:
            return f"layer {number} has another activation than in the certificate"
    return None


def _numbers(values: Any) -> list[Fraction]:
    return [
        number
        for value in values
        for number in (_numbers(value) if isinstance(value, list) else [Fraction(value)])
    ]
