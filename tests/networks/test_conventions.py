"""Amounts as text, what is asked for, and the numbers that a convention gives."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certify.errors import UnusableInput
from certify.networks import Amount, amount, convention_of, read_network, risk

NET = {"W1": [[1, 2], [3, -1]], "b1": [0, 1], "W2": [[2, -1]], "b2": ["0.5"]}


@pytest.fixture
def network():
    return read_network(NET, activation="relu")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/N", Fraction(1, 10)),
        ("1/(2N)", Fraction(1, 20)),
        ("2/(N K)", Fraction(2, 30)),
        ("2/(NK)", Fraction(2, 30)),
        ("1/N/K", Fraction(1, 30)),
        ("0.01/N", Fraction(1, 1000)),
        ("1e-4 / batch", Fraction(1, 40000)),
        (".5", Fraction(1, 2)),
        ("2(N)", Fraction(20)),
        ("3*N/(2 batch)", Fraction(30, 8)),
        ("1/(1/N)", Fraction(10)),
        ("1/442", Fraction(1, 442)),
        ("0", Fraction(0)),
        ("1/N*K", Fraction(3, 10)),
    ],
)
def test_amounts(text, value):
    read = amount(text)
    assert read.at(rows=10, outputs=3, batch=4) == value
    assert amount(str(read)) == read


@given(st.fractions(min_value=0, max_denominator=10**6), *[st.integers(-2, 2)] * 3)
def test_amounts_are_written_as_they_are_read(coefficient, n, k, b):
    value = Amount(coefficient, (n, k, b) if coefficient else (0, 0, 0))
    assert amount(str(value)) == value


def test_amounts_beyond_floats():
    large = amount("1e99*1e99*1e99*1e99/N")
    assert large.at(rows=10, outputs=1) == 10**395 and str(large).endswith("0/N")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1/2N", "two ways"),
        ("1/N K", "two ways"),
        ("", "missing"),
        ("1/", "missing"),
        ("1/(N", "brackets"),
        ("N)", "brackets"),
        ("()", "missing"),
        ("1//N", "missing"),
        ("alpha/N", "is no amount"),
        ("-1/N", "is no amount"),
        ("1/0", "divides by 0"),
        ("n", "is no amount"),
        ("1" * 300, "is no amount"),
    ],
)
def test_amounts_that_are_none(text, sentence):
    with pytest.raises(UnusableInput, match=sentence):
        amount(text)


def test_a_batch_is_asked_for():
    with pytest.raises(UnusableInput, match="say --batch"):
        amount("1/batch").at(rows=10, outputs=1)
    assert amount("1/batch").at(rows=10, outputs=1, batch="auto") == Fraction(1, 10)
    assert amount("1/batch").at(rows=1000, outputs=1, batch="auto") == Fraction(1, 200)
    assert amount("1/batch").at(rows=10, outputs=1, batch=64) == Fraction(1, 10)


def test_what_is_not_told_is_asked_for(network):
    with pytest.raises(UnusableInput, match="on which loss it was trained: say --loss squared"):
        convention_of(network)
    with pytest.raises(UnusableInput, match="--decay-on weights or --decay-on all"):
        convention_of(network, loss="squared", decay="0.1")
    with pytest.raises(UnusableInput, match="give --decay, too"):
        convention_of(network, loss="squared", decay_on="all")
    with pytest.raises(UnusableInput, match="the loss 'hinge' is none of"):
        convention_of(network, loss="hinge")
    with pytest.raises(UnusableInput, match="not on 'kernels'"):
        convention_of(network, loss="squared", decay="1", decay_on="kernels")
    with pytest.raises(UnusableInput, match="at least one is needed"):
        convention_of(network, loss="squared", batch=0)
    with pytest.raises(UnusableInput, match="is above 0"):
        convention_of(network, loss="squared", factor="0").at(network, 3)
    assert convention_of(network, loss="squared", decay="0").at(network, 3).decay == ((0, 0),) * 2


def test_the_numbers_of_a_convention(network):
    """By hand: at (1, 1) the units are 3 and 3, f is 7/2; at (-1, 0) both are off, f is 1/2."""
    x, y = np.array([[1, 1], [-1, 0]]), np.array([3, 1])
    assert network.values(x)[:, 0].tolist() == [3.5, 0.5]
    plain = convention_of(network, loss="squared").at(network, 2)
    assert plain.written == {
        "loss": {"type": "squared", "factor": "1/2"},
        "decay": [["0", "0"], ["0", "0"]],
    }
    assert risk(network, x, y, plain) == 0.5 * (0.125 + 0.125)
    mean = convention_of(network, loss="mse", decay="0.2/N", decay_on="all").at(network, 2)
    assert mean.factor == 1 and mean.decay == ((Fraction(1, 10),) * 2,) * 2
    squares = 1 + 4 + 9 + 1 + 1 + 4 + 1 + 0.25
    assert risk(network, x, y, mean) == pytest.approx(0.25 + 0.05 * squares, rel=1e-15)
    weights = convention_of(network, loss="mse", decay="0.2/N", decay_on="weights").at(network, 2)
    assert risk(network, x, y, weights) == pytest.approx(0.25 + 0.05 * (15 + 5), rel=1e-15)
    binary = convention_of(network, loss="binary", factor="1").at(network, 2)
    wanted = log(1 + np.exp(3.5)) + log(1 + np.exp(0.5)) - 0.5
    assert risk(network, x, np.array([0, 1]), binary) == pytest.approx(wanted, rel=1e-15)


def test_cross_entropy_by_hand():
    network = read_network({"W1": [[1], [2], [0]], "b1": [0, 0, 1]})
    numbers = convention_of(network, loss="cross-entropy", factor="1").at(network, 1)
    value = risk(network, np.array([[1.0]]), np.array([2]), numbers)
    assert value == pytest.approx(log(np.e + np.e**2 + np.e) - 1, rel=1e-14)
    # no overflow where exp has one
    far = risk(network, np.array([[1000.0]]), np.array([0]), numbers)
    assert far == pytest.approx(1000)


def test_layers_without_bias_have_no_decay_of_it():
    network = read_network({"W1": [[1, 2]], "W2": [[3]], "b2": [1]}, activation="tanh")
    numbers = convention_of(network, loss="squared", decay="1/4", decay_on="all").at(network, 5)
    assert numbers.written["decay"] == [["1/4", "0"], ["1/4", "1/4"]]
    assert network.parameters[0] == {"weights": [["1", "2"]], "bias": []}
    assert [layer["bias"] for layer in network.architecture["layers"]] == [False, True]


def test_classes_are_matched_by_name(network):
    three = read_network({"W1": np.ones((3, 2))})
    assert three.outputs_of(("2", "0.0", "1")) == (2, 0, 1)
    assert network.outputs_of(("1", "0")) == (1, 0)
    named = replace(three, classes=("no", "1.0", "yes"))
    assert named.outputs_of(("yes", "1", "no")) == (2, 1, 0)
    for net, sentence in (
        (three, "the class setosa, and those of the network are 0 to 2"),
        (named, "the class setosa, and those of the network are no, 1.0, yes"),
    ):
        with pytest.raises(UnusableInput, match=sentence):
            net.outputs_of(("setosa",))
