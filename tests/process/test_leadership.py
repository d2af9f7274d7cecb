"""Leadership and coordination (Modeluitwerking 8 and 13): the briefing, the decision, and sparring at equal level."""

from __future__ import annotations

from typing import Any

from sim.core.messages.contents import Answer, Briefing, Decision, ItemUpdate, Request
from sim.core.messages.items import ItemRef
from sim.core.messages.topics import Shape
from sim.core.model.agreement import Level
from sim.core.model.cue import Decide, Meet, Open, Scale, Spar
from sim.core.model.staff import Post, Role, Spread
from sim.core.world.injects import Inject
from tests.process.stage import Heard, Played, agreed, inject, minutes, play, so
from tests.unit.core.agents.helpers import FLOOD, LEVEL, RAIL, REGION, WATER, text

OPENED = inject(30, Open(activity=FLOOD))
SCALED = inject(40, Scale(activity=FLOOD, grip=2))
MEETS = inject(60, Meet(activity=FLOOD, team="rot"))
DECIDES = inject(90, Decide(activity=FLOOD, team="rot", text=text("Close the lock."), subjects=(LEVEL,)))
RISEN = so(75, amount=400.0)
"""The water rises while the team is meeting."""
COMMANDER = Role.GENERAL_COMMANDER


def led(*injects: Inject, staff: dict[str, tuple[Post, ...]] | None = None, **terms: Any) -> Played:
    """A team that is briefed, meets, and decides; both partners were alarmed before."""
    return play(
        injects=[OPENED, SCALED, *injects],
        truth=[so(10), RISEN],
        agreements=[agreed(WATER, alarm_level=2, **terms), agreed(RAIL, alarm_level=2, **terms)],
        members=(REGION, WATER, RAIL),
        parties={party: {"staff": posts} for party, posts in (staff or {}).items()},
        hours=4,
    )


def level_written(played: Played, at: float) -> ItemRef:
    """The shared item on the level as it stood (minutes)."""
    written = [
        one.data.item
        for one in played.of(ItemUpdate, shape=Shape.SHARED)
        if one.data.item.subject == LEVEL and one.at_ms <= minutes(at)
    ]
    return ItemRef(written[-1].id, written[-1].version)


def before_meeting(played: Played, party: str) -> list[Heard]:
    return [one for one in played.of(Briefing, to=party) if one.data.team == "rot"]


# Briefing and decision -----------------------------------------------------------------------------


def test_before_the_team_meets_the_coordination_contacts_are_briefed_each_in_their_way() -> None:
    played = led(MEETS, briefed=True)

    (by_post,), (by_liaison,) = before_meeting(played, WATER), before_meeting(played, RAIL)

    assert (by_post.shape, by_liaison.shape) == (Shape.POST, Shape.OUTSIDE)
    assert by_post.event.injects == by_liaison.event.injects == (MEETS.id,)
    assert [item.subject for item in by_post.data.items] == [LEVEL]


def test_a_decision_rests_on_what_the_team_was_shown() -> None:
    played = led(MEETS, DECIDES)
    (decision,) = played.of(Decision)

    assert decision.event.injects == (DECIDES.id,)
    assert decision.data.rests_on == (level_written(played, 70),)
    assert level_written(played, 90) != level_written(played, 70)
    assert played.notes("missed", REGION) == []


def test_a_decision_without_a_briefing_is_said_to_be_one() -> None:
    """Nobody was asked to brief the team."""
    played = led(DECIDES)
    (decision,) = played.of(Decision)
    (missed,) = played.notes("missed", REGION)

    assert missed.text == f"decision {DECIDES.id} of rot: nobody explained the picture before it"
    assert missed.cause == decision.event.injects == (DECIDES.id,)
    assert decision.data.rests_on == (level_written(played, 90),)


