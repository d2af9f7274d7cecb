"""What happens to people of a party stands in the run log with what led to it."""

from __future__ import annotations

import msgspec

from sim.core.agents.acts import Assign, Remark
from sim.core.engine.engine import Engine
from sim.core.engine.notes import note
from sim.core.messages.contents import Alert
from sim.core.model.cue import Open
from sim.core.model.staff import Duty, Post, Role, Spread
from sim.core.model.time import HOUR_MS, MINUTE_MS
from sim.core.records.kinds import EncodedMessage, Note
from sim.core.records.record import Entry
from sim.core.world.scenario import TICK_MS, Scenario
from tests.unit.core.agents.helpers import FLOOD, REGION, WATER, everybody, item
from tests.unit.core.engine.test_engine import TRUE, at_start, contents, inject, run, scenario

HIN, OFFICER = Role.HEAD_OF_INFORMATION, Role.ON_CALL_OFFICER


def staffed(known: Scenario, *posts: Post) -> Scenario:
    """The exercise in which WATER has these people only."""
    water = msgspec.structs.replace(known.parties[WATER], staff=(*(Post(role) for role in Role), *posts))
    known.parties[WATER] = water  # type: ignore[index]
    return known


def notes(entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.kind == "note"]


def test_a_remark_is_recorded_with_its_event_and_the_faults_behind_its_item() -> None:
    said = item(version=3, causation=("f-1", "f-2"))
    entry = note(5, WATER, Remark("missed", said, "too busy", "vr24-1"))
    assert entry == Entry(5, "note", Note(WATER, "missed", said.id, 3, "too busy"), ("vr24-1", "f-1", "f-2"))


def test_a_remark_about_nothing_in_particular_has_no_cause() -> None:
    assert note(5, WATER, Remark("arrived", None, "liaison")) == Entry(
        5, "note", Note(WATER, "arrived", text="liaison"), ()
    )


def test_what_people_do_not_get_round_to_is_noted_when_attention_runs_out() -> None:
    told = item(causation=("f-1",))
    things = [Assign(Duty.INFORMATION, key, "again", told, "vr24-1") for key in "abc"]
    busy = Post(HIN, on_duty=1, handling=Spread(MINUTE_MS, MINUTE_MS), attention_ms=2 * MINUTE_MS)
    heard = at_start({WATER: list(things)})
    entries = run(Engine(staffed(scenario(), busy), 1, roster=heard.roster))
    text = "head-of-information: waited 2 min (again)"
    assert notes(entries) == []  # the third is begun just in time
    slower = msgspec.structs.replace(busy, attention_ms=2 * MINUTE_MS - 1)
    entries = run(Engine(staffed(scenario(), slower), 1, roster=at_start({WATER: list(things)}).roster))
    (missed,) = notes(entries)
    assert missed.at_ms == 2 * MINUTE_MS - 1
    assert missed.content == Note(WATER, "missed", told.id, told.version, text.replace("2 min", "1 min"))
    assert missed.cause == ("vr24-1", "f-1")


def test_who_comes_and_who_cannot_be_reached_is_noted_with_the_alert_behind_it() -> None:
    comes = Post(HIN, on_call=1, arrival=Spread(5 * MINUTE_MS, 5 * MINUTE_MS))
    silent = Post(OFFICER, on_call=1, available=0.0)
    exercise = staffed(
        scenario(injects=(inject(Open(activity=FLOOD)),), parties=tuple(everybody())), comes, silent
    )
    entries = run(Engine(exercise, 1))
    alert_topic = f"post/{WATER}/{REGION}/{Alert.__struct_config__.tag}"
    ((alerted_ms, event),) = [
        (entry.at_ms + TICK_MS, msgspec.json.decode(bytes(entry.content.event))["id"])
        for entry in entries
        if isinstance(entry.content, EncodedMessage) and entry.content.topic == alert_topic
    ]
    assert [(entry.at_ms, entry.content, entry.cause) for entry in notes(entries)][:2] == [
        (alerted_ms, Note(WATER, "unreachable", text=f"{OFFICER}: none of 1 on call answered"), (event,)),
        (alerted_ms + 5 * MINUTE_MS, Note(WATER, "arrived", text=HIN.value), (event,)),
    ]


def test_hours_are_those_of_the_clock() -> None:
    """The exercise begins at 06:00; at 06:01 somebody is there."""
    shift = Post(HIN, on_duty=1, hours=(6 * HOUR_MS + MINUTE_MS, 7 * HOUR_MS), handling=Spread(0, 0))
    heard = at_start({WATER: [Assign(Duty.INFORMATION, "a", "again", None)]})
    run(Engine(staffed(scenario(), shift), 1, roster=heard.roster))
    assert [now for party, now, stimulus in heard.stimuli if getattr(stimulus, "errand", "") == "again"] == [
        MINUTE_MS
    ]


def test_who_measures_makes_the_error() -> None:
    exact, rough = Post(HIN, on_duty=1, error=0.0), Post(HIN, on_duty=1, error=0.2)
    seen = []
    for post in (exact, rough):
        entries = run(Engine(staffed(scenario(truth=(TRUE,)), post), 1))
        # Who measured roughly looks again, once others say otherwise: the first is what it measured by itself.
        observed = next(one for one in contents(entries, "observed") if one.party == WATER)
        seen.append(observed.observation.fact.values)
    assert seen[0] == TRUE.fact.values
    assert seen[1] != TRUE.fact.values
