"""Tables as people have them: what is read is what stands there, or the file is refused with the
entry that makes it doubtful.
"""

from __future__ import annotations

import gzip
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from console import call

from certify.errors import UnusableInput
from certify.reading import Columns
from certify.tables import read_data

ROWS = "0,1,2\n1,0,3\n2,5,1\n4,1,1\n"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def read(text, name="file.csv", **columns):
    Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_data(Path(name), Columns(**columns))


def refused(text, sentence, name="file.csv", **columns):
    with pytest.raises(UnusableInput) as caught:
        read(text, name, **columns)
    assert sentence in str(caught.value), str(caught.value)
    assert "\n" not in str(caught.value)


# ------------------------------------------------------------------------------------------ headers


@pytest.mark.parametrize(
    ("text", "rows", "header"),
    [
        (ROWS, 4, False),
        ("a,b,y\n" + ROWS, 4, True),
        ('"a","b","y"\n' + ROWS, 4, True),
        # a class word in the first row of a file without a header
        (
            "5.1,3.5,setosa\n4.9,3.0,setosa\n6.2,2.9,virginica\n",
            3,
            False,
        ),
        ("width,length,species\n4.9,3.0,setosa\n6.2,2.9,virginica\n", 2, True),
        ("1,2,3\n4,5,6\n7,8,1\n", 3, False),
        ("3,1,2\n1,2,5\n", 2, False),
    ],
)
def test_the_first_row_is_a_header_only_if_it_cannot_be_data(text, rows, header):
    data = read(text, label="3") if "setosa" in text else read(text)
    assert len(data.inputs) == rows
    assert data.header is header
    assert f"{rows} rows" in data.as_read and f"header: {'yes' if header else 'no'}" in data.as_read


@pytest.mark.parametrize("first", ["?,2,3", "1,NA,3", "1,2,nan", ",2,3", "1,-,3"])
def test_a_first_row_with_a_missing_entry_is_a_datum(first):
    """It is refused as one with a missing entry, and dropped if that is asked for: it never becomes
    a header.
    """
    refused(f"{first}\n{ROWS}", "is missing")
    data = read(f"{first}\n{ROWS}", drop_missing=True)
    assert (len(data.inputs), data.dropped, data.header) == (4, 1, False)
    assert "1 row with missing entries dropped" in data.as_read


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("year,1990,1991\n1,0.5,2.5\n2,0.25,1\n3,0.5,7\n", "1990"),
        ("a,?,y\n" + ROWS, "?"),
        ("1990,1991,1992\n0.5,2.5,1\n0.25,1,7\n0.5,7,3\n", "1990"),
        ("400,410,420,430\n0.1,0.2,0.3,1\n0.3,0.1,0.5,2\n0.2,0.2,0.1,7\n", "400"),
        ("400.5,401.0,401.5\n0.1,0.2,1\n0.3,0.5,2\n0.2,0.1,7\n", "400.5"),
        ("2000,2005,2011\n2512,2530,2544\n100,120,90\n300,333,310\n", "2000"),
        # a word above words that stands in no row
        (
            "country,2019,2020,2021\nA,1,2,3\nB,4,1,6\nC,2,2,7\nD,0,5,1\n",
            "2019",
        ),
        ("1,2,species\n1,2,p\n4,1,q\n2,2,p\n0,5,q\n", "1"),
        # as pandas numbers columns
        (
            ",0,1,2\n0,0.5,1.5,-2.0\n1,1.5,0.5,3.25\n2,-0.5,2.5,1.0\n",
            "0",
        ),
        ("0,1\n21.0,8.0\n-12.0,-28.0\n-20.0,18.0\n", "0"),
    ],
)
def test_a_doubtful_first_row_is_refused_and_both_readings_can_be_had(text, entry):
    refused(text, "say --header or --no-header")
    refused(text, entry)
    if any(map(str.isalpha, text.split("\n")[2])) or text[0] == ",":
        return  # words and row numbers want an option of their own
    assert len(read(text, header=True).inputs) == text.count("\n") - 1
    if not any(map(str.isalpha, text)):
        assert len(read(text, header=False).inputs) == text.count("\n")


def test_rows_are_not_lost():
    """A line of delimiters is a row in which all is missing; a comment sign before data is asked
    about; blank lines are no rows.
    """
    refused("x,y\n1,2\n,\n5,9\n2,2\n", "row 2, column x is missing")
    assert read("x,y\n1,2\n,\n5,9\n2,2\n", drop_missing=True).dropped == 1
    refused("id,x,y\na1,1,2\n#a2,5,9\na3,2,2\na4,7,1\n", "begins with #")
    assert len(read("x,y\n1,2\n\n5,9\n   \n2,2\n").inputs) == 3
    assert read("#a,b,y\n" + ROWS).input_names == ("a", "b")


