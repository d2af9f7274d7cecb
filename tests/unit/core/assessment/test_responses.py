"""Answers, levels, conclusions, briefings: what the examples of the criteria leave open."""

from __future__ import annotations

import pytest

from sim.core.assessment.evidence.evidence import gather
from sim.core.assessment.measures import chain, confidentiality, decisions, responses, sitreps
from sim.core.messages.contents import Briefing, ItemUpdate, SitRep
from sim.core.messages.items import ItemRef, Sensitivity, Value
from sim.core.model.party import CoreTask
from sim.core.model.text import Text
from tests.unit.core.assessment.logs import (
    ACTIVITY,
    ELSEWHERE,
    GRID,
    HELP,
    REGION,
    STATUS,
    WATER,
    Log,
    agreement,
    item,
    minutes,
)

OTHER = Text("anders", "otherwise")


def test_a_question_without_an_answer_stays_open() -> None:
    """One to another party, or for another purpose, is none of its."""
    log = Log()
    log.question(10, WATER, "inform")
    log.question(10, GRID, "inform")
    log.question(10, WATER, "spar")
    found = responses.answer_time("inform")(gather(log.end(40).records), WATER)
    assert found is not None
    assert (found.value, found.pending, found.count) == (None, minutes(30), 1)


def test_a_level_of_the_partner_must_reach_the_region() -> None:
    """Outside the tool it arrives late; what the next level overtakes was unknown for no longer than it held."""
    log = Log()
    log.alert(0, GRID)
    log.level(10, (), 1, GRID)
    log.level(20, (), 2, GRID)
    log.level(29, (REGION,), 2, GRID)
    log.level(40, (), 3, GRID)
    found = responses.level_awareness(gather(log.end(100).records), GRID)
    assert found is not None
    assert [(row.what, row.value) for row in found.details] == [
        ("superseded", minutes(10)),
        ("known", minutes(9)),
        ("open", minutes(60)),
    ]


def test_the_card_tells_the_level_too() -> None:
    """And what was so before the partner came is not held against anybody."""
    log = Log()
    log.level(0, (), 1)
    log.level(5, (), 0)
    log.alert(5, GRID)
    log.card(15)
    log.level(20, (GRID,), 1)
    found = responses.level_awareness(gather(log.end(100).records), GRID)
    assert found is not None
    assert [(row.what, row.value) for row in found.details] == [("superseded", minutes(15)), ("known", 0)]


def test_an_alarm_tells_the_level_too() -> None:
    log = Log()
    log.alert(0, GRID)
    log.level(10, (), 2)
    log.alarm(16, GRID)
    log.level(30, (GRID,), 2)
    found = responses.level_awareness(gather(log.end(100).records), GRID)
    assert found is not None
    assert [(row.what, row.value) for row in found.details] == [("known", minutes(6))]


def test_a_level_that_came_late_is_known_from_then_on() -> None:
    log = Log()
    log.alert(0, GRID)
    sent = log.level(10, (), 2)
    log.delivery(25, GRID, sent, "late")
    found = responses.level_awareness(gather(log.end(100).records), GRID)
    assert found is not None
    assert [(row.what, row.value) for row in found.details] == [("known", minutes(15))]


def test_a_partner_has_levels_of_its_own() -> None:
    log = Log()
    log.alert(0, GRID)
    log.crisis_team(10, GRID, "crisis team", (REGION,))
    found = responses.level_awareness(gather(log.end(100).records), GRID)
    assert found is not None
    assert (found.value, found.count) == (0, 1)


def test_who_was_let_in_and_never_concluded_waits_until_the_end() -> None:
    """Or until the activity was closed."""
    log = Log()
    log.rights(10, HELP, "granted")
    log.card(50, is_open=False)
    log.rights(55, HELP, "revoked")
    found = responses.conclusion_time(gather(log.end(100).records), HELP)
    assert found is not None
    assert (found.value, found.pending, found.evidence) == (None, minutes(40), (1, 2))


