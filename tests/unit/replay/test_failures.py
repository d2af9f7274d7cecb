"""What became of technology that failed, counted from the log."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.model.time import MINUTE_MS
from sim.core.records.record import Chain, Record, decode
from sim.core.world.technology import OutageType
from sim.replay.failures import Failure, failures
from tests.process.stage import Played, agreed, minutes
from tests.process.test_technology import by_telephone, outage, played
from tests.unit.core.agents.helpers import GRID, REGION, WATER

SLOWLY = {"delay_ms": (MINUTE_MS, 2 * MINUTE_MS)}


def records(seen: Played) -> list[Record]:
    chain = Chain()
    return [decode(chain.seal(entry)) for entry in seen.entries]


def failed(kind: OutageType, *parties: str, **more: Any) -> tuple[Failure, Played]:
    seen = played(outage(kind, *parties, **more))
    (found,) = failures(records(seen))
    return found, seen


@pytest.mark.parametrize("kind", [OutageType.RIGHTS, OutageType.BROKER, OutageType.PARTITION])
def test_who_saw_it_when_what_was_told_by_telephone_and_who_came_back(kind: OutageType) -> None:
    parties = () if kind is OutageType.BROKER else (REGION, WATER)
    found, seen = failed(kind, *parties)
    noted = seen.notes("fallback")
    told = [one for one in seen.heard if one.topic.startswith("outside/") and "o-1" in one.event.injects]

    assert (found.from_ms, found.until_ms) == (minutes(60), minutes(180))
    assert {*found.seen_ms} == {REGION, WATER}
    assert found.seen_after_ms() == sorted(
        one.at_ms - minutes(60) for one in noted if one.at_ms < minutes(180)
    )
    assert {*found.back_ms} == {REGION, WATER}
    assert min(found.back_ms.values()) >= minutes(180)
    assert found.calls == len(told) > 0


def test_who_found_that_nothing_was_agreed_is_not_back_by_that() -> None:
    seen = played(outage(OutageType.BROKER, until=9_999), agreement=agreed(WATER))
    (found,) = failures(records(seen))
    assert [one.party for one in seen.notes("fallback") if "nothing was agreed" in one.text]
    assert (found.calls, found.back_ms) == (0, {})


def test_what_was_refused_came_late_twice_or_never() -> None:
    cut_off, seen = failed(OutageType.PARTITION, REGION, session_ms=10**9)
    lost, missing = failed(OutageType.PARTITION, REGION, session_ms=1)
    twice, doubled = failed(OutageType.DUPLICATES, REGION)
    slow, slowed = failed(OutageType.SLOW, REGION, **SLOWLY)
    refused, denying = failed(OutageType.RIGHTS, WATER)

    def how(one: Played, what: str) -> int:
        return len([delivery for delivery in one.kinds("delivery") if delivery.how == what])

    assert (cut_off.late, cut_off.missed, cut_off.again) == (how(seen, "late"), 0, 0)
    assert (lost.late, lost.missed) == (how(missing, "late"), how(missing, "missed"))
    assert (twice.late, twice.again) == (0, how(doubled, "again"))
    assert (slow.late, slow.missed) == (how(slowed, "late"), 0)
    assert refused.denied == len([one for one in denying.kinds("denied") if one.rule == "outage"])
    assert min(lost.missed, twice.again, slow.late, refused.denied) > 0
    assert {one.denied for one in (cut_off, lost, twice, slow)} == {0}


def test_a_wrong_clock_is_seen_by_who_sets_it_right_and_told_by_nobody_outside_the_tool() -> None:
    found, seen = failed(OutageType.CLOCK, WATER, offset_ms=minutes(120))
    (note,) = seen.notes("clock-set")
    assert found.seen_ms == {WATER: note.at_ms}
    assert (found.until_ms, found.calls, found.back_ms) == (note.at_ms, 0, {})


def test_without_an_outage_there_is_none_and_one_that_lasts_has_no_end() -> None:
    assert failures(records(played(agreement=by_telephone(GRID)))) == ()
    (found,) = failures(records(played(outage(OutageType.RIGHTS, until=9_999))))
    assert found.until_ms is None
