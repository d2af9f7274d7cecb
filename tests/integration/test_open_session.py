"""People and outside clients in an open session: what they may not, the broker refuses, and the log tells.

One exercise per broker, with a plain client beside each simulated party; every test looks at the same run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sim.cli.main import main
from sim.core.records.kinds import Denied, Garbled, Message, Rights
from sim.core.records.record import Entry, Record
from sim.runlog.reader import RunLog, read
from sim.runlog.verify import verify
from sim.session.launch import CREDENTIALS_NAME, RunResult
from tests.integration.command import BEEKDAL, MOSQUITTO
from tests.integration.gate import OpenSession, open_session
from tests.integration.plain_client import NOT_AUTHORIZED, REFUSAL, Client

ACTIVITY = "activity/wateroverlast"
SHARED = f"{ACTIVITY}/shared/#"
ALL_SHARED = "activity/+/shared/#"
STREAM = f"{ACTIVITY}/shared/a2-situation/wateroverlast-stream-level"
BRIDGE = f"{ACTIVITY}/shared/a2-situation/wateroverlast-bridge"
OTHERS_TAB = f"{ACTIVITY}/own/wl/a2-situation/wl-stream-level"
CORE_TAB = f"{ACTIVITY}/own/wl/a2-situation/wl-bridge"
SIGNAL = f"{ACTIVITY}/signal/rode-kruis"

BEFORE_OPENING, LET_IN, BEFORE_LEAVING, LET_OUT, CLOSED, END = 4, 32, 80, 96, 170, 180
"""Minutes of exercise time at which the clients do something."""

FORGED = b'{"forged": true}'
GARBLED = b"\xff\xfe this is no event"
FLUSH = b"everything before this has arrived"


def bridge_event(sender: str = "wl") -> dict[str, Any]:
    """Return an event as any client could write it, from the published schema."""
    title = {"nl": "De brug is dicht.", "en": "The bridge is closed."}
    item = {
        "id": "wl-bridge",
        "version": 1,
        "subject": "bridge",
        "system": "stream",
        "theme": "a2-situation",
        "kind": "fact",
        "title": title,
        "geometry": {"type": "Point", "coordinates": [5.85, 50.85]},
        "observed_at_ms": LET_IN * 60_000 - 60_000,
        "reported_at_ms": LET_IN * 60_000 - 60_000,
        "source": {"party": sender, "basis": "observed"},
    }
    return {
        "specversion": "1.0",
        "id": f"{sender}-outside-1",
        "source": f"/party/{sender}",
        "type": "nl.beeld.item",
        "time": "2021-07-14T08:32:00.000+02:00",
        "exercisems": LET_IN * 60_000,
        "sequence": 1,
        "data": {"message": "item", "item": item},
    }


@dataclass
class Story:
    """What the outside clients were answered and received, and the run that came of it."""

    broker: str
    folder: Path
    credentials_mode: int = 0
    credentials: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, list[int]] = field(default_factory=dict)
    received: dict[str, set[tuple[str, bytes]]] = field(default_factory=dict)
    result: RunResult | None = None

    @property
    def root(self) -> str:
        return str(self.credentials["root"])

    @property
    def client_ids(self) -> dict[str, str]:
        run = self.root.split("/")[1]
        return {"gasunie": f"gasunie:{run}", "rode-kruis": "rode-kruis:plain"}

    def records(self, kind: str) -> list[Record]:
        return [record for record in read(self.folder) if record.kind == kind]

    def refused(self, party: str, attempt: str, topic: str) -> list[Record]:
        """Return the records of what an outside client was refused."""
        wanted = (party, attempt, topic, True)
        return [
            record
            for record in self.records("denied")
            if (record.content.party, record.content.attempt, record.content.topic, record.content.outside)
            == wanted
        ]

    def topics_of(self, who: str) -> set[str]:
        return {topic.removeprefix(self.root) for topic, _ in self.received[who]}

    def messages(self, **wanted: object) -> list[Record]:
        return [
            record
            for record in self.records("message")
            if all(getattr(record.content, name) == value for name, value in wanted.items())
        ]


class Playing:
    """The outside clients, step by step."""

    def __init__(self, session: OpenSession, story: Story) -> None:
        self._session = session
        self._story = story
        self._root = session.root
        self._denials = 0
        # As one might guess the id of its simulated namesake, to be taken for it.
        self._link = session.log_in("gasunie", story.client_ids["gasunie"])
        self._standby = session.log_in("rode-kruis")
        self._core = session.log_in("wl")
        self._region = session.log_in("vr24")

    def play(self) -> None:
        session = self._session
        session.go_on_to(BEFORE_OPENING)
        self._before()
        session.go_on_to(LET_IN)
        self._while_let_in()
        session.go_on_to(BEFORE_LEAVING)
        self._before_leaving()
        session.go_on_to(LET_OUT)
        self._after()
        session.go_on_to(CLOSED)
        self._flush()
        session.end(END)
        self._standby.wait_until(lambda topic, payload: b'"ended"' in payload, "the end of the exercise")
        for name in ("link", "standby", "region"):
            self._story.received[name] = getattr(self, f"_{name}").received()

    def _before(self) -> None:
        """Everybody looks around before the activity is open."""
        assert self._region.subscribe([self._full(f"{ACTIVITY}/#")]) == [1]
        assert self._link.subscribe([self._full("outside/gasunie/+/+")]) == [1]
        assert self._standby.subscribe([self._full("clock"), self._full("activity/+/card")]) == [1, 1]
        self._try_read("link before", self._link, "#", ALL_SHARED)
        self._story.answers["link everything"] = self._link.subscribe(["#"])
        self._denials += 1
        self._try_write("link before", self._link, OTHERS_TAB)
        self._try_read("standby before", self._standby, SHARED, ALL_SHARED)
        self._try_write("standby before", self._standby, OTHERS_TAB, STREAM, SIGNAL)
        self._wait_for_denials()

    def _while_let_in(self) -> None:
        """The standby partner has access; the core partner's people write; others try what they may not."""
        if self._story.broker == "mosquitto":
            self._standby.reconnect_after_cut()
        codes = self._standby.subscribe([self._full(SHARED)], retained=True)
        self._story.answers["standby let in"] = codes
        self._standby.wait_until(lambda topic, _: topic == self._full(STREAM), "the standing picture")
        self._try_read("standby beyond", self._standby, ALL_SHARED, f"{ACTIVITY}/own/#")
        self._try_write("standby beyond", self._standby, OTHERS_TAB, STREAM)
        self._try_read("link during", self._link, "#", ALL_SHARED)
        self._try_write("link during", self._link, OTHERS_TAB)
        self._wait_for_denials()
        self._send(self._standby, SIGNAL, GARBLED)
        self._send(self._core, CORE_TAB, GARBLED)
        self._send(self._core, CORE_TAB, json.dumps(bridge_event("enexis")).encode())
        self._send(self._core, CORE_TAB, json.dumps(bridge_event()).encode())
        self._session.wait_for(lambda entry: entry.kind == "garbled", "records of what was garbled", 3)
        self._session.wait_for(_is_outside, "a record of the message")

    def _before_leaving(self) -> None:
        """What the core partner's people wrote has come into the shared picture."""
        self._standby.wait_until(lambda topic, _: topic == self._full(BRIDGE), "the bridge")
        self._region.wait_until(lambda topic, _: topic == self._full(BRIDGE), "the bridge")

    def _after(self) -> None:
        """The access has ended; the subscription that was made with it still stands."""
        if self._story.broker == "mosquitto":
            self._standby.reconnect_after_cut()
        self._try_read("standby after", self._standby, SHARED, ALL_SHARED)
        self._try_write("standby after", self._standby, OTHERS_TAB, STREAM, SIGNAL)
        self._wait_for_denials()

    def _flush(self) -> None:
        """Have something delivered to the link partner after all that it should not get."""
        topic = self._full("outside/gasunie/vr24/alert")
        assert self._region.publish([topic], FLUSH)[0] < REFUSAL
        self._link.wait_for(topic, FLUSH)
        self._session.wait_for(lambda entry: entry.kind == "garbled", "a record of it", 4)

    def _full(self, topic: str) -> str:
        return self._root + topic

    def _try_read(self, when: str, client: Client, *filters: str) -> None:
        self._story.answers[f"{when} read"] = client.subscribe([self._full(each) for each in filters])
        self._denials += len(filters)

    def _try_write(self, when: str, client: Client, *topics: str) -> None:
        codes = client.publish([self._full(topic) for topic in topics], FORGED, retain=True)
        self._story.answers[f"{when} write"] = codes
        self._denials += len(topics)

    def _send(self, client: Client, topic: str, payload: bytes) -> None:
        assert client.publish([self._full(topic)], payload)[0] < REFUSAL

    def _wait_for_denials(self) -> None:
        self._session.wait_for(_is_refused, "records of refusals", self._denials)


