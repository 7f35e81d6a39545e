"""The front door for trained networks: a file, an object of a framework, or arrays by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from certify.arrays import Source, load_json, named_arrays, read_source
from certify.errors import UnusableInput
from certify.networks.dense import DenseNetwork
from certify.networks.json_layers import from_json
from certify.networks.keras_models import is_model, read_keras, read_model
from certify.networks.named import from_arrays
from certify.networks.onnx_graphs import is_graph, read_graph, read_onnx
from certify.networks.pytorch import is_module, read_module, state_dict_of
from certify.networks.scikit_learn import is_estimator, read_estimator
from certify.networks.tensors import tensors_of

__all__ = ["network_source", "read_network"]

_PICKLES = (".pkl", ".pickle", ".joblib")
_UNDERSTOOD = (*_PICKLES, ".onnx", ".h5", ".hdf5", ".keras", ".safetensors")
_EXPORT = (
    "which runs code when it is opened: where you trust it, load it in Python as m and say"
    ' c = {f"coefs_{i}": w for i, w in enumerate(m.coefs_)} |'
    ' {f"intercepts_{i}": b for i, b in enumerate(m.intercepts_)};'
    ' numpy.savez("net.npz", **c)'
)


def network_source(path: Path) -> Source:
    """The file of a network, read once. Raises `UnusableInput`, for a pickle with what exports
    it.
    """
    source = read_source(path, understood=_UNDERSTOOD)
    torch = source.data.startswith(b"PK") and b"data.pkl" in source.data
    if not torch and (path.suffix.lower() in _PICKLES or source.data[:1] == b"\x80"):
        raise UnusableInput(f"{source.name} is a pickle, {_EXPORT}")
    return source


def read_network(
    given: Any, *, activation: Any = None, order: Sequence[str] | None = None
) -> DenseNetwork:
    """The network in a file (a path or a `Source`), of scikit-learn, PyTorch, Keras or ONNX, or of
    a mapping with its arrays by name.

    activation: of the hidden layers, where the source does not tell it: a name for all of them, or
    a list. order: the names of the layers from the input on, where their names do not tell it.
    Raises `UnusableInput`, with one sentence.
    """
    if isinstance(given, DenseNetwork):
        return given
    if isinstance(given, str | Path):
        given = network_source(Path(given))
    if isinstance(given, Source):
        return _of_file(given, activation, order)
    if isinstance(given, Mapping):
        arrays = {str(name): value for name, value in given.items()}
        return from_json(arrays, "the mapping", activation=activation, order=order)
    readers = (
        (is_estimator, read_estimator),
        (is_model, read_model),  # before modules: with torch below it, a model of Keras is both
        (is_module, read_module),
        (is_graph, read_graph),
    )
    for known, reader in readers:
        if known(given):
            if activation is not None or order is not None:
                raise UnusableInput(
                    f"a {type(given).__name__} tells its activations and the order of its layers"
                )
            return reader(given)
    raise UnusableInput(
        f"a {type(given).__name__} is no network that is read: give a file, an estimator of"
        " scikit-learn, a module of PyTorch, a model of Keras or a mapping with arrays by name"
    )


def _of_file(source: Source, activation: Any, order: Sequence[str] | None) -> DenseNetwork:
    """Told apart by content, and where that begins in no way of its own by suffix."""
    for known, reader in ((_is_keras, read_keras), (_is_onnx, read_onnx)):
        if known(source):
            if activation is not None or order is not None:
                raise UnusableInput(
                    f"{source.name} tells its activations and the order of its layers"
                )
            return reader(source)
    if source.data.startswith(b"PK") and b"data.pkl" in source.data:
        arrays: Mapping[str, Any] | None = state_dict_of(source)
    elif source.path.suffix.lower() == ".safetensors":
        arrays = tensors_of(source)
    else:
        arrays = named_arrays(source)
    if arrays is not None:
        return from_arrays(arrays, source.name, activation=activation, order=order)
    return from_json(load_json(source), source.name, activation=activation, order=order)


def _is_keras(source: Source) -> bool:
    archive = source.data.startswith(b"PK") and b"model.weights.h5" in source.data
    return archive or source.data.startswith(b"\x89HDF")


def _is_onnx(source: Source) -> bool:
    return source.path.suffix.lower() == ".onnx"
