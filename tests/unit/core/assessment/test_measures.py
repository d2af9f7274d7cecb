"""The corners of the measures: what counts, what does not, and what shows nothing."""

from __future__ import annotations

import msgspec
import pytest

from sim.core.assessment.evidence.evidence import gather
from sim.core.assessment.evidence.figure import Figure, median, percentile_95
from sim.core.assessment.judging.judgment import assess
from sim.core.assessment.judging.outcome import FaultResult
from sim.core.assessment.measures.actuality import held_age, shared_actuality
from sim.core.assessment.measures.registry import EXERCISE_MEASURES, PARTY_MEASURES
from sim.core.messages.contents import Alert, Briefing, Request, SitRep
from sim.core.messages.items import Item, ItemRef
from sim.core.model.agreement import Agreement
from sim.core.model.cue import TryRead
from sim.core.model.party import CoreTask
from sim.core.records.kinds import ActivityEntry, Garbled, Injected
from tests.unit.core.assessment.logs import (
    ACTIVITY,
    CRITERIA,
    FAULT,
    GAS,
    GRID,
    HELP,
    NEIGHBOUR,
    NOTHING,
    REGION,
    STATUS,
    WATER,
    Log,
    agreement,
    item,
    minutes,
)


def figure(log: Log, party: str, measure: str) -> Figure | None:
    """Return a figure of a party, or of the exercise when ``party`` is empty."""
    evidence = gather(log.records)
    if party:
        return PARTY_MEASURES[measure].find(evidence, party)
    return EXERCISE_MEASURES[measure].find(evidence)


def found(log: Log, party: str, measure: str) -> Figure:
    """Return a figure that must be there."""
    it = figure(log, party, measure)
    assert it is not None
    return it


def rows(it: Figure) -> list[tuple[str, float]]:
    """Return sort and value of the rows behind a figure."""
    return [(row.what, row.value) for row in it.details]


def faults(log: Log) -> tuple[FaultResult, ...]:
    """Return the table of faults."""
    return assess(log.records, CRITERIA).faults


def wrong(version: int = 1, name: str = "s", observed: float = 20) -> Item:
    """Return an item that passes on the fault."""
    return item(name, version, observed=observed, faults=(FAULT,))


def righted(version: int = 2, name: str = "s") -> Item:
    """Return an item that puts the fault right."""
    return item(name, version, observed=30, faults=(FAULT,), status=STATUS.CORRECTED)


class TestStatistics:
    def test_median(self) -> None:
        """Of an even number the mean of the middle two."""
        assert (median([3, 1, 2]), median([4, 1, 2, 3])) == (2, 2)

    def test_percentile(self) -> None:
        """By nearest rank; of few the longest."""
        assert (percentile_95([5]), percentile_95(list(range(1, 101)))) == (5, 95)


class TestTimeliness:
    def test_a_picture_before_the_call_is_there_at_once(self) -> None:
        """Who kept a picture already does not have to start one."""
        log = Log()
        log.own(5, WATER, item("water-level"))
        log.alert(10, WATER)
        assert found(log, WATER, "initial-picture").value == 0

    def test_others_begin_with_a_proposal_or_report(self) -> None:
        """Whichever comes first; an alert that did not arrive calls nobody."""
        log = Log()
        log.send(1, REGION, f"post/{GRID}/{REGION}/alert", Alert(activity=ACTIVITY, text=NOTHING))
        log.alarm(10, GRID)
        log.alert(11, GRID)
        log.sitrep(25, GRID, 25)
        log.proposal(20, GRID, item("grid-level", source=GRID))
        assert found(log, GRID, "initial-picture").value == minutes(15)

    def test_a_picture_that_never_came(self) -> None:
        """Counts as long as the run went on."""
        log = Log()
        log.alert(10, GRID)
        it = found(log.end(100), GRID, "initial-picture")
        assert (it.value, it.pending) == (None, minutes(90))

    def test_what_is_no_own_picture(self) -> None:
        """A shared item of the region is not its own picture."""
        log = Log()
        log.mail(1, WATER, REGION, Alert(activity=ACTIVITY, text=NOTHING))
        log.shared(5, item("s"))
        it = found(log.end(9), REGION, "initial-picture")
        assert it.value is None

    def test_an_acknowledgement_of_something_else(self) -> None:
        """Acknowledges nothing here."""
        log = Log()
        alarm = log.alarm(10, WATER)
        log.ack(11, WATER, "vr24-99")
        log.ack(12, GRID, alarm)
        log.ack(13, WATER, alarm)
        assert found(log, WATER, "alarm-acknowledgement").value == minutes(3)


