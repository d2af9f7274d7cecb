"""Everything thrown at the decoder and at the grammar of topics, without an exercise around them."""

from __future__ import annotations

from collections.abc import Sequence

from sim.core.messages.codec import CodecError, decode, encode
from sim.core.messages.topics import Shape, build, fault_in, parse
from tests.fuzz.corpus import Sample
from tests.fuzz.counts import Counts
from tests.fuzz.mutations import Mutator


def throw_at_decoder(count: int, seed: int, samples: Sequence[Sample]) -> Counts:
    """Decode so many wrong messages; each is an event that can be written again, or a complaint in words."""
    counts = Counts("decoder and topics")
    mutator = Mutator(seed, samples)
    for _ in range(count):
        sample = mutator.sample()
        topic, payload = mutator.topic(sample), mutator.payload(sample)
        _check_topic(topic)
        reason = _complaint(topic, payload)
        if reason is None:
            counts.passed += 1
        else:
            assert reason.strip(), (topic, payload)
            counts.complain(reason)
    return counts


def _check_topic(topic: str) -> None:
    address = parse(topic)
    if address is not None:
        assert isinstance(address.shape, Shape)
        assert build(address.shape, **address.levels) == topic


def _complaint(topic: str, payload: bytes) -> str | None:
    try:
        event = decode(payload)
    except CodecError as error:
        return str(error)
    written = encode(event)
    assert decode(written) == event, payload
    assert encode(decode(written)) == written, payload
    return fault_in(topic, event.data, event.sender)
