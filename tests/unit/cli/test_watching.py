"""Who watches a run on a terminal sees each record once, and goes where the keys say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from sim.cli.keys import NoKeys, keys_of_terminal
from sim.cli.output import Speaker
from sim.cli.replaying import line_of, told
from sim.cli.watching import Watching
from sim.core.model.time import HOUR_MS, MINUTE_MS
from sim.core.records.kinds import KINDS
from sim.core.records.record import Record
from sim.replay.player import Player
from sim.replay.sight import findings_in, is_seen, jumps_in
from sim.replay.timeline import Timeline
from sim.words import word
from tests.played import Played

NEVER_SEEN = {"truth", "fault", "unmet", "lost", "leak", "garbled", "failure"}


class Pressed:
    """Keys that are pressed one after the other; in between, and after the last, time goes by as asked."""

    def __init__(self, keys: str) -> None:
        self.now_s = 0.0
        self._keys = [{"→": "right", "↓": "down"}.get(key, key) for key in keys]

    def __call__(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> str:
        if self._keys:
            return self._keys.pop(0)
        self.now_s += max(seconds, 0.001)
        return ""


@pytest.fixture(scope="module")
def opened(played: Played) -> Iterator[Timeline]:
    with Timeline(played("gaslek-keten").folder, keep=False) as timeline:
        yield timeline


@pytest.fixture
def timeline(opened: Timeline) -> Timeline:
    opened.seek_seq(-1)
    return opened


def watch(timeline: Timeline, keys: str, until_ms: int | None = None) -> tuple[list[Record], list[str]]:
    pressed, shown, said = Pressed(keys), list[Record](), list[str]()
    player = Player(timeline, pressed, 1_000, until_ms)
    start = datetime.fromisoformat(timeline.record(0).content.start)
    Watching(player, pressed, shown.append, said.append, start, Speaker("nl")).watch()
    return shown, said


def test_without_a_key_every_record_is_shown_once(timeline: Timeline) -> None:
    shown, said = watch(timeline, "")
    assert [record.seq for record in shown] == list(range(timeline.length))
    assert said == []


def test_it_stops_where_that_is_asked(timeline: Timeline) -> None:
    shown, _ = watch(timeline, "", until_ms=HOUR_MS)
    assert shown[-1].at_ms <= HOUR_MS < timeline.when_ms(shown[-1].seq + 1)


def test_paused_one_goes_record_by_record_and_moment_by_moment(timeline: Timeline) -> None:
    shown, said = watch(timeline, " .→↓q")
    first_moment = [seq for seq in range(timeline.length) if timeline.when_ms(seq) == 0]
    assert [record.seq for record in shown] == first_moment
    assert said[0].startswith("stil op T+00:00:00")


def test_keys_change_the_speed(timeline: Timeline) -> None:
    _, said = watch(timeline, "-+-q")
    assert said == [word("replay-speed", "nl", speed=speed) for speed in (500, 1000, 500)]


@pytest.mark.parametrize(
    ("key", "kind"), [("f", "fault"), ("i", "inject"), ("d", "denied"), ("b", "message")]
)
def test_a_key_goes_to_the_next_of_its_kind(timeline: Timeline, key: str, kind: str) -> None:
    shown, said = watch(timeline, f" {key}q")
    assert shown[-1].kind == kind
    assert said[-1].startswith("naar T+")


def test_keys_go_through_what_happened_and_back(timeline: Timeline) -> None:
    jumps = jumps_in(timeline)
    shown, said = watch(timeline, " nnpppq")
    assert [record.seq for record in shown] == [jumps[0], jumps[1], jumps[0]]
    assert said[-2:] == ["er is er geen meer", "er is er geen meer"]


def test_a_key_goes_to_the_next_finding(timeline: Timeline) -> None:
    findings = findings_in(timeline)
    shown, _ = watch(timeline, " ooq")
    assert [record.seq for record in shown] == findings[:2]


def test_where_there_is_no_terminal_nobody_presses_keys() -> None:
    with keys_of_terminal() as keys:
        assert isinstance(keys, NoKeys)
        assert keys.wait(0.0) == ""


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_record_is_told_in_one_line(timeline: Timeline, language: str) -> None:
    say, start = Speaker(language), datetime.fromisoformat(timeline.record(0).content.start)  # type: ignore[arg-type]
    kinds = set()
    while record := timeline.step():
        line = line_of(record, start, say)
        assert "\n" not in line
        assert told(record, say)
        kinds.add(record.kind)
    assert kinds >= {"run", "truth", "inject", "fault", "message", "denied", "rights", "end"}


def test_a_kind_that_is_not_known_yet_is_shown_by_its_name() -> None:
    record = Record(7, MINUTE_MS, "something-new", (), None, {})
    line = line_of(record, datetime.fromisoformat("2026-11-02T09:00:00+01:00"), Speaker("en"))
    assert line.endswith("something-new")


def test_a_party_sees_what_it_sent_got_and_perceived_and_never_the_truth(timeline: Timeline) -> None:
    seen: dict[str, int] = {}
    while record := timeline.step():
        if not is_seen(record, "gasunie"):
            continue
        seen[record.kind] = seen.get(record.kind, 0) + 1
        if record.kind == "message":
            assert "gasunie" in (record.content.event.sender, *record.content.readers)
    assert not seen.keys() & NEVER_SEEN
    assert seen.keys() <= KINDS.keys()
    traffic = timeline.scene.traffic("gasunie")
    assert seen["message"] == traffic.sent + traffic.received