def _is_refused(entry: Entry) -> bool:
    return isinstance(entry.content, Denied) and entry.content.outside


def _is_outside(entry: Entry) -> bool:
    return isinstance(entry.content, Message) and entry.content.outside


@pytest.fixture(scope="module", params=["embedded", MOSQUITTO, "embedded with workers"])
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """One open session, played to its end."""
    broker, _, with_workers = request.param.partition(" ")
    folder = tmp_path_factory.mktemp(broker) / "run"
    story = Story(broker, folder)
    with open_session(folder, BEEKDAL, broker, workers=2 if with_workers else 0) as session:
        story.credentials_mode, story.credentials = session.credentials_mode, session.credentials
        Playing(session, story).play()
        story.result = session.result
    return story


REFUSED = [
    ("gasunie", "subscribe", "#"),
    ("gasunie", "subscribe", ALL_SHARED),
    ("gasunie", "publish", OTHERS_TAB),
    ("rode-kruis", "subscribe", ALL_SHARED),
    ("rode-kruis", "publish", OTHERS_TAB),
    ("rode-kruis", "publish", STREAM),
]


def test_every_refusal_is_told_to_the_client(story: Story) -> None:
    attempts = {name: codes for name, codes in story.answers.items() if name != "standby let in"}
    assert len(attempts) == 11
    assert {code for codes in attempts.values() for code in codes} == {NOT_AUTHORIZED}


