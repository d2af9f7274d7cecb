"""Monitoring (Modeluitwerking 6): who scans an activity card concludes whether it has a role.

A standby partner cannot look behind the card by itself: it asks, is let in, looks along, concludes, and is decoupled
again where it has no role (Beleidskader par. 2.2.2).
"""

from __future__ import annotations

from typing import Any

import shapely

from sim.core.messages.contents import (
    Answer,
    Card,
    Conclusion,
    GrantNotice,
    Invitation,
    ItemUpdate,
    Request,
    Withdrawal,
)
from sim.core.messages.topics import Shape
from sim.core.model.cue import Invite, Open, Scale
from sim.core.model.party import Competence, People
from sim.core.model.staff import Post, Role, Spread
from sim.core.model.time import HOUR_MS, MINUTE_MS
from tests.process.stage import Played, agreed, inject, minutes, play, so
from tests.unit.core.agents.helpers import (
    CARE,
    CROSS,
    FLOOD,
    LEVEL,
    NATION,
    REACTION_MS,
    REGION,
    RIVER,
    VICTIMS,
    WATER,
    text,
)

OPENED = inject(30, Open(activity=FLOOD))
SHELTER = "shelter"
MEMBERS = (REGION, WATER, CARE, CROSS, VICTIMS, NATION)
LOOKS_ALONG = HOUR_MS


def monitored(
    *given: Any,
    does: tuple[str, ...] = (RIVER,),
    about: tuple[str, ...] = (RIVER, SHELTER),
    partner: str = CROSS,
    monitors: bool = True,
    **changes: Any,
) -> Played:
    """A standby partner that does these things, and an activity about a flood; the river is what happens."""
    others = {one: {"competence": Competence(("animals",))} for one in (CROSS, VICTIMS) if one != partner}
    parties: dict[str, dict[str, Any]] = {**others, partner: {"competence": Competence(does)}}
    for party, fields in changes.pop("parties", {}).items():
        parties[party] = {**parties.get(party, {}), **fields}
    return play(
        injects=[OPENED, *given],
        truth=changes.pop("truth", [so(10)]),
        agreements=[agreed(partner, monitors=monitors, look_along_ms=LOOKS_ALONG), *changes.pop("more", ())],
        parties=parties,
        members=MEMBERS,
        activity={"systems": about, "parties": (WATER, CARE)},
        hours=6,
    )


# The life of a standby partner -----------------------------------------------------------------------


def test_a_standby_partner_with_a_role_stays() -> None:
    played = monitored(truth=[so(10), so(240, amount=400.0)])

    (grant,), (conclusion,) = played.of(GrantNotice), played.of(Conclusion)
    assert conclusion.data.role
    assert played.story(conclusion) == [
        (REGION, "card"), (CROSS, "request"), (REGION, "snapshot"), (CROSS, "conclusion"),
    ]  # fmt: skip
    assert played.led_to(grant) == played.led_to(conclusion)[:2]
    assert played.led_to(conclusion)[0].event.injects == (OPENED.id,)
    # It looked before it asked, and found the door shut.
    (denied,) = [one for one in played.kinds("denied") if one.party == CROSS]
    assert (denied.attempt, denied.topic) == ("subscribe", f"activity/{FLOOD}/shared/#")
    assert played.of(Withdrawal) == []
    newest = played.of(ItemUpdate, sender=REGION, shape=Shape.SHARED)[-1]
    assert newest.at_ms >= minutes(240)
    assert CROSS in newest.readers


def test_a_standby_partner_without_a_role_is_decoupled_and_receives_nothing_more() -> None:
    played = monitored(does=(SHELTER,), truth=[so(10), so(60, amount=350.0), so(240, amount=400.0)])

    (grant,), (conclusion,) = played.of(GrantNotice), played.of(Conclusion)
    assert not conclusion.data.role
    assert conclusion.at_ms >= grant.at_ms + LOOKS_ALONG
    (withdrawal,) = played.of(Withdrawal)
    assert played.story(withdrawal) == [
        (REGION, "card"), (CROSS, "request"), (REGION, "snapshot"), (CROSS, "conclusion"), (REGION, "withdrawal"),
    ]  # fmt: skip
    shared = played.of(ItemUpdate, sender=REGION, shape=Shape.SHARED)
    assert [one for one in shared if CROSS in one.readers and one.at_ms <= withdrawal.at_ms]
    assert [one for one in shared if CROSS not in one.readers and one.at_ms > withdrawal.at_ms]
    assert not [one for one in shared if CROSS in one.readers and one.at_ms > withdrawal.at_ms]
    assert [(one.change, one.by) for one in played.kinds("rights")] == [
        ("granted", grant.event.id),
        ("revoked", withdrawal.event.id),
    ]


def test_a_standby_partner_that_does_not_scan_comes_when_it_is_invited() -> None:
    invited = inject(60, Invite(activity=FLOOD, party=CROSS, text=text("Look along.")))
    played = monitored(invited, monitors=False)

    (invitation,) = played.of(Invitation)
    (conclusion,) = played.of(Conclusion)
    assert invitation.event.injects == (invited.id,)
    assert played.story(conclusion) == [
        (REGION, "invitation"), (CROSS, "request"), (REGION, "snapshot"), (CROSS, "conclusion"),
    ]  # fmt: skip


