"""The pictures folded from a log are those that the log's messages make."""

from __future__ import annotations

import pytest

from sim.core.messages.contents import ItemUpdate, items_in
from sim.core.messages.topics import Shape, parse
from sim.core.model.time import HOUR_MS
from sim.core.records.record import Record
from sim.core.world.scenario import Scenario
from sim.core.world.truth import truth_at as planned_truth_at
from sim.files.scenario import load_scenario
from sim.replay.fold import party_picture_at, shared_picture_at, truth_at
from sim.replay.tally import tally
from sim.runlog.reader import read
from tests.played import Played

MOMENTS_MS = [0, 20 * HOUR_MS, 60 * HOUR_MS, 74 * HOUR_MS, 114 * HOUR_MS]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("limburg-hoogwater")


@pytest.fixture(scope="module")
def records(played: Played) -> list[Record]:
    return list(read(played("limburg-hoogwater").folder))


@pytest.mark.parametrize("at_ms", MOMENTS_MS)
def test_truth_at_a_moment_is_what_the_scenario_planned(
    scenario: Scenario, records: list[Record], at_ms: int
) -> None:
    subjects = sorted({change.fact.subject for change in scenario.truth})
    planned = [planned_truth_at(scenario.truth, subject, at_ms) for subject in subjects]

    assert truth_at(records, at_ms) == tuple(change.fact for change in planned if change is not None)


@pytest.mark.parametrize("at_ms", MOMENTS_MS)
def test_shared_picture_is_the_last_version_that_was_written_of_each_item(
    records: list[Record], at_ms: int
) -> None:
    last = {}
    for record in records:
        content = record.content
        if record.kind != "message" or record.at_ms > at_ms or not isinstance(content.event.data, ItemUpdate):
            continue
        address = parse(content.topic)
        if address is not None and address.shape is Shape.SHARED:
            last[content.event.data.item.id] = content.event.data.item

    assert shared_picture_at(records, at_ms) == {
        item_id: item
        for item_id, item in last.items()
        if item.valid_until_ms is None or item.valid_until_ms > at_ms
    }


def test_shared_picture_of_one_activity_leaves_the_other_out(records: list[Record]) -> None:
    both = shared_picture_at(records, MOMENTS_MS[-1])
    north = shared_picture_at(records, MOMENTS_MS[-1], "hoogwater-ln")
    south = shared_picture_at(records, MOMENTS_MS[-1], "hoogwater-zl")

    assert north
    assert south
    assert {**north, **south} == both
    assert not north.keys() & south.keys()


def test_a_link_partner_knows_only_what_it_said_and_what_it_was_told_outside_the_tool(
    records: list[Record],
) -> None:
    told = set()
    for record in records:
        if record.kind == "message" and "prorail" in record.content.readers:
            assert record.content.topic.startswith("outside/prorail/")
            told |= {item.id for item in items_in(record.content.event.data)}
    picture = party_picture_at(records, "prorail", MOMENTS_MS[-1])

    others = {item_id for item_id in picture if not item_id.startswith("prorail-")}
    assert others == told


def test_a_picture_grows_with_what_came_and_loses_only_what_is_not_valid_any_more(
    records: list[Record],
) -> None:
    before = party_picture_at(records, "enexis", MOMENTS_MS[1])
    after = party_picture_at(records, "enexis", MOMENTS_MS[2])
    last = {
        item.id: item
        for record in records
        if record.kind == "message" and record.at_ms <= MOMENTS_MS[2]
        if "enexis" in (record.content.event.sender, *record.content.readers)
        for item in items_in(record.content.event.data)
    }

    assert after.keys() - before.keys()
    for item_id, item in before.items():
        valid_until_ms = last[item_id].valid_until_ms
        if item_id in after:
            assert after[item_id].version >= item.version
        else:
            assert valid_until_ms is not None
            assert valid_until_ms <= MOMENTS_MS[2]


def test_tally_counts_every_message_and_delivery_once(records: list[Record]) -> None:
    counted = tally(records)
    ending = records[-1].content

    assert sum(party.written.total() for party in counted.parties.values()) == ending.messages
    assert sum(party.received for party in counted.parties.values()) == ending.deliveries
    assert len(counted.denials) == ending.denied
    assert sum(party.denied for party in counted.parties.values()) == ending.denied


def test_tally_of_no_log_says_so() -> None:
    with pytest.raises(ValueError, match="expected a log that begins with the record run"):
        tally([])
