"""The readers of the user's networks. Arrays are matched by their names, not by their order in a
file, and are read exactly.
"""

from __future__ import annotations

from certify.networks.activations import NAMES, Activation, activation_of
from certify.networks.conventions import (
    LOSSES,
    Coefficients,
    Convention,
    convention_of,
    risk,
)
from certify.networks.dense import DenseNetwork, Layer, Standardisation
from certify.networks.linear import linear_parameters, read_linear
from certify.networks.named import ActivationsUntold
from certify.networks.reading import network_source, read_network
from certify.networks.told import Amount, Told, amount
from certify.networks.trained import Trained, read_trained, trained_network

__all__ = [
    "LOSSES",
    "NAMES",
    "Activation",
    "ActivationsUntold",
    "Amount",
    "Coefficients",
    "Convention",
    "DenseNetwork",
    "Layer",
    "Standardisation",
    "Told",
    "Trained",
    "activation_of",
    "amount",
    "convention_of",
    "linear_parameters",
    "network_source",
    "read_linear",
    "read_network",
    "read_trained",
    "risk",
    "trained_network",
]
