"""Arrays as programs hold them: every library's, exactly; what is no array of real numbers is
refused in one sentence.
"""

from __future__ import annotations

import warnings
from collections import OrderedDict
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest

import certify
from certify import data
from certify.arrays import decimal_of, exact_matrix
from certify.gaussian.search.candidate import make_candidate
from certify.networks import trained_network
from certify.tables import make_data

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # numpy announces the end of its matrices
    MATRIX = np.matrix([[1.0, 0.25], [0.5, 1.0]])

X = [[0, 1], [1, 0], [2, 5], [4, 1]]
Y = [2, 3, 1, 1]


class Tensor:
    """As torch's: numpy() is refused while there is a gradient, bfloat16 has no numpy type."""

    def __init__(self, values, *, grad=True, dtype="float32"):
        self.values, self.grad, self.dtype = (
            np.asarray(values, dtype="float64" if dtype == "double" else "float32"),
            grad,
            dtype,
        )
        self.ndim, self.shape = self.values.ndim, self.values.shape

    def __array__(self, dtype=None, copy=None):
        if self.grad or self.dtype == "bfloat16":
            raise RuntimeError(
                "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy()"
                " instead."
            )
        return self.values

    def detach(self):
        return Tensor(self.values, grad=False, dtype=self.dtype)

    def cpu(self):
        return self

    def is_floating_point(self):
        return True

    def double(self):
        return Tensor(self.values, grad=self.grad, dtype="double")


class Array:
    """As jax's: nothing but __array__."""

    def __init__(self, values):
        self.values = np.asarray(values)

    def __array__(self, dtype=None, copy=None):
        return self.values


@pytest.mark.parametrize(
    "wrap",
    [
        np.array,
        lambda v: np.array(v, dtype=np.float32),
        lambda v: np.array(v, dtype=np.int8),
        lambda v: np.array(v, dtype=np.longdouble),
        lambda v: np.asfortranarray(np.array(v)),
        Tensor,
        lambda v: Tensor(v, grad=False),
        lambda v: Tensor(v, dtype="bfloat16"),
        Array,
        lambda v: tuple(map(tuple, v)) if isinstance(v[0], list) else tuple(v),
        lambda v: (
            [np.array(row) for row in v] if isinstance(v[0], list) else list(map(np.float64, v))
        ),
        lambda v: (
            [list(map(str, row)) for row in v] if isinstance(v[0], list) else list(map(str, v))
        ),
    ],
)
def test_whatever_holds_the_numbers_the_data_are_the_same(wrap):
    made = make_data(wrap(X), wrap(Y))
    assert [[Fraction(e) for e in row] for row in made.inputs] == X
    assert [Fraction(row[0]) for row in made.targets] == Y


def test_frames_of_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {"a": [0, 1, 2, 4], "b": [1.5, 0, 5, 1], "c": pandas.array([1, None, 3, 4], dtype="Int64")}
    )
    made = make_data(frame[["a", "b"]], pandas.Series(Y))
    assert made.inputs[0] == ("0", "1.5") and made.input_names == ("a", "b")
    with pytest.raises(certify.UnusableInput, match="missing"):
        make_data(frame, Y)
    with pytest.raises(certify.UnusableInput, match="two columns named a"):
        make_data(pandas.concat([frame[["a"]], frame[["a"]]], axis=1), Y)
    assert make_data(frame[["a"]], None, pandas.Series(["p", "q", "p", "q"])).classes == ("p", "q")


def test_whole_numbers_keep_all_their_digits():
    big = [2**53 + 1, 2**60 + 1, 2**63 - 1, 5]
    assert [row[0] for row in make_data(np.array([[b] for b in big]), Y).inputs] == list(
        map(str, big)
    )
    assert make_data([[b * 10**30] for b in big], Y).inputs[0][0] == str(big[0] * 10**30)
    assert make_data(np.array([[2**64 - 1], [0], [1], [2]], dtype=np.uint64), Y).inputs[0][
        0
    ] == str(2**64 - 1)
    assert make_data(X, np.array(big)).targets[1][0] == str(big[1])
    rows = [[2**53 + 1, 0], [0, 1]]
    assert (
        make_candidate(np.array(rows)).students[0][0]
        == str(2**53 + 1)
        == make_candidate(rows).students[0][0]
    )


