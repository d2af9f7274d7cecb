"""Every criterion: met, not met, not observed; and its evidence is what the finding stands on."""

from __future__ import annotations

import msgspec
import pytest

from sim.core.assessment.evidence.figure import Figure, Unit
from sim.core.assessment.judging.criteria import AppliedNorm
from sim.core.assessment.judging.findings import judge, measurement
from sim.core.assessment.judging.judgment import assess
from sim.core.assessment.judging.outcome import Advice, Finding, Result
from sim.core.assessment.judging.wording import judged_reason
from sim.core.messages.contents import Ack, Alarm
from sim.core.model.agreement import Norm
from sim.core.model.party import CoreTask
from sim.core.records.kinds import ActivityEntry
from tests.unit.core.assessment.examples import (
    ALWAYS_SAID,
    END,
    EXAMPLES,
    EXCEPTIONS,
    NO_ASSESSMENT,
    Example,
)
from tests.unit.core.assessment.logs import (
    ACTIVITY,
    AGREEMENTS,
    CRITERIA,
    GAS,
    GRID,
    HELP,
    NEIGHBOUR,
    NOTHING,
    REGION,
    SHOP,
    WATER,
    Log,
    agreement,
    builtins,
    find,
    finding,
    item,
    minutes,
    without,
)

CRITERION = {criterion.id: criterion for criterion in CRITERIA}

CASES = [pytest.param(name, example, id=name) for name, example in EXAMPLES.items() if name not in EXCEPTIONS]
PARTLY = [case for case in CASES if EXAMPLES[str(case.id)].partly is not None]
SET_UP = [case for case in CASES if CRITERION[str(case.id)].part != "performance"]

WHOLE = {one.id for one in CRITERIA if one.measure == "agreed" and len(one.topics) + bool(one.terms) == 1}
"""Preconditions that ask for one thing, which is agreed or not."""

STANDS_WITHOUT_IT = {
    "exercise-time-to-correct": "that others were told of the fault: its correction shows that too",
    "held-in-time": "what ended a time that was too long already: without it, it is longer still",
}
"""Criteria of which one cited record alone changes nothing, and which that is."""


def _log(build: object) -> Log:
    log = Log()
    assert callable(build)
    build(log)
    return log.end(END)


def _shown(name: str) -> list[Result]:
    example = EXAMPLES[name]
    return [
        finding(_log(build), example.party, name).result
        for build in (example.meets, example.fails, example.without)
    ]


def test_every_criterion_of_the_shipped_file_has_its_examples() -> None:
    """So that a new criterion cannot come without a log that shows what it means."""
    assert EXAMPLES.keys() == CRITERION.keys()
    for name, example in EXAMPLES.items():
        assert bool(example.party) == (CRITERION[name].scope == "partner"), name
        can_be_between = CRITERION[name].partly is not None and name not in WHOLE
        assert name in EXCEPTIONS or (example.partly is not None) == can_be_between, name


def test_every_criterion_can_be_met_not_met_and_not_observed() -> None:
    """But for a few, each with its reason; and those cannot indeed."""
    three = [Result.MET, Result.NOT_MET, Result.NOT_OBSERVED]
    assert {name for name in EXAMPLES if _shown(name) != three} == EXCEPTIONS.keys()
    assert all(EXCEPTIONS.values())


@pytest.mark.parametrize("name", [name for name, one in CRITERION.items() if one.profiles != "all"])
def test_not_applicable(name: str) -> None:
    """Of who has another profile nothing is found, whatever the log holds."""
    partners = {one.id: one for one in assess(_log(EXAMPLES[name].meets).records, CRITERIA).partners}
    others = [one for one in partners.values() if not CRITERION[name].holds_for(one.profile)]
    found = [one for partner in others for one in partner.criteria if one.id == name]
    assert len(found) == len(others) > 0
    assert {(one.result, one.measure.value, one.evidence) for one in found} == {
        (Result.NOT_APPLICABLE, None, ())
    }