def test_who_is_let_in_looks_along_from_when_it_reads() -> None:
    log = Log()
    log.rights(10, HELP, "granted")
    log.subscribed(11, GRID, f"activity/{ACTIVITY}/shared/#")
    log.subscribed(12, HELP)
    log.subscribed(14, HELP, f"activity/{ACTIVITY}/shared/#")
    log.conclude(44, HELP, role=True)
    found = responses.conclusion_time(gather(log.end(100).records), HELP)
    assert found is not None
    assert (found.value, found.evidence) == (minutes(30), (1, 4, 5))


def test_a_decision_before_the_partner_came_needed_no_briefing() -> None:
    """Nor one where none was agreed."""
    log = Log()
    log.decide(5)
    log.alert(10, GRID)
    log.send(15, REGION, f"post/{GRID}/{REGION}/briefing", Briefing(activity=ACTIVITY, items=(), team="rot"))
    log.decide(20)
    log.decide(21, activity=ELSEWHERE)
    found = responses.briefed(gather(log.end(100).records), GRID)
    assert found is not None
    assert (found.value, found.count) == (0.0, 1)
    silent = Log((agreement(GRID, "structural", CoreTask.MANAGER, briefed=False),))
    silent.alert(10, GRID)
    silent.decide(20)
    assert responses.briefed(gather(silent.end(100).records), GRID) is None


def test_what_is_told_is_shared_once() -> None:
    """A newer telling overtakes; a copy, what stood there already, what is restricted or refuted is not waited for."""
    log = Log()
    log.own(10, WATER, item("a", 1, observed=10))
    log.own(11, WATER, item("a", 1, observed=10))
    log.own(20, WATER, item("a", 2, observed=20))
    log.shared(24, item("s", observed=20))
    log.own(30, WATER, item("b", 1, observed=15))
    log.own(31, WATER, item("r", observed=31, sensitivity=Sensitivity.RESTRICTED))
    log.own(32, WATER, item("n", observed=32, status=STATUS.REFUTED))
    log.own(40, WATER, item("c", 1, observed=40, subject="dike"))
    log.own(41, WATER, item("d", 1, observed=41, subject="road"))
    log.own(45, WATER, item("d", 2, observed=45, subject="road"))
    log.shared(48, item("t", observed=45, subject="road"))
    found = chain.told_to_shared(gather(log.end(100).records), WATER)
    assert found is not None
    assert [(row.what, row.about, row.value) for row in found.details] == [
        ("superseded", "level", minutes(10)),
        ("shared", "level", minutes(4)),
        ("open", "dike", minutes(60)),
        ("superseded", "road", minutes(4)),
        ("shared", "road", minutes(3)),
    ]


def test_a_newer_telling_overtakes_one_that_is_never_shared() -> None:
    log = Log()
    log.own(10, WATER, item("a", 1, observed=10))
    log.own(20, WATER, item("a", 2, observed=20))
    found = chain.told_to_shared(gather(log.end(30).records), WATER)
    assert found is not None
    assert [(row.what, row.value) for row in found.details] == [
        ("superseded", minutes(10)),
        ("open", minutes(10)),
    ]


def test_the_region_shares_with_nobody_what_it_told_itself() -> None:
    log = Log()
    log.shared(10, item("s", source=REGION))
    assert chain.told_to_shared(gather(log.end(30).records), REGION) is None


def test_who_perceives_it_wrongly_does_not_know_it() -> None:
    log = Log()
    change = f"t-{log.truth(10)}"
    log.mistake(12, GRID, change)
    log.perceive(15, WATER, cause=change)
    log.shared(20, item("s", observed=10), (GRID,))
    log.receipt(30, GRID, item("s"))
    found = chain.known_to_read(gather(log.end(100).records))
    assert found is not None
    assert found.value == minutes(15)


def test_who_never_takes_it_in_waits_on() -> None:
    """What nobody perceived began nowhere."""
    log = Log()
    log.so(10, WATER)
    log.truth(10, "unseen")
    log.shared(20, item("s", observed=10), (GRID, WATER))
    log.shared(20, item("u", observed=10, subject="unseen"), (GRID,))
    log.receipt(30, GRID, item("s"))
    found = chain.known_to_read(gather(log.end(100).records))
    assert found is not None
    assert (found.value, found.pending, found.count) == (minutes(20), minutes(55), 2)