@pytest.mark.parametrize(("party", "attempt", "topic"), REFUSED)
def test_every_refusal_is_a_record(story: Story, party: str, attempt: str, topic: str) -> None:
    records = story.refused(party, attempt, topic)
    # The link partner tried before and during, the standby partner also after its access.
    assert len(records) == (2 if party == "gasunie" else 3)
    for record in records:
        assert record.content.rule
        assert "Beleidskader" in record.content.source
        assert record.local["reason_code"] == NOT_AUTHORIZED
        assert record.local["client"] == story.client_ids[party]


def test_a_filter_outside_the_exercise_is_refused_and_told(story: Story) -> None:
    assert story.answers["link everything"] == [NOT_AUTHORIZED]
    assert len(story.refused("gasunie", "subscribe", "/#")) == 1


def test_the_link_partner_receives_nothing_but_its_own_mail(story: Story) -> None:
    topics = story.topics_of("link")
    assert topics
    assert all(topic.startswith("outside/gasunie/") for topic in topics)


def test_what_was_refused_changes_nothing(story: Story) -> None:
    """Neither the region, which reads the whole activity, nor anybody who comes later sees what was forged."""
    assert not {topic for topic, payload in story.received["region"] if payload == FORGED}
    assert not [record for record in story.records("garbled") if record.content.topic in (OTHERS_TAB, STREAM)]
    written_by = {record.content.event.sender for record in story.messages(topic=OTHERS_TAB)}
    assert written_by == {"wl"}


