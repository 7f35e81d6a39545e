"""Numbers as the user gives them, as exact decimals: entries, arrays of any library, and files.

Every file and every array of the user's is read by this package.
"""

from __future__ import annotations

from certify.arrays.entries import decimal_of, is_missing, is_number
from certify.arrays.matrices import (
    Array,
    Labels,
    Matrix,
    Number,
    Rows,
    Table,
    Vector,
    as_array,
    exact_matrix,
    table_rows,
)
from certify.arrays.sources import (
    LARGEST_FILE,
    Source,
    load_json,
    named_arrays,
    pick,
    read_source,
    refuse_unknown,
)

__all__ = [
    "LARGEST_FILE",
    "Array",
    "Labels",
    "Matrix",
    "Number",
    "Rows",
    "Source",
    "Table",
    "Vector",
    "as_array",
    "decimal_of",
    "exact_matrix",
    "is_missing",
    "is_number",
    "load_json",
    "named_arrays",
    "pick",
    "read_source",
    "refuse_unknown",
    "table_rows",
]