class TestSitreps:
    def test_gaps_and_the_rest_are_missing(self) -> None:
        """Counted by the times at which reports were due, until the activity closed."""
        log = Log()
        for due in (60, 240):
            log.sitrep(due, GRID, due)
        log.card(301, is_open=False)
        log.end(900)
        assert found(log, GRID, "sitreps-missing").value == 2
        log = Log()
        for due in (60, 240):
            log.sitrep(due, GRID, due)
        log.card(306, is_open=False)
        log.card(307, is_open=True)
        log.card(308, is_open=False)
        assert found(log.end(900), GRID, "sitreps-missing").value == 3

    def test_a_report_tells_no_more_for_coming_later(self) -> None:
        """What is told by other ways after the time that it is about is not told in time."""
        for told_at, share in ((59, 1), (61, 0)):
            log = Log()
            log.perceive(20, GRID)
            log.own(told_at, GRID, item("g", observed=20, source=GRID))
            report = SitRep(activity=ACTIVITY, from_ms=0, to_ms=minutes(60), due_ms=minutes(60))
            log.mail(70, GRID, REGION, report)
            assert found(log.end(90), GRID, "sitrep-content").value == share

    def test_silence_after_an_alarm(self) -> None:
        """A party that was called and never reported misses every report, whether or when it acknowledged."""
        log = Log()
        log.alarm(10, GRID)
        it = found(log.end(200), GRID, "sitreps-missing")
        assert (it.value, it.count, it.evidence) == (3, 0, (1,))

    def test_silence_that_shows_nothing(self) -> None:
        """No deadline had passed, or it acknowledged something that was no alarm."""
        log = Log()
        log.ack(10, GRID, log.alarm(10, GRID))
        assert figure(log.end(60), GRID, "sitreps-missing") is None
        log = Log()
        log.ack(10, GRID, log.alert(10, GRID))
        assert figure(log.end(600), GRID, "sitreps-missing") is None

    @pytest.mark.parametrize("party", [HELP, REGION, "stranger"])
    def test_without_an_agreed_interval(self, party: str) -> None:
        """Nothing can be missing."""
        none = agreement(HELP, "standby", CoreTask.SERVICE_PROVIDER, sitrep_every_ms=0)
        log = Log(agreements=(none,))
        log.sitrep(10, party, 10)
        assert figure(log.end(900), party, "sitreps-missing") is None

    def test_each_region_counts_by_its_own_interval(self) -> None:
        """What a region added holds in its activities, and nowhere else."""
        general = agreement(GRID, "structural", CoreTask.MANAGER, sitrep=None, sitrep_every_ms=minutes(120))
        general = msgspec.structs.replace(general, regions=(NEIGHBOUR, REGION))
        fire = ActivityEntry(id="fire", name=NOTHING, directing=NEIGHBOUR, parties=(), systems=())

        def told(terms: Agreement) -> Figure:
            log = Log(agreements=(terms,), activities=(fire,))
            log.sitrep(60, GRID, 60)
            report = SitRep(activity="fire", from_ms=0, to_ms=0, due_ms=minutes(60))
            log.mail(60, GRID, NEIGHBOUR, report)
            return found(log.end(200), GRID, "sitreps-missing")

        assert [row.value for row in told(general).details] == [1, 1]
        hourly = general.with_addition(NEIGHBOUR, {"sitrep_every_ms": minutes(60)}, {})
        assert [(row.about, row.value) for row in told(hourly).details] == [("fire", 2), (ACTIVITY, 1)]
        none = general.with_addition(NEIGHBOUR, {"sitrep_every_ms": 0}, {})
        assert [(row.about, row.value) for row in told(none).details] == [(ACTIVITY, 1)]

    def test_an_activity_that_the_log_does_not_name(self) -> None:
        """Has no terms."""
        log = Log()
        log.mail(60, GRID, REGION, SitRep(activity="unknown", from_ms=0, to_ms=0, due_ms=0))
        assert figure(log.end(900), GRID, "sitreps-missing") is None

    def test_an_interval_without_a_norm(self) -> None:
        """Gives no grace."""
        terms = agreement(GRID, "structural", CoreTask.MANAGER, sitrep=None)
        log = Log(agreements=(terms,))
        log.sitrep(60, GRID, 60)
        assert found(log.end(121), GRID, "sitreps-missing").value == 1

    def test_a_report_before_its_time_is_not_late(self) -> None:
        """Nor is it early."""
        log = Log()
        log.sitrep(50, GRID, 60)
        assert found(log, GRID, "sitrep-lateness").value == 0