@pytest.mark.parametrize("name", ["exposure", "alarm", "exercise-exposure", "duty-to-fetch"])
def test_an_assessment_has_the_finding(name: str) -> None:
    """The others here ask for one finding at a time, as the assessment of all of them takes long."""
    log = _log(EXAMPLES[name].fails)
    assessment, party = assess(log.records, CRITERIA), EXAMPLES[name].party
    found = next((one.criteria for one in assessment.partners if one.id == party), assessment.criteria)
    assert finding(log, party, name) in found


@pytest.mark.parametrize(("name", "example"), CASES)
def test_met(name: str, example: Example) -> None:
    """A log that keeps the norm, also at its very edge, meets the criterion."""
    found = finding(_log(example.meets), example.party, name)
    assert (found.result, bool(found.evidence)) == (Result.MET, True)
    assert found.norm is not None
    assert found.norm.source


@pytest.mark.parametrize(("name", "example"), CASES)
def test_not_met(name: str, example: Example) -> None:
    """A log that breaks the norm beyond what is partly met does not meet the criterion."""
    found = finding(_log(example.fails), example.party, name)
    assert (found.result, bool(found.evidence)) == (Result.NOT_MET, True)


@pytest.mark.parametrize("name", [name for name, why in EXCEPTIONS.items() if why is ALWAYS_SAID])
def test_what_every_agreement_says_is_met_or_not_observed(name: str) -> None:
    assert _shown(name) == [Result.MET, Result.NOT_OBSERVED, Result.NOT_OBSERVED]


@pytest.mark.parametrize("name", [name for name, why in EXCEPTIONS.items() if why is NO_ASSESSMENT])
def test_what_is_never_judged_is_shown(name: str) -> None:
    """With its figure, whether all or nothing of it was agreed."""
    example = EXAMPLES[name]
    for build, value in ((example.meets, 1), (example.fails, 0)):
        found = finding(_log(build), example.party, name)
        assert (found.result, found.measure.value) == (Result.NOT_APPLICABLE, value)


@pytest.mark.parametrize(("name", "example"), PARTLY)
def test_partly_met(name: str, example: Example) -> None:
    """A log between the two is partly met."""
    found = finding(_log(example.partly), example.party, name)
    assert (found.result, bool(found.evidence)) == (Result.PARTLY_MET, True)


@pytest.mark.parametrize(("name", "example"), CASES)
def test_not_observed(name: str, example: Example) -> None:
    """Without evidence a criterion is not observed, and never passed."""
    found = finding(_log(example.without), example.party, name)
    assert (found.result, found.evidence) == (Result.NOT_OBSERVED, ())
    assert found.measure.value is None


@pytest.mark.parametrize("which", ["meets", "fails"])
@pytest.mark.parametrize(("name", "example"), CASES)
def test_evidence_carries_the_finding(name: str, example: Example, which: str) -> None:
    """Without the records that it cites the result is another one."""
    log = _log(getattr(example, which))
    found = finding(log, example.party, name)
    if log.records[0].seq in found.evidence:
        # Who took part and what was agreed stands there; without it nobody can be judged at all.
        with pytest.raises(ValueError, match="run log: expected a record of kind run, found none"):
            find(without(log.records, found.evidence), example.party, name)
        return
    assert find(without(log.records, found.evidence), example.party, name).result is not found.result


@pytest.mark.parametrize(("name", "example"), SET_UP)
def test_the_opening_carries_the_finding_by_what_it_says(name: str, example: Example) -> None:
    """Without its agreements, or for the fit of the profile without the core task, it is met no more."""
    log = _log(example.meets)
    party = next(one for one in log.records[0].content.parties if one.id == example.party)
    others = tuple(one for one in log.records[0].content.parties if one is not party)
    log.reopen(agreements=(), parties=(*others, msgspec.structs.replace(party, core_task=None)))
    assert finding(log, example.party, name).result in (Result.NOT_MET, Result.NOT_OBSERVED)