def test_records():
    table = np.array([(1.5, 2), (0.5, 1), (2.5, 7)], dtype=[("x", "f8"), ("y", "i4")])
    np.save("records.npy", table)
    assert read_data(Path("records.npy")).input_names == ("x",)
    np.save("records.npy", np.stack([table, table]))
    with pytest.raises(UnusableInput, match="one record a datum"):
        read_data(Path("records.npy"))
    np.save("records.npy", np.array([(1, 2)], dtype=[("x", "m8[ns]"), ("y", "i4")]))
    with pytest.raises(UnusableInput, match="real numbers"):
        read_data(Path("records.npy"))


def test_arrays_without_data():
    for text, sentence in (
        ('{"X": [], "y": []}', "holds no data: X is empty"),
        ('{"X": [[1], [2]], "y": []}', "holds no data: y is empty"),
    ):
        refused(text, sentence, name="file.json")
    refused(
        '{"X": [["?"], [2]], "y": [1, "NA"]}',
        "every row has a missing entry",
        name="file.json",
        drop_missing=True,
    )


def test_two_arrays_of_one_name():
    import io
    import zipfile

    with zipfile.ZipFile("file.npz", "w") as archive:
        for name, array in (("X.npy", np.eye(3)), ("y.npy", np.ones(3)), ("y.npy", np.zeros(3))):
            stream = io.BytesIO()
            np.save(stream, array)
            if name in archive.namelist():
                with pytest.warns(UserWarning, match="Duplicate"):
                    archive.writestr(name, stream.getvalue())
            else:
                archive.writestr(name, stream.getvalue())
    with pytest.raises(UnusableInput, match="two arrays of one name"):
        read_data(Path("file.npz"))


def test_words_only():
    refused("red,b\ngreen,c\nblue,b\n", "words only")
    refused("a,y\n", "no data behind its header")


# ---------------------------------------------------------------------------------- what is missing


@pytest.mark.parametrize(
    "marker", ["", "?", "NA", "n/a", "NaN", "nan", "null", "None", "#N/A", "<NA>", "-", "."]
)
def test_one_list_of_markers_for_inputs_targets_and_labels(marker):
    for column, columns in ((0, {}), (2, {}), (2, {"label": "y"})):
        rows = (
            [["1", "2", "p"], ["2", "5", "q"], ["4", "3", "p"], ["7", "7", "q"], ["9", "1", "q"]]
            if columns
            else [row.split(",") for row in ROWS.split()]
        )
        rows[1][column] = marker
        text = "a,b,y\n" + "".join(",".join(row) + "\n" for row in rows)
        refused(text, "missing", **columns)
        refused(text, "row 2", **columns)
        data = read(text, drop_missing=True, **columns)
        assert len(data.inputs) == len(rows) - 1 and data.dropped == 1


def test_missing_entries_of_columns_that_are_not_used_do_no_harm():
    assert len(read("a,b,c,y\n1,2,?,3\n2,1,?,1\n5,1,?,2\n", drop=("c",)).inputs) == 3
    refused("a,y\n?,1\n2,NA\n", "every row has a missing entry", drop_missing=True)


# ---------------------------------------------------------------------------------------- exactness


@pytest.mark.parametrize("word", ["1_0", "٣", "１２", "0x10", "1e", "--3", "3-4", "1 2", "1,5"])
def test_what_is_no_decimal_in_ascii_digits_is_a_word(word):
    refused(f'a;y\n1;2\n"{word}";3\n3;5\n', "row 2, column a is not a number")


def test_decimals_are_taken_as_they_are_written():
    data = read("a,y\n123456789012345678901,0.10\n-.5,1e-3\n+7,1E2\n")
    assert data.inputs == (("123456789012345678901",), ("-0.5",), ("7",))
    assert [Fraction(row[0]) for row in data.targets] == [Fraction(1, 10), Fraction(1, 1000), 100]


def test_labels_are_one_class_if_they_are_one_number():
    data = read("a,b,y\n1,2,0\n2,1,0.0\n3,3,1\n4,1,1.00\n5,2,-0\n", label="y")
    assert data.classes == ("0", "1") and data.labels == (0, 0, 1, 1, 0)
    assert "2 classes in y: 0 (3), 1 (2)" in data.as_read
    assert read("a,b,y\n1,2,10\n2,1,9\n3,3,10\n4,1,9\n", label="y").classes == ("9", "10")
    assert any("0.0" in note and "one class" in note for note in data.notes)
    # codes, not numbers
    assert read("a,b,y\n1,2,01\n2,1,1\n3,3,01\n4,1,1\n", label="y").classes in (
        ("01", "1"),
        ("1", "01"),
    )


# ------------------------------------------------------------------------------------------ columns