def test_an_overloaded_information_manager_does_not_get_round_to_the_briefing() -> None:
    """Overload: one information manager, to whom everything takes two hours, and a thing waits half an hour."""
    slow = Spread(minutes(120), minutes(120))
    swamped = Post(Role.INFORMATION_MANAGER, on_duty=1, handling=slow, attention_ms=minutes(30))
    played = led(MEETS, DECIDES, staff={REGION: (swamped, Post(Role.HEAD_OF_INFORMATION))}, briefed=True)

    unbriefed, decided = (
        one
        for one in played.notes("missed", REGION)
        if "leading.explain" in one.text or "nobody explained" in one.text
    )

    assert unbriefed.text == "information-manager: waited 30 min (leading.explain)"
    assert unbriefed.cause == (MEETS.id,)
    assert decided.cause == (DECIDES.id,)
    assert before_meeting(played, WATER) == []


# Sparring ------------------------------------------------------------------------------------------

SPARS = inject(60, Spar(activity=FLOOD, party=WATER, team="rot", text=text("What if the dike goes?")))
TABLE = (Level(grip=2, team="rot", partner_level="crisis team", counterpart=COMMANDER),)


def spar(staff: tuple[Post, ...], levels: tuple[Level, ...] = TABLE, **terms: Any) -> Played:
    return led(SPARS, staff={WATER: staff}, levels=levels, **terms)


def the_answer(played: Played) -> Heard:
    (found,) = [
        one for one in played.of(Answer, sender=WATER) if one.data.outcome in ("consulted", "refused")
    ]
    return found


def test_leaders_of_equal_level_consult_each_other() -> None:
    played = spar((Post(COMMANDER, on_duty=1),), spars=True)
    answer = the_answer(played)
    (question,) = played.led_to(answer)

    assert answer.data.outcome == "consulted"
    assert (question.sender, question.data.purpose, question.data.team) == (REGION, "spar", "rot")
    assert question.event.injects == (SPARS.id,)
    assert played.notes("unreachable", REGION) == []


def test_where_the_counterpart_is_not_there_the_answer_says_so() -> None:
    """Nobody on call: there is a decision maker at the water board, and no general commander."""
    played = spar((Post(COMMANDER), Post(Role.DECISION_MAKER, on_duty=1)), spars=True)
    answer = the_answer(played)

    assert answer.data.outcome == "refused"
    assert answer.data.text.en == f"The counterpart ({COMMANDER.value}) is not there."
    assert [one.event.injects for one in played.led_to(answer)] == [(SPARS.id,)]


def test_where_nobody_at_all_answers_the_leader_gives_up_and_the_call_is_named() -> None:
    """Nobody on call: neither a general commander nor a decision maker answers the alarm."""
    gone = tuple(Post(role, on_call=1, available=0.0) for role in (COMMANDER, Role.DECISION_MAKER))
    played = spar(gone, spars=True)

    (question,) = [one for one in played.of(Request, to=WATER) if one.data.purpose == "spar"]
    (gave_up,) = [one for one in played.notes("unreachable", REGION) if "did not answer" in one.text]
    waiting = [one for one in played.notes("unreachable", WATER) if "sparring.respond" in one.text]

    assert gave_up.text == f"the {COMMANDER.value} of {WATER} did not answer in time"
    assert gave_up.cause == question.event.injects == (SPARS.id,)
    assert [one.cause[0] for one in waiting] == [question.event.id]


def test_without_a_table_of_levels_there_is_nobody_to_call() -> None:
    """Not agreed: the table of levels is empty."""
    played = spar((Post(COMMANDER, on_duty=1),), levels=(), spars=True)
    (nobody,) = [one for one in played.notes("unreachable", REGION) if "counterpart" in one.text]

    assert nobody.text == f"rot has no counterpart at {WATER}: none was agreed"
    assert nobody.cause == (SPARS.id,)
    assert [one for one in played.of(Request, to=WATER) if one.data.purpose == "spar"] == []
