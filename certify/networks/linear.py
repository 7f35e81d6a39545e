"""Points of deep linear networks: a matrix for each layer."""

from __future__ import annotations

import re
from typing import Any

from certify.arrays import Source, decimal_of, load_json, named_arrays, table_rows
from certify.errors import UnusableInput

__all__ = ["linear_parameters", "read_linear"]


def read_linear(source: Source, *, bias: bool) -> list[dict[str, Any]]:
    """A point of a deep linear network: .json, a list with a matrix for each layer (entries
    numbers, decimals or fractions as text), or .npz with W1, W2, ... Biases, if the layers have
    them, are 0. Raises `UnusableInput`.
    """
    arrays = named_arrays(source)
    if arrays is None:
        matrices = load_json(source)
        if (
            not isinstance(matrices, list)
            or not all(isinstance(matrix, list) for matrix in matrices)
            or not matrices
        ):
            raise UnusableInput(f"{source.name} is not a list with a matrix for each layer")
    else:
        numbers = {
            int(match[1]): name
            for name in arrays
            if (match := re.fullmatch(r"[Ww]([0-9]{1,3})", name))
        }
        if len(numbers) != len(arrays) or sorted(numbers) != list(range(1, len(arrays) + 1)):
            raise UnusableInput(
                f"{source.name} holds {', '.join(sorted(arrays))}: needed are W1, W2, ..., a matrix"
                " for each layer"
            )
        matrices = [arrays[numbers[i]] for i in sorted(numbers)]
    return linear_parameters(matrices, bias=bias)


def linear_parameters(matrices: Any, *, bias: bool = False) -> list[dict[str, Any]]:
    """Matrices, the first layer first, as the format writes them; entries exact, or fractions as
    text. Raises `UnusableInput`.
    """
    result = []
    for number, matrix in enumerate(matrices, 1):
        rows, _ = table_rows(matrix, f"weights of layer {number}")
        weights = [
            [_entry(entry, f"entry ({i}, {j}) of layer {number}") for j, entry in enumerate(row, 1)]
            for i, row in enumerate(rows, 1)
        ]
        result.append({"weights": weights, "bias": ["0"] * len(rows) if bias else []})
    return result


def _entry(entry: Any, where: str) -> str:
    """A decimal, or a fraction as text, which the kernel reads strictly later."""
    if isinstance(entry, str) and re.fullmatch(r"-?[0-9]{1,400}/[0-9]{1,400}", entry.strip()):
        return entry.strip()
    if type(entry).__name__ == "Fraction":
        return str(entry)
    return decimal_of(entry, where)