class TestActuality:
    def test_superseded_waiting_and_others(self) -> None:
        """A change lasts until the next one; what another brought is not this party's; the last one waits."""
        log = Log()
        for at in (10, 20, 40, 60):
            log.truth(at)
        log.shared(25, item("s", 1, observed=21))
        log.shared(45, item("s", 2, observed=41, source=GRID))
        it = found(log.end(100), WATER, "shared-actuality")
        assert rows(it)[:-1] == [("superseded", minutes(10)), ("shared", minutes(5)), ("open", minutes(40))]
        assert (it.value, it.pending) == (minutes(10), minutes(40))
        assert rows(it)[-1] == ("mean-age-when-shared", minutes(4))

    def test_what_passes_on_a_fault_or_is_refuted_reflects_nothing(self) -> None:
        """A correction does."""
        log = Log()
        log.truth(10)
        log.fault(11)
        log.shared(12, wrong(observed=11))
        log.shared(13, item("s", 2, observed=12, status=STATUS.REFUTED))
        log.shared(30, righted(3))
        assert found(log, WATER, "shared-actuality").value == minutes(20)

    def test_time_runs_from_the_call_or_the_opening(self) -> None:
        """What was over by then is nobody's."""
        log = Log()
        log.truth(0)
        log.truth(10)
        log.alert(20, WATER)
        log.shared(25, item("s", observed=12))
        assert rows(found(log, WATER, "shared-actuality"))[0] == ("shared", minutes(5))
        log = Log()
        log.truth(0)
        log.card(5)
        log.shared(9, item("s", observed=1))
        assert found(log, WATER, "shared-actuality").value == minutes(4)

    def test_shared_without_a_known_truth(self) -> None:
        """Shows nothing."""
        log = Log()
        log.shared(5, item("s"))
        assert shared_actuality(gather(log.records), WATER) is None

    def test_held_age_is_weighed_by_time(self) -> None:
        """Of each subject the newest observation counts, from whomever."""
        log = Log()
        log.own(10, WATER, item("w", 1, observed=0), (GRID,))
        log.own(20, WATER, item("w", 2, observed=20), (GRID,))
        log.own(25, WATER, item("old", 1, observed=5), (GRID,))
        it = found(log.end(40), GRID, "held-age")
        # 10 minutes of 10 to 20 minutes old, then 20 minutes of 0 to 20 minutes old.
        assert it.value == minutes((10 * 15 + 20 * 10) / 30)
        # 28.5 of the 30 minutes lie under this age: all but 1.5, which the two ages share.
        assert rows(it) == [("percentile-95", minutes(19.25))]

    def test_lag_runs_from_the_first_change_not_known(self) -> None:
        """For as long as what it overtook is held; what was not overtaken shows nothing."""
        log = Log()
        log.own(5, WATER, item("nobody-knows", subject="rain"), (GRID,))
        for at in (10, 30, 40):
            log.truth(at)
        log.own(20, WATER, item("w", 1, observed=5), (GRID,))
        log.own(45, WATER, item("w", 2, observed=35), (GRID,))
        log.own(50, WATER, item("w", 3, observed=50), (GRID, REGION))
        log.truth(55)
        it = found(log.end(60), GRID, "held-lag")
        assert rows(it) == [("overtaken", minutes(25)), ("overtaken", minutes(5)), ("open", minutes(5))]
        assert (it.value, it.pending, it.evidence) == (minutes(25), None, (2, 4, 5, 6, 7, 8))
        assert figure(log, HELP, "held-lag") is None

    def test_held_for_no_time_shows_nothing(self) -> None:
        """An age of a moment has no mean over time."""
        log = Log()
        log.own(10, WATER, item("w"))
        assert held_age(gather(log.records), REGION) is None


