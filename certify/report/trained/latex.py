r"""The theorems about trained networks in LaTeX, one function for each kind; data and parameters
stay in the certificate.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from certify.kernel.foundation.reals import Interval, counted
from certify.kernel.trained.claims import Given
from certify.kernel.trained.exact_fit import ExactFit
from certify.kernel.trained.kinks import KinkMinimum
from certify.kernel.trained.losses import BINARY, CROSS_ENTROPY, SQUARED
from certify.kernel.trained.minimum import StrictMinimum
from certify.kernel.trained.network import Network, layers_in_words
from certify.kernel.trained.noncritical import Noncritical
from certify.kernel.trained.off import Off
from certify.kernel.trained.problem import TrainedProblem
from certify.kernel.trained.saddle import Saddle
from certify.kernel.trained.symmetries import Slice
from certify.report.environment import equals, in_display, lettered, the_file
from certify.report.smooth.formula import formula
from certify.report.tex import number, rational, tex

__all__ = ["exact_fit", "kink_minimum", "noncritical", "saddle", "strict_minimum"]

_LOSSES = {
    SQUARED: r"\tfrac12\|f-y\|^2",
    CROSS_ENTROPY: r"\log\sum_u e^{f_u}-f_y",
    BINARY: r"\log(1+e^f)-yf",
}
_AT = r"\theta^\ast"
_DISTANCE = rf"\|{_AT}-C\|"


def _space(dimension: int) -> str:
    return rf"\mathbb{{R}}^{{{dimension}}}" if dimension > 1 else r"\mathbb{R}"


def _setting(problem: TrainedProblem, digest: str, centre: str = "the centre") -> str:
    """Data, network, risk and centre."""
    network, n = problem.network, problem.data
    space = _space(network.layers[0].inputs)
    standard = ", less the mean and divided by the scale that it gives" * problem.standard
    bias = [layer.bias for layer in network.layers]
    biases = "biases in all layers" if all(bias) else "no biases"
    if any(bias) and not all(bias):
        numbers = " and ".join(f"${i}$" for i, each in enumerate(bias, 1) if each)
        biases = f"biases in layer{'s' * (sum(bias) > 1)} {numbers} only"
    return "\n".join(
        (
            rf"Let $x_1,\dots,x_{{{n}}}\in{space}$ be the inputs in {the_file(digest)}{standard},",
            rf"$y_1,\dots,y_{{{n}}}{_targets(problem)}, and $f_\theta$ the fully connected",
            f"network with {_network(network)}, {biases}, and the",
            _activations(network),
            r"For its parameters $\theta$ let",
            "\\[",
            f"  R(\\theta)={_risk(problem)}",
            "\\]",
            rf"with the loss $\ell(f,y)={_LOSSES[problem.loss]}${_decay(problem)}.",
            (
                rf"Let $C$ be {centre} in the certificate; $\|\cdot\|$ is the Euclidean norm, of"
                " parameters that of all of them together."
            ),
        )
    )


def _targets(problem: TrainedProblem) -> str:
    if problem.loss == SQUARED:
        return rf"\in{_space(problem.network.outputs)}$ their targets"
    which = "$0$ or $1$" if problem.loss == BINARY else "which count the outputs from $0$"
    return f"$ their labels, {which}"


def _network(network: Network) -> str:
    """The words of the kernel, numbers in mathematics mode."""
    return " ".join(
        f"${word.rstrip(',')}$" + "," * word.endswith(",") if word.rstrip(",").isdigit() else word
        for word in network.in_words().split(" ")
    )


def _activations(network: Network) -> str:
    """Each activation on a line of its own, with its layers."""
    runs = [
        [*run]
        for _, run in groupby(enumerate(network.layers), lambda each: each[1].activation.tree)
    ]
    shown = [
        rf"h(t)&={formula(run[0][1].activation)}"
        rf"&&\text{{in {layers_in_words(run[0][0], run[-1][0])}}}"
        for run in runs
    ]
    lines = ",\\\\\n  ".join(shown)
    return f"activation{'s' * (len(runs) > 1)}\n\\begin{{align*}}\n  {lines}.\n\\end{{align*}}"


def _risk(problem: TrainedProblem) -> str:
    factor = "" if problem.factor == 1 else rational(problem.factor)
    told = rf"{factor}\sum_{{n=1}}^{{{problem.data}}}\ell(f_\theta(x_n),y_n)"
    if problem.decays:
        told += (
            rf"+\tfrac12\sum_{{k=1}}^{{{len(problem.decay)}}}"
            r"\bigl(d_k\|W_k\|^2+e_k\|b_k\|^2\bigr)"
        )
    return told


def _decay(problem: TrainedProblem) -> str:
    if not problem.decays:
        return " and without decay"
    told = []
    for (weights, biases), run in groupby(enumerate(problem.decay), lambda each: each[1]):
        places = [place for place, _ in run]
        where = layers_in_words(places[0], places[-1])
        told.append(f"$d_k{equals(weights)}$, $e_k{equals(biases)}$ in {where}")
    return (
        f", $W_k$ and $b_k$ the weights and biases of layer $k$, and the decays {'; '.join(told)}"
    )


def _slice(modulo: Slice) -> str:
    """What S is; nothing where nothing is taken out."""
    if modulo.whole:
        return ""
    if modulo.shifts:
        sets = " or ".join(modulo.shifted())
        return (
            f"\nAdding one number {sets} does not change $R$. Let $S$ be the set of the $\\theta$"
            " for which each sum of such parameters is that of $C$."
        )
    return (
        "\nTo multiply the incoming weights and the bias of a hidden unit by a number above $0$,"
        " and to divide its outgoing weights by it, does not change $R$. Let $S$ be the set of the"
        " $\\theta$ in which one outgoing weight of each hidden unit, named in the certificate, is"
        " as in $C$."
    )


def _consequence(modulo: Slice) -> str:
    if modulo.whole:
        return ""
    how = "these additions make" if modulo.shifts else "this rescaling makes"
    return (
        f" Among all parameters ${_AT}$ is a local minimum of $R$, too, and near it only the"
        f" points that {how} of ${_AT}$ have the same risk."
    )


def _on(modulo: Slice, word: str) -> str:
    """On S, or in S, where there is one."""
    return "" if modulo.whole else f" {word} $S$"


def _given(given: Given | None) -> Iterator[str]:
    if given is not None:
        display = in_display(rf"\|{_AT}-G\|", given.distance, ".")
        told = f"\nThis is {tex(given.relative())}." if given.relative() else ""
        yield f"The distance from the parameters $G$ given in the certificate is\n{display}{told}"


def _spurious(better: object) -> Iterator[str]:
    if better is not None:
        yield (f"${_AT}$ is spurious: $R$ is smaller at the better parameters in the certificate.")


def _valued(symbol: str, value: Interval, end: str = ".") -> str:
    return in_display(symbol, value, end)


def _theorem(setting: str, modulo: Slice | None, items: list[str]) -> str:
    return f"{setting}{'' if modulo is None else _slice(modulo)}\n{lettered(items)}"


def strict_minimum(claim: StrictMinimum, digest: str) -> str:
    """The theorem about a strict local minimum."""
    modulo = claim.modulo
    inside, on = _on(modulo, "in"), _on(modulo, "on")
    items = [
        (
            rf"Among the $\theta${inside} with $\|\theta-C\|\le {number(claim.radius.text)}$"
            rf" exactly one, ${_AT}$, is a critical point of $R$, and"
            rf" ${_DISTANCE}<{number(claim.location.text)}$."
        ),
        (
            rf"${_AT}$ is a strict local minimum of $R${on}: all eigenvalues of the Hessian of"
            rf" $R${on} are above ${number(claim.convexity.text)}$ at all these $\theta$."
            f"{_consequence(modulo)}"
        ),
        f"The risk is\n{_valued(f'R({_AT})', claim.risk)}",
        (
            f"The smallest and the largest eigenvalue of the Hessian of $R${on} at ${_AT}$ are\n"
            + _valued(r"\lambda_{\min}", claim.smallest, ",")
            + "\n"
            + _valued(r"\lambda_{\max}", claim.largest)
        ),
        *_off(claim.off),
        *_given(claim.given),
        *_spurious(claim.better),
    ]
    return _theorem(_setting(claim.problem, digest), modulo, items)


def _off(off: Off) -> Iterator[str]:
    if not off.units:
        return
    one = len(off.units) == 1
    free = "this bias is" if one else "these biases are"
    units = "; ".join(
        f"as number ${unit + 1}$, with the bias ${number(bias.text)}$" for unit, bias in off.units
    )
    yield (
        f"Add to hidden layer ${off.layer + 1}$"
        f" {'a unit' if one else counted(len(off.units), 'unit')} with all incoming and outgoing"
        f" weights $0$: {units}. For the risk of this larger network ${_AT}$, completed in this"
        f" way, is a local minimum. It is not strict: {free} free. Below, $R$ and ${_AT}$ are"
        " those of the larger network."
    )


def exact_fit(claim: ExactFit, digest: str) -> str:
    """The theorem about an exact fit."""
    rank = claim.residuals
    items = [
        (
            rf"There is a ${_AT}$ with $f_{{{_AT}}}(x_n)=y_n$ for all $n$ and"
            rf" ${_DISTANCE}<{number(claim.distance.text)}$. So $R({_AT})=0$, and ${_AT}$ is a"
            " global minimum of $R$."
        )
    ]
    if claim.given_distance is not None:
        items.append(
            rf"The distance of ${_AT}$ from the parameters given in the certificate is less than"
            f" ${number(claim.given_distance.text)}$."
        )
    without = ""
    if claim.relations:
        several = len(claim.relations) > 1
        numbers = ", ".join(f"${relation.output + 1}$" for relation in claim.relations)
        outputs = f"output{'s' * several} {numbers}"
        items.append(
            f"On all data the target of {outputs} is the affine combination of the other targets"
            rf" that the certificate names, and the same holds of the outputs of $f_{{{_AT}}}$ on"
            " all inputs."
        )
        without = f"Without {outputs} and {'their' if several else 'its'} parameters: "
    items.append(
        f"{without}{'t' if without else 'T'}he Jacobian of the outputs on the data has the full"
        f" rank ${rank}$ at ${_AT}$; near ${_AT}$ the parameters that fit the data are a manifold"
        f" of dimension ${len(claim.free) - rank}$; and the Hessian of the risk at ${_AT}$ has"
        f" rank ${rank}$, its eigenvalues other than $0$ being above"
        f" ${number(claim.eigenvalue.text)}$."
    )
    return _theorem(_setting(claim.problem, digest), None, items)


def saddle(claim: Saddle, digest: str) -> str:
    """The theorem about a saddle."""
    modulo = claim.modulo
    inside, on = _on(modulo, "in"), _on(modulo, "on")
    negative = f"${claim.index}$ negative eigenvalue{'s' * (claim.index > 1)}"
    items = [
        (
            rf"Among the $\theta${inside} that differ from $C$ by at most"
            rf" ${number(claim.radius.text)}$ in each parameter, exactly one, ${_AT}$, is a"
            " critical point of $R$."
        ),
        (
            f"The Hessian of $R${on} at ${_AT}$ has exactly {negative},"
            f" ${modulo.dimension - claim.index}$ positive and none that is $0$: ${_AT}$ is a"
            " saddle."
        ),
        f"The risk is\n{_valued(f'R({_AT})', claim.risk)}",
        *_given(claim.given),
    ]
    return _theorem(_setting(claim.problem, digest), modulo, items)


def noncritical(claim: Noncritical, digest: str) -> str:
    """The theorem about weights without a critical point near them."""
    items = [
        (
            rf"$R$ is differentiable at all $\theta$ with"
            rf" $\|\theta-C\|\le {number(claim.radius.text)}$, and there"
            rf" $\|\operatorname{{grad}}R(\theta)\|>{number(claim.gradient.text)}$."
        ),
        r"So none of these $\theta$ is a critical point of $R$.",
    ]
    return _theorem(_setting(claim.problem, digest, "the parameters"), None, items)


def kink_minimum(claim: KinkMinimum, digest: str) -> str:
    """The theorem about a strict local minimum on kinks."""
    modulo, pairs = claim.modulo, len(claim.kinks)
    inside, on = _on(modulo, "in"), _on(modulo, "on")
    items = [
        (
            rf"There is a ${_AT}${inside} that differs from $C$ by at most"
            rf" ${number(claim.location.text)}$ in each parameter, and that is exactly on a kink"
            f" for ${pairs}$ pair{'s' * (pairs > 1)} of a datum and a hidden unit, named in the"
            " certificate, in which the unit applies its activation to $0$. There $R$ is not"
            " differentiable."
        ),
        (
            rf"$R(\theta)\ge R({_AT})+\tfrac12 m\|\theta-{_AT}\|^2$ with"
            rf" $m={number(claim.growth.text)}$ for all $\theta${inside} with"
            rf" $\|\theta-{_AT}\|\le {number(claim.radius.text)}$: ${_AT}$ is a strict local"
            rf" minimum of $R${on}.{_consequence(modulo)}"
        ),
        f"The risk is\n{_valued(f'R({_AT})', claim.risk)}",
        *_given(claim.given),
        *_spurious(claim.better),
    ]
    return _theorem(_setting(claim.problem, digest), modulo, items)
