"""A scene says of a run at a moment what its records say, and nothing of what comes after."""

from __future__ import annotations

import pytest

from sim.core.messages.contents import Card, ItemUpdate, Scaling, items_in
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape, parse
from sim.core.model.time import HOUR_MS
from sim.core.records.record import Record
from sim.core.world.scenario import Scenario
from sim.core.world.truth import truth_at as planned_truth_at
from sim.files.scenario.loading import load_scenario
from sim.replay.scene import Scene, scene_of
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

    assert scene_of(records, at_ms).truth() == tuple(change.fact for change in planned if change is not None)


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

    assert scene_of(records, at_ms).shared_picture() == {
        item_id: item
        for item_id, item in last.items()
        if item.valid_until_ms is None or item.valid_until_ms > at_ms
    }


def test_shared_picture_of_one_activity_leaves_the_other_out(records: list[Record]) -> None:
    both = scene_of(records, MOMENTS_MS[-1]).shared_picture()
    north = scene_of(records, MOMENTS_MS[-1]).shared_picture("hoogwater-ln")
    south = scene_of(records, MOMENTS_MS[-1]).shared_picture("hoogwater-zl")

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
    picture = scene_of(records, MOMENTS_MS[-1]).picture_of("prorail")

    others = {item_id for item_id in picture if not item_id.startswith("prorail-")}
    assert others == told


def test_a_picture_grows_with_what_came_and_loses_only_what_is_not_valid_any_more(
    records: list[Record],
) -> None:
    before = scene_of(records, MOMENTS_MS[1]).picture_of("enexis")
    after = scene_of(records, MOMENTS_MS[2]).picture_of("enexis")
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


@pytest.fixture(scope="module")
def whole(records: list[Record]) -> Scene:
    return scene_of(records)


def test_the_totals_are_those_that_the_log_ends_with(whole: Scene, records: list[Record]) -> None:
    ending = records[-1].content
    counts = whole.counts

    assert whole.ended == ending
    assert (counts.messages, counts.deliveries) == (ending.messages, ending.deliveries)
    assert (counts.denied, counts.lost, counts.leaked) == (ending.denied, ending.lost, ending.leaked)
    assert counts.messages == sum(whole.traffic(party.id).sent for party in whole.opening.parties)
    assert counts.deliveries == sum(whole.traffic(party.id).received for party in whole.opening.parties)


def test_a_history_has_every_telling_of_an_item_and_each_version_once(
    whole: Scene, records: list[Record]
) -> None:
    told: dict[str, list[tuple[int, Item]]] = {}
    for record in records:
        if record.kind == "message":
            for item in items_in(record.content.event.data):
                told.setdefault(item.id, []).append((record.seq, item))
    most = max(told, key=lambda item: len(told[item]))

    assert [(telling.seq, telling.item) for telling in whole.history(most)] == told[most]
    versions = [telling.item for telling in whole.versions(most)]
    assert len(set(versions)) == len(versions)
    assert set(versions) == {item for _, item in told[most]}
    assert whole.history("nobody-told-this") == ()


def test_every_item_of_a_picture_has_a_history_that_holds_it(whole: Scene) -> None:
    for item in whole.picture_of("enexis", only_relied_on=False).values():
        history = whole.history(item.id)
        assert item in [telling.item for telling in history]
        assert whole.versions(item.id) == tuple(telling for telling in history if telling.first)


def test_what_happened_is_listed_by_kind_up_to_the_moment(whole: Scene, records: list[Record]) -> None:
    for kind, found in (("fault", whole.faults), ("inject", whole.injects), ("denied", whole.denials)):
        assert list(found) == [record for record in records if record.kind == kind]
    half = scene_of(records, MOMENTS_MS[2])
    assert list(half.faults) == [fault for fault in whole.faults if fault.at_ms <= MOMENTS_MS[2]]
    assert half.ended is None


def test_an_activity_stands_as_its_newest_card_says(whole: Scene, records: list[Record]) -> None:
    for activity, state in whole.activities().items():
        cards = [
            record
            for record in records
            if record.kind == "message" and isinstance(record.content.event.data, Card)
            if record.content.event.data.activity == activity
        ]
        card = cards[-1].content.event.data
        assert (state.grip, state.open, state.parties, state.seq) == (
            card.grip,
            card.open,
            card.parties,
            cards[-1].seq,
        )


def test_levels_are_those_that_parties_told_last(whole: Scene, records: list[Record]) -> None:
    last = {
        record.content.event.sender: record.content.event.data.level
        for record in records
        if record.kind == "message" and isinstance(record.content.event.data, Scaling)
    }
    assert last
    assert {level.party for level in whole.levels()} == last.keys()
    for level in whole.levels():
        assert level.at_ms <= whole.at_ms


def test_who_is_let_in_is_no_longer_so_once_the_right_was_taken_back(records: list[Record]) -> None:
    scene = Scene()
    let_in: set[tuple[str, str, str]] = set()
    for record in records:
        scene.take(record)
        if record.kind != "rights":
            continue
        key = (record.content.party, record.content.activity, record.content.bundle)
        if record.content.change == "granted":
            let_in.add(key)
        else:
            let_in.discard(key)
        assert {(one.party, one.activity, one.bundle) for one in scene.let_in()} == let_in
    assert scene.seqs("rights")


def test_who_is_struck_by_an_outage_is_away_until_it_is_over(played: Played) -> None:
    scene, edges = Scene(), 0
    for record in read(played("stroomstoring").folder):
        scene.take(record)
        if record.kind == "outage" and record.content.fails_tool:
            edges += 1
            for party in record.content.parties:
                assert (party in scene.away()) == (record.content.change == "begins")
    assert edges or not scene.seqs("outage")
    assert not scene.away()


def test_a_record_that_is_not_the_next_is_refused(records: list[Record]) -> None:
    with pytest.raises(ValueError, match="expected record 0, found 1"):
        Scene().take(records[1])


def test_a_kind_that_nobody_knows_yet_changes_nothing_but_the_moment() -> None:
    scene = Scene()
    scene.take(Record(0, 60_000, "something-new", (), None, {}))

    assert (scene.seq, scene.at_ms) == (0, 60_000)
    with pytest.raises(ValueError, match="expected a log that begins with the record run"):
        _ = scene.opening