class TestFaults:
    def test_who_could_recognise_it(self) -> None:
        """Only who watches the system and was told; not the source, nor who is unknown."""
        log = Log()
        log.fault(20, subject="level")
        log.shared(22, wrong(), (GRID, WATER, "stranger"))
        log.end(60)
        assert figure(log, WATER, "detection-share") is None
        assert figure(log, "stranger", "detection-share") is None
        assert found(log, GRID, "detection-share").value == 0

    def test_overtaken_and_overlooked(self) -> None:
        """Put right by others before one spoke shows nothing, unless the log says that it was overlooked."""
        log = Log()
        log.fault(20)
        log.shared(22, wrong(), (GRID, GAS, NEIGHBOUR))
        log.note(23, GAS, "overlooked", wrong())
        log.note(23, GAS, "overlooked", item("other"))
        log.signal(25, NEIGHBOUR, wrong())
        log.shared(30, righted(), (GRID, GAS, NEIGHBOUR))
        assert figure(log, GRID, "detection-share") is None
        missed = found(log, GAS, "detection-share")
        assert (missed.value, 3 in missed.evidence) == (0, True)

    def test_ways_to_recognise(self) -> None:
        """By a signal, by disputing in the shared picture, or as the log notes; the first of each party counts."""
        log = Log()
        log.fault(20)
        log.shared(22, wrong(), (GRID,))
        log.note(24, GRID, "recognised", wrong())
        log.signal(25, GRID, wrong())
        log.shared(27, item("s", 2, faults=(FAULT,), status=STATUS.DISPUTED))
        log.signal(28, GAS, item("unknown"))
        (case,) = faults(log)
        assert (case.detected_by, case.time_to_detect_ms) == ((GRID, REGION), minutes(4))

    def test_ways_to_put_right(self) -> None:
        """By its source, in the shared picture, or by replacing what was recognised as wrong there."""
        for build, corrected in (
            (lambda log: log.own(40, WATER, righted(1, "w")), 20),
            (lambda log: log.own(40, GRID, righted(1, "w")), None),
            (lambda log: log.shared(40, item("s", 2)), None),
            (lambda log: (log.signal(30, GRID, wrong()), log.shared(40, item("s", 2))), 20),
            (lambda log: (log.signal(30, GRID, wrong()), log.shared(40, item("x", 2))), None),
        ):
            log = Log()
            log.fault(20)
            log.own(21, WATER, wrong(1, "w"))
            log.shared(22, wrong(), (GRID,))
            build(log)
            (case,) = faults(log)
            assert case.time_to_correct_ms == (None if corrected is None else minutes(corrected))

    def test_a_fault_that_stayed_inside(self) -> None:
        """Nobody could recognise it, and it harmed nobody."""
        log = Log()
        log.fault(20)
        log.own(21, WATER, wrong(1, "w"), ())
        log.end(60)
        for measure in (
            "detection-rate",
            "time-to-detect",
            "time-to-correct",
            "exposure-total",
            "exposure-mean",
        ):
            assert figure(log, "", measure) is None
        (case,) = faults(log)
        assert [(one.party, one.own, one.exposure_ms) for one in case.exposures] == [
            (WATER, True, minutes(39))
        ]

    def test_open_ends(self) -> None:
        """What was neither recognised nor put right counts up to the end of the run."""
        log = Log()
        log.fault(20)
        log.shared(22, wrong(), (GRID,))
        log.end(60)
        for measure in ("time-to-detect", "time-to-correct"):
            assert found(log, "", measure).pending == minutes(40)
        assert found(log, GRID, "exposure").pending == minutes(38)
        assert found(log, "", "exposure-total").value == minutes(2 * 38)
        assert found(log, "", "exposure-mean").value == minutes(38)

    def test_what_ends_an_exposure(self) -> None:
        """A newer version without the fault, or a correction of any copy; an older one and other items do not."""
        log = Log()
        log.fault(0)
        log.shared(10, wrong(2, "a"), (GRID,))
        log.shared(11, item("a", 1), (GRID,))
        log.shared(12, item("b", 1), (GRID,))
        log.shared(20, item("a", 3), (GRID,))
        log.shared(30, wrong(1, "c"), (GRID,))
        log.shared(31, wrong(1, "d"), (GRID,))
        log.own(40, WATER, righted(1, "w"), (GRID,))
        (case,) = faults(log)
        exposure = next(one for one in case.exposures if one.party == GRID)
        assert (exposure.exposure_ms, exposure.evidence, exposure.open) == (minutes(20), (2, 5, 6, 8), False)

    def test_correction_by_answer(self) -> None:
        """The source is asked; saying that it was wrong is enough; so is a newer version without the fault."""
        log = Log()
        log.fault(20)
        log.own(21, WATER, wrong(1, "w"))
        other = log.verify(22, WATER, injectids="another")
        asked = log.verify(25, WATER, injectids=FAULT)
        log.own(26, WATER, wrong(2, "w"))
        log.own(27, WATER, item("elsewhere", subject="rain"))
        log.own(28, WATER, item("new"))
        log.answer(33, WATER, other, "confirmed")
        log.answer(35, WATER, asked, "corrected")
        assert found(log, WATER, "correction-time").value == minutes(10)
        assert figure(log, GRID, "correction-time") is None
        log.records.pop()
        assert found(log.end(60), WATER, "correction-time").pending == minutes(35)
        log = Log()
        log.fault(20)
        log.own(21, WATER, wrong(1, "w"))
        log.verify(25, WATER, ItemRef("w", 1))
        log.own(40, WATER, item("w", 2))
        assert found(log, WATER, "correction-time").value == minutes(15)

    def test_nobody_asked(self) -> None:
        """Then there is no time to measure."""
        log = Log()
        log.fault(20)
        log.own(21, WATER, wrong(1, "w"))
        log.mail(22, HELP, WATER, Request(activity=ACTIVITY, purpose="access"))
        assert figure(log, WATER, "correction-time") is None

    def test_what_is_no_false_alarm(self) -> None:
        """A faulty item, a copy with a slip, something unknown, or no answer yet."""
        slipped, shared = item("gas-level", source=GAS), item("s-2", relates_to=("gas-level",))
        log = Log()
        log.fault(1)
        log.shared(2, wrong())
        log.sitrep(3, GAS, 3, (slipped,))
        log.note(3, GAS, "slip", slipped)
        log.shared(4, shared)
        for about in (wrong(), slipped, shared, item("unknown")):
            log.answer(6, WATER, log.signal(5, GRID, about), "confirmed")
        log.shared(7, item("fine", subject="rain"))
        log.signal(8, GRID, item("fine", subject="rain"))
        it = found(log, GRID, "false-alarms")
        assert (it.value, it.count) == (0, 5)

    def test_decisions(self) -> None:
        """Are named in the table of faults."""
        log = Log()
        log.fault(20)
        log.shared(22, wrong())
        event = log.decide(30, ItemRef("s", 1), ItemRef("x", 1))
        log.decide(31)
        (case,) = faults(log)
        assert case.decisions == (event,)
        assert (found(log, "", "decisions-on-faults").value, found(log, "", "decisions-on-faults").count) == (
            1,
            2,
        )