@pytest.mark.parametrize("which", ["meets", "fails"])
@pytest.mark.parametrize(("name", "example"), CASES)
def test_each_record_of_the_evidence_counts(name: str, example: Example, which: str) -> None:
    """Nothing is cited that the figure, or on how much it rests, does not depend on."""
    log = _log(getattr(example, which))
    found = finding(log, example.party, name)
    left = [find(without(log.records, (seq,)), example.party, name) for seq in found.evidence if seq]
    idle = [one for one in left if _figure(one) == _figure(found)]
    assert not idle or name in STANDS_WITHOUT_IT


def _figure(found: Finding) -> tuple[object, ...]:
    return found.result, found.measure.value, found.measure.pending, found.measure.count


NORM = AppliedNorm(limit=10, partly_limit=15, unit=Unit.MS, better="lower", source="exercise")


@pytest.mark.parametrize(
    ("value", "pending", "result"),
    [
        (10, None, Result.MET),
        (15, None, Result.PARTLY_MET),
        (16, None, Result.NOT_MET),
        (None, 10, Result.NOT_OBSERVED),
        (None, 11, Result.NOT_MET),
        (5, 10, Result.MET),
        (5, 11, Result.NOT_MET),
        (12, 14, Result.NOT_MET),
    ],
)
def test_open_ends(value: int | None, pending: int | None, result: Result) -> None:
    """What was still open fails once the norm has run out, and before that shows nothing."""
    assert judge(Figure(value=value, pending=pending, count=1, evidence=(1,)), NORM) is result


@pytest.mark.parametrize(
    ("value", "open_for", "result"), [(12, 11, Result.NOT_MET), (12, 9, Result.PARTLY_MET)]
)
def test_what_is_overdue_is_not_hidden_by_what_took_longer(value: int, open_for: int, result: Result) -> None:
    """A wait that the run outlived fails the criterion; that another one took longer makes that no better."""
    figure = Figure(value=value, waiting=open_for, count=2, evidence=(1,))
    assert judge(figure, NORM) is result
    reason = judged_reason(measurement("x", Unit.MS, figure), NORM, overdue=result is Result.NOT_MET)
    assert reason.en.startswith("At least 0 s" if result is Result.NOT_MET else "0 s")


@pytest.mark.parametrize("party", [GAS, SHOP])
def test_figures_without_an_assessment(party: str) -> None:
    """For link and ad-hoc no assessment exists; their figures are shown all the same."""
    log = Log()
    log.subscribed(5, party)
    log.end(END)
    partner = next(one for one in assess(log.records, CRITERIA).partners if one.id == party)
    assert partner.advice is Advice.NOT_ASSESSABLE
    assert {one.result for one in partner.criteria} == {Result.NOT_APPLICABLE}
    assert (partner.ground.rule, partner.ground.put_right) == ("no-assessment", ())
    within = next(one for one in partner.criteria if one.id == "within-profile")
    assert (within.measure.value, bool(within.evidence)) == (0, True)
    assert "par. 1.4" in partner.reason.en


def test_a_criterion_of_another_profile_is_not_applicable() -> None:
    """A standby partner sends no situation reports, so nobody holds it to them."""
    found = finding(Log().end(END), HELP, "sitrep-punctuality")
    assert (found.result, found.measure.value) == (Result.NOT_APPLICABLE, None)


def test_a_figure_without_a_norm_is_shown_and_not_judged() -> None:
    """What was not agreed cannot be broken."""
    log = Log(agreements=tuple(one for one in AGREEMENTS if one.partner != WATER))
    log.own(10, WATER, item("water-level", observed=5))
    log.truth(12)
    log.own(20, WATER, item("water-level", 2, observed=15))
    found = finding(log.end(30), WATER, "held-actuality")
    assert (found.result, found.norm, found.measure.value) == (Result.NOT_APPLICABLE, None, 8 * 60_000)
    assert found.evidence == (1, 2, 3)


