"""A network as it was read, the risk it was trained on and the user's data, as one problem."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from certify.dense.derivatives import Risk
from certify.dense.problem import Layer, TrainedProblem, flat
from certify.empirical.parameters import Layers
from certify.errors import UnusableInput
from certify.floats import Array
from certify.kernel.foundation.reals import counted
from certify.networks import Convention, DenseNetwork
from certify.tables import DataSet

__all__ = ["Matched", "matched"]


@dataclass(frozen=True)
class Matched:
    """The problem, and the weights given as the format writes them. remarks: what was not read but
    follows a convention.
    """

    problem: TrainedProblem
    parameters: Layers
    remarks: tuple[str, ...] = ()

    @property
    def theta(self) -> Array:
        """The weights given, in float64."""
        return np.array([float(value) for value in flat(self.parameters)])

    @property
    def risk(self) -> float:
        """R at the weights given."""
        return Risk(self.problem).value(self.theta)

    def like(self, network: DenseNetwork) -> Layers:
        """The parameters of another network of the same shape. Raises `UnusableInput`."""
        own = network.for_loss(self.problem.loss)
        if _layers(own) != self.problem.layers:
            raise UnusableInput(
                f"the other network has another shape: {network.as_read}; its layers and"
                " activations are to be the same"
            )
        return own.parameters


def matched(network: DenseNetwork, convention: Convention, data: DataSet) -> Matched:
    """The problem of a network, a convention and data. Raises `UnusableInput` where they do not
    fit.
    """
    own = network.for_loss(convention.loss)
    numbers = convention.at(network, len(data.inputs))
    squared = convention.loss == "squared"
    if squared and not data.targets:
        raise UnusableInput("the squared loss needs targets: give --target")
    if not squared and not data.labels:
        raise UnusableInput(f"the loss {convention.loss} needs classes: give --label")
    standard = None if own.standard is None else (own.standard.mean, own.standard.scale)
    problem = TrainedProblem(
        _layers(own),
        data.inputs,
        data.targets if squared else (),
        () if squared else _labels(network, data),
        numbers.loss,
        numbers.factor,
        numbers.decay,
        standard,
    )
    return Matched(problem, own.parameters, () if squared else _of_order(network, data))


def _layers(network: DenseNetwork) -> tuple[Layer, ...]:
    """Sizes and formulas."""
    return tuple(
        Layer(
            len(layer.weights),
            len(layer.weights[0]),
            layer.activation.formula,
            layer.bias is not None,
        )
        for layer in network.layers
    )


def _labels(network: DenseNetwork, data: DataSet) -> tuple[int, ...]:
    """The number of each datum's class: the place of its name among the network's classes, where it
    has names, else among those of the data.
    """
    count = max(2, network.outputs)
    if network.classes:
        places = network.outputs_of(data.classes)
        return tuple(places[label] for label in data.labels)
    if len(data.classes) != count:
        raise UnusableInput(
            f"the data have {counted(len(data.classes), 'class', 'classes')}, the network"
            f" {counted(network.outputs, 'output')}"
        )
    return data.labels


def _of_order(network: DenseNetwork, data: DataSet) -> tuple[str, ...]:
    """What is said where only their order tells which class belongs to which output."""
    if network.classes or data.classes == tuple(map(str, range(len(data.classes)))):
        return ()
    names = ", ".join(data.classes[:10]) + ", ..." * (len(data.classes) > 10)
    remark = (
        f"the network does not name its classes: {names} are taken, in this order, as its classes"
        " 0, 1, ..., as scikit-learn numbers them; in another order it is another risk"
    )
    return (remark,)
