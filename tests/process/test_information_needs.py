"""Information needs (Modeluitwerking 10): a theme that is needed and stays empty is asked for, either way."""

from __future__ import annotations

from sim.core.messages.contents import Alert, Answer, ItemUpdate, Request
from sim.core.messages.topics import Shape
from sim.core.model.agreement import Agreement
from sim.core.model.cue import Open
from sim.core.model.party import Competence
from sim.core.model.staff import Post, Role
from sim.core.world.truth import TruthChange
from tests.process.stage import Heard, Played, agreed, inject, minutes, play, so
from tests.unit.core.agents.helpers import CARE, FLOOD, RAIL, REGION, RIVER

OPENED = inject(30, Open(activity=FLOOD))
ROADS = "b2-accessibility"
PEOPLE = "c3-population"
DECISIONS = "d2-decisions"
TRACKS = so(35, "tracks", system="rail", theme=ROADS)
"""Only the railway manager knows of its tracks."""
SHELTER = so(35, "shelter", system="care", theme=PEOPLE)
NOBODY = (Post(Role.LIAISON), Post(Role.DECISION_MAKER))


def rail(**terms: tuple[str, ...]) -> Agreement:
    return agreed(RAIL, alert_systems=(RIVER,), ask_after_ms=minutes(30), **terms)


def needing(agreement: Agreement, truth: TruthChange, staff: tuple[Post, ...] | None = None) -> Played:
    """The railway manager does not report of itself, and the region does not see its tracks."""
    of_rail: dict[str, object] = {"competence": Competence(("rail",), None)}
    if staff is not None:
        of_rail["staff"] = staff
    return play(
        injects=[OPENED],
        truth=[truth],
        agreements=[agreement],
        members=(REGION, RAIL, CARE),
        parties={RAIL: of_rail},
        hours=4,
    )


def shared(played: Played, subject: str) -> list[Heard]:
    return [one for one in played.of(ItemUpdate, shape=Shape.SHARED) if one.data.item.subject == subject]


def questions(played: Played, sender: str) -> list[Heard]:
    return [one for one in played.of(Request, sender=sender) if one.data.purpose == "inform"]


def test_the_region_asks_for_a_theme_that_stays_empty_and_puts_the_answer_into_the_picture() -> None:
    played = needing(rail(asked=(ROADS,)), TRACKS)

    first = shared(played, "tracks")[0]
    question, answer = played.led_to(first)

    assert (question.sender, question.to, question.data.theme) == (REGION, RAIL, ROADS)
    assert question.at_ms >= OPENED.at_ms + minutes(30)
    assert (answer.sender, answer.data.outcome) == (RAIL, "informed")
    assert len(questions(played, REGION)) > 1  # it grows old, and is asked for again


def test_a_partner_asks_the_region_for_what_it_needs_and_has_not_heard() -> None:
    played = needing(rail(needs=(PEOPLE,)), SHELTER)

    answer = next(one for one in played.of(Answer, to=RAIL) if one.data.items)
    alert, question = played.led_to(answer)

    assert isinstance(alert.data, Alert)
    assert (question.sender, question.to, question.data.theme) == (RAIL, REGION, PEOPLE)
    assert (answer.data.outcome, answer.data.items[0].subject) == ("informed", "shelter")
    assert answer.readers == (RAIL,)


def test_with_the_wrong_theme_agreed_nobody_asks_for_the_right_one() -> None:
    """Wrong theme: the region is to hear of decisions from the railway manager, and not of its tracks."""
    played = needing(rail(asked=(DECISIONS,)), TRACKS)

    asked = questions(played, REGION)
    answers = played.of(Answer, sender=RAIL)

    assert {one.data.theme for one in asked} == {DECISIONS}
    assert {one.data.outcome for one in answers} == {"unknown"}
    assert [played.led_to(one)[-1] for one in answers] == asked
    assert shared(played, "tracks") == []


def test_a_partner_that_needs_the_wrong_theme_never_hears_what_it_should() -> None:
    """Wrong theme: the railway manager said that it needs to know of decisions."""
    played = needing(rail(needs=(DECISIONS,)), SHELTER)

    assert {one.data.theme for one in questions(played, RAIL)} == {DECISIONS}
    assert {one.data.outcome for one in played.of(Answer, to=RAIL)} == {"unknown"}
    assert shared(played, "shelter")


def test_where_nobody_is_there_to_answer_the_theme_stays_empty_and_the_question_is_named() -> None:
    """Nobody on call: the railway manager has neither a liaison nor a decision maker."""
    played = needing(rail(asked=(ROADS,)), TRACKS, NOBODY)

    asked = questions(played, REGION)
    unreachable = [one for one in played.notes("unreachable", RAIL) if "informing.look" in one.text]

    assert asked
    assert [one.cause for one in unreachable] == [(one.event.id,) for one in asked]
    assert unreachable[0].text == "nobody is there for liaison (informing.look)"
    assert played.of(Answer, sender=RAIL) == []
    assert shared(played, "tracks") == []
