"""In words: what the kinds of FORMAT 4.10 to 4.14 claim."""

from __future__ import annotations

from typing import Any

from .words import Told, plural, table

NORM = (
    "The norm",
    "No norm is needed: a minimum is a local one in the space of all parameters.",
)
LOSSES = {
    "squared": "(f - y)^2/2",
    "quartic": "(f - y)^4/4",
    "huber": "(f - y)^2/2 where |f - y| <= delta, and delta |f - y| - delta^2/2 elsewhere",
    "squared-hinge": "max(0, 1 - y f)^2/2",
}


def _size(shape: list[int]) -> str:
    if len(shape) == 1:
        return plural(shape[0], "unit")
    return f"{plural(shape[0], 'channel')} of {shape[1]} x {shape[2]} units"


def _layer(layer: dict[str, Any]) -> str:
    bias = {True: "with a bias", False: "without a bias", None: ""}[layer.get("bias")]
    kind = layer["type"]
    if kind == "dense":
        return f"dense, {plural(layer['outputs'], 'unit')}, {bias}"
    if kind == "residual":
        return f"plus the output of layer {layer['source']} (0: the input)"
    if kind == "units":
        kinks = ", ".join(layer["kinks"]) or "none"
        return (
            f"a piecewise linear function of each unit, with kinks {kinks}, slopes"
            f" {', '.join(layer['slopes'])} and value {layer['value']} at the first kink (at 0 if"
            " there is none)"
        )
    window = f"kernel {layer['kernel']}, stride {layer['stride']}"
    if kind == "average":
        return f"the mean over windows, {window}"
    channels = plural(layer["channels"], "channel")
    return f"convolution, {channels}, {window}, padding {layer['padding']}, {bias}"


def _network(statement: dict[str, Any]) -> tuple[str, str]:
    network = statement["problem"]["network"]
    layers = "; ".join(f"layer {i}: {_layer(x)}" for i, x in enumerate(network["layers"], 1))
    return "The network", f"input: {_size(network['input'])}; {layers}"


def _inputs(statement: dict[str, Any], what: str) -> tuple[str, str]:
    listed = statement["problem"]["inputs"]
    data = plural(len(listed), "datum", "data")
    numbers = plural(len(listed[0]), "number")
    return "The inputs", f"{data} of {numbers} each, under `inputs` in the file; {what}"


def _setting(statement: dict[str, Any]) -> list[tuple[str, str]]:
    loss = statement["problem"]["loss"]
    delta = f", with delta = {loss['delta']}" if "delta" in loss else ""
    return [
        (
            "The loss",
            (
                "R(theta) is the sum over all data and outputs of l(f, y), f the output of the"
                " network with the parameters theta and y the target; l(f, y) ="
                f" {LOSSES[loss['type']]}{delta} ({loss['type']}). All numbers are exact."
            ),
        ),
        _network(statement),
        _inputs(statement, "the targets stand under `targets`"),
        NORM,
        ("The point", f"theta is {table(statement['parameters'], 'parameters')}."),
    ]


def minimum(tree: dict[str, Any]) -> Told:
    """Section 4.10."""
    statement = tree["statement"]
    claims = statement["claims"]
    found = [f"theta is a local minimum of R, and R(theta) = {claims['risk']}."]
    if claims["better"] is not None:
        found.append(
            f"R is smaller at other parameters, {table(claims['better'], 'better')}: theta is"
            " spurious, it is not a global minimum."
        )
    if claims["continuum"]:
        found.append("theta is one of a continuum of local minima with the same risk.")
    if claims["linear_fit"]:
        found.append(
            "The outputs are an affine map of the inputs on the data, and no affine map has a"
            " smaller risk."
        )
    return Told(_setting(statement), found)


def global_minimum(tree: dict[str, Any]) -> Told:
    """Section 4.11."""
    statement = tree["statement"]
    risk = statement["claims"]["risk"]
    found = [f"R(theta) = {risk}, and no parameters have a smaller risk: a global minimum."]
    return Told(_setting(statement), found)


def saddle(tree: dict[str, Any]) -> Told:
    """Section 4.12."""
    statement = tree["statement"]
    claims = statement["claims"]
    curves = {
        name: f"theta + eps P_1 + eps^2 P_2 + ... with {table(claims[name], name)}"
        for name in ("descent", "ascent")
    }
    found = [
        f"theta is a critical point of R, and R(theta) = {claims['risk']}.",
        (
            f"For all small eps > 0 R is smaller on the curve {curves['descent']}: theta is no"
            " local minimum."
        ),
        (
            f"For all small eps > 0 R is larger on the curve {curves['ascent']}: theta is no"
            " local maximum."
        ),
    ]
    return Told(_setting(statement), found)


def noncritical(tree: dict[str, Any]) -> Told:
    """Section 4.13."""
    statement = tree["statement"]
    claims = statement["claims"]
    place = f"entry {claims['entry']} of the {claims['part']} of layer {claims['layer']}"
    found = [
        f"R(theta) = {claims['risk']}.",
        (
            f"R is differentiable at theta. Its derivative by {place} (layers are counted from 1,"
            f" entries from 0) is {claims['derivative']}, which is not 0: theta is no local"
            " minimum."
        ),
    ]
    return Told(_setting(statement), found)


def entropy(tree: dict[str, Any]) -> Told:
    """Section 4.14."""
    statement = tree["statement"]
    claims, classes = statement["claims"], statement["problem"]["classes"]
    low, high = claims["risk"]
    setting = [
        (
            "The loss",
            (
                f"R(theta) is the cross-entropy for {classes} classes: the sum over all data of"
                " log sum_u exp z_u - z_label, z the outputs of the network with the parameters"
                f" theta (with a 0 at the end if there are {classes - 1} only)."
            ),
        ),
        _network(statement),
        _inputs(statement, "the labels stand under `labels`, numbers from 0"),
        ("The norm", "|.| is the Euclidean norm of all weights and biases of the last layer."),
        ("The point", f"P is {table(statement['parameters'], 'parameters')}."),
    ]
    found = [
        (
            "R has a local minimum theta*. It equals P but for the last layer, where |theta* - P|"
            f" <= {claims['distance']}."
        ),
        f"{low} < R(theta*) < {high}.",
    ]
    if claims["better"] is not None:
        found.append(
            f"R is smaller than {low} at other parameters, {table(claims['better'], 'better')}:"
            " theta* is spurious, it is not a global minimum."
        )
    return Told(setting, found)