def test_layers_and_systems_that_were_agreed_are_no_exposure() -> None:
    """On one layer of two, and of one system of three."""
    agreed = agreement(
        GRID, "structural", CoreTask.MANAGER, layers=("hydrants",), restricted_systems=("victims",)
    )
    log = Log((agreed,))
    for layer in ("hydrants", "bunkers"):
        told = item(layer, system="fire", sensitivity=Sensitivity.RESTRICTED, source=REGION)
        log.send(10, REGION, f"layer/{REGION}/{layer}", ItemUpdate(item=told), (GRID,))
        # The neighbour has agreed nothing with it.
        log.send(11, "vr23", f"layer/vr23/{layer}", ItemUpdate(item=told), (WATER,))
    for system in ("victims", "gas"):
        log.shared(20, item(system, system=system, sensitivity=Sensitivity.RESTRICTED), (GRID,))
    log.risk(30, item("cold", system="victims", sensitivity=Sensitivity.RESTRICTED), (GRID,))
    found = confidentiality.restricted_exposure(gather(log.end(100).records), GRID)
    assert found is not None
    assert [row.about for row in found.details] == ["bunkers", "gas"]
    elsewhere = confidentiality.restricted_exposure(gather(log.records), WATER)
    assert elsewhere is not None
    assert elsewhere.value == 2


def test_relevance_needs_needs() -> None:
    """Of a party that needs nothing in particular nothing is beside the point."""
    log = Log()
    log.shared(10, item("s"), (HELP, REGION))
    assert confidentiality.relevance(gather(log.end(20).records), REGION) is None


HIGH, LOW = (Value("level", 3.0, "m"),), (Value("level", 2.0, "m"),)


@pytest.mark.parametrize(
    ("changes", "stale"),
    [
        (((20, LOW),), 1),
        (((20, LOW), (40, HIGH)), 0),
        (((20, HIGH),), 0),
        (((5, LOW),), 0),
        (((20, LOW), (25, LOW)), 1),
        (((55, LOW),), 0),
        (((70, LOW),), 0),
    ],
)
def test_stale_is_what_has_long_been_otherwise(
    changes: tuple[tuple[int, tuple[Value, ...]], ...], stale: int
) -> None:
    """By a change since it was observed, half an hour ago or longer, that still holds."""
    log = Log()
    log.shared(10, item("s", observed=10, values=HIGH))
    for at, values in changes:
        if at < 60:
            log.truth(at, values=values)
    log.decide(60, ItemRef("s", 1), ItemRef("unheard-of", 1))
    for at, values in changes:
        if at > 60:
            log.truth(at, values=values)
    found = decisions.decisions_on_stale(gather(log.end(100).records))
    assert found is not None
    assert (found.value, found.count) == (stale, 1)


def test_what_is_past_its_validity_is_stale() -> None:
    log = Log()
    log.shared(10, item("s", observed=10, valid_until_ms=minutes(30)))
    log.decide(31, ItemRef("s", 1))
    found = decisions.decisions_on_stale(gather(log.end(100).records))
    assert found is not None
    assert found.value == 1


def test_words_change_too() -> None:
    """Where there are no figures."""
    log = Log()
    log.shared(10, item("s", observed=10))
    log.truth(20)
    log.decide(60, ItemRef("s", 1))
    found = decisions.decisions_on_stale(gather(log.end(100).records))
    assert found is not None
    assert found.value == 0


def test_a_report_need_not_repeat_what_was_told_before() -> None:
    """Nor tell what came after it; a report of an activity that the log does not name is of none."""
    log = Log()
    log.perceive(10, GRID)
    log.proposal(12, GRID, item("g", observed=10, source=GRID))
    log.perceive(20, GRID, "dike")
    log.perceive(30, GRID, "map", layer="hydrants")
    log.sitrep(60, GRID, 60)
    log.perceive(70, GRID, "late")
    unknown = SitRep(activity="unheard-of", from_ms=0, to_ms=minutes(70), due_ms=minutes(70))
    log.mail(70, GRID, REGION, unknown)
    found = sitreps.sitrep_content(gather(log.end(100).records), GRID)
    assert found is not None
    assert (found.value, found.count) == (0.5, 2)
    assert [row.about for row in found.details] == ["flood/level", "flood/dike"]
