"""The one reader of tables: data sets from the user's files and arrays, as the exact decimals they
are written in.

A table that could be read in two ways is refused. The message names the entry that makes it so, and
the option that says which way is meant.
"""

from __future__ import annotations

from certify.tables.assembling import make_data
from certify.tables.dataset import DataSet, Table, exact
from certify.tables.loading import data_of, read_data, read_table

__all__ = ["DataSet", "Table", "data_of", "exact", "make_data", "read_data", "read_table"]
