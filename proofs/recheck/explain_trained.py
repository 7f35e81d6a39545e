"""In words: what the kinds of FORMAT 4.22 to 4.26 claim."""

from __future__ import annotations

from typing import Any

from .explain_smooth import formula
from .words import Told, interval, plural, table

LOSSES = {
    "squared": "1/2 |f - y|^2",
    "cross-entropy": "log sum_k exp(f_k) - f_y, y the label (from 0)",
    "binary": "log(1 + exp f) - y f, y the label (0 or 1)",
}
NORM = ("The norm", "|.| is the Euclidean norm of all weights and biases.")


def _layer(layer: dict[str, Any]) -> str:
    bias = "with" if layer["bias"] else "without"
    units = plural(layer["units"], "unit")
    return f"{units} {bias} biases, h(t) = {formula(layer['activation'])}"


def _setting(statement: dict[str, Any], point: str) -> list[tuple[str, str]]:
    problem = statement["problem"]
    network, listed = problem["network"], problem["inputs"]
    layers = "; ".join(f"layer {i}: {_layer(x)}" for i, x in enumerate(network["layers"], 1))
    decay = "; ".join(
        f"layer {i}: {weights} and {biases}"
        for i, (weights, biases) in enumerate(problem["decay"], 1)
    )
    seen = "under `inputs` in the file"
    if "standard" in problem:
        seen += ", less the mean and over the scale under `standard`"
    return [
        (
            "The loss",
            (
                f"R(theta) = {problem['loss']['factor']} sum_n l(f(x_n), y_n) + 1/2 sum (decay)"
                " (parameter)^2, f(x_n) the output of the network with the parameters theta for the"
                f" input x_n and y_n the target; l = {LOSSES[problem['loss']['type']]}"
                f" ({problem['loss']['type']})."
            ),
        ),
        ("The decay", f"of weights and of biases, {decay}"),
        (
            "The network",
            (
                f"fully connected, {plural(network['inputs'], 'input')}; each unit is h(w.a + b) of"
                f" the outputs a of the layer before; {layers}"
            ),
        ),
        (
            "The inputs",
            f"{plural(len(listed), 'datum', 'data')}, {seen}; the targets stand under `targets`",
        ),
        NORM,
        ("The point", f"C is {table(statement[point], point)}."),
    ]


def _slice(statement: dict[str, Any]) -> tuple[list[tuple[str, str]], str]:
    """The part of the subject on the slice S, and how it is named in claims."""
    modulo = statement["modulo"]
    if modulo["shift"]:
        text = (
            "R does not change when the same number is added to a parameter of all outputs, where"
            " these have no decay; S is the set of the theta for which the sums of these parameters"
            " over the outputs are those of C."
        )
    elif modulo["rescaling"] is not None:
        text = (
            "R does not change when a hidden unit is rescaled; S is the set of the theta for which"
            " the outgoing weights that `modulo` names, one of each hidden unit, are those of C."
        )
    else:
        return [], ""
    return [("The slice", text)], " on S"


def _others(claims: dict[str, Any]) -> list[str]:
    """The claims `given` and `better`."""
    found = []
    given, better = claims.get("given"), claims.get("better")
    if given is not None:
        low, high = given["distance"]
        found.append(
            f"{low} < |theta* - G| < {high}, where G is {table(given['parameters'], 'given')}."
        )
    if better is not None:
        found.append(
            f"R is smaller at other parameters, {table(better, 'better')}: theta* is spurious, it"
            " is not a global minimum."
        )
    return found


def _risk(claims: dict[str, Any]) -> str:
    low, high = claims["risk"]
    return f"{low} < R(theta*) < {high}."