def test_a_list_and_an_array_of_the_same_short_floats_are_the_same_data():
    short = np.array([[0.1, 0.7], [1, 0], [2, 5], [4, 1]], dtype=np.float32)
    listed = [list(row) for row in short]
    assert (
        make_data(short, Y).inputs
        == make_data(listed, Y).inputs
        == make_data(short.tolist(), Y).inputs
        == make_data(Tensor(short), Y).inputs
    )
    assert make_data(short, Y).inputs[0][0] == repr(float(np.float32(0.1)))
    half = short.astype(np.float16)
    assert make_data(half, Y).inputs == make_data([list(row) for row in half], Y).inputs
    assert make_data(short, short[:, 0]).targets == make_data(short, list(short[:, 0])).targets


def test_long_doubles_are_exact_or_refused():
    third = np.longdouble(1) / 3
    if float(third) == third:
        pytest.skip("long double is double here")
    assert Fraction(make_data(np.array([[third], [0], [1], [2]]), Y).inputs[0][0]) == Fraction(
        *map(int, third.as_integer_ratio())
    )
    assert decimal_of(np.longdouble(0.1), "x") == "0.1"
    for odd in (np.longdouble("1e-4000"), np.longdouble("1e4000")):
        with pytest.raises(
            certify.UnusableInput, match=r"x (is too large or too small|has more than 400 digits)"
        ):
            decimal_of(odd, "x")


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (True, None),
        (np.bool_(True), None),
        (1j, None),
        (np.complex128(1), None),
        (float("nan"), None),
        (None, None),
        (float("inf"), None),
        (10**100, None),
        ("1_0", None),
        (b"1", None),
        ([1], None),
        (5e-324, None),
        (Fraction(1, 3), None),
        (Fraction(1, 8), "0.125"),
        (Decimal("1.50"), "1.5"),
        (Decimal("NaN"), None),
        (np.array(2.5), "2.5"),
        (-0.0, "0"),
        ("-0", "-0"),
        (1e22, "1" + "0" * 22),
        (np.float32(0.5), "0.5"),
        (" 7 ", "7"),
    ],
)
def test_entries(entry, text):
    if text is None:
        with pytest.raises(certify.UnusableInput, match=r"^x "):
            decimal_of(entry, "x")
    else:
        assert decimal_of(entry, "x") == text


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        ({"a": [1, 2]}, "mapping"), (OrderedDict(a=[1]), "mapping"),
        ({1, 2}, "a set, which has no order"), (MATRIX, "np.matrix"),
        (np.ma.masked_array(X, mask=[[0, 1]] + [[0, 0]] * 3), "masked"),
        (np.array(3.0), "single number"), (5, "not an array"), ("1,2", "not an array"),
        (None, "not an array"), (np.zeros((0, 2)), "empty"), (np.zeros((3, 0)), "empty"),
        ([], "no data"), ([[], []], "empty"), (np.array(X) * 1j, "complex"),
        (np.array(X, dtype=object), "objects"), (np.array(X) > 0, "truth values"),
        (np.array([["a"], ["b"]]), "must be real numbers"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "must be real numbers"),
        ([[1, 2], [3]], "different lengths"), ([{"a": 1}, {"a": 2}], "dict"),
        (iter([[1], [2]]), "not an array or a list of rows"), ([[1, [2]], [3, 4]], "not a number"),
        ([[1, float("nan")], [3, 4]], "entry (1, 2) of the inputs is missing"),
    ],
)  # fmt: skip
def test_what_is_no_array_of_real_numbers_is_one_sentence(inputs, sentence):
    with pytest.raises(certify.UnusableInput) as caught:
        make_data(inputs)
    assert sentence in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "targets", [np.array(3.0), [], np.zeros((4, 0)), {"y": Y}, [1, 2, 3], np.array(Y) * 1j, 7]
)
def test_targets_that_are_none(targets):
    with pytest.raises(certify.UnusableInput):
        make_data(X, targets)


def test_the_users_decimal_context_is_not_used():
    with localcontext() as context:
        context.prec = 4
        assert make_data([[Fraction(1234567)], [Fraction(1234568)], [99], [5]], Y).inputs[1] == (
            "1234568",
        )
        assert (
            decimal_of(Decimal("1234567.5"), "x") == "1234567.5"
            and decimal_of(Fraction(1234567, 2), "x") == "617283.5"
        )
        assert (
            decimal_of("1234567.25", "x") == "1234567.25"
            and decimal_of(1234567.25, "x") == "1234567.25"
        )


@pytest.mark.parametrize(
    "entry",
    [
        np.timedelta64(1, "Y"),
        np.timedelta64(3, "ns"),
        np.datetime64("2020"),
        np.array("2020", "M8[ns]"),
        np.timedelta64("NaT"),
    ],
)
def test_dates_and_durations_are_no_numbers(entry):
    with pytest.raises(certify.UnusableInput):
        decimal_of(entry, "x")


