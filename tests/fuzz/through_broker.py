"""Everything thrown by real clients at an open session over the embedded broker."""

from __future__ import annotations

import json
import socket
from collections import Counter
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import mqtt5
from rich.console import Console

from sim.cli.main import main
from sim.cli.output import Speaker
from sim.cli.summary import print_summary
from sim.core.model.filters import TOPIC_BYTES_MAX, is_topic
from sim.core.records.kinds import Denied, Garbled, Message
from sim.core.records.record import Entry
from sim.runlog.reader import read
from sim.runlog.verify import verify
from sim.session.throttle import Throttle
from tests.fuzz.corpus import Sample, samples, scenario
from tests.fuzz.counts import Counts
from tests.fuzz.mutations import Mutator
from tests.integration.command import BEEKDAL
from tests.integration.gate import OpenSession, open_session
from tests.integration.plain_client import PATIENCE_S, REFUSAL, Client

END_MINUTES = 180
STEPS = 12
"""Moments of the exercise at which clients throw something; it goes on between them."""

PACKET_BYTES_MAX = 200_000


@dataclass
class _Told:
    """What the broker told the clients: how many messages of each party it took and refused."""

    taken: Counter[str]
    refused: Counter[str]


def throw_through_broker(count: int, seed: int, sent: list[Sample], folder: Path) -> Counts:
    """Have a client of each party publish wrong messages, so many in all; hold the log against the answers."""
    counts = Counts("a session over the embedded broker")
    mutator = Mutator(seed, sent)
    told = _Told(Counter(), Counter())
    # Each of them is to be looked at, however fast they come.
    with (
        patch.object(Throttle, "admits", return_value=True),
        open_session(folder, BEEKDAL, "embedded") as session,
    ):
        clients = {party: session.log_in(party) for party in sorted(session.credentials["accounts"])}
        for step in range(STEPS):
            minutes = END_MINUTES * step // STEPS
            session.go_on_to(minutes)
            share = count * (step + 1) // STEPS - count * step // STEPS
            _throw(share, minutes * 60_000, mutator, session, clients, told)
            _wait(session, told)
        session.end(END_MINUTES)
        assert session.result is not None
        assert (session.result.outcome, session.result.reason) == ("completed", "")
        assert (session.result.lost, session.result.leaked) == (0, 0)
    _compare(folder, told, counts)
    _look_at(folder)
    return counts


def _throw(
    count: int, now: int, mutator: Mutator, session: OpenSession, clients: dict[str, Client], told: _Told
) -> None:
    """Publish so many messages over the clients of their senders, or of others; note what the broker says."""
    known = [sample for sample in mutator.samples if sample.at_ms <= now] or list(mutator.samples)
    for _ in range(count):
        sample = mutator.random.choice(known)
        party = sample.sender if mutator.random.random() < 0.9 else mutator.random.choice(list(clients))
        payload = mutator.strange(sample) if mutator.random.random() < 0.5 else mutator.payload(sample)
        topic = session.root + (sample.topic if mutator.random.random() < 0.8 else mutator.topic(sample))
        payload = payload[:PACKET_BYTES_MAX]
        if is_topic(topic):
            clients[party].send(topic, payload, retain=mutator.random.random() < 0.1)
        elif fits(topic):
            publish_raw(session, party, topic, payload)
            told.refused[party] += 1
        else:
            clients[party].send(session.root + sample.topic, payload)
    for party, client in clients.items():
        codes = client.answers()
        told.taken[party] += sum(code < REFUSAL for code in codes)
        told.refused[party] += sum(code >= REFUSAL for code in codes)


def fits(topic: str) -> bool:
    """Say whether a topic, right or wrong, fits into a packet at all."""
    return len(topic.encode("utf-8", "surrogatepass")) <= TOPIC_BYTES_MAX


def publish_raw(session: OpenSession, party: str, topic: str, payload: bytes) -> None:
    """Publish to what is no name of a topic, as no library would; the broker must say so and hang up."""
    credentials = session.credentials
    hello = mqtt5.ConnectPacket(
        f"raw-{party}", username=party, password=credentials["accounts"][party].encode(), clean_start=True
    )
    with socket.create_connection((credentials["host"], credentials["port"]), timeout=PATIENCE_S) as raw:
        raw.sendall(hello.write() + _publication(topic.encode("utf-8", "surrogatepass"), payload))
        answer = b""
        while data := raw.recv(65_536):
            answer += data
    _, size = mqtt5.read(memoryview(answer))
    parting, _ = mqtt5.read(memoryview(answer)[size:])
    assert isinstance(parting, mqtt5.DisconnectPacket), (topic, parting)
    assert int(parting.reason_code) >= REFUSAL, (topic, parting)


def _publication(topic: bytes, payload: bytes) -> bytes:
    """Return the bytes of a PUBLISH at QoS 1, whatever its topic is (MQTT 5, 3.3)."""
    body = len(topic).to_bytes(2) + topic + b"\x00\x01" + b"\x00" + payload
    length, size = len(body), b""
    while True:
        length, digit = divmod(length, 128)
        size += bytes([digit | (0x80 if length else 0)])
        if not length:
            return b"\x32" + size + body


def _wait(session: OpenSession, told: _Told) -> None:
    session.wait_for(_is_taken, "a record of each message", told.taken.total())
    session.wait_for(_is_refused, "a record of each refusal", told.refused.total())


def _is_taken(entry: Entry) -> bool:
    return isinstance(entry.content, Garbled) or (
        isinstance(entry.content, Message) and entry.content.outside
    )


def _is_refused(entry: Entry) -> bool:
    content = entry.content
    return isinstance(content, Denied) and content.outside and content.attempt == "publish"


def _compare(folder: Path, told: _Told, counts: Counts) -> None:
    """Hold the records against what the broker told each client: as many, and from whom."""
    taken: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for record in read(folder):
        content = record.content
        if isinstance(content, Garbled):
            (party,) = content.accounts  # in this exercise no topic is open to two
            taken[party] += 1
            counts.complain(content.reason)
        elif isinstance(content, Message) and content.outside:
            taken[content.event.sender] += 1
            counts.passed += 1
        elif isinstance(content, Denied) and content.outside and content.attempt == "publish":
            refused[content.party] += 1
            counts.refused += 1
    assert +taken == +told.taken
    assert +refused == +told.refused


def _look_at(folder: Path) -> None:
    """Look at the run as people do, with the commands of the product."""
    found = verify(folder)
    assert (found.ok, found.complete, found.reason) == (True, True, "")
    for command in (["verify"], ["picture", "--at", "T+03:00:00"], ["assess"]):
        for options in (["--json"], ["--lang", "nl"], ["--lang", "en"]):
            screen = StringIO()
            with redirect_stdout(screen):
                assert main([command[0], str(folder), *command[1:], *options]) == 0, command
            assert json.loads(screen.getvalue()) if options == ["--json"] else screen.getvalue().strip()
    print_summary(folder, Console(file=StringIO(), width=160), Speaker("en"))


def beekdal_samples() -> list[Sample]:
    """Return the messages of a run of the small exercise."""
    return samples(scenario(BEEKDAL))