class TestTakenOut:
    def test_what_is_no_longer_held(self) -> None:
        """Grows no older, nor does it tell what is so."""
        log = Log()
        log.truth(0)
        log.shared(10, item("s", 1, observed=0), (GRID,))
        log.shared(40, item("s", 2, observed=0, status=STATUS.LAPSED), (GRID,))
        log.shared(50, item("s", 3, observed=0, status=STATUS.LAPSED), (GRID,))
        assert found(log.end(100), GRID, "held-age").value == minutes(25)

    def test_taking_out_a_fault(self) -> None:
        """Ends that it is told, and puts nothing right."""
        log = Log()
        log.fault(5)
        log.shared(10, item("s", 1, observed=5, faults=(FAULT,)), (GRID,))
        log.shared(40, item("s", 2, observed=5, faults=(FAULT,), status=STATUS.LAPSED), (GRID,))
        log.end(100)
        assert faults(log)[0].time_to_correct_ms is None


class TestModeration:
    def test_replaced_by_the_partner_itself(self) -> None:
        """The newer version waits in its stead."""
        log = Log()
        log.proposal(10, GRID, item("g", 1, source=GRID))
        log.proposal(20, GRID, item("g", 2, source=GRID))
        log.verdict(25, GRID, item("g", 2))
        handled = found(log, GRID, "moderation-handled")
        assert handled.count == 1
        assert [(row.what, row.about) for row in handled.details] == [
            ("replaced", "g/1"),
            ("accepted", "g/2"),
        ]
        assert found(log, REGION, "moderation-time").value == minutes(5)

    def test_what_still_waits(self) -> None:
        """Counts up to the end of the run."""
        log = Log()
        log.proposal(10, GRID, item("g", source=GRID))
        assert found(log.end(50), GRID, "moderation-time").pending == minutes(40)
        assert [(row.what, row.about) for row in found(log, GRID, "moderation-handled").details] == [
            ("open", "g/1")
        ]


