"""Information management (Modeluitwerking 12): bringing, fetching, and direction (regievoering)."""

from __future__ import annotations

from typing import Any

from sim.core.assessment.measures.moderation import moderation_handled
from sim.core.messages.contents import (
    Alarm,
    Answer,
    ItemUpdate,
    Proposal,
    Receipt,
    Request,
    Signal,
    SitRep,
    Verdict,
)
from sim.core.messages.items import Item, Value, VerificationStatus
from sim.core.messages.topics import Shape
from sim.core.model.agreement import Norm
from sim.core.model.cue import Open, Scale
from sim.core.model.party import Competence
from sim.core.model.staff import Post, Role, Spread
from sim.core.world.faults import Fault, FaultType
from tests.process.stage import Heard, Played, agreed, inject, minutes, play, so
from tests.unit.core.agents.helpers import CROSS, FLOOD, GRID, LEVEL, RAIL, REGION, RIVER, WATER, text

OPENED = inject(30, Open(activity=FLOOD))
SCALED = inject(40, Scale(activity=FLOOD, grip=2))
BLIND = {"competence": Competence(("other",), None)}
"""Does not see the river by itself."""
TOO_HIGH = (Value("height", 900.0, "cm"),)
HEAD = Role.HEAD_OF_INFORMATION


def fault(party: str, at: float, kind: FaultType = FaultType.WRONG_VALUE, **fields: Any) -> Fault:
    """A party perceives the level wrongly at a moment (minutes)."""
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


def slow(role: Role, took: float, **fields: Any) -> Post:
    """One person, whom everything takes as long (minutes)."""
    return Post(role, on_duty=1, handling=Spread(minutes(took), minutes(took)), **fields)


def on_level(found: list[Heard]) -> list[Heard]:
    return [one for one in found if one.data.item.subject == LEVEL]


def shared(played: Played) -> list[Heard]:
    """What was written of the level into the situational picture."""
    return on_level(played.of(ItemUpdate, shape=Shape.SHARED))


def statuses(played: Played) -> list[VerificationStatus]:
    return [one.data.item.verification.status for one in shared(played)]


# Moderation ----------------------------------------------------------------------------------------


def proposed(*faults: Fault, blind: tuple[str, ...] = (REGION,), **staff: Post) -> Played:
    """The grid operator proposes what it sees of the river; so does, in its own tab, the water board."""
    parties: dict[str, dict[str, Any]] = {party: dict(BLIND) for party in blind}
    for party, post in staff.items():
        parties.setdefault({"grid": GRID, "region": REGION}[party], {})["staff"] = (post,)
    return play(
        injects=[OPENED],
        truth=[so(35)],
        agreements=[agreed(WATER, alert_systems=(RIVER,)), agreed(GRID, alert_systems=(RIVER,))],
        members=(REGION, WATER, GRID),
        parties=parties,
        faults=faults,
        hours=3,
    )


def verdicts(played: Played, outcome: str) -> list[Heard]:
    """The verdicts with this outcome on what was proposed of the level."""
    of_level = {one.event.id for one in on_level(played.of(Proposal))}
    return [
        one for one in played.of(Verdict) if one.data.outcome == outcome and one.event.causationid in of_level
    ]


def test_a_proposal_is_accepted_and_stands_in_the_picture() -> None:
    played = proposed(blind=(REGION, WATER))
    (verdict,) = verdicts(played, "accepted")
    proposal = played.led_to(verdict)[-1]

    assert verdict.to == GRID
    assert played.led_to(shared(played)[0])[-1] == proposal


def test_a_proposal_without_its_figure_is_edited_and_asked_about() -> None:
    played = proposed(fault(GRID, 100, FaultType.INCOMPLETE, omit=("values",)))
    (verdict,) = verdicts(played, "edited")
    proposal = played.led_to(verdict)[-1]
    (written,) = [one for one in shared(played) if one.event.causationid == proposal.event.id]
    (question,) = [one for one in played.of(Request, to=GRID) if one.event.causationid == proposal.event.id]

    assert proposal.data.item.values == ()
    assert written.data.item.values[0].amount == 300.0
    assert question.event.injects == (f"f-{GRID}",)


def test_a_proposal_that_completes_what_another_source_said_is_merged_with_it() -> None:
    """The water board leaves out the place; the grid operator, who is slower, tells it."""
    incomplete = fault(WATER, 40, FaultType.INCOMPLETE, omit=("geometry",))
    played = proposed(incomplete, blind=(REGION, WATER), grid=slow(HEAD, 12))
    (verdict,) = verdicts(played, "merged")
    proposal = played.led_to(verdict)[-1]
    before, merged = shared(played)[:2]

    assert (before.data.item.source.party, before.data.item.geometry) == (WATER, None)
    assert merged.data.item.geometry == proposal.data.item.geometry is not None
    assert played.led_to(merged)[-1] == proposal