def test_the_standby_partner_reads_from_its_grant_to_its_withdrawal_and_no_longer(story: Story) -> None:
    granted, revoked = (
        record
        for record in story.records("rights")
        if isinstance(record.content, Rights) and record.content.party == "rode-kruis"
    )
    assert (granted.content.change, revoked.content.change) == ("granted", "revoked")
    assert story.answers["standby let in"] == [1]

    received = {json.loads(payload)["id"] for _, payload in story.received["standby"]}
    shared = [
        record
        for record in story.records("message")
        if record.content.topic.startswith(f"{ACTIVITY}/shared/")
    ]
    let_in = [r.content.event.id for r in shared if LET_IN * 60_000 < r.at_ms < revoked.at_ms]
    let_out = [r.content.event.id for r in shared if r.at_ms > revoked.at_ms]
    assert let_in
    assert let_out
    assert received.issuperset(let_in)
    assert received.isdisjoint(let_out)


def test_the_standby_partner_receives_nothing_else(story: Story) -> None:
    allowed = ("clock", f"{ACTIVITY}/card", f"{ACTIVITY}/shared/")
    assert all(topic.startswith(allowed) for topic in story.topics_of("standby"))


def test_a_garbled_payload_is_a_record_and_harms_nobody(story: Story) -> None:
    garbled = [record.content for record in story.records("garbled")]
    assert all(isinstance(content, Garbled) and content.reason for content in garbled)
    assert [content.accounts for content in garbled] == [("rode-kruis",), ("wl",), ("wl",), ("vr24",)]
    assert [content.topic for content in garbled] == [
        SIGNAL,
        CORE_TAB,
        CORE_TAB,
        "outside/gasunie/vr24/alert",
    ]


def test_a_client_that_claims_to_be_another_is_not_believed(story: Story) -> None:
    """The broker knows who may write on the topic; an event that names another sender is no event of ours."""
    lies = [record.content for record in story.records("garbled") if "enexis" in record.content.reason]
    assert [lie.topic for lie in lies] == [CORE_TAB]
    assert story.messages(outside=True)[0].content.event.sender == "wl"


def test_an_event_of_an_outside_client_reaches_the_simulated_region(story: Story) -> None:
    (message,) = story.messages(outside=True)
    assert message.content.topic == CORE_TAB
    assert "vr24" in message.content.readers
    assert "rode-kruis" not in message.content.readers

    shared = story.messages(topic=BRIDGE)
    assert shared, "the region's information manager took it over into the shared picture"
    event = shared[0].content.event
    assert (event.sender, event.causationid) == ("vr24", message.content.event.id)
    assert event.data.item.source.party == "wl"
    assert BRIDGE in story.topics_of("region")


def test_the_exchange_itself_is_whole(story: Story) -> None:
    result = story.result
    assert result is not None
    assert (result.outcome, result.reason) == ("completed", "")
    assert (result.lost, result.leaked) == (0, 0)
    assert result.exercise_ms <= END * 60_000
    assert {record.kind for record in read(story.folder)}.isdisjoint({"lost", "leak", "failure"})


def test_credentials_are_for_the_owner_only_and_go_with_the_session(story: Story) -> None:
    assert story.credentials_mode == 0o600
    assert not (story.folder / CREDENTIALS_NAME).exists()
    assert sorted(path.name for path in story.folder.iterdir()) == ["manifest.json", "run.jsonl"]
    parties = {party.id for party in next(read(story.folder)).content.parties}
    assert set(story.credentials["accounts"]) == parties, "no account of the simulation itself is given out"
    assert len(set(story.credentials["accounts"].values())) == len(parties)


def test_no_password_stands_in_the_run_folder(story: Story) -> None:
    kept = b"".join(path.read_bytes() for path in story.folder.iterdir())
    assert not [party for party, word in story.credentials["accounts"].items() if word.encode() in kept]


def test_the_open_log_verifies_and_can_be_judged(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    found = verify(story.folder)
    assert (found.ok, found.complete, found.torn_bytes) == (True, True, 0)
    assert RunLog(story.folder).manifest.session == "open"
    assert main(["verify", str(story.folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    assert main(["assess", str(story.folder), "--json"]) == 0
    judged = json.loads(capsys.readouterr().out)
    assert {partner["id"] for partner in judged["partners"]} >= {"wl", "enexis", "rode-kruis"}