def test_the_reason_names_figure_norm_and_source() -> None:
    """In both languages, also when the run ended before the matter did."""
    late = finding(_log(EXAMPLES["alarm-acknowledgement"].fails), WATER, "alarm-acknowledgement")
    assert late.reason.en == "16 min, norm at most 10 min (topic 7); number of events: 1."
    log = Log()
    log.alarm(10, WATER)
    never = finding(log.end(END), WATER, "alarm-acknowledgement")
    assert never.result is Result.NOT_MET
    assert never.reason.nl == (
        "Ten minste 3 h 00 min, norm ten hoogste 10 min (topic 7); aantal gebeurtenissen: 1."
    )
    seen = finding(_log(EXAMPLES["fault-detection"].meets), GRID, "fault-detection")
    assert seen.reason.nl == "100%, norm ten minste 80% (exercise); aantal gebeurtenissen: 1."
    denied = finding(_log(EXAMPLES["within-profile"].fails), WATER, "within-profile")
    assert denied.reason.en.startswith("2, norm at most 0 (Beleidskader Tabel 1)")


def test_the_json_has_the_keys_that_scripts_rely_on() -> None:
    """As the command line promises."""
    built = builtins(_log(EXAMPLES["initial-picture"].meets))
    partner = built["partners"][0]
    assert {"id", "profile", "advice", "criteria"} <= set(partner)
    assert {"id", "part", "result", "measure", "norm", "evidence"} <= set(partner["criteria"][0])
    assert [one["id"] for one in built["partners"]] == [GAS, GRID, HELP, SHOP, WATER]
    assert {"rule", "text", "because", "put_right", "again_by", "other_profiles"} <= set(partner["ground"])
    assert built["judged"] == ("direction", "set-up", "performance")
    assert built["complete"] is True


def test_bodies_have_figures_and_no_result() -> None:
    """Regions are not assessed; what they hold and handle is shown."""
    log = _log(EXAMPLES["moderation-time"].meets)
    region = next(body for body in assess(log.records, CRITERIA).bodies if body.id == REGION)
    assert {reading.measure.name for reading in region.figures} >= {"moderation-time", "held-age"}


def test_figures_that_no_criterion_judges_are_shown() -> None:
    """The age of what a partner holds is a figure; what never changes grows old and stays right."""
    log = Log()
    log.own(10, WATER, item("water-level", observed=5))
    log.end(20)
    water = next(one for one in assess(log.records, CRITERIA).partners if one.id == WATER)
    figures = {one.measure.name: one for one in water.figures}
    age = figures["held-age"]
    assert (age.measure.value, age.evidence) == (10 * 60_000, (1,))
    assert set(figures) == {"held-age", "over-age-time", "sourced", "rated"}


def test_the_same_log_gives_the_same_assessment() -> None:
    """Byte for byte."""
    log = _log(EXAMPLES["exposure"].fails)
    assert builtins(log) == builtins(log)
    assert ACTIVITY in str(log.records)


def test_a_log_without_opening_is_refused() -> None:
    """Nobody can judge a run without knowing who took part."""
    with pytest.raises(ValueError, match="run log: expected a record of kind run, found none"):
        assess([], CRITERIA)


FIRE = "fire"


