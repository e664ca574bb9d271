"""Vectors as values: checked, and packed into the bytes that the catalogue keeps."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

from indexer.errors import ModelUnavailable

Floats = NDArray[np.float32]

_SCALE = struct.Struct("<f")


def checked_unit(vectors: Floats, model: str) -> Floats:
    """The rows of `vectors` [n, dimension] at length 1.

    Raises `ModelUnavailable` ("bad_vectors") for values that are not finite or all zero: a vector store
    takes them without a word and ranks them.
    """
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (np.isfinite(vectors).all() and (norms > 0).all()):
        raise ModelUnavailable("the model returns no usable vectors", model=model, why="bad_vectors")
    return np.asarray(vectors / norms, dtype=np.float32)


def pack_vector(vector: Floats) -> bytes:
    """A unit vector as a little-endian float32 scale and one int8 a dimension (388 bytes for 384).

    The cosine to the original is above .9999.
    """
    scale = float(np.abs(vector).max()) / 127
    return _SCALE.pack(scale) + bytes(np.rint(vector / scale).astype(np.int8))


def unpack_vector(packed: bytes) -> Floats:
    """The reverse of :func:`pack_vector`, at length 1. Raises `ValueError` for bytes that are no vector."""
    if len(packed) <= _SCALE.size:
        raise ValueError("too short for a vector")
    (scale,) = _SCALE.unpack_from(packed)
    vector = np.frombuffer(packed, np.int8, offset=_SCALE.size).astype(np.float32)
    norm = float(np.linalg.norm(vector))
    if not (np.isfinite(scale) and scale > 0 and norm > 0):
        raise ValueError("not a vector")
    return vector / np.float32(norm)
