"""Several regions (Beleidskader par. 2.3): an incident that crosses borders, and partners that work on both sides.

The flood is in one region (FLOOD), and shows in the neighbouring one (FIRE is the activity there).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from sim.core.messages.contents import Ack, Alarm, ItemUpdate, SitRep
from sim.core.messages.items import Kind, VerificationStatus
from sim.core.messages.topics import Shape
from sim.core.model.cue import Open, SendAlarm, TryWrite
from sim.core.model.party import Competence
from sim.core.model.staff import Post, Role, Spread
from sim.core.model.time import HOUR_MS, MINUTE_MS
from tests.process.stage import Heard, Played, agreed, inject, play, so
from tests.unit.core.agents.helpers import (
    CARE,
    FIRE,
    FLOOD,
    LEVEL,
    NATION,
    NEIGHBOUR,
    RAIL,
    REGION,
    RIVER,
    THEME,
    WATER,
    text,
)

BOTH_OPEN = (inject(20, Open(activity=FIRE), to=NEIGHBOUR), inject(30, Open(activity=FLOOD)))
SEES_NOTHING = {"competence": Competence()}


def bordering(
    *given: Any,
    here: tuple[str, ...] = (NEIGHBOUR, NATION),
    there: tuple[str, ...] = (WATER, REGION, NATION),
    coordinated: bool = True,
    regions: tuple[str, ...] = (NEIGHBOUR,),
    parties: Mapping[str, dict[str, Any]] | None = None,
) -> Played:
    """Two regions with an activity each, in which these parties take part; the water board sees the flood.

    Args:
        given: More injects.
        here: Who takes part in the activity of the region that coordinates, if one does.
        there: Who takes part in that of its neighbour.
        coordinated: Whether the region coordinates.
        regions: With which regions the water board works.
        parties: What is changed of parties.
    """
    return play(
        injects=[*BOTH_OPEN, *given],
        truth=[so(60, kind=Kind.EFFECT)],
        agreements=[agreed(WATER, alert_systems=(RIVER,))],
        parties={
            REGION: SEES_NOTHING,
            NEIGHBOUR: SEES_NOTHING,
            WATER: {"regions": regions},
            **(parties or {}),
        },
        members=(REGION, NEIGHBOUR, WATER, CARE, NATION),
        activity={"parties": here},
        elsewhere={"parties": there, "coordinated_by": FLOOD if coordinated else None},
        hours=3,
    )


def shared(played: Played, activity: str) -> list[Heard]:
    """What the shared picture of an activity says of the river's level."""
    return [
        one
        for one in played.of(ItemUpdate, shape=Shape.SHARED)
        if one.topic.startswith(f"activity/{activity}/") and one.data.item.subject == LEVEL
    ]


# A coordinating region -----------------------------------------------------------------------------


def test_a_coordinating_region_tells_what_another_region_shares_with_its_source() -> None:
    played = bordering()

    theirs, ours = shared(played, FIRE), shared(played, FLOOD)
    taken = ours[0].data.item
    assert taken.relates_to == (f"{FIRE}-{LEVEL}", f"{WATER}-{LEVEL}")
    assert taken.source.party == WATER
    assert played.led_to(ours[0])[-1] == theirs[0]
    assert played.story(ours[0]) == [(WATER, "item"), (NEIGHBOUR, "item"), (REGION, "item")]


def test_the_national_picture_says_it_too() -> None:
    """Modeluitwerking 4: the national body keeps the national operational picture, of what touches several regions."""
    played = bordering()

    national = played.of(ItemUpdate, sender=NATION, shape=Shape.NATIONAL)
    assert {one.data.item.source.party for one in national} == {WATER}
    assert {played.led_to(one)[-1].sender for one in national} == {NEIGHBOUR, REGION}


def test_without_coordination_each_region_keeps_to_its_own() -> None:
    played = bordering(coordinated=False)

    assert shared(played, FIRE)
    assert shared(played, FLOOD) == []


def test_a_coordinating_region_misses_what_it_does_not_get_round_to() -> None:
    """Overload: its one information manager is busy with the activity itself, and the neighbour's news is missed."""
    manager = Post(
        Role.INFORMATION_MANAGER,
        on_duty=1,
        handling=Spread(90 * MINUTE_MS, 90 * MINUTE_MS),
        attention_ms=30 * MINUTE_MS,
    )
    alone = (manager, Post(Role.HEAD_OF_INFORMATION))
    news = so(40, "fire", system="fire", kind=Kind.EFFECT)
    played = play(
        injects=BOTH_OPEN,
        truth=[news, so(60, kind=Kind.EFFECT)],
        agreements=[agreed(WATER, alert_systems=(RIVER,))],
        parties={
            NEIGHBOUR: SEES_NOTHING,
            WATER: {"regions": (NEIGHBOUR,)},
            REGION: {"competence": Competence(("fire",)), "staff": alone},
        },
        members=(REGION, NEIGHBOUR, WATER, NATION),
        activity={"parties": (NEIGHBOUR, NATION)},
        elsewhere={"parties": (WATER, REGION, NATION), "coordinated_by": FLOOD},
        hours=3,
    )
    first = shared(played, FIRE)[0]
    (note,) = [one for one in played.notes("missed", REGION) if first.event.id in one.cause]
    assert note.text == "information-manager: waited 30 min (coordinating.take-over)"
    assert played.story(first) == [(WATER, "item"), (NEIGHBOUR, "item")]
    assert shared(played, FLOOD) == []


# One source, several pictures ----------------------------------------------------------------------


