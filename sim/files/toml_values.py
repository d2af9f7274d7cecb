"""Writes values as TOML, for files that people go on with by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

_DELETE: Final = "\x7f"  # TOML wants it escaped, JSON does not


def toml_value(value: object) -> str:
    """Return a value as TOML on one line; a list of tables gets a line for each of them.

    Raises:
        TypeError: TOML, or this writer, has no such value.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace(_DELETE, "\\u007f")
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {toml_value(each)}' for key, each in value.items())} }}"
    if isinstance(value, Sequence):
        return _list(value)
    raise TypeError(f"expected a value of TOML, was {type(value).__name__}")


def _list(values: Sequence[object]) -> str:
    written = [toml_value(value) for value in values]
    if any(isinstance(value, Mapping) for value in values):
        return "[\n" + "".join(f"  {value},\n" for value in written) + "]"
    return f"[{', '.join(written)}]"