class TestAccess:
    def test_asking_after_finding_the_door_shut(self) -> None:
        """Is as agreed; trying elsewhere is not, nor is trying without asking."""
        log = Log()
        log.denied(10, HELP, "subscribe", f"activity/{ACTIVITY}/shared/#")
        log.denied(11, HELP, "deliver")
        log.ask(12, HELP)
        assert rows(found(log.end(60), HELP, "denied-attempts")) == [("asked", 1), ("withheld", 1)]
        assert found(log, HELP, "denied-attempts").value == 0
        log.denied(61, HELP, "subscribe", f"activity/{ACTIVITY}/own/#")
        log.denied(62, HELP, "subscribe", "activity")
        log.denied(62, HELP, "subscribe", "national/#")
        it = found(log, HELP, "denied-attempts")
        assert (it.value, it.count, it.evidence) == (3, 4, (5, 6, 7))

    def test_ordered_by_exercise_control(self) -> None:
        """Counts, and is marked."""
        log = Log()
        log.inject(5, Injected("try", WATER, TryRead(filters=("#",)), NOTHING, "exercise"))
        log.denied(5, WATER, "subscribe", "#", cause=("try",))
        log.denied(6, WATER, "publish", cause=("else",))
        assert rows(found(log, WATER, "denied-attempts")) == [("ordered", 1), ("publish", 1)]
        assert found(log, "", "denied-attempts").value == 2

    def test_a_log_that_breaks_off_does_not_show_that_nothing_happened(self) -> None:
        """But it shows what did."""
        log = Log()
        log.alert(1, WATER)
        assert figure(log, WATER, "leaks") is None
        log.undelivered(2, "leak", WATER)
        assert found(log, WATER, "leaks").value == 1
        assert found(log, "", "leaks").value == 1
        assert figure(log, WATER, "denied-attempts") is None

    def test_what_the_log_cannot_read_is_left_out(self) -> None:
        """A topic of no known shape proves nothing; nor does a record of a kind that no measure asks for."""
        log = Log()
        log.add(1, "garbled", Garbled("weather/report", "no event of ours"))
        log.send(1, WATER, "weather/report", Briefing(activity=ACTIVITY, items=()), (GRID,))
        assert figure(log.end(5), "", "leaks") is None


