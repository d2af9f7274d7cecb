"""The cast as bytes, so that it can travel to a worker: never a pickle, which could do anything where it arrives."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

import msgspec
import shapely
from shapely.errors import ShapelyError

from sim.core.engine.cast import Cast
from sim.session.workers.frames import FrameError


def _to_wire(value: Any) -> bytes:
    if isinstance(value, shapely.Geometry):
        wkb: bytes = shapely.to_wkb(value)
        return wkb
    raise TypeError(f"expected what a cast is made of, found {type(value).__name__}")


def _from_wire(kind: type, value: Any) -> Any:
    if issubclass(kind, shapely.Geometry) and isinstance(value, bytes):
        return shapely.from_wkb(value)
    raise TypeError(f"expected the bytes of an area, found {type(value).__name__}")


_ENCODER: Final = msgspec.msgpack.Encoder(enc_hook=_to_wire)
_DECODER: Final = msgspec.msgpack.Decoder(Cast, dec_hook=_from_wire)


def encode_cast(cast: Cast) -> bytes:
    """Return a cast as bytes, the same for the same cast in every process; areas to the last bit."""
    return _ENCODER.encode(cast)


def decode_cast(data: bytes, digest: str) -> Cast:
    """Return the cast in some bytes.

    Args:
        data: The bytes.
        digest: What :func:`digest_of` them must be.

    Raises:
        FrameError: They are none, or another; or this version of beeld reads something else in them than was meant.
    """
    try:
        cast = _DECODER.decode(data)
    except (msgspec.DecodeError, ShapelyError, ValueError) as error:
        raise FrameError(f"scenario: expected one that this version of beeld can read: {error}") from error
    found = digest_of(encode_cast(cast))
    if found != digest:
        raise FrameError(f"scenario: expected the digest {digest}, found {found}")
    return cast


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of an encoded cast, hexadecimal."""
    return sha256(data).hexdigest()