def test_a_proposal_against_what_was_verified_is_rejected_with_the_reason() -> None:
    played = proposed(fault(GRID, 60, values=TOO_HIGH), blind=())
    (verdict,) = verdicts(played, "rejected")
    proposal = played.led_to(verdict)[-1]
    (recognised,) = [one for one in played.notes("recognised", REGION) if "verified" in one.text]

    assert recognised.text == verdict.data.reason.en == "Contradicts a verified item; asked about."
    assert recognised.cause == (proposal.event.id, f"f-{GRID}")
    assert all(one.data.item.values[0].amount == 300.0 for one in shared(played))


def test_a_swamped_information_manager_leaves_a_proposal_open_and_the_assessment_says_so() -> None:
    """Overload: one information manager, to whom everything takes five hours, and a thing waits half an hour."""
    played = proposed(
        region=slow(Role.INFORMATION_MANAGER, 300, attention_ms=minutes(30)), blind=(REGION, WATER)
    )
    (proposal,) = on_level(played.of(Proposal))
    (missed,) = [one for one in played.notes("missed", REGION) if one.cause == (proposal.event.id,)]
    figure = moderation_handled(played.evidence, GRID)

    assert missed.text == "information-manager: waited 30 min (moderating.moderate)"
    assert played.of(Verdict) == []
    assert figure is not None
    assert (f"{GRID}-{LEVEL}/1", "open") in {(one.about, one.what) for one in figure.details}


# What looks wrong ----------------------------------------------------------------------------------


def doubted(reader: Post) -> Played:
    """The water board misreads the level; the Red Cross, which looks along, knows better."""
    return play(
        injects=[OPENED],
        truth=[so(35)],
        agreements=[agreed(WATER, alert_systems=(RIVER,)), agreed(CROSS)],
        members=(REGION, WATER, CROSS),
        parties={REGION: BLIND, CROSS: {"staff": (reader,)}},
        faults=[fault(WATER, 60, values=TOO_HIGH)],
        hours=4,
    )


def test_what_looks_wrong_is_signalled_asked_about_and_corrected_by_its_source() -> None:
    played = doubted(Post(HEAD, on_duty=1, skill=1.0))
    corrected = shared(played)[-1]
    said, wrong, signal, question, answer = played.led_to(corrected)

    assert VerificationStatus.DISPUTED in statuses(played)
    assert corrected.data.item.verification.status is VerificationStatus.CORRECTED
    assert (said.sender, said.data.item.values, wrong.shape) == (WATER, TOO_HIGH, Shape.SHARED)
    assert (signal.sender, type(signal.data)) == (CROSS, Signal)
    assert (question.to, question.data.purpose) == (WATER, "verify")
    assert (answer.sender, answer.data.outcome) == (WATER, "corrected")
    assert {one.event.injects for one in played.led_to(corrected)} == {(f"f-{WATER}",)}
    assert corrected.data.item.values[0].amount == 300.0


def test_the_unskilled_overlook_what_is_wrong_and_it_stays() -> None:
    """Unskilled: the head of information recognises nothing."""
    played = doubted(Post(HEAD, on_duty=1, skill=0.0))
    (overlooked,) = played.notes("overlooked", CROSS)
    wrong = shared(played)[-1]

    assert overlooked.text == "differs from what the party knows; nobody noticed"
    assert overlooked.cause == (wrong.event.id, f"f-{WATER}")
    assert wrong.data.item.values == TOO_HIGH
    assert played.of(Signal) == []


def test_an_unskilled_information_manager_overlooks_a_contradiction() -> None:
    """Unskilled: the last word stands, though the two sources contradict each other."""
    played = proposed(
        fault(WATER, 60, values=TOO_HIGH), region=Post(Role.INFORMATION_MANAGER, on_duty=1, skill=0.0)
    )
    overlooked = played.notes("overlooked", REGION)[0]
    said = played.event(overlooked.cause[0])

    assert overlooked.text == "contradicts the shared picture; nobody noticed"
    assert (said.sender, said.data.item.values) == (WATER, TOO_HIGH)
    assert overlooked.cause[1:] == (f"f-{WATER}",)


# Tidying -------------------------------------------------------------------------------------------


def aging(head: Post) -> Played:
    """What is older than an hour is asked about, and taken out where nobody confirms it within half an hour."""
    terms = {"stale_after_ms": minutes(60), "correction": Norm(minutes(30), "process.information_management")}
    return play(
        injects=[OPENED],
        truth=[so(35)],
        agreements=[agreed(WATER, alert_systems=(RIVER,), **terms)],
        members=(REGION, WATER),
        parties={REGION: BLIND, WATER: {"staff": (head,)}},
        hours=5,
    )