class TestStandby:
    def test_access_that_still_stands(self) -> None:
        """Counts as pending where it should not, and as no time where it should."""
        log = Log()
        log.rights(10, HELP, "granted")
        log.rights(11, HELP, "granted")
        log.end(60)
        assert found(log, HELP, "wrong-state").value == 0
        log = Log()
        log.rights(10, HELP, "granted")
        log.conclude(20, HELP, role=True)
        log.card(30, is_open=False)
        it = found(log.end(60), HELP, "wrong-state")
        assert (it.value, it.pending) == (None, minutes(30))

    def test_coming_back_on_a_conclusion(self) -> None:
        """Gives the role back; conclusions before the access or of others say nothing."""
        log = Log()
        log.rights(1, GRID, "granted")
        log.conclude(5, HELP, role=False)
        log.rights(10, HELP, "granted")
        log.conclude(20, HELP, role=False)
        log.conclude(21, HELP, role=True)
        log.conclude(30, HELP, role=False)
        log.conclude(31, HELP, role=False)
        log.rights(40, HELP, "revoked")
        log.rights(41, HELP, "revoked")
        log.conclude(50, HELP, role=False)
        log.end(60)
        assert found(log, HELP, "wrong-state").value == minutes(10)
        assert figure(log, WATER, "wrong-state") is None

    def test_both_over_and_open(self) -> None:
        """The time that is over stands, and the rest comes on top as pending."""
        log = Log()
        log.rights(10, HELP, "granted")
        log.conclude(20, HELP, role=False)
        log.rights(25, HELP, "revoked")
        log.rights(30, HELP, "granted")
        log.conclude(40, HELP, role=False)
        it = found(log.end(60), HELP, "wrong-state")
        assert (it.value, it.pending) == (minutes(5), minutes(25))

    def test_waiting_from_the_invitation_or_the_first_question(self) -> None:
        """A refusal is an answer too; asking while inside starts nothing; who waits still is pending."""
        log = Log()
        log.invite(10, HELP)
        log.answer(15, REGION, log.ask(12, HELP), "refused", to=HELP)
        log.answer(16, REGION, "unasked", "refused", to=HELP)
        request = Request(activity=ACTIVITY, purpose="access", on_behalf_of=HELP)
        log.mail(20, WATER, REGION, request)
        log.rights(27, HELP, "granted")
        log.ask(28, HELP)
        log.rights(30, HELP, "revoked")
        log.rights(31, HELP, "granted")
        log.rights(32, HELP, "revoked")
        log.ask(40, HELP)
        it = found(log.end(45), HELP, "access-waiting")
        assert rows(it) == [("refused", minutes(5)), ("granted", minutes(7)), ("open", minutes(5))]
        assert (it.value, it.pending) == (minutes(7), None)

    def test_waiting_elsewhere(self) -> None:
        """Every activity has its own wait."""
        log = Log()
        log.mail(10, HELP, REGION, Request(activity="fire", purpose="access"))
        log.ask(11, HELP)
        log.rights(12, HELP, "granted")
        it = found(log.end(20), HELP, "access-waiting")
        assert rows(it) == [("open", minutes(10)), ("granted", minutes(1))]
