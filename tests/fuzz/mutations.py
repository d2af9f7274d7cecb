"""Messages made wrong: bytes that are none, real events with something changed, topics that nobody thought of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, Final

from tests.fuzz.corpus import Sample

_RAW: Final = "\x1araw:"
"""Stands, in a document, before text that is put into the JSON as it is."""

_BAD_IDS: Final = (
    "", "+", "#", "/", "$", "a/b", "a+b", "$SYS", "a\0b", "-a", "a-", "A", "é", "\u202e", "x" * 64, "x" * 65,
    "x" * 70_000, "..", "a b", "a\n", "٣", "0", "\ufeff", "💧",
)  # fmt: skip
_BAD_TEXTS: Final = (
    *_BAD_IDS,
    "\0",
    "\x1b[31m",
    "[bold red]",
    "[/x]",
    "x" * 5_000,
    "é" * 4_001,
    "{}",
    "%s",
    "nan",
    "'\"\\",
)
_NUMBERS: Final = (
    0, -1, 1, 0.5, -0.0, 1e-308, 1e308, -1e308, 2**31, 2**53 + 1, 2**62, 2**63 - 1, 2**63, -(2**63) - 1, 2**64, 10**30,
    10**400, True,
)  # fmt: skip
_RAW_VALUES: Final = (
    "1e999", "-1e999", "NaN", "Infinity", "01", "1.", "+1", "0x10", "1" * 5_000, "[" * 200 + "]" * 200,
    "[" * 20_000, '{"a":' * 3_000 + "1" + "}" * 3_000, '"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\\x"', '"', "",
    "/*c*/1", "tru",
)  # fmt: skip
_CONTAINERS: Final = (
    "[]",
    "{}",
    "[[]]",
    "[null]",
    '{"": null}',
    "[" + "1," * 1_000 + "1]",
    '["x", "x"]',
    "null",
)

_LEVELS: Final = (
    *_BAD_IDS,
    "activity", "own", "shared", "post", "outside", "risk", "control", "clock", "national", "layer", "receipt",
)  # fmt: skip

_DEEPER: Final = 0.8

_POOL_MAX: Final = 2_000


class Mutator:
    """Makes messages wrong in ways drawn from one seed.

    Args:
        seed: Seed of the draws.
        samples: Real messages to start from.

    Attributes:
        random: The draws.
        samples: Real messages to start from.
    """

    def __init__(self, seed: int, samples: Sequence[Sample]) -> None:
        self.random = Random(seed)
        self.samples = samples
        self._count = 0
        self._texts, self._lists, self._objects = (_pool(samples, kind) for kind in (str, list, dict))
        self._of_bytes: tuple[Callable[[bytes], bytes], ...] = (
            self._flipped, self._cut_off, self._with_more, self._with_less, self._doubled, self._spliced, self._other,
        )  # fmt: skip

    # Payloads -------------------------------------------------------------------------------------

    def payload(self, sample: Sample) -> bytes:
        """Return bytes made from a message, of any sort."""
        if self.random.random() < 0.4:
            return self.random.choice(self._of_bytes)(sample.payload)
        return self.changed(json.loads(sample.payload))

    def strange(self, sample: Sample) -> bytes:
        """Return an event as a stranger would send it, with at most one thing wrong: much of it passes."""
        document = json.loads(sample.payload)
        self._count += 1
        document["id"] = f"{sample.sender}-x{self._count}-{self.random.getrandbits(32):x}"
        document.pop("correlationid", None)
        document.pop("causationid", None)
        return self.changed(document, self.random.choice((0, 1, 1, 1)))

    def changed(self, document: Any, changes: int | None = None) -> bytes:
        """Return a document as JSON, with some things in it changed."""
        for _ in range(self.random.randint(1, 3) if changes is None else changes):
            self._change(*self._place(document))
        text = json.dumps(document, ensure_ascii=self.random.random() < 0.5)
        if _RAW in text or _ESCAPED in text:
            text = _unwrap(text)
        if self.random.random() < 0.05:
            text = self._with_key_twice(text)
        return text.encode("utf-8", "surrogatepass")

    def _place(self, document: Any) -> tuple[Any, Any]:
        """Return some place in a document, as a container and a key of it; mostly a deep one."""
        parent, key = None, None
        value = document
        while isinstance(value, dict | list) and value and (parent is None or self.random.random() < _DEEPER):
            parent = value
            keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
            inner = [each for each in keys if isinstance(value[each], dict | list)]
            key = self.random.choice(inner if inner and self.random.random() < _DEEPER else keys)
            value = parent[key]
        return parent, key

    def _change(self, parent: Any, key: Any) -> None:
        if parent is None:
            return  # nothing is left of it
        value = parent[key]
        choice = self.random.randrange(8)
        if choice == 0:
            del parent[key]
        elif choice == 1 and isinstance(parent, dict):
            parent[self._text()] = value
        elif choice == 1:
            parent += parent * self.random.choice((1, 3))
        elif choice == 2:
            parent[key] = _RAW + self.random.choice(_RAW_VALUES)
        elif choice == 3:
            parent[key] = self._container()
        elif choice == 4:
            parent[key] = [value]
        else:
            parent[key] = self._like(value)

    def _like(self, value: Any) -> Any:
        """Return something that may stand where a value stands, mostly of its type."""
        if isinstance(value, str) and self.random.random() < 0.8:
            return self._text()
        if isinstance(value, int | float) and self.random.random() < 0.8:
            return self.random.choice(
                (*_NUMBERS, value + 1, -value, value * 2, self.random.randint(-9, 10**7))
            )
        if isinstance(value, list | dict) and value and self.random.random() < 0.5:
            return json.loads(self.random.choice(self._lists if isinstance(value, list) else self._objects))
        return self.random.choice((*_NUMBERS, *_BAD_TEXTS, self._container()))

    def _container(self) -> Any:
        return json.loads(
            self.random.choice(_CONTAINERS)
        )  # a new one each time: it may be changed in its turn

    def _text(self) -> str:
        known: str = json.loads(self.random.choice(self._texts))
        return self.random.choice(_BAD_TEXTS) if self.random.random() < 0.5 else known

    def _with_key_twice(self, text: str) -> str:
        key = self.random.choice(("id", "source", "type", "data", "message", "specversion", "item"))
        value = self.random.choice(('"x"', "1", "{}", "null"))
        return text.replace("{", f'{{"{key}":{value},', 1)

    # Bytes ----------------------------------------------------------------------------------------

    def sample(self) -> Sample:
        """Return one of the real messages."""
        return self.random.choice(self.samples)

    def _flipped(self, payload: bytes) -> bytes:
        changed = bytearray(payload)
        for _ in range(self.random.randint(1, 8)):
            changed[self.random.randrange(len(changed))] ^= 1 << self.random.randrange(8)
        return bytes(changed)

    def _cut_off(self, payload: bytes) -> bytes:
        return payload[: self.random.randrange(len(payload))]

    def _with_more(self, payload: bytes) -> bytes:
        at = self.random.randrange(len(payload) + 1)
        return payload[:at] + self._noise() + payload[at:]

    def _with_less(self, payload: bytes) -> bytes:
        first, last = sorted(self.random.randrange(len(payload) + 1) for _ in range(2))
        return payload[:first] + payload[last:]

    def _doubled(self, payload: bytes) -> bytes:
        return payload + self.random.choice((payload, b"\n", b" ", b"\0", b"]", b"}"))

    def _spliced(self, payload: bytes) -> bytes:
        other = self.sample().payload
        return payload[: self.random.randrange(len(payload))] + other[self.random.randrange(len(other)) :]

    def _other(self, payload: bytes) -> bytes:
        deep = self.random.choice((b"[", b'{"a":')) * self.random.choice((10, 1_000, 30_000))
        large = payload[:-1] + b" " * self.random.choice((32_768, 262_144)) + payload[-1:]
        rare = self.random.random() < 0.05
        return (
            self.random.choice((deep, large))
            if rare
            else self.random.choice((self._noise(), b"", b"null", b"{}"))
        )

    def _noise(self) -> bytes:
        return self.random.randbytes(self.random.choice((1, 2, 8, 64, 300)))

    # Topics ---------------------------------------------------------------------------------------

    def topic(self, sample: Sample) -> str:
        """Return a topic made from that of a message, mostly a wrong one."""
        choice = self.random.randrange(6)
        levels = sample.topic.split("/")
        at = self.random.randrange(len(levels))
        if choice == 0:
            return self.sample().topic
        if choice == 1:
            levels[at] = self.random.choice(_LEVELS)
        elif choice == 2:
            levels.insert(at, self.random.choice(_LEVELS))
        elif choice == 3:
            del levels[at]
        elif choice == 4:
            self.random.shuffle(levels)
        else:
            return "".join(chr(self.random.choice((*range(32, 127), 0, 0xE9, 0x1F4A7))) for _ in range(12))
        return "/".join(levels)


_ESCAPED: Final = json.dumps(_RAW)[1:-1]


def _unwrap(text: str) -> str:
    """Put what is marked as raw into JSON text as it is."""
    parts = text.split(f'"{_ESCAPED}')
    for number, part in enumerate(parts[1:], start=1):
        raw, end = json.decoder.scanstring(part, 0)  # type: ignore[attr-defined]
        parts[number] = raw + part[end:]
    return "".join(parts)


def _values(document: Any) -> Iterator[Any]:
    """Yield every value in a document, and every key."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        yield value
        if isinstance(value, dict):
            yield from value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _pool(samples: Sequence[Sample], kind: type) -> tuple[str, ...]:
    """Return all values of one kind that real messages hold, as JSON, each once and in order of appearance."""
    found: dict[str, None] = {}
    for sample in samples:
        for value in _values(json.loads(sample.payload)):
            if isinstance(value, kind) and len(found) < _POOL_MAX:
                found[json.dumps(value)] = None
    return tuple(found)
