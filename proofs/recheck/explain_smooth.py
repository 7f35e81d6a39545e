"""In words: what the kinds of FORMAT 4.15 to 4.17 claim."""

from __future__ import annotations

from typing import Any

from .words import Told, plural, table


def formula(node: Any) -> str:
    """An activation as it is written on paper, with a parenthesis for each operation, each fraction
    and each negative number.
    """
    if isinstance(node, str):
        return f"({node})" if "/" in node or node.startswith("-") else node
    name, *parts = node
    if name == "piecewise":
        kink, below, above = parts
        return f"({formula(below)} for t < {kink}, {formula(above)} for t >= {kink})"
    if name == "^":
        return f"({formula(parts[0])}^{parts[1]})"
    if name in ("+", "-", "*", "/"):
        return f"({f' {name} '.join(map(formula, parts))})"
    inner = formula(parts[0])
    return f"{name}{inner}" if inner.startswith("(") else f"{name}({inner})"


def _setting(statement: dict[str, Any], network: str, targets: str) -> list[tuple[str, str]]:
    problem = statement["problem"]
    listed = problem["inputs"]
    data = plural(len(listed), "datum", "data")
    return [
        (
            "The loss",
            (
                "R(theta) = 1/2 sum_n (f(x_n) - y_n)^2, f(x_n) the output of the network with the"
                " parameters theta for the input x_n and y_n the target, for all theta for which"
                " all values of the activation are defined."
            ),
        ),
        ("The activation", f"h(t) = {formula(problem['activation'])}"),
        ("The network", network),
        (
            "The inputs",
            (
                f"{data} of {plural(len(listed[0]), 'number')} each, under `inputs` in the file;"
                f" {targets}"
            ),
        ),
    ]


def _hidden(problem: dict[str, Any]) -> str:
    widths = ", ".join(map(str, problem["widths"]))
    return f"hidden layers of {widths} units h(w.u + c), and one output without h"


def constant(tree: dict[str, Any]) -> Told:
    """Section 4.15."""
    statement = tree["statement"]
    claims = statement["claims"]
    targets = "the targets stand under `targets`"
    setting = _setting(statement, _hidden(statement["problem"]), targets)
    setting += [
        ("The norm", "|.| is the absolute value."),
        ("The point", f"P is {table(statement['parameters'], 'parameters')}."),
    ]
    found = [
        (
            "R has a local minimum theta*. It equals P but for the bias b of the last layer,"
            f" where |b* - b| <= {claims['distance']}."
        ),
        (
            "The output at theta* is the mean of the targets on all data, and R(theta*) ="
            f" {claims['risk']}. It is not claimed that the minimum is strict."
        ),
    ]
    if claims["better"] is not None:
        found.append(
            f"R is smaller at other parameters, {table(claims['better'], 'better')}: theta* is"
            " spurious, it is not a global minimum."
        )
    if claims["fits"]:
        found.append(
            "Some parameters that differ from `better` in the last layer only have the risk 0."
        )
    return Told(setting, found)


def constant_family(tree: dict[str, Any]) -> Told:
    """Section 4.16."""
    statement = tree["statement"]
    point, risk = statement["point"], statement["claims"]["risk"]
    network = (
        "any number L >= 1 of hidden layers, of any widths d_1, ..., d_L >= 1, of units h(w.u +"
        " c), and one output without h"
    )
    setting = _setting(statement, network, "the targets stand under `targets`")
    setting.append(
        ("The norm", "No norm is needed: a minimum is a local one among all parameters.")
    )
    found = [
        (
            "For each of these networks R has a local minimum theta* at which every hidden unit"
            f" applies h to the number {point} on all data."
        ),
        f"The output at theta* is the mean of the targets on all data, and R(theta*) = {risk}.",
        "Other parameters have a smaller risk: theta* is spurious, it is not a global minimum.",
    ]
    return Told(setting, found)


def splitting_family(tree: dict[str, Any]) -> Told:
    """Section 4.17."""
    statement = tree["statement"]
    problem, claims = statement["problem"], statement["claims"]
    (low, high), better = claims["risk"], claims["better"]
    base, width, neuron = problem["widths"][-1], better["width"], statement["neuron"]
    targets = (
        f"the targets are any numbers y'_n with |y'_n - y_n| <= s = {problem['spread']}, y_n"
        " those under `targets`"
    )
    setting = _setting(statement, _hidden(problem), targets)
    setting += [
        ("The norm", "|.| is the Euclidean norm of all weights and biases."),
        ("The point", f"P is {table(statement['parameters'], 'parameters')}."),
    ]
    found = [
        (
            "For all such targets R has a local minimum theta* with |theta* - P| <="
            f" {claims['distance']}."
        ),
        f"{low} < R(theta*) < {high}.",
        (
            f"For every k >= {max(base, width)} the network with k units in its last hidden layer"
            f" has a spurious local minimum of the same risk: theta* with neuron {neuron} of that"
            f" layer (counted from 0) replaced by k - {base} + 1 copies, which share its outgoing"
            " weight in any positive proportions."
        ),
        (
            f"For k = {width} R is smaller than {low} at the parameters that are"
            f" {table(better['parameters'], 'better')}."
        ),
    ]
    return Told(setting, found)
