"""Verification as it is done (Modeluitwerking 12): each kind of what can be wrong, found and put right, and not.

The region does not see the river itself: what it recognises, it recognises from what it is told, the map, the clock
and what was said before. That its information manager has no skill, no time, or is not there, is why it does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from sim.core.messages.contents import (
    Answer,
    Briefing,
    ItemUpdate,
    Request,
    Signal,
    SitRep,
    items_in,
)
from sim.core.messages.items import (
    Basis,
    Item,
    Kind,
    Point,
    Sensitivity,
    Source,
    Value,
    Verification,
    VerificationStatus,
)
from sim.core.messages.topics import Shape
from sim.core.model.agreement import Norm
from sim.core.model.cue import Open, Scale
from sim.core.model.party import Competence
from sim.core.model.staff import Post, Role, Spread
from sim.core.model.text import Text
from sim.core.picture.merge import Picture, of
from sim.core.world.faults import Fault, FaultType
from sim.core.world.truth import TruthChange
from tests.process.stage import Heard, Played, agreed, inject, minutes, play, so, telling
from tests.unit.core.agents.helpers import (
    CARE,
    CROSS,
    FLOOD,
    GRID,
    LEVEL,
    NATION,
    RAIL,
    READER,
    REGION,
    RIVER,
    WATER,
    text,
)

STATUS = VerificationStatus
OPENED = inject(10, Open(activity=FLOOD))
BLIND = {"competence": Competence(("other",), None)}
"""Does not see the river by itself."""
WRONG_AT = minutes(120)
LOOKS_IN = Role.INFORMATION_COORDINATOR
"""Who looks into what comes in, in a region."""
SKILLED: dict[str, Any] = {"skill": 1.0}
UNSKILLED: dict[str, Any] = {"skill": 0.0}
_WAITS = {"attention_ms": minutes(20)}
_NOBODY = tuple(Post(role) for role in (Role.PLOTTER, Role.HEAD_OF_INFORMATION))
SWAMPED: dict[str, Any] = {
    "staff": (
        Post(LOOKS_IN, on_duty=1, handling=Spread(minutes(300), minutes(300)), attention_ms=minutes(20)),
        *_NOBODY,
    )
}
GONE: dict[str, Any] = {
    "staff": (
        Post(LOOKS_IN, on_duty=1, hours=(minutes(8 * 60), minutes(9 * 60 + 50)), attention_ms=minutes(20)),
        *_NOBODY,
    )
}
"""Has gone home before it is told."""


def otherwise(**fields: Any) -> Callable[[Item], Item]:
    """Change these of an item."""
    return lambda item: msgspec.structs.replace(item, **fields)


def once_wrong(change: Callable[[Item], Item]) -> Callable[[Item], Item]:
    """Change what is said of the second moment, and not what is said when it is put right."""

    def changed(item: Item) -> Item:
        return change(item) if item.subject == LEVEL and item.observed_at_ms == WRONG_AT else item

    return changed


def river(region: dict[str, Any], change: Callable[[Item], Item], **fields: Any) -> Played:
    """The water board tells the level twice; the second time there is something wrong with what it tells."""
    return play(
        injects=[OPENED],
        truth=fields.pop("truth", [so(20), so(120, amount=310.0)]),
        agreements=[agreed(WATER, alert_systems=(RIVER,))],
        members=fields.pop("members", (REGION, WATER)),
        parties={REGION: {**BLIND, **region}, WATER: dict(UNSKILLED), **fields.pop("parties", {})},
        roster=telling("own-picture", WATER, once_wrong(change)),
        hours=fields.pop("hours", 6),
        **fields,
    )


def shared(played: Played, subject: str = LEVEL) -> list[Heard]:
    found = played.of(ItemUpdate, shape=Shape.SHARED)
    return [one for one in found if one.data.item.subject == subject]


def wrongly_told(played: Played, sender: str = WATER) -> Heard:
    """The message with what is wrong."""
    told = [one for one in played.of(ItemUpdate, sender=sender, shape=Shape.OWN) if one.at_ms >= WRONG_AT]
    return next(one for one in told if one.data.item.subject == LEVEL)


def in_metres(amount: float) -> Callable[[Item], Item]:
    return otherwise(values=(Value("level", amount, "m"),))


PLAIN = (
    ("swapped-place", otherwise(geometry=Point((51.0, 5.0)))),
    ("outside", otherwise(geometry=Point((3.0, 51.0)))),
    ("place", otherwise(geometry=Point((5.0, 51.4)), values=(Value("height", 300.0, "cm"),))),
    ("time", otherwise(observed_at_ms=WRONG_AT + minutes(200))),
    ("missing-value", otherwise(values=())),
    ("missing-place", otherwise(geometry=None)),
    ("unclear", otherwise(text=Text("Het peil is 310 cm.", "The level is 301 cm."))),
    ("unclear", otherwise(text=text("The level is 901 cm."))),
)
"""What shows by itself, and its source puts right once it is asked."""


@pytest.mark.parametrize(("kind", "change"), PLAIN)
def test_what_cannot_be_is_asked_about_and_put_right(kind: str, change: Callable[[Item], Item]) -> None:
    played = river(SKILLED, change)
    wrong, right = wrongly_told(played), shared(played)[-1]
    (recognised,) = played.notes("recognised", REGION)
    signal, question, answer = played.led_to(right)[-3:]
    disputed = [one for one in shared(played) if one.data.item.verification.status is STATUS.DISPUTED]

    assert (recognised.text, recognised.cause) == (kind, (wrong.event.id,))
    assert (signal.sender, signal.data.reason) == (REGION, kind)
    assert played.led_to(signal) == [wrong]
    assert (question.to, answer.sender) == (WATER, WATER)
    assert played.led_to(disputed[0])[-1] == signal
    assert right.data.item.verification.status is STATUS.CORRECTED
    assert right.data.item.values[0].amount == 310.0
    assert (right.data.item.geometry, right.data.item.text) == (
        shared(played)[0].data.item.geometry,
        shared(played)[0].data.item.text,
    )


@pytest.mark.parametrize(("kind", "change"), PLAIN)
def test_an_unskilled_information_manager_overlooks_what_cannot_be(
    kind: str, change: Callable[[Item], Item]
) -> None:
    played = river(UNSKILLED, change)
    wrong = wrongly_told(played)
    (overlooked,) = played.notes("overlooked", REGION)

    assert (overlooked.text, overlooked.cause) == (f"{kind}; nobody noticed", (wrong.event.id,))
    assert (played.of(Signal), played.of(Request)) == ([], [])
    assert played.led_to(shared(played)[-1]) == [wrong]


@pytest.mark.parametrize(("people", "note"), [(SWAMPED, "missed"), (GONE, "unreachable")])
def test_who_has_no_time_or_is_not_there_looks_into_nothing(people: dict[str, Any], note: str) -> None:
    """Overload: everything takes an hour and a half. Nobody there: the information manager has gone home."""
    played = river(people, PLAIN[0][1])
    wrong = wrongly_told(played)
    found = [one for one in played.notes(note, REGION) if "verifying.check" in one.text]

    assert [one.cause for one in found] == [(wrong.event.id,)]
    assert (played.of(Signal), played.notes("recognised", REGION)) == ([], [])


# Who says it, on whose authority, and to whom --------------------------------------------------------


def test_what_is_called_verified_by_who_cannot_have_verified_it_is_verified_after_all() -> None:
    claimed = otherwise(verification=Verification(STATUS.VERIFIED, WATER, 1))
    played = river(SKILLED, claimed)
    (recognised,) = played.notes("recognised", REGION)
    found = [one.data.item.verification for one in shared(played)]
    by_region = list(dict.fromkeys(one.status for one in found if one.by == REGION))

    assert (recognised.text, recognised.cause) == ("not-verified", (wrongly_told(played).event.id,))
    assert by_region == [STATUS.DISPUTED, STATUS.VERIFIED]
    assert found[-1].status is STATUS.VERIFIED


def test_unskilled_a_claim_of_verification_stands_as_if_it_were_so() -> None:
    played = river(UNSKILLED, otherwise(verification=Verification(STATUS.VERIFIED, WATER, 1)))

    assert played.notes("overlooked", REGION)[0].text == "not-verified; nobody noticed"
    assert shared(played)[-1].data.item.verification.by == WATER


def test_what_is_told_in_anothers_name_is_asked_of_both_and_stands_in_the_name_of_who_saw_it() -> None:
    spoofed = otherwise(source=Source(GRID, Basis.OBSERVED))
    unknowing = {**BLIND, **UNSKILLED}
    played = river(SKILLED, spoofed, members=(REGION, WATER, GRID), parties={GRID: unknowing})
    (recognised,) = played.notes("recognised", REGION)
    right = shared(played)[-1]
    wrong, signal, question, answer = played.led_to(right)
    answers = {one.sender: one.data.outcome for one in played.of(Answer)}

    assert (recognised.text, recognised.cause) == ("misattributed", (wrong.event.id,))
    assert (signal.data.owner, question.to, answer.sender) == (WATER, WATER, WATER)
    assert answers == {GRID: "unknown", WATER: "confirmed"}
    assert right.data.item.source.party == WATER


def test_who_is_named_as_the_source_of_what_it_never_said_says_so() -> None:
    spoofed = otherwise(source=Source(GRID, Basis.OBSERVED))
    played = river(UNSKILLED, spoofed, members=(REGION, WATER, GRID), parties={GRID: dict(BLIND)})
    (recognised,) = played.notes("recognised", GRID)

    assert recognised.text == "misattributed"
    assert STATUS.REFUTED in [one.data.item.verification.status for one in shared(played)]


def test_a_source_that_sees_its_own_word_told_otherwise_puts_it_right() -> None:
    """A slip of its own hand: it reads in the shared picture what it did not mean to say."""
    played = river(UNSKILLED, BY_KNOWLEDGE[0][1], parties={WATER: dict(SKILLED)})
    (recognised,) = played.notes("recognised", WATER)
    right = shared(played)[-1].data.item

    assert recognised.text == "unit"
    assert (right.verification.status, right.values[0].amount) == (STATUS.CORRECTED, 310.0)


def test_unskilled_what_is_told_in_anothers_name_stands_in_that_name() -> None:
    spoofed = otherwise(source=Source(GRID, Basis.OBSERVED))
    unknowing = {**BLIND, **UNSKILLED}
    played = river(UNSKILLED, spoofed, members=(REGION, WATER, GRID), parties={GRID: unknowing})

    assert played.notes("overlooked", REGION)[0].text == "misattributed; nobody noticed"
    assert shared(played)[-1].data.item.source.party == GRID


def leaked(skill: float) -> Played:
    """The water board takes what is restricted to be for everybody; the grid operator knows better."""
    secret = so(20, amount=310.0, words="secret", sensitivity=Sensitivity.RESTRICTED)
    return play(
        injects=[OPENED],
        truth=[secret],
        agreements=[agreed(WATER, alert_systems=(RIVER,))],
        members=(REGION, WATER, GRID),
        parties={REGION: dict(BLIND), GRID: {"skill": skill}},
        faults=[fault(WATER, 121, FaultType.WRONG_AUDIENCE)],
        hours=4,
    )


def fault(party: str, at: float, kind: FaultType, **fields: Any) -> Fault:
    words = text("the level")
    return Fault(
        id=f"f-{party}",
        at_ms=minutes(at),
        type=kind,
        party=party,
        subject=LEVEL,
        title=words,
        recognise=words,
        **fields,
    )


def secrets_in_the_open(played: Played) -> list[Heard]:
    told = played.of(ItemUpdate)
    return [one for one in told if one.data.item.text.en == "secret"]


def held(played: Played, party: str) -> Picture:
    """What a party holds in the end of all that it was sent."""
    items = (item for one in played.heard if party in one.readers for item in items_in(one.data))
    return of(items)


def test_what_is_not_for_all_is_taken_out_of_every_picture_that_has_it() -> None:
    played = leaked(1.0)
    (recognised,) = played.notes("recognised", GRID)
    told = secrets_in_the_open(played)

    assert recognised.text == "sensitive"
    assert {one.shape for one in told} == {Shape.OWN, Shape.SHARED}
    assert shared(played)[-1].data.item.verification.status is STATUS.REFUTED
    assert {item.text.en for item in held(played, GRID).values() if item.subject == LEVEL} <= {""}


def test_unskilled_what_is_not_for_all_stays_where_all_read_it() -> None:
    played = leaked(0.0)

    assert played.notes("overlooked", GRID)
    assert "secret" in {item.text.en for item in held(played, GRID).values()}


# What only who has seen it can tell ------------------------------------------------------------------


def known_otherwise(skill: float, change: Callable[[Item], Item]) -> Played:
    """The grid operator, who sees the river too, reads what the water board tells."""
    seeing = {"skill": skill}
    unseen = telling("own-picture", WATER, once_wrong(change))
    return play(
        injects=[OPENED],
        truth=[so(20), so(120, amount=310.0)],
        agreements=[agreed(WATER, alert_systems=(RIVER,)), agreed(CROSS)],
        members=(REGION, WATER, CROSS),
        parties={REGION: dict(BLIND), WATER: dict(UNSKILLED), CROSS: seeing},
        roster=unseen,
        hours=4,
    )


BY_KNOWLEDGE = (
    ("unit", otherwise(values=(Value("height", 310.0, "m"),))),
    ("unit", otherwise(values=(Value("height", 310.0, "cm", "NAP"),))),
    ("unit", otherwise(values=(Value("height", 31_000.0, "cm"),))),
    ("value", otherwise(values=(Value("height", 130.0, "cm"),))),
    ("place", otherwise(geometry=Point((5.0, 51.05)))),
)


@pytest.mark.parametrize(("kind", "change"), BY_KNOWLEDGE)
def test_who_knows_better_recognises_it_and_it_is_put_right(
    kind: str, change: Callable[[Item], Item]
) -> None:
    played = known_otherwise(1.0, change)
    (recognised,) = played.notes("recognised", CROSS)
    right = shared(played)[-1]
    signal = next(one for one in played.led_to(right) if isinstance(one.data, Signal))

    assert recognised.text == kind
    assert recognised.cause == (played.led_to(signal)[-1].event.id,)
    assert (signal.sender, signal.data.reason) == (CROSS, kind)
    assert right.data.item.verification.status is STATUS.CORRECTED
    assert right.data.item.values == (Value("height", 310.0, "cm"),)


@pytest.mark.parametrize(("kind", "change"), BY_KNOWLEDGE)
def test_unskilled_who_knows_better_does_not_notice(kind: str, change: Callable[[Item], Item]) -> None:
    played = known_otherwise(0.0, change)

    assert played.notes("overlooked", CROSS)[0].text == "differs from what the party knows; nobody noticed"
    assert played.of(Signal) == []
    assert (
        shared(played)[-1].data.item.values == change(shared(played)[0].data.item).values or kind == "place"
    )


def rumoured(skill: float) -> Played:
    """Population care, which does not look after the river, says that it saw the level; the Red Cross does."""
    return play(
        injects=[OPENED],
        truth=[so(20, "bridge", system="care"), so(60, system="river")],
        agreements=[agreed(CARE, alert_systems=(RIVER,)), agreed(CROSS)],
        members=(REGION, CARE, CROSS),
        parties={REGION: dict(BLIND), CROSS: {"skill": skill, "competence": Competence((RIVER,), None)}},
        faults=[fault(CARE, 61, FaultType.WRONG_VALUE, values=(Value("height", 900.0, "cm"),))],
        hours=4,
    )


def test_a_rumour_told_as_an_observation_is_taken_back_once_it_is_asked_about() -> None:
    played = rumoured(1.0)
    recognised = played.notes("recognised", CROSS)[0]
    refuted = next(one for one in shared(played) if one.data.item.verification.status is STATUS.REFUTED)

    assert recognised.cause[1:] == (f"f-{CARE}",)
    assert [type(one.data) for one in played.led_to(refuted)][-3:] == [
        Signal,
        Request,
        Answer,
    ] or played.led_to(refuted)[-1].sender == CARE
    assert held(played, CROSS)[f"{FLOOD}-{LEVEL}"].verification.status is STATUS.REFUTED


def test_unskilled_a_rumour_told_as_an_observation_stays() -> None:
    played = rumoured(0.0)

    assert played.notes("overlooked", CROSS)
    assert shared(played)[-1].data.item.values[0].amount == 900.0


# What was said before --------------------------------------------------------------------------------


def of_long_ago(region: dict[str, Any]) -> Played:
    return play(
        injects=[OPENED],
        truth=[so(20, amount=317.0), so(100, amount=900.0)],
        agreements=[agreed(WATER, alert_systems=(RIVER,))],
        members=(REGION, WATER),
        parties={REGION: {**BLIND, **region}},
        faults=[fault(WATER, 150, FaultType.STALE, as_of_ms=minutes(30))],
        hours=5,
    )


def test_figures_of_long_ago_told_as_new_are_recognised_by_what_was_said_before() -> None:
    played = of_long_ago(SKILLED)
    (recognised,) = played.notes("recognised", REGION)
    right = shared(played)[-1].data.item

    assert (recognised.text, recognised.cause[1:]) == ("stale", (f"f-{WATER}",))
    assert (right.verification.status, right.values[0].amount) == (STATUS.CORRECTED, 900.0)


def test_unskilled_figures_of_long_ago_stand_as_new() -> None:
    played = of_long_ago(UNSKILLED)

    assert played.notes("overlooked", REGION)[0].text == "stale; nobody noticed"
    assert shared(played)[-1].data.item.values[0].amount == 317.0


def rising(amount: float) -> TruthChange:
    change = so(120)
    return msgspec.structs.replace(
        change, fact=msgspec.structs.replace(change.fact, values=(Value("level", amount, "m", "NAP"),))
    )


def leap(region: dict[str, Any]) -> Played:
    """The level really does rise by six metres at once: a dam has broken."""
    before = msgspec.structs.replace(rising(14.0), id="t-before", at_ms=minutes(20))
    return play(
        injects=[OPENED],
        truth=[before, rising(20.0)],
        agreements=[agreed(WATER, alert_systems=(RIVER,), actuality=Norm(minutes(60), "us"))],
        members=(REGION, WATER),
        parties={REGION: {**BLIND, **region}},
        hours=12,
    )


def test_what_looks_odd_and_is_so_is_verified_and_not_asked_about_again() -> None:
    """A false alarm: the source confirms it, and says it again every while after that."""
    played = leap(SKILLED)
    (recognised,) = played.notes("recognised", REGION)
    (question,) = played.of(Request)
    told = [
        one
        for one in played.of(ItemUpdate, shape=Shape.OWN)
        if Value("level", 20.0, "m", "NAP") in one.data.item.values
    ]
    statuses = [one.data.item.verification.status for one in shared(played)]

    assert (recognised.text, question.to) == ("jump", WATER)
    assert len(told) > 3
    assert statuses[-1] is STATUS.VERIFIED
    assert STATUS.CORRECTED not in statuses


def test_unskilled_a_leap_is_not_asked_about() -> None:
    played = leap(UNSKILLED)

    assert played.notes("overlooked", REGION)[0].text == "jump; nobody noticed"
    assert played.of(Request) == []


# A second source, and an echo ------------------------------------------------------------------------


def beside(change: Callable[[Item], Item], region: dict[str, Any] = SKILLED) -> Played:
    """The grid operator proposes what it sees of the river after what the water board says; or says it does."""
    slow = Post(Role.HEAD_OF_INFORMATION, on_duty=1, handling=Spread(minutes(12), minutes(12)))
    return play(
        injects=[OPENED],
        truth=[so(20)],
        agreements=[agreed(WATER, alert_systems=(RIVER,)), agreed(GRID, alert_systems=(RIVER,))],
        members=(REGION, WATER, GRID),
        parties={REGION: {**BLIND, **region}, GRID: {"staff": (slow,)}},
        roster=telling("proposing", GRID, change),
        hours=2,
    )


ECHOES = (
    otherwise(source=Source(GRID, Basis.RUMOUR)),
    otherwise(source=Source(GRID, Basis.REPORTED, through=WATER)),
    otherwise(relates_to=(f"{WATER}-{LEVEL}",)),
)


def statuses(played: Played) -> set[VerificationStatus]:
    return {one.data.item.verification.status for one in shared(played)}


def test_a_second_source_that_has_seen_it_verifies() -> None:
    played = beside(otherwise())
    verified = next(one for one in shared(played) if one.data.item.verification.status is STATUS.VERIFIED)

    assert played.led_to(verified)[-1].sender in (WATER, GRID)
    assert played.of(Request) == []


@pytest.mark.parametrize("change", ECHOES)
def test_an_echo_is_recognised_and_asked_about_and_verifies_nothing(change: Callable[[Item], Item]) -> None:
    played = beside(change)
    recognised = played.notes("recognised", REGION)[0]
    question = played.of(Request)[0]
    answered = next(one for one in played.of(Answer) if one.event.causationid == question.event.id)
    first = next(
        (one for one in shared(played) if one.data.item.verification.status is STATUS.VERIFIED), None
    )

    assert recognised.text == "repeats what was heard; no second source"
    assert question.to in (GRID, WATER)
    # Whoever was asked looked for itself; only that verifies.
    assert first is None or first.at_ms > answered.at_ms


@pytest.mark.parametrize("change", ECHOES)
def test_unskilled_an_echo_is_not_recognised_and_verifies_nothing_all_the_same(
    change: Callable[[Item], Item],
) -> None:
    played = beside(change, UNSKILLED)

    assert played.of(Request) == []
    assert STATUS.VERIFIED not in statuses(played)


# What is not whole -----------------------------------------------------------------------------------


def reported(change: Callable[[Item], Item], region: dict[str, Any]) -> Played:
    """The grid operator reports the level, and leaves something out."""
    return play(
        injects=[OPENED, inject(20, Scale(activity=FLOOD, grip=2))],
        truth=[so(15)],
        agreements=[agreed(RAIL, alarm_level=2, sitrep_every_ms=minutes(60))],
        members=(REGION, RAIL),
        parties={
            REGION: {**BLIND, **region},
            RAIL: {"staff": (Post(Role.LIAISON, on_duty=1, slip=0.0, loss=0.0),)},
        },
        roster=telling("reporting", RAIL, change),
        hours=4,
    )


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("missing-theme", otherwise(theme="")),
        ("missing-source, misattributed", otherwise(source=Source("", Basis.REPORTED))),
    ],
)
def test_what_is_missing_is_asked_for_before_it_comes_to_stand(
    kind: str, change: Callable[[Item], Item]
) -> None:
    played = reported(change, SKILLED)
    recognised = played.notes("recognised", REGION)[0]
    first = shared(played)[0]

    assert recognised.text == kind
    assert [type(one.data) for one in played.led_to(first)][-4:] == [SitRep, Signal, Request, Answer]
    assert (first.data.item.theme, first.data.item.source.party) == ("a2-situation", RAIL)


def test_unskilled_what_is_not_whole_is_left_out_and_nobody_asks() -> None:
    played = reported(otherwise(theme=""), UNSKILLED)

    assert played.notes("overlooked", REGION)[0].text == "missing-theme; nobody noticed"
    assert (shared(played), played.of(Request)) == ([], [])


# Everybody who got it --------------------------------------------------------------------------------


def passed_on(region: dict[str, Any]) -> Played:
    """The level goes from the tab into the shared picture, and from there by word of mouth and into the country's.

    After a while the water board looks again, and sees that it was wrong.
    """
    people = {"staff": (Post(Role.LIAISON, on_duty=1, slip=0.0, loss=0.0),)}
    return play(
        injects=[OPENED, inject(20, Scale(activity=FLOOD, grip=2))],
        truth=[so(15, kind=Kind.EFFECT)],
        agreements=[
            agreed(WATER, alert_systems=(RIVER,), alarm_level=2, actuality=Norm(minutes(180), "us")),
            agreed(RAIL, alarm_level=2, needs=("a2-situation",)),
        ],
        members=(REGION, WATER, RAIL, NATION, READER),
        parties={REGION: {**BLIND, **people, **region}, RAIL: {**BLIND, **people}},
        faults=[fault(WATER, 61, FaultType.WRONG_VALUE, values=TOO_HIGH)],
        hours=8,
    )


TOO_HIGH = (Value("height", 900.0, "cm"),)


def who_hold_it(played: Played) -> set[str]:
    """Who holds what is wrong in the end, not marked as taken back."""
    return {
        party
        for party in (REGION, WATER, RAIL, NATION, READER)
        for item in held(played, party).values()
        if item.values == TOO_HIGH and item.verification.status is not STATUS.REFUTED
    }


def who_were_told_it(played: Played) -> set[str]:
    wrong = (one for one in played.heard if any(item.values == TOO_HIGH for item in items_in(one.data)))
    return {reader for one in wrong for reader in one.readers}


def test_what_was_put_right_reaches_everybody_who_was_told_it() -> None:
    played = passed_on({})
    right = next(one for one in shared(played) if one.data.item.verification.status is STATUS.CORRECTED)
    (briefed,) = [one for one in played.of(Briefing, to=RAIL) if right.data.item.version in _versions(one)]

    assert who_were_told_it(played) >= {REGION, RAIL, NATION, READER}
    assert who_hold_it(played) == set()
    # At once, and not with the hourly news.
    assert 0 < briefed.at_ms - right.at_ms < minutes(10)
    assert played.led_to(briefed)[-1].event.id in {one.event.id for one in played.led_to(right)}


def _versions(briefing: Heard) -> set[int]:
    return {item.version for item in briefing.data.items}


def test_where_nobody_can_carry_it_who_was_told_by_word_of_mouth_keeps_what_is_wrong() -> None:
    """Nobody there: the liaisons of the region have gone home."""
    gone: dict[str, Any] = {"hours": (minutes(8 * 60), minutes(8 * 60 + 100)), "attention_ms": minutes(20)}
    people = (Post(Role.LIAISON, on_duty=1, slip=0.0, **gone), Post(LOOKS_IN), *_NOBODY)
    played = passed_on({"staff": people})
    unreachable = [one for one in played.notes("unreachable", REGION) if "briefing.correct" in one.text]

    assert unreachable
    assert played.event(unreachable[0].cause[0]).sender == WATER
    assert who_hold_it(played) == {RAIL}
