"""Figures without a norm: where information comes from, how much comes, how stale it is, how far it spread.

Each by a log made by hand whose answer is plain.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from sim.core.assessment.evidence.evidence import Evidence, gather
from sim.core.assessment.evidence.figure import Figure
from sim.core.assessment.measures import (
    duties,
    levels,
    load,
    provenance,
    recovery,
    sitreps,
    spread,
    staleness,
)
from sim.core.messages.contents import Snapshot
from sim.core.messages.items import Basis, Item, Kind, Source
from sim.core.model.cue import ToolDown, ToolUp
from sim.core.records.record import Record
from tests.unit.core.assessment.examples import OTHER
from tests.unit.core.assessment.logs import (
    ACTIVITY,
    FAULT,
    GRID,
    HELP,
    NEIGHBOUR,
    REGION,
    SHOP,
    STATUS,
    THEME,
    WATER,
    Log,
    item,
    minutes,
    without,
)


def seen(log: Log) -> Evidence:
    return gather(log.records)


def found(figure: Figure | None) -> Figure:
    assert figure is not None
    return figure


def rows(figure: Figure | None) -> list[tuple[str, str, float]]:
    return [(row.what, row.about, row.value) for row in found(figure).details]


def says(told: Item, party: str, basis: Basis) -> Item:
    return msgspec.structs.replace(told, source=Source(party, basis))


# Provenance ------------------------------------------------------------------------------------------


def test_what_names_a_source_that_the_exercise_knows_and_what_somebody_rated() -> None:
    log = Log()
    log.own(1, WATER, item("w", 1))
    log.own(2, WATER, item("w", 1))
    log.own(3, WATER, says(item("w", 2, status=STATUS.VERIFIED), "stranger", Basis.RUMOUR))
    log.own(4, WATER, item("w", 3, status=STATUS.LAPSED))
    log.own(5, WATER, item("v", 1, status=STATUS.DISPUTED))
    log.own(6, WATER, item("u", 1))
    sourced, rated = provenance.sourced(seen(log), WATER), provenance.rated(seen(log), WATER)
    assert (found(sourced).value, found(sourced).count, found(sourced).evidence) == (0.75, 4, (1, 3, 5, 6))
    assert rows(sourced) == [("share", "observed", 1.0), ("share", "rumour", 0.0)]
    assert (found(rated).value, rows(rated)) == (
        0.5,
        [("share", "observed", pytest.approx(1 / 3)), ("share", "rumour", 1.0)],
    )
    assert provenance.sourced(seen(log), GRID) is provenance.shared_rated(seen(log)) is None


def test_provenance_of_shared_pictures_counts_what_came_into_them() -> None:
    log = Log()
    event = log.shared(1, says(item("s", 1), "stranger", Basis.REPORTED))
    log.own(2, WATER, item("w", 1))
    log.delivery(3, HELP, event, "late")
    log.shared(4, item("s", 2, status=STATUS.CORRECTED))
    evidence = seen(log)
    assert found(provenance.shared_sourced(evidence)).value == 0.5
    assert found(provenance.shared_rated(evidence)).value == 0.5
    assert found(provenance.shared_rated(evidence)).evidence == (1, 4)


# How much comes --------------------------------------------------------------------------------------


def test_messages_in_an_hour_and_in_the_busiest() -> None:
    """The busiest hour may begin at any moment; what comes 60 minutes after it began is no part of it."""
    log = Log()
    for minute in (10, 50, 69, 70, 100, 109.9):
        log.shared(minute, item("s", round(minute * 10)), (GRID, REGION))
    log.own(150, GRID, item("g"), (REGION,))
    log.end(180)
    evidence = seen(log)
    hourly, busiest = load.messages_per_hour(evidence, GRID), load.busiest_hour(evidence, GRID)
    assert (found(hourly).value, found(hourly).count) == (2.0, 6)
    assert (found(busiest).value, found(busiest).evidence, found(busiest).count) == (5, (2, 3, 4, 5, 6), 6)
    assert rows(hourly) == [("busiest-hour", GRID, 5)]
    assert found(load.messages_per_hour(evidence, REGION)).count == 1, "its own messages do not come to it"
    exercise = load.all_messages_per_hour(evidence)
    assert found(exercise).value == pytest.approx(7 / 3)
    assert rows(exercise)[1:] == [("received", GRID, 2.0), ("received", REGION, pytest.approx(1 / 3))]
    assert load.busiest_hour(evidence, WATER) is load.messages_per_hour(evidence, WATER) is None


def test_a_run_of_no_time_has_no_messages_in_an_hour() -> None:
    log = Log()
    log.alert(0, WATER)
    assert load.all_messages_per_hour(seen(log)) is load.messages_per_hour(seen(log), WATER) is None
    assert found(load.busiest_hour(seen(log), WATER)).value == 1


# How stale it is -------------------------------------------------------------------------------------


def test_share_of_time_that_what_is_held_was_overtaken() -> None:
    log = Log()
    log.truth(5)
    log.shared(10, item("s", 1, observed=5))
    log.truth(30)
    log.shared(50, item("s", 2, observed=30))
    log.shared(50, item("x", 1, observed=1, subject="nobody-says-how-it-is"))
    log.end(110)
    figure = staleness.stale_time(seen(log), GRID)
    assert (found(figure).value, found(figure).count, found(figure).evidence) == (0.2, 2, (2, 3, 4))
    assert rows(figure) == [("share", THEME, 0.2)]
    assert found(staleness.shared_stale_time(seen(log))).value == 0.2
    assert staleness.stale_time(seen(log), HELP) is None


def test_share_of_time_that_what_is_held_was_older_than_agreed() -> None:
    """The agreed actuality is 20 minutes; without an agreement, or a word on it, there is no such share."""
    log = Log()
    log.shared(10, item("s", 1, observed=5), (GRID, NEIGHBOUR))
    log.end(35)
    assert found(staleness.over_age_time(seen(log), GRID)).value == 0.4
    assert staleness.over_age_time(seen(log), NEIGHBOUR) is None
    log.agree(GRID, actuality=None)
    assert staleness.over_age_time(seen(log), GRID) is None


# In time -----------------------------------------------------------------------------------------------


def test_share_that_was_brought_within_the_agreed_time() -> None:
    """What is not overdue yet when the run ends does not count; what is overdue counts as not in time."""
    log = Log()
    log.alert(1, WATER)
    for name, at in (("a", 5), ("b", 6), ("c", 7), ("d", 50)):
        log.perceive(at, WATER, name)
    log.own(25, WATER, item("w-a", observed=5, subject="a"))
    log.own(27, WATER, item("w-b", observed=6, subject="b"))
    log.end(60)
    figure = duties.brought_in_time(seen(log), WATER)
    assert rows(figure) == [("yes", "a", 1), ("no", "b", 0), ("no", "c", 0)]
    log.agree(WATER, bring=None)
    assert duties.brought_in_time(seen(log), WATER) is duties.brought_in_time(seen(log), SHOP) is None


def test_share_of_what_a_party_needs_that_it_took_in() -> None:
    log = Log()
    told = [item(f"s-{number}") for number in range(3)]
    for one in told:
        log.shared(10, one, (HELP,))
    other = item("other", theme="c1-prognosis")
    log.shared(10, other, (HELP,))
    package = (item("first", theme="c1-prognosis"), item("second"))
    log.mail(11, REGION, HELP, Snapshot(activity=ACTIVITY, items=package))
    log.receipt(12, HELP, told[0], package[1])
    log.rights(20, HELP, "revoked")
    log.receipt(21, HELP, told[1])
    figure = duties.fetched_relevant(seen(log.end(30)), HELP)
    assert (found(figure).value, found(figure).count) == (0.5, 4)
    assert rows(figure) == [("share", THEME, 0.5)]
    assert duties.fetched_relevant(seen(log), SHOP) is None


def test_share_of_reports_on_time() -> None:
    log = Log()
    log.sitrep(62, GRID, 60)
    log.sitrep(126, GRID, 120)
    assert rows(sitreps.sitreps_on_time(seen(log), GRID)) == [("yes", ACTIVITY, 1), ("no", ACTIVITY, 0)]
    assert sitreps.sitreps_on_time(seen(log), WATER) is sitreps.sitreps_on_time(seen(log), SHOP) is None
    log.agree(GRID, sitrep=None)
    assert sitreps.sitreps_on_time(seen(log), GRID) is None


# Outages ------------------------------------------------------------------------------------------------


def kept(log: Log, at: float, told: Item, how: str = "missed") -> None:
    """Tell something in the shared picture that an outage keeps from the grid operator."""
    event = log.shared(at, told, (WATER,))
    if how == "refused":
        log.refused(at, GRID, event)
    elif how in ("missed", "again"):
        log.delivery(at, GRID, event, how)  # type: ignore[arg-type]
    else:
        log.delivery(40, GRID, event, "late")


def test_items_that_an_outage_withheld_and_that_never_came() -> None:
    log = Log()
    kept(log, 5, item("before", subject="before"))
    log.outage(10, "begins", GRID)
    kept(log, 11, item("a", 1, observed=11, subject="a"))
    kept(log, 12, item("a", 1, observed=11, subject="a"))
    kept(log, 13, item("b", 1, observed=13, subject="b"), "refused")
    kept(log, 14, item("c", 1, observed=14, subject="c"))
    kept(log, 15, item("d", 1, observed=15, subject="d"), "again")
    log.refused(16, GRID, "unheard-of")
    log.refused(16, GRID, log.alert(16, GRID))
    log.outage(20, "ends", GRID)
    log.shared(50, item("c", 2, observed=30, subject="c"), (GRID,))
    log.end(90)
    figure = recovery.outage_items_lost(seen(log), GRID)
    assert (found(figure).value, found(figure).count) == (2, 3)
    assert rows(figure) == [("lost", f"a/{GRID}", 1), ("lost", f"b/{GRID}", 1)]
    assert recovery.all_outage_items_lost(seen(log)) == figure
    assert recovery.outage_items_lost(seen(log), WATER) is None
    assert recovery.outage_items_lost(gather(without(log.records, found(figure).evidence)), GRID) != figure
    (row,) = found(recovery.reconciliation(seen(log), GRID)).details
    assert (row.what, row.about, row.value) == ("open", f"o-1/{GRID}", minutes(70))


def test_how_long_until_a_party_had_caught_up() -> None:
    """With what came late, what it was told otherwise, and what waited in the tool until it looked."""
    log = Log()
    log.outage(10, "begins", GRID)
    kept(log, 11, item("a", 1, observed=11, subject="a"), "late")
    kept(log, 12, item("b", 1, observed=12, subject="b"))
    log.outage(20, "ends", GRID)
    log.shared(30, item("b", 2, observed=12, subject="b"), (GRID,))
    log.delivery(40, GRID, str(log.records[2].content.event.id), "late")
    log.tool(60, GRID, ToolDown())
    log.shared(61, item("c", 1, observed=61, subject="c"), (GRID,))
    log.shared(62, item("c", 1, observed=61, subject="c"), (GRID,))
    log.own(63, GRID, item("g", observed=63, subject="g"), (GRID, REGION))
    log.tool(70, GRID, ToolUp())
    log.shared(71, item("c", 2, observed=70, subject="c"), (GRID,))
    log.receipt(85, GRID, item("c", 2), item("never-told"))
    log.tool(90, GRID, ToolDown())
    log.tool(91, GRID, ToolUp())
    log.tool(95, GRID, ToolDown())
    kept(log, 96, item("z", observed=96, subject="z"))
    log.end(99)
    figure = recovery.reconciliation(seen(log), GRID)
    assert [(row.what, row.value) for row in found(figure).details] == [
        ("caught-up", minutes(20)),
        ("caught-up", minutes(15)),
    ]
    assert (found(figure).value, found(recovery.all_reconciliation(seen(log))).value) == (
        minutes(20),
        minutes(20),
    )
    assert recovery.reconciliation(seen(log), WATER) is None


def test_who_never_looks_at_what_waited_has_not_caught_up() -> None:
    log = Log()
    log.tool(60, GRID, ToolDown())
    log.shared(61, item("c", 1, observed=61), (GRID,))
    log.tool(70, GRID, ToolUp())
    log.end(99)
    figure = found(recovery.reconciliation(seen(log), GRID))
    assert (figure.value, figure.pending, figure.evidence) == (None, minutes(29), (1, 2, 3))
    assert recovery.outage_items_lost(seen(log), GRID) is None, "it came, though nobody looked"


def test_what_bears_the_number_of_another_thing_is_never_caught_up_with() -> None:
    """A stranger can give two things one id and one version: a receipt for it is for what was told first."""
    log = Log()
    log.shared(50, item("c", 1, observed=50, subject="another"), (REGION,))
    log.tool(60, GRID, ToolDown())
    log.shared(61, item("c", 1, observed=61, subject="c"), (GRID,))
    log.tool(70, GRID, ToolUp())
    log.receipt(85, GRID, item("c", 1))
    log.end(99)
    (row,) = found(recovery.reconciliation(seen(log), GRID)).details
    assert (row.what, row.value) == ("open", minutes(29))


# Levels of awareness --------------------------------------------------------------------------------------


def test_answers_by_level() -> None:
    """Of eight moments in 90 minutes; what is so from minute 5 is asked at each."""
    log = Log()
    log.alert(1, GRID)
    log.alert(1, WATER)
    for name, kind in (("a", Kind.FACT), ("b", Kind.EFFECT), ("c", Kind.FORECAST)):
        change = f"t-{log.truth(5, name, kind=kind)}"
        log.perceive(5, WATER, name, cause=change, kind=kind)
    log.shared(6, item("a", observed=5, subject="a"), (GRID,))
    log.shared(45, item("b", observed=5, subject="b"), (GRID,))
    log.shared(6, item("c", observed=5, subject="c", title=OTHER), (GRID,))
    log.end(90)
    kinds = (levels.ELEMENTS, levels.MEANING, levels.PROJECTION)
    shares = [found(levels.level_of(one)(seen(log), GRID)).value for one in kinds]
    assert shares == [1.0, 0.5, 0.0]
    assert levels.level_of(levels.MEANING)(seen(log), SHOP) is None
    everybody = found(levels.all_level_of(levels.ELEMENTS)(seen(log)))
    assert (everybody.value, everybody.count) == (0.5, 16), "nobody told the water board"


# How far faults spread --------------------------------------------------------------------------------------


def test_spread_over_all_faults() -> None:
    log = Log()
    for number in (1, 2, 3):
        log.fault(10, name=f"f-{number}", subject=f"level-{number}")
    wrong = item("s-1", 1, subject="level-1", faults=("f-1",))
    log.shared(12, wrong, (GRID, HELP))
    log.shared(13, wrong, (GRID,))
    log.shared(14, item("s-2", 1, subject="level-2", faults=("f-2",)), (GRID,))
    righted = item("s-1", 2, subject="level-1", faults=("f-1",), status=STATUS.CORRECTED)
    log.shared(40, righted, (GRID, HELP))
    log.end(90)
    spreading, everywhere = spread.onward_spread(seen(log)), spread.time_to_everywhere(seen(log))
    # The region, which writes the shared picture, has them too.
    assert (found(spreading).value, found(spreading).count) == (5, 3)
    assert rows(spreading)[:2] == [("spread", "f-1", 3), ("again", "f-1", 1)]
    assert (found(everywhere).value, found(everywhere).pending) == (minutes(30), minutes(55))
    assert [row.what for row in found(everywhere).details] == ["everywhere", "open"]
    assert spread.onward_spread(seen(Log())) is spread.time_to_everywhere(seen(Log())) is None


def test_share_of_signals_that_were_false() -> None:
    log = Log()
    log.shared(2, item("s", 1), (GRID,))
    log.shared(2, item("t", 1, subject="other"), (GRID,))
    log.answer(4, WATER, log.signal(3, GRID, item("s", 1)), "confirmed")
    log.signal(5, GRID, item("t", 1, subject="other"))
    assert found(spread.false_alarm_rate(seen(log))).value == 0.5
    assert spread.false_alarm_rate(seen(Log())) is None


# What the figures rest on --------------------------------------------------------------------------------------


def _stale(log: Log) -> None:
    log.truth(5)
    log.shared(10, item("s", observed=5))
    log.truth(30)


def _outage(log: Log) -> None:
    log.outage(10, "begins", GRID)
    kept(log, 11, item("a", observed=11))
    log.outage(20, "ends", GRID)


def _faulty(log: Log) -> None:
    log.fault(5)
    log.shared(10, item("s", faults=(FAULT,)), (GRID,))
    log.answer(12, WATER, log.signal(11, GRID, item("s")), "confirmed")


def _asked(log: Log) -> None:
    log.alert(1, GRID)
    log.so(5, WATER)
    log.shared(6, item("s", observed=5), (GRID,))


def _fetched(log: Log) -> None:
    log.shared(10, item("s"), (GRID,))
    log.receipt(11, GRID, item("s"))


def _brought(log: Log) -> None:
    log.alert(1, GRID)
    log.perceive(5, GRID)
    log.own(6, GRID, item("g", observed=5))


def _reported(log: Log) -> None:
    log.sitrep(60, GRID, 60)


FIGURES: dict[str, tuple[Callable[[Log], None], Callable[[Evidence], Figure | None]]] = {
    "sourced": (_stale, provenance.shared_sourced),
    "rated": (_stale, provenance.shared_rated),
    "messages-per-hour": (_stale, lambda evidence: load.messages_per_hour(evidence, GRID)),
    "busiest-hour": (_stale, lambda evidence: load.busiest_hour(evidence, GRID)),
    "all-messages": (_stale, load.all_messages_per_hour),
    "stale-time": (_stale, lambda evidence: staleness.stale_time(evidence, GRID)),
    "shared-stale-time": (_stale, staleness.shared_stale_time),
    "over-age-time": (_stale, lambda evidence: staleness.over_age_time(evidence, GRID)),
    "outage-items-lost": (_outage, recovery.all_outage_items_lost),
    "reconciliation": (_outage, recovery.all_reconciliation),
    "time-to-everywhere": (_faulty, spread.time_to_everywhere),
    "onward-spread": (_faulty, spread.onward_spread),
    "false-alarm-rate": (_faulty, spread.false_alarm_rate),
    "awareness": (_asked, levels.all_level_of(levels.ELEMENTS)),
    "fetched-relevant": (_fetched, lambda evidence: duties.fetched_relevant(evidence, GRID)),
    "brought-in-time": (_brought, lambda evidence: duties.brought_in_time(evidence, GRID)),
    "sitreps-on-time": (_reported, lambda evidence: sitreps.sitreps_on_time(evidence, GRID)),
}


@pytest.mark.parametrize("name", FIGURES)
def test_without_the_records_that_it_cites_a_figure_is_another(name: str) -> None:
    build, measure = FIGURES[name]
    log = Log()
    build(log)
    log.end(90)
    figure = found(measure(seen(log)))
    left: list[Record] = without(log.records, figure.evidence)
    assert measure(gather(left)) != figure