def test_victim_information_attaches_through_population_care() -> None:
    """Beleidskader par. 2.2.2: SIS comes in by the process of Bevolkingszorg, which asks for it."""
    played = monitored(partner=VICTIMS)

    (grant,) = played.of(GrantNotice)
    assert grant.to == VICTIMS
    assert played.story(grant) == [
        (REGION, "card"), (VICTIMS, "request"), (CARE, "request"), (REGION, "grant"),
    ]  # fmt: skip
    assert [(one.to, one.data.on_behalf_of) for one in played.of(Request)] == [
        (CARE, VICTIMS),
        (REGION, VICTIMS),
    ]


# A core partner ------------------------------------------------------------------------------------


def test_a_core_partner_that_sees_a_role_on_the_card_begins_its_picture() -> None:
    played = monitored(more=[agreed(WATER)])

    first = played.of(ItemUpdate, sender=WATER, shape=Shape.OWN)[0]
    assert played.story(first) == [(REGION, "card"), (WATER, "item")]
    assert played.of(Card)[0].event.injects == (OPENED.id,)


def test_a_core_partner_begins_once_the_shared_picture_shows_what_is_its_own() -> None:
    """It sees the river rise hours later than the region; what the region shares is what it comes for."""
    slow = People((3 * HOUR_MS, 3 * HOUR_MS), (REACTION_MS, REACTION_MS), 1.0)
    played = monitored(more=[agreed(WATER)], truth=[so(60)], parties={WATER: {"people": slow}})

    first = played.of(ItemUpdate, sender=WATER, shape=Shape.OWN)[0]
    assert played.story(first) == [(REGION, "item"), (WATER, "item")]
    (shared,) = played.led_to(first)
    assert (shared.shape, shared.data.item.subject) == (Shape.SHARED, LEVEL)


# Where it goes wrong -------------------------------------------------------------------------------


def test_a_request_is_missed_where_the_region_has_too_much_in_hand() -> None:
    """Overload: one information manager, and the water board tells more than can be dealt with."""
    manager = Post(
        Role.INFORMATION_MANAGER,
        on_duty=1,
        handling=Spread(40 * MINUTE_MS, 40 * MINUTE_MS),
        attention_ms=30 * MINUTE_MS,
    )
    alone = (manager, Post(Role.HEAD_OF_INFORMATION))
    played = monitored(parties={REGION: {"staff": alone}}, more=[agreed(WATER, alert_systems=(RIVER,))])

    request = played.of(Request, sender=CROSS)[0]
    note = next(one for one in played.notes("missed", REGION) if one.cause == (request.event.id,))
    assert note.text == "information-manager: waited 30 min (admitting.decide)"
    assert note.at_ms - request.at_ms >= 30 * MINUTE_MS
    assert all(grant.at_ms > note.at_ms for grant in played.of(GrantNotice)), "only who asks again is let in"
    assert request.event.id not in {one.data.of for one in played.of(Answer, to=CROSS)}


def test_a_partner_misses_the_card_when_nobody_is_there_to_ask() -> None:
    """Nobody on duty: the partner's head of information works nights, and the card comes by day."""
    head = Post(
        Role.HEAD_OF_INFORMATION, on_duty=1, hours=(22 * HOUR_MS, 6 * HOUR_MS), attention_ms=30 * MINUTE_MS
    )
    played = monitored(parties={CROSS: {"staff": (head,)}})

    (note,) = played.notes("unreachable", CROSS)
    assert note.text == "head-of-information: waited 30 min (monitoring.ask)"
    assert note.cause == (played.of(Card)[0].event.id,)
    assert played.of(Request, sender=CROSS) == []


def test_who_is_invited_to_what_is_no_task_of_its_own_declines() -> None:
    """No task: the partner looks after shelters, and the activity is about the river alone."""
    invited = inject(60, Invite(activity=FLOOD, party=CROSS, text=text("Look along.")))
    played = monitored(invited, does=(SHELTER,), about=(RIVER,))

    (conclusion,) = played.of(Conclusion)
    assert (conclusion.data.role, conclusion.data.text.en) == (
        False,
        "This is no task of ours; we do not look along.",
    )
    assert played.story(conclusion) == [(REGION, "invitation"), (CROSS, "conclusion")]
    assert played.of(Request) == played.of(GrantNotice) == []


def test_who_is_refused_asks_again_when_the_activity_is_scaled_up() -> None:
    """No task here: the partner does such work, but in another part of the country; the region says so twice."""
    far_away = shapely.box(6.5, 52.5, 7.5, 53.5)
    scaled = inject(90, Scale(activity=FLOOD, grip=2))
    played = monitored(scaled, parties={CROSS: {"competence": Competence((RIVER,), far_away)}})

    first, second = played.of(Answer, to=CROSS)
    for refusal in (first, second):
        assert (refusal.data.outcome, refusal.data.text.en) == ("refused", "We see no task for you here.")
        assert played.story(refusal) == [(REGION, "card"), (CROSS, "request"), (REGION, "answer")]
    assert played.led_to(second)[0].event.injects == (scaled.id,)
    assert second.at_ms >= minutes(90) > first.at_ms
    assert played.of(GrantNotice) == []