def test_a_partner_of_several_regions_says_the_same_in_each_regions_picture() -> None:
    played = bordering(here=(WATER,), there=(WATER,), coordinated=False, regions=(NEIGHBOUR, REGION))

    own = [
        one for one in played.of(ItemUpdate, sender=WATER, shape=Shape.OWN) if one.data.item.subject == LEVEL
    ]
    assert {one.topic.split("/")[1] for one in own} == {FIRE, FLOOD}
    assert len({one.data.item.id for one in own}) == 1
    pictures = [shared(played, activity)[-1] for activity in (FIRE, FLOOD)]
    here, there = (one.data.item for one in pictures)
    assert (here.values, here.source, here.theme, here.kind) == (
        there.values,
        there.source,
        there.theme,
        there.kind,
    )
    assert [played.story(one)[-2:] for one in pictures] == [
        [(WATER, "item"), (NEIGHBOUR, "item")],
        [(WATER, "item"), (REGION, "item")],
    ]


@pytest.mark.parametrize("sees", [(), (RIVER,)], ids=["an echo", "eyes of its own"])
def test_an_echo_is_no_second_source(sees: tuple[str, ...]) -> None:
    """What comes from the water board itself and by the neighbour's picture is said once; two who look are two."""
    played = bordering(
        here=(WATER, NEIGHBOUR),
        there=(WATER, REGION),
        regions=(NEIGHBOUR, REGION),
        parties={NEIGHBOUR: {"competence": Competence(sees)}},
    )
    statuses = {one.data.item.verification.status for one in shared(played, FLOOD)}
    assert (VerificationStatus.VERIFIED in statuses) is bool(sees)
    assert {one.data.item.source.party for one in shared(played, FLOOD)} <= {WATER, NEIGHBOUR}


# A regional partner elsewhere ----------------------------------------------------------------------


def test_a_regional_partner_reads_the_picture_of_another_region_and_writes_nothing_there() -> None:
    """Wrong region (par. 2.3.1): the agreement ends at the border; who becomes involved needs the picture, no more."""
    tries = inject(90, TryWrite(activity=FIRE, subject=LEVEL, place=f"own/{CARE}"), to=CARE)
    sees = {"competence": Competence(("care", RIVER))}
    played = bordering(tries, there=(WATER, CARE), here=(CARE,), coordinated=False, parties={CARE: sees})

    assert all(CARE in one.readers for one in shared(played, FIRE))
    tabs = played.of(ItemUpdate, sender=WATER, shape=Shape.OWN)
    assert tabs
    assert all(CARE not in one.readers for one in tabs if f"/{FIRE}/" in one.topic)
    written = {one.topic.split("/")[1] for one in played.of(ItemUpdate, sender=CARE, shape=Shape.OWN)}
    assert written <= {FLOOD}
    (denied,) = [one for one in played.kinds("denied") if one.party == CARE]
    assert (denied.attempt, denied.rule) == ("publish", "outside-its-regions")
    assert denied.topic == f"activity/{FIRE}/own/{CARE}/{THEME}/{CARE}-{LEVEL}"


def relayed(*staff: Post) -> Played:
    """Two regions alarm the railways, which are outside the tool, within a quarter of an hour."""
    both, come = (NEIGHBOUR, REGION), text("come")
    return play(
        injects=[
            *BOTH_OPEN,
            inject(40, SendAlarm(activity=FIRE, parties=(RAIL,), text=come), to=NEIGHBOUR),
            inject(55, SendAlarm(activity=FLOOD, parties=(RAIL,), text=come)),
        ],
        truth=[so(60, "embankment", system="rail", kind=Kind.EFFECT)],
        agreements=[msgspec.structs.replace(agreed(RAIL, sitrep_every_ms=HOUR_MS), regions=both)],
        parties={
            REGION: SEES_NOTHING,
            NEIGHBOUR: SEES_NOTHING,
            RAIL: {"regions": both, "competence": Competence(("rail",)), "staff": staff},
        },
        members=(REGION, NEIGHBOUR, RAIL),
        activity={"parties": (RAIL,)},
        elsewhere={"parties": (RAIL,)},
        hours=5,
    )


NOBODY_ELSE = (Post(Role.DECISION_MAKER), Post(Role.ON_CALL_OFFICER, on_duty=1))
TRAVEL = Spread(20 * MINUTE_MS, 20 * MINUTE_MS)


def test_each_region_has_a_liaison_of_its_own_who_carries_to_it() -> None:
    played = relayed(Post(Role.LIAISON, on_duty=2, arrival=TRAVEL), *NOBODY_ELSE)

    assert {one.to for one in played.of(Ack, sender=RAIL) if one.data.arrived} == {NEIGHBOUR, REGION}
    assert {one.to for one in played.of(SitRep, sender=RAIL)} == {NEIGHBOUR, REGION}
    assert played.notes("unreachable", RAIL) == []


def test_a_liaison_who_is_with_one_region_carries_nothing_to_another() -> None:
    """Too few people: the only liaison sits with the neighbour, and nobody is left for the second region."""
    played = relayed(Post(Role.LIAISON, on_duty=1, arrival=TRAVEL, attention_ms=HOUR_MS), *NOBODY_ELSE)

    assert {one.to for one in played.of(Ack, sender=RAIL) if one.data.arrived} == {NEIGHBOUR}
    assert {one.to for one in played.of(SitRep, sender=RAIL)} == {NEIGHBOUR}
    first, *later = played.notes("unreachable", RAIL)
    assert first.text == f"nobody can go to {REGION} as liaison for {FLOOD}"
    (alarm,) = played.of(Alarm, to=RAIL, sender=REGION)
    assert first.cause == (alarm.event.id,)
    assert {one.text for one in later} == {"liaison: waited 1 h 00 min (reporting.send)"}