def _alarmed_in_two_regions(*, after: float, added: float) -> Finding:
    """A partner that acknowledges an alarm of two regions; the second of them agreed a term of its own."""
    general = agreement(GRID, "structural", CoreTask.MANAGER, regions=(REGION, NEIGHBOUR))
    agreed = general.with_addition(NEIGHBOUR, {"acknowledge": Norm(minutes(added), "vr23")}, {})
    elsewhere = ActivityEntry(id=FIRE, name=NOTHING, directing=NEIGHBOUR, parties=(GRID,), systems=())
    log = Log((agreed,), (elsewhere,))
    log.ack(8, GRID, log.alarm(0, GRID))
    alarm = log.mail(20, NEIGHBOUR, GRID, Alarm(activity=FIRE, text=NOTHING, level="GRIP 1"))
    log.mail(20 + after, GRID, NEIGHBOUR, Ack(activity=FIRE, of=alarm))
    return _of_the_whole(log.end(END), GRID, "alarm-acknowledgement")


def _of_the_whole(log: Log, party: str, criterion: str) -> Finding:
    """Return a finding of the assessment of all of it: its criteria share what was found in each region."""
    partner = next(one for one in assess(log.records, CRITERIA).partners if one.id == party)
    return next(one for one in partner.criteria if one.id == criterion)


@pytest.mark.parametrize(
    ("after", "added", "result", "norm_source"),
    [
        (4, 5, Result.MET, "topic 7"),
        (7, 5, Result.PARTLY_MET, "vr23"),
        (8, 5, Result.NOT_MET, "vr23"),
        (8, 10, Result.MET, "topic 7"),
    ],
)
def test_each_region_is_held_against_what_it_agreed_itself(
    after: float, added: float, result: Result, norm_source: str
) -> None:
    """Of regions with norms of their own the one that fared worst stands for the criterion."""
    found = _alarmed_in_two_regions(after=after, added=added)
    assert found.result is result
    assert found.norm is not None
    assert found.norm.source == norm_source


def test_a_norm_that_all_regions_share_takes_one_finding_over_all() -> None:
    general = agreement(GRID, "structural", CoreTask.MANAGER, regions=(REGION, NEIGHBOUR))
    agreed = general.with_addition(NEIGHBOUR, {"sitrep_every_ms": minutes(30)}, {})
    elsewhere = ActivityEntry(id=FIRE, name=NOTHING, directing=NEIGHBOUR, parties=(GRID,), systems=())
    log = Log((agreed,), (elsewhere,))
    log.ack(2, GRID, log.alarm(0, GRID))
    alarm = log.mail(20, NEIGHBOUR, GRID, Alarm(activity=FIRE, text=NOTHING, level="GRIP 1"))
    log.mail(24, GRID, NEIGHBOUR, Ack(activity=FIRE, of=alarm))
    found = finding(log.end(END), GRID, "alarm-acknowledgement")
    assert (found.result, found.measure.count, found.measure.value) == (Result.MET, 2, minutes(4))


@pytest.mark.parametrize(
    ("regions", "result", "count"),
    [
        ((REGION, NEIGHBOUR), Result.NOT_MET, 2),
        ((REGION,), Result.MET, 1),
        ((NEIGHBOUR,), Result.NOT_MET, 1),
        (("vr22",), Result.NOT_APPLICABLE, 2),
    ],
)
def test_nobody_is_held_to_an_agreement_where_it_does_not_hold(
    regions: tuple[str, ...], result: Result, count: int
) -> None:
    """It acknowledges in time here, and too late in the other region."""
    agreed = agreement(GRID, "structural", CoreTask.MANAGER, regions=regions)
    elsewhere = ActivityEntry(id=FIRE, name=NOTHING, directing=NEIGHBOUR, parties=(GRID,), systems=())
    log = Log((agreed,), (elsewhere,))
    log.ack(2, GRID, log.alarm(0, GRID))
    alarm = log.mail(20, NEIGHBOUR, GRID, Alarm(activity=FIRE, text=NOTHING, level="GRIP 1"))
    log.mail(60, GRID, NEIGHBOUR, Ack(activity=FIRE, of=alarm))
    found = _of_the_whole(log.end(END), GRID, "alarm-acknowledgement")
    assert (found.result, found.measure.count) == (result, count)
    assert (found.norm is None) == (result is Result.NOT_APPLICABLE)
