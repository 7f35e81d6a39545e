"""Tensors of a safetensors file."""

from __future__ import annotations

from typing import Any

import numpy as np

from certify.arrays import Source
from certify.errors import UnusableInput

__all__ = ["tensors_of"]

_TYPES = {
    "F64": np.float64,
    "F32": np.float32,
    "F16": np.float16,
    "I64": np.int64,
    "I32": np.int32,
    "I16": np.int16,
    "I8": np.int8,
    "U8": np.uint8,
}


def tensors_of(source: Source) -> dict[str, Any]:
    """The arrays of the file by name; bfloat16 is widened to float32, exactly. Raises
    `UnusableInput`.
    """
    try:
        from safetensors import SafetensorError, deserialize
    except ImportError:
        raise UnusableInput(
            f"{source.name} is a safetensors file: pip install 'certify[networks]' reads it"
        ) from None
    try:
        found = deserialize(source.data)
    except SafetensorError as error:
        raise UnusableInput(f"{source.name} is no safetensors file: {error}") from None
    return {name: _array(tensor, f"{name} of {source.name}") for name, tensor in found}


def _array(tensor: Any, what: str) -> Any:
    kind, shape = tensor["dtype"], tensor["shape"]
    data = bytes(tensor["data"])
    if kind == "BF16":  # the upper half of a float32
        halves = np.frombuffer(data, dtype="<u2").astype("<u4") << 16
        return halves.view("<f4").reshape(shape)
    if kind not in _TYPES:
        raise UnusableInput(f"{what} has entries of the type {kind}, which is not read")
    return np.frombuffer(data, dtype=np.dtype(_TYPES[kind]).newbyteorder("<")).reshape(shape)