def test_inputs_targets_and_dropped_columns_by_name():
    text = "a,b,c,y\n1,2,3,4\n2,3,5,1\n5,2,3,1\n"
    data = read(text, inputs=("c", "a"))
    assert (
        data.inputs[0] == ("3", "1")
        and data.input_names == ("c", "a")
        and data.target_names == ("y",)
    )
    assert read(text, drop=("b",)).inputs[0] == ("1", "3")
    assert read(text, target=("a", "y")).inputs[0] == ("2", "3")
    assert read(text, drop=("y",)).target_names == ("c",)  # the last that is left
    assert "2 inputs (c, a); 1 target (y)" in data.as_read
    refused(text, "y is an input and a target", inputs=("a", "y"), target=("y",))
    refused(text, "b is dropped and an input", inputs=("b",), drop=("b",))
    refused(text, "there is no column z", drop=("z",))
    refused(text, "a target column is named twice", target=("y", "4"))


@pytest.mark.parametrize(("first", "title"), [(0, ""), (1, ""), (0, "Unnamed: 0")])
def test_a_column_without_a_name_that_counts_the_rows_is_refused(first, title):
    text = f"{title},a,b,y\n" + "".join(f"{i},{row}\n" for i, row in enumerate(ROWS.split(), first))
    refused(text, "column 1 has no name and counts the rows: --drop 1")
    assert read(text, drop=("1",)).input_names == ("a", "b")
    assert len(read(text, inputs=("1", "a")).inputs[0]) == 2


def test_other_columns_that_count_the_rows_are_noted():
    text = "".join(f"{i},{row}\n" for i, row in enumerate(ROWS.split()))
    assert (
        "column 1 counts the rows: if it is a row number, --drop 1 leaves it out"
        in read(text).notes
    )
    assert any("id counts the rows" in note for note in read("id,a,b,y\n" + text).notes)
    assert not any("counts" in note for note in read("x,y\n0,1\n1,0\n2,5\n").notes)


def test_two_columns_of_one_name():
    text = "a,b,a,y\n1,2,3,4\n2,3,5,1\n5,2,3,1\n"
    refused(text, "has 2 columns named a", drop=("a",))
    assert read(text, drop=("3",)).inputs[0] == ("1", "2")
    assert len(read(text).inputs[0]) == 3  # neither is meant by its name


def test_columns_of_words_are_offered_a_coding():
    text = "a,color,y\n1,red,2\n2,green,1\n3,red,7\n5,blue,1\n"
    refused(
        text,
        "column color holds words (blue, green, red): --one-hot color codes them as 0 and 1, --drop"
        " color leaves the column out",
    )
    data = read(text, one_hot=("color",))
    assert data.input_names == ("a", "color=blue", "color=green", "color=red")
    assert data.inputs[1] == ("2", "0", "1", "0")
    refused("a,y\n1,p\n2,q\n3,p\n", "--label")


# ------------------------------------------------------------------------------------------ formats


def test_formats_by_content():
    plain = read("a,b,y\n" + ROWS)
    for name, text in {
        "t.tsv": "a\tb\ty\n" + ROWS.replace(",", "\t"),
        "t.TXT": "a b y\n" + ROWS.replace(",", " "),
        "t.data": "a;b;y\n" + ROWS.replace(",", ";"),
        "columns.txt": (
            "  a   b  y\n" + "".join(f"  {row.replace(',', '    ')}  \n" for row in ROWS.split())
        ),
        "t.CSV": "a, b, y\r\n" + ROWS.replace("\n", "\r\n"),
        "trailing.csv": "a,b,y,\n" + ROWS.replace("\n", ",\n"),
        "comment.csv": "# made by hand\n# twice\na,b,y\n" + ROWS,
    }.items():
        data = read(text, name)
        assert (data.inputs, data.targets, data.input_names) == (
            plain.inputs,
            plain.targets,
            ("a", "b"),
        ), name
    packed = read(gzip.compress(("a,b,y\n" + ROWS).encode()), "t.csv.gz")
    assert packed.inputs == plain.inputs
    utf16 = read(("a,b,y\n" + ROWS).encode("utf-16"), "excel.txt")
    assert utf16.inputs == plain.inputs
    Path("rows.json").write_text(json.dumps([[0, 1, 2], [1, 0, 3], [2, 5, 1], [4, 1, 1]]))
    assert read_data(Path("rows.json")).inputs == plain.inputs


def test_decimal_commas_are_asked_for():
    text = "a;b;y\n0,5;1;2,25\n1;0;3\n2;5;1\n"
    refused(text, "--decimal ,")
    data = read(text, decimal=",")
    assert data.inputs[0] == ("0.5", "1") and data.targets[0] == ("2.25",)
    refused("a;y\n1.000,5;2\n1,5;2\n2,5;1\n", "not a number", decimal=",")
    refused("a;y\n1.000;2\n1,5;2\n2,5;1\n", "not a number", decimal=",")