def strict_minimum(tree: dict[str, Any]) -> Told:
    """Section 4.22."""
    statement = tree["statement"]
    claims = statement["claims"]
    part, where = _slice(statement)
    found = [
        (
            f"R has exactly one critical point theta*{where} with |theta* - C| <="
            f" {claims['radius']}, and |theta* - C| < {claims['location']}."
        ),
        (
            f"For |theta - C| <= {claims['radius']} all eigenvalues of the Hessian{where} are above"
            f" {claims['convexity']}: theta* is a strict local minimum{where}."
        ),
        _risk(claims),
        (
            f"The smallest eigenvalue of the Hessian{where} at theta* lies in"
            f" {interval(claims['smallest'])}, the largest in {interval(claims['largest'])}."
        ),
    ]
    if statement["off"]:
        units = "; ".join(
            f"unit {x['unit']} of layer {x['layer']} with the bias {x['bias']}"
            for x in statement["off"]
        )
        found.append(
            "The larger network that has these units besides, with weights 0 before and after them,"
            f" has a local minimum there, too, which is not strict: {units}. `given` and `better`"
            " are parameters of that network."
        )
    return Told(_setting(statement, "centre") + part, found + _others(claims))


def exact_fit(tree: dict[str, Any]) -> Told:
    """Section 4.23."""
    statement = tree["statement"]
    claims, given = statement["claims"], statement["claims"]["given"]
    found = [
        (
            f"There is theta* with |theta* - C| < {claims['distance']} and f(x_n) = y_n for all n:"
            " R(theta*) = 0, a global minimum."
        ),
        (
            "The Jacobian of the outputs on all data has full rank there, so that near theta* the"
            " parameters with R = 0 are a manifold; the eigenvalues of the Hessian of R but for 0"
            f" are above {claims['eigenvalue']}."
        ),
    ]
    if statement["relations"]:
        names = ", ".join(str(x["output"]) for x in statement["relations"])
        found.append(
            f"This is said of the network without the outputs {names}, whose targets are"
            " combinations of the others', as `relations` says; theirs are fitted, too."
        )
    if given is not None:
        found.append(
            f"|theta* - G| < {given['distance']}, where G is {table(given['parameters'], 'given')}."
        )
    return Told(_setting(statement, "centre"), found)


def saddle(tree: dict[str, Any]) -> Told:
    """Section 4.24."""
    statement = tree["statement"]
    claims = statement["claims"]
    part, where = _slice(statement)
    found = [
        (
            f"R has exactly one critical point theta*{where} that differs from C by at most"
            f" {claims['radius']} in each parameter."
        ),
        (
            f"The Hessian{where} at theta* is regular, with exactly"
            f" {plural(claims['index'], 'negative eigenvalue')}: theta* is a saddle."
        ),
        _risk(claims),
    ]
    return Told(_setting(statement, "centre") + part, found + _others(claims))


def no_critical_point(tree: dict[str, Any]) -> Told:
    """Section 4.25."""
    statement = tree["statement"]
    claims = statement["claims"]
    found = [
        (
            f"For all theta with |theta - C| <= {claims['radius']} the gradient of R is longer than"
            f" {claims['gradient']}: none of them is a critical point."
        )
    ]
    return Told(_setting(statement, "parameters"), found)


def kink_minimum(tree: dict[str, Any]) -> Told:
    """Section 4.26."""
    statement = tree["statement"]
    claims = statement["claims"]
    part, where = _slice(statement)
    pairs = plural(len(statement["kinks"]), "pair")
    found = [
        (
            f"There is theta*{where}, which differs from C by at most {claims['location']} in each"
            f" parameter, for which {pairs} of a datum and a hidden unit, those under `kinks` in"
            " the file, have the number 0 before the unit: R is not differentiable there."
        ),
        (
            f"R(theta) - R(theta*) >= {claims['growth']}/2 |theta - theta*|^2 for all theta{where}"
            f" with |theta - theta*| <= {claims['radius']}: a strict local minimum{where}."
        ),
        _risk(claims),
    ]
    return Told(_setting(statement, "centre") + part, found + _others(claims))