def test_what_is_old_is_asked_about_and_stays_where_its_source_confirms_it() -> None:
    played = aging(Post(HEAD, on_duty=1))
    confirmed = shared(played)[statuses(played).index(VerificationStatus.VERIFIED)]
    question, answer = played.led_to(confirmed)

    assert question.data.purpose == "verify"
    assert (answer.sender, answer.data.outcome) == (WATER, "confirmed")
    assert VerificationStatus.LAPSED not in statuses(played)


def test_what_nobody_confirms_is_taken_out_because_of_the_question_that_nobody_answered() -> None:
    """Nobody on call: the head of information has gone home after the first hour and a half."""
    played = aging(Post(HEAD, on_duty=1, hours=office(until=90), attention_ms=minutes(120)))
    gone = shared(played)[1]
    (question,) = played.led_to(gone)
    (unreachable,) = [one for one in played.notes("unreachable", WATER) if one.cause == (question.event.id,)]

    assert gone.data.item.verification.status is VerificationStatus.LAPSED
    assert (question.sender, question.to, question.data.subject) == (REGION, WATER, LEVEL)
    assert unreachable.text == "head-of-information: waited 2 h 00 min (answering.answer)"
    assert [one for one in played.of(Answer, sender=WATER) if one.data.item is not None] == []


def office(until: float) -> tuple[int, int]:
    """Hours from the start of the exercise (8 o'clock) until so many minutes later."""
    start = minutes(8 * 60)
    return start, start + minutes(until)


# The duty to fetch ---------------------------------------------------------------------------------


def read(head: Post) -> Played:
    return play(
        injects=[OPENED],
        truth=[so(35, system="other")],
        agreements=[agreed(WATER, alert_systems=(RIVER,))],
        members=(REGION, WATER),
        parties={REGION: BLIND, WATER: {"staff": (head,)}},
        hours=5,
    )


def receipts(played: Played) -> set[tuple[str, int]]:
    return {(ref.item, ref.version) for one in played.of(Receipt, sender=WATER) for ref in one.data.items}


def test_who_reads_the_picture_says_what_it_took_in() -> None:
    played = read(Post(HEAD, on_duty=1))
    item = shared(played)[0].data.item

    assert (item.id, item.version) in receipts(played)


def test_who_is_overloaded_reads_nothing_and_what_waited_is_named() -> None:
    """Overload: the head of information is at one thing until long after."""
    played = read(slow(HEAD, 400, attention_ms=minutes(30)))
    missed = [one for one in played.notes("missed", WATER) if "receipts.read" in one.text]

    assert missed
    assert all(WATER in played.event(one.cause[0]).readers for one in missed)
    assert receipts(played) == set()


# By word of mouth ----------------------------------------------------------------------------------


def reported(liaison: Post) -> Played:
    """The railway manager reports by its liaison; the level is 310 cm."""
    return play(
        injects=[OPENED, SCALED],
        truth=[so(35, amount=310.0)],
        agreements=[agreed(RAIL, alarm_level=2, sitrep_every_ms=minutes(60))],
        members=(REGION, RAIL),
        parties={REGION: BLIND, RAIL: {"staff": (liaison,)}},
        hours=2,
    )


def reports(played: Played) -> list[tuple[Item, ...]]:
    return [one.data.items for one in played.of(SitRep, sender=RAIL)]


def test_what_the_liaison_carries_stands_in_the_picture_because_of_the_alarm() -> None:
    played = reported(Post(Role.LIAISON, on_duty=1, slip=0.0, loss=0.0))
    alarm, report = played.led_to(shared(played)[0])

    assert isinstance(alarm.data, Alarm)
    assert (report.sender, report.shape) == (RAIL, Shape.OUTSIDE)
    assert shared(played)[0].data.item.values[0].amount == 310.0


def test_a_liaison_who_slips_puts_a_wrong_figure_into_the_picture() -> None:
    """Liaison: a figure is copied wrongly on the telephone."""
    played = reported(Post(Role.LIAISON, on_duty=1, slip=1.0, loss=0.0))
    (alarm,) = played.of(Alarm, to=RAIL)
    slip = played.notes("slip", RAIL)[0]

    assert (slip.text, slip.cause) == ("height passed on as 301 cm", (alarm.event.id,))
    assert shared(played)[0].data.item.values[0].amount == 301.0


def test_what_a_liaison_forgets_never_reaches_the_picture() -> None:
    """Liaison: everything is left out."""
    played = reported(Post(Role.LIAISON, on_duty=1, slip=0.0, loss=1.0))
    (alarm,) = played.of(Alarm, to=RAIL)
    forgotten = played.notes("forgotten", RAIL)[0]

    assert (forgotten.text, forgotten.cause) == ("not passed on", (alarm.event.id,))
    assert reports(played) == [()]
    assert shared(played) == []