def test_savetxt():
    table = np.array([[0.1, 2, 3], [1e-3, 5, 1], [7, 1, 2]])
    np.savetxt("plain.txt", table)
    np.savetxt("named.txt", table, header="a b y", delimiter=" ")
    assert read_data(Path("plain.txt")).inputs[0] == read_data(Path("named.txt")).inputs[0]
    # as it is written there
    assert read_data(Path("plain.txt")).inputs[0][0] == "0.1000000000000000056"
    np.savetxt("commas.txt", table, header="a,b,y", delimiter=",", fmt="%g")
    assert read_data(Path("commas.txt")).input_names == ("a", "b")
    assert read_data(Path("named.txt")).target_names == ("y",)


@pytest.mark.parametrize(
    "names",
    [
        ("X", "y"),
        ("x", "y"),
        ("X_train", "y_train"),
        ("x_train", "Y_train"),
        ("inputs", "targets"),
        ("data", "target"),
    ],
)
def test_names_of_arrays(names):
    np.savez(
        "file.npz",
        **{names[0]: np.array([[0, 1], [1, 0], [2, 5], [4, 1]]), names[1]: np.array([2, 3, 1, 1])},
    )
    assert read_data(Path("file.npz")).inputs == read(ROWS).inputs


def test_arrays_that_are_not_understood_are_refused_by_name():
    x, y = np.array([[0, 1], [1, 0], [2, 5], [4, 1]]), np.array([2, 3, 1, 1])
    for other in ("weights", "X2", "groups"):
        np.savez("file.npz", X=x, y=y, **{other: y})
        with pytest.raises(UnusableInput, match=f"holds {other}, which is not understood"):
            read_data(Path("file.npz"))
    np.savez("file.npz", X=x, x=x, y=y)
    with pytest.raises(UnusableInput, match=r"both X and x|both x and X"):
        read_data(Path("file.npz"))
    np.savez("file.npz", X_train=x, y_train=y, X_test=x, y_test=y)
    assert any(
        "X_test, y_test of file.npz are not used" in note
        for note in read_data(Path("file.npz")).notes
    )


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("net.onnx", b"\x08\x07", "an ONNX network"), ("net.h5", b"\x89HDF\r\n", "an HDF5 file"),
        ("net.bin", b"\x89HDF\r\n", "an HDF5 file"), ("net.NNET", b"//", "an NNet network"),
        ("x.pkl", b"\x80\x04", "a pickle, which runs code"),
        ("x.csv", b"\x80\x04\x95", "a pickle, which runs code"),
        ("x.safetensors", b"{}", "safetensors.numpy.load_file"),
        ("x.xlsx", b"PK\x03\x04", "a spreadsheet: save the sheet as CSV"),
        ("x.parquet", b"PAR1", "to_csv"), ("x.csv.gz", b"\x1f\x8b broken", "gzip"),
        ("x.npy", b"\x93NUMPY\x01\x00\x76\x00"
         b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 100000), }"
         + b" " * 30 + b"\n", "x.npy"),
    ],
)  # fmt: skip
def test_other_formats_get_one_sentence_on_how_to_export(name, data, sentence):
    Path(name).write_bytes(data)
    network = name.endswith((".onnx", ".h5", ".bin", ".safetensors"))  # `trained` reads these
    for command in (["data", "relu", name], ["prove", name], ["trained", name, name]):
        told = name if network and command[0] == "trained" else sentence
        done = call(*command)
        assert done.returncode == 2 and told in done.stderr and done.stderr.count("\n") == 1, (
            done.stderr
        )


def test_sizes_are_looked_at_before_entries():
    np.save("wide.npy", np.zeros((2000, 785)))
    done = call("data", "relu", "wide.npy")
    assert (
        done.returncode == 2
        and "2000 rows of 784 inputs: a certificate holds at most" in done.stderr
    )


def test_the_command_says_what_it_understood_and_keeps_the_fingerprint_of_the_file():
    text = "a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n?,1,2\n"
    Path("xor.csv").write_text(text)
    done = call("data", "relu", "xor.csv", "--drop-missing", "-o", "c.json")
    assert done.returncode == 0, done.stderr
    assert (
        "read xor.csv: 4 rows, 2 inputs (a, b); 1 target (y); header: yes; 1 row with missing"
        " entries dropped" in done.stderr
    )
    import hashlib

    assert json.loads(Path("c.json").read_text())["provenance"]["inputs"] == [
        {"name": "xor.csv", "sha256": hashlib.sha256(text.encode()).hexdigest()}
    ]