def test_points_of_activations_are_exact():
    proof = data.activation_counterexample("tanh", at=[np.float32(0.1)])
    assert proof.document["statement"]["parameters"][0]["weights"][0][0] == repr(
        float(np.float32(0.1))
    )
    with pytest.raises(certify.UnusableInput):
        data.activation_counterexample("tanh", at=["1_0"])


def test_labels():
    assert make_data(X, None, [0, 0.0, 1, np.int64(1)]).classes == ("0", "1")
    assert (
        make_data(X, None, np.array([0.0, 0, 1, 1])).classes
        == make_data(X, None, Tensor([0, 0, 1, 1])).classes
        == ("0", "1")
    )
    assert make_data(X, None, np.array(["p", "q", "p", "p"])).labels == (0, 1, 0, 0)
    assert make_data(X, None, [True, False, True, True]).classes == ("False", "True")
    for odd in (
        [0, None, 1, 1],
        [0, float("nan"), 1, 1],
        ["p", "?", "q", "q"],
        ["p", "", "q", "q"],
    ):
        with pytest.raises(certify.UnusableInput, match="row 2: a label is missing"):
            make_data(X, None, odd)


def test_a_network_in_tensors():
    plain = trained_network([[1.0], [-1.0]], [-3.5, 3.5], [1.0, 1.0], -0.1)
    assert (
        trained_network(
            Tensor([[1.0], [-1.0]]), Tensor([-3.5, 3.5]), Tensor([[1.0, 1.0]]), Tensor([-0.1])
        ).weights
        == plain.weights
    )
    assert (
        trained_network(
            np.array([[1], [-1]]), np.array([[-3.5], [3.5]]), np.array([[1, 1]]), np.array(-0.1)
        )
        == plain
    )
    # as x W1 + b1 has it: then W1 is transposed, too
    with pytest.raises(certify.UnusableInput, match="a column"):
        trained_network(np.array([[1], [-1]]), [-3.5, 3.5], np.array([[1], [1]]), 0)
    assert trained_network(np.array([[1], [-1]]), [-3.5, 3.5], [1, 1], np.array([-0.1])) == plain
    for odd in (
        ([[1.0, -1.0]], [-3.5, 3.5], [1, 1], 0),
        ([[1.0], [-1.0]], [-3.5], [1, 1], 0),
        ([[1.0], [-1.0]], [1, 2], [[1, 1], [2, 2]], 0),
        ([[1.0], [-1.0]], [1, 2], [1, 1], [1, 2]),
        ([[1j], [1]], [1, 2], [1, 1], 0),
    ):
        with pytest.raises(certify.UnusableInput):
            trained_network(*odd)


def test_students_of_every_kind():
    rows = [[1.0, 0.25], [0.5, 1.0]]
    for given in (
        rows,
        np.array(rows),
        Tensor(rows),
        Array(rows),
        tuple(map(tuple, rows)),
        [np.array(row) for row in rows],
    ):
        assert exact_matrix(given, "students") == (("1", "0.25"), ("0.5", "1"))
    for odd in (
        np.zeros(3),
        np.zeros((2, 2, 2)),
        np.zeros((0, 3)),
        3,
        "x",
        None,
        [1, 2],
        [[1, 2], [3]],
        {"a": 1},
        MATRIX,
    ):
        with pytest.raises(certify.UnusableInput):
            make_candidate(odd)
    with pytest.raises(certify.UnusableInput, match="larger than 100 x 100"):
        make_candidate(np.zeros((2000, 785)))


def test_points_of_linear_networks_are_exact():
    point = [[[Fraction(1, 3), "1/7"], [0.5, 2]], [np.array([2**53 + 1, 0])]]
    proof = data.linear_point(X, Y, [point[0], [point[1][0]]])
    weights = [part["weights"] for part in proof.document["statement"]["parameters"]]
    assert weights == [[["1/3", "1/7"], ["0.5", "2"]], [[str(2**53 + 1), "0"]]]


def test_teachers_of_a_search_keep_their_digits():
    teachers = [["-0.5900000000000000000000001", "0.63"], ["0.64", "0.92"], ["0.22", "-0.95"]]
    found = certify.search(k=3, d=2, teachers=teachers, trials=20, seed=1)
    assert all(
        candidate.targets is not None and list(candidate.targets[0]) == teachers[0]
        for candidate in found.candidates
    )
    assert len(found) + found.at_global + found.unsettled > 0
