"""For every criterion a log that meets it, one that does not, and one without evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from sim.core.assessment.judging.criteria import Criterion
from sim.core.messages.items import Item, ItemRef, Sensitivity
from sim.core.model.cue import ToolDown
from sim.core.model.party import CoreTask
from sim.core.model.text import Text
from sim.core.records.kinds import ActivityEntry
from tests.unit.core.assessment.logs import (
    CRITERIA,
    ELSEWHERE,
    FAULT,
    GAS,
    GRID,
    HELP,
    NEIGHBOUR,
    NOTHING,
    REGION,
    STATUS,
    THEME,
    WATER,
    Log,
    agreement,
    item,
)

END = 190


@dataclass(frozen=True)
class Example:
    """A criterion, the partner it is shown on (empty: the exercise), and what makes it met, not met or partly met.

    ``without`` leaves no evidence; of performance an empty log does. What can be partly met has such a log too.
    """

    party: str
    meets: Callable[[Log], object]
    fails: Callable[[Log], object]
    partly: Callable[[Log], object] | None = None
    without: Callable[[Log], object] = lambda log: None


def _picture(after: float) -> Callable[[Log], object]:
    return lambda log: (log.alert(10, WATER), log.own(10 + after, WATER, item("water-level")))


def _acknowledged(after: float) -> Callable[[Log], object]:
    return lambda log: log.ack(10 + after, WATER, log.alarm(10, WATER))


def _sitreps(*reports: tuple[float, float]) -> Callable[[Log], object]:
    return lambda log: [log.sitrep(at, GRID, due) for at, due in reports]


def _shared(after: float) -> Callable[[Log], object]:
    return lambda log: (log.truth(10), log.shared(10 + after, item("s", observed=11)))


def held(*, overtaken: float) -> Callable[[Log], object]:
    return lambda log: (
        log.shared(10, item("s", 1, observed=10)),
        log.truth(30),
        log.shared(30 + overtaken, item("s", 2, observed=30)),
    )


def _brought(after: float) -> Callable[[Log], object]:
    return lambda log: (
        log.alert(10, WATER),
        log.perceive(20, WATER),
        log.own(20 + after, WATER, item("water-level", observed=20)),
    )


def _fetched(after: float) -> Callable[[Log], object]:
    def build(log: Log) -> None:
        log.shared(20, item("s"), (GRID,))
        log.receipt(20 + after, GRID, item("s"))

    return build


def _went_over(after: float) -> Callable[[Log], object]:
    return lambda log: (log.tool(20, GRID, ToolDown()), log.fallback(20 + after, GRID))


WRONG = item("s", 1, observed=20, faults=(FAULT,))
RIGHTED = item("s", 2, observed=40, faults=(FAULT,), status=STATUS.CORRECTED)


def _fault(*, signalled: float | None = None, righted: float | None = None) -> Callable[[Log], object]:
    def build(log: Log) -> None:
        log.fault(20)
        log.shared(22, WRONG, (WATER, GRID))
        if signalled is not None:
            log.signal(signalled, GRID, WRONG)
        if righted is not None:
            log.shared(righted, RIGHTED, (WATER, GRID))

    return build


def _one_seen_of(faults: int) -> Callable[[Log], object]:
    """One fault is recognised, and the others are not."""

    def build(log: Log) -> None:
        for number in range(faults):
            told = item(f"s-{number}", subject=f"level-{number}", faults=(f"f-{number}",))
            log.fault(20, name=f"f-{number}", subject=told.subject)
            log.shared(22, told, (GRID,))
            if number == 0:
                log.signal(30, GRID, told)

    return build


def _right_signalled(confirmed: int) -> Callable[[Log], object]:
    """Signal what is right: so many times it is confirmed, and once it is put right all the same."""

    def build(log: Log) -> None:
        for number in range(confirmed + 1):
            told = item(f"s-{number}", observed=20, subject=f"level-{number}")
            log.shared(22, told, (GRID,))
            signal = log.signal(25, GRID, told)
            log.answer(30, WATER, signal, "confirmed" if number else "corrected")

    return build


def mostly_in_time(in_time: int, overtaken: int = 10) -> Callable[[Log], object]:
    """Let go of so many things in time, and hold the others too long."""

    def build(log: Log) -> None:
        for number in range(overtaken):
            subject = f"level-{number}"
            log.shared(10, item(f"s-{number}", 1, observed=10, subject=subject))
            log.truth(30, subject)
            log.shared(50 if number < in_time else 60, item(f"s-{number}", 2, observed=30, subject=subject))

    return build


def _held_by_all(minutes_held: float) -> Callable[[Log], object]:
    """Two are told at once, and hold it so long."""
    return lambda log: (
        log.fault(1, REGION),
        log.shared(1, WRONG, (WATER, GRID)),
        log.shared(1 + minutes_held, RIGHTED, (WATER, GRID)),
    )


def _corrected(after: float) -> Callable[[Log], object]:
    def build(log: Log) -> None:
        log.fault(20)
        told = item("water-level", 1, observed=20, faults=(FAULT,))
        log.own(22, WATER, told)
        log.signal(30, GRID, told)
        log.own(30 + after, WATER, item("water-level", 2, faults=(FAULT,), status=STATUS.CORRECTED))

    return build


def _proposed(*after: float | None) -> Callable[[Log], object]:
    def build(log: Log) -> None:
        for number, wait in enumerate(after):
            told = item(f"g-{number}", source=GRID)
            log.proposal(20, GRID, told)
            if wait is not None:
                log.verdict(20 + wait, GRID, told)

    return build


def _handled(count: int, proposals: int = 10) -> Callable[[Log], object]:
    return _proposed(*[5] * count, *[None] * (proposals - count))


def _denied(*times: float) -> Callable[[Log], object]:
    return lambda log: (log.subscribed(5, WATER), [log.denied(at, WATER) for at in times])


def _leaked(*times: float) -> Callable[[Log], object]:
    return lambda log: (log.alert(5, WATER), [log.undelivered(at, "leak", WATER) for at in times])


def _lost(*times: float) -> Callable[[Log], object]:
    return lambda log: (log.alert(5, WATER), [log.undelivered(at, "lost", WATER) for at in times])


def _no_role(revoked_after: float) -> Callable[[Log], object]:
    return lambda log: (
        log.rights(20, HELP, "granted"),
        log.conclude(40, HELP, role=False),
        log.rights(40 + revoked_after, HELP, "revoked"),
    )


def _asked(granted_after: float) -> Callable[[Log], object]:
    return lambda log: (log.ask(20, HELP), log.rights(20 + granted_after, HELP, "granted"))


def _decided(told: object) -> Callable[[Log], object]:
    def build(log: Log) -> None:
        log.fault(20)
        log.shared(22, WRONG if told is WRONG else item("other"))
        log.decide(30, ItemRef("s" if told is WRONG else "other", 1))

    return build


def told(shared_after: float) -> Callable[[Log], object]:
    return lambda log: (
        log.own(20, WATER, item("w", observed=20)),
        log.shared(20 + shared_after, item("s", observed=20)),
    )


def needed(*, shared_at: float) -> Callable[[Log], object]:
    """Something that the grid operator needs to know is so from minute 10 to 190."""
    return lambda log: (
        log.alert(1, GRID),
        log.so(10, WATER),
        log.shared(shared_at, item("s", observed=10), (GRID,)),
    )


OTHER = Text("anders", "otherwise")


def righted(at: float) -> Callable[[Log], object]:
    return lambda log: (
        log.truth(10),
        log.shared(10, item("s", 1, observed=5, title=OTHER)),
        log.shared(at, item("s", 2, observed=10)),
    )


def answered(purpose: str, after: float) -> Callable[[Log], object]:
    return lambda log: log.answer(20 + after, WATER, log.question(20, WATER, purpose), "unknown")


def alarmed(escalated: int, alarms: int = 10) -> Callable[[Log], object]:
    def build(log: Log) -> None:
        for number in range(alarms):
            alarm = log.alarm(10, WATER)
            if number < escalated:
                log.noted(15, REGION, "escalated", alarm)

    return build


def level_told(after: float) -> Callable[[Log], object]:
    return lambda log: (
        log.alert(1, GRID),
        log.level(20, (WATER,)),
        log.level(20 + after, (GRID,)),
    )


def decided_after_briefings(briefings: int) -> Callable[[Log], object]:
    def build(log: Log) -> None:
        log.alert(1, GRID)
        for number in range(10):
            if number < briefings:
                log.brief(20 + number, GRID)
            log.decide(20.5 + number)

    return build


def reported(told: int, seen: int = 10) -> Callable[[Log], object]:
    def build(log: Log) -> None:
        for number in range(seen):
            log.perceive(20, GRID, f"level-{number}")
        log.sitrep(60, GRID, 60, tuple(_seen(number) for number in range(told)))

    def _seen(number: int) -> Item:
        return item(f"g-{number}", observed=20, source=GRID, subject=f"level-{number}")

    return build


def relied_on(verified: int, decisions: int = 10) -> Callable[[Log], object]:
    def build(log: Log) -> None:
        for number in range(decisions):
            status = STATUS.VERIFIED if number < verified else STATUS.UNVERIFIED
            log.shared(20, item(f"s-{number}", status=status))
            log.decide(30, ItemRef(f"s-{number}", 1))

    return build


def rejected(reasons: int, rejections: int = 10) -> Callable[[Log], object]:
    return lambda log: [
        log.reject(20, GRID, item(f"g-{number}"), "double" if number < reasons else "")
        for number in range(rejections)
    ]


def _received(**fields: Any) -> Callable[[Log], object]:
    return lambda log: log.shared(20, item("s", **fields), (GRID,))


def relevant(wanted: int, told: int = 10) -> Callable[[Log], object]:
    return lambda log: [
        log.shared(20, item(f"s-{number}", theme=THEME if number < wanted else "c1-prognosis"), (GRID,))
        for number in range(told)
    ]


def notes(what: str, count: int) -> Callable[[Log], object]:
    return lambda log: (
        log.own(5, WATER, item("w"), (REGION, WATER)),
        [log.noted(10, WATER, what) for _ in range(count)],
    )


def let_in(concluded_after: float) -> Callable[[Log], object]:
    return lambda log: (
        log.rights(1, HELP, "granted"),
        log.conclude(1 + concluded_after, HELP, role=True),
    )


def read(after: float) -> Callable[[Log], object]:
    return lambda log: (
        log.so(10, WATER),
        log.shared(20, item("s", observed=10), (GRID,)),
        log.receipt(10 + after, GRID, item("s")),
    )


def in_the_picture(at: float) -> Callable[[Log], object]:
    return lambda log: (log.card(1), log.so(10, WATER), log.shared(at, item("s", observed=10)))


def _both_need(*readers: str) -> Callable[[Log], object]:
    return lambda log: (
        log.alert(1, WATER),
        log.alert(1, GRID),
        log.so(10, REGION),
        log.shared(12, item("s", observed=10, source=REGION), readers),
    )


def one_later(at: float) -> Callable[[Log], object]:
    """Both need to know it, and one of them is told later."""
    return lambda log: (
        _both_need(GRID)(log),
        log.shared(at, item("s", observed=10, source=REGION), (WATER,)),
    )


def two_pictures(differ: float) -> Callable[[Log], object]:
    """Two regions tell of one thing from minute 10 to 190, and something else for the first minutes."""
    return lambda log: (
        log.shared(10, item("s", 1, observed=10)),
        log.elsewhere(10, item("e", 1, observed=9, title=OTHER if differ else NOTHING)),
        log.elsewhere(10 + differ, item("e", 2, observed=10)),
    )


def stale(known_after: float) -> Callable[[Log], object]:
    """Decide on something that changed so many minutes ago."""
    return lambda log: (
        log.shared(10, item("s", observed=10)),
        log.truth(20, title=OTHER),
        log.decide(20 + known_after, ItemRef("s", 1)),
    )


PERFORMANCE: Mapping[str, Example] = {
    "initial-picture": Example(WATER, _picture(30), _picture(46), _picture(45)),
    "alarm-acknowledgement": Example(WATER, _acknowledged(10), _acknowledged(16), _acknowledged(15)),
    "sitrep-punctuality": Example(
        GRID,
        _sitreps((60, 60), (125, 120)),
        _sitreps((60, 60), (131, 120)),
        _sitreps((60, 60), (130, 120)),
    ),
    "sitreps-complete": Example(
        GRID,
        _sitreps((60, 60), (120, 120), (180, 180)),
        _sitreps((10, 0)),
        _sitreps((60, 60), (180, 180)),
    ),
    "shared-actuality": Example(WATER, _shared(20), _shared(31), _shared(30)),
    "held-actuality": Example(GRID, held(overtaken=20), held(overtaken=31), held(overtaken=30)),
    "duty-to-bring": Example(WATER, _brought(20), _brought(31), _brought(30)),
    "duty-to-fetch": Example(GRID, _fetched(40), _fetched(61), _fetched(60)),
    "fallback-switch": Example(GRID, _went_over(15), _went_over(23), _went_over(22)),
    "fault-detection": Example(GRID, _fault(signalled=30, righted=40), _one_seen_of(3), _one_seen_of(2)),
    "false-alarms": Example(GRID, _right_signalled(0), _right_signalled(3), _right_signalled(2)),
    "correction": Example(WATER, _corrected(30), _corrected(46), _corrected(45)),
    "exposure": Example(GRID, _fault(righted=82), _fault(righted=143), _fault(righted=142)),
    "moderation-handled": Example(
        GRID, _proposed(*[5] * 9, None), _proposed(5, 5, None), _proposed(*[5] * 7, *[None] * 3)
    ),
    "moderation-time": Example(GRID, _proposed(15), _proposed(31), _proposed(30)),
    "within-profile": Example(WATER, _denied(), _denied(30, 31), _denied(30)),
    "no-leaks": Example(WATER, _leaked(), _leaked(30)),
    "access-ended": Example(HELP, _no_role(15), _no_role(61), _no_role(60)),
    "access-given": Example(HELP, _asked(15), _asked(31), _asked(30)),
    "exercise-detection-rate": Example("", _fault(signalled=30), _one_seen_of(3), _one_seen_of(2)),
    "exercise-time-to-detect": Example("", _fault(signalled=50), _fault(signalled=81), _fault(signalled=80)),
    "exercise-time-to-correct": Example("", _fault(righted=80), _fault(righted=141), _fault(righted=140)),
    "exercise-exposure": Example("", _held_by_all(60), _held_by_all(121), _held_by_all(120)),
    "exercise-false-alarms": Example("", _right_signalled(0), _right_signalled(6), _right_signalled(5)),
    "exercise-decisions": Example("", _decided("other"), _decided(WRONG)),
    "exercise-moderation-handled": Example(
        "", _proposed(*[5] * 9, None), _proposed(5, 5, None), _proposed(*[5] * 7, *[None] * 3)
    ),
    "exercise-moderation-time": Example("", _proposed(15), _proposed(31), _proposed(30)),
    "exercise-within-profiles": Example("", _denied(), _denied(*range(30, 36)), _denied(*range(30, 35))),
    "exercise-no-leaks": Example("", _leaked(), _leaked(30)),
    "exercise-nothing-lost": Example("", _lost(), _lost(30)),
    "conclusion": Example(HELP, let_in(120), let_in(181), let_in(180)),
    "told-to-shared": Example(WATER, told(15), told(31), told(30)),
    "held-actuality-mean": Example(GRID, held(overtaken=20), held(overtaken=31), held(overtaken=30)),
    "held-in-time": Example(GRID, mostly_in_time(9), mostly_in_time(6), mostly_in_time(7)),
    "completeness": Example(GRID, needed(shared_at=46), needed(shared_at=101), needed(shared_at=100)),
    "correctness": Example(GRID, righted(28), righted(65), righted(64)),
    "situation-awareness": Example(GRID, needed(shared_at=30), needed(shared_at=110), needed(shared_at=90)),
    "verification-answered": Example(
        WATER, answered("verify", 30), answered("verify", 61), answered("verify", 60)
    ),
    "information-answered": Example(
        WATER, answered("inform", 30), answered("inform", 61), answered("inform", 60)
    ),
    "effects-answered": Example(
        WATER, answered("effects", 60), answered("effects", 121), answered("effects", 120)
    ),
    "sparring-answered": Example(WATER, answered("spar", 15), answered("spar", 31), answered("spar", 30)),
    "first-contact": Example(WATER, alarmed(1), alarmed(6), alarmed(5)),
    "level-awareness": Example(GRID, level_told(15), level_told(31), level_told(30)),
    "briefed": Example(
        GRID, decided_after_briefings(8), decided_after_briefings(2), decided_after_briefings(3)
    ),
    "sitrep-content": Example(GRID, reported(9), reported(6), reported(7)),
    "verified-before-use": Example(WATER, relied_on(8), relied_on(4), relied_on(5)),
    "reasoned-rejections": Example(GRID, rejected(10), rejected(7), rejected(8)),
    "restricted-exposure": Example(
        GRID,
        _received(sensitivity=Sensitivity.RESTRICTED),
        _received(system="gas", sensitivity=Sensitivity.RESTRICTED),
    ),
    "relevance": Example(GRID, relevant(5), relevant(1), relevant(2)),
    "missed-work": Example(WATER, notes("missed", 0), notes("missed", 4), notes("missed", 3)),
    "reachability": Example(WATER, notes("unreachable", 0), notes("unreachable", 2), notes("unreachable", 1)),
    "passing-on": Example(WATER, notes("slip", 0), notes("forgotten", 3), notes("slip", 2)),
    "exercise-known-to-read": Example("", read(60), read(121), read(120)),
    "exercise-completeness": Example("", in_the_picture(64), in_the_picture(101), in_the_picture(100)),
    "exercise-correctness": Example("", righted(28), righted(65), righted(64)),
    "exercise-shared-awareness": Example("", _both_need(WATER, GRID), _both_need(WATER), one_later(80)),
    "exercise-consistency": Example("", two_pictures(9), two_pictures(37), two_pictures(36)),
    "exercise-contradiction": Example("", two_pictures(30), two_pictures(61), two_pictures(60)),
    "exercise-verified-decisions": Example("", relied_on(5), relied_on(2), relied_on(3)),
    "exercise-stale-decisions": Example("", stale(29), stale(30)),
}


# Direction and set-up: what the agreements in the opening record say ---------------------------------

_PARTY_OF = {"core": WATER, "structural": GRID, "standby": HELP, "link": GAS}
_NO_TERMS: Mapping[str, Any] = {
    "alarm_level": 0,
    "alarm_contacts": (),
    "acknowledge": None,
    "correction": None,
}


def no_agreement(log: Log) -> None:
    """Nothing was agreed with anybody."""
    log.reopen(agreements=())


def set_up(criterion: Criterion) -> Example:
    """Return the example of a precondition: all that it asks, nothing of it, and all but one thing of several."""
    party = _PARTY_OF[next(profile for profile in _PARTY_OF if criterion.holds_for(profile))]
    texts = dict.fromkeys(criterion.topics, OTHER)
    in_general = all(topic.startswith("general.") for topic in criterion.topics)
    partly: Callable[[Log], object] | None = None
    if criterion.terms:
        partly = lambda log: log.agree(party, texts=texts, **_NO_TERMS)  # noqa: E731 - one of several
    elif len(texts) > 1 and not in_general:
        partly = lambda log: log.agree(party, texts=dict(list(texts.items())[1:]))  # noqa: E731 - one of several
    return Example(
        party,
        lambda log: log.agree(party, texts=texts),
        no_agreement if in_general else lambda log: log.agree(party, texts={}, **_NO_TERMS),
        partly,
        no_agreement,
    )


def _entry(party: str, **changes: Any) -> Callable[[Log], object]:
    def build(log: Log) -> None:
        parties = log.records[0].content.parties
        log.reopen(
            parties=tuple(
                msgspec.structs.replace(one, **changes) if one.id == party else one for one in parties
            )
        )

    return build


def _more_profiles(*profiles: str) -> Callable[[Log], object]:
    """Agree on the same core task under other profiles too."""
    more = tuple(agreement(WATER, profile, CoreTask.MANAGER) for profile in profiles)
    return lambda log: log.reopen(agreements=(*log.records[0].content.agreements, *more))


def _texts(lacking: int) -> Callable[[Log], object]:
    asked = [topic.id for topic in CRITERIA.topics if topic.holds_for("core")]
    texts = {topic: OTHER for topic in asked if not topic.startswith("general.")}
    return lambda log: log.agree(WATER, texts=dict(list(texts.items())[lacking:]))


def _works_in_two_regions(log: Log) -> None:
    """The agreement holds in one of them."""
    fire = ActivityEntry(id=ELSEWHERE, name=NOTHING, directing=NEIGHBOUR, parties=(), systems=())
    log.reopen(activities=(*log.records[0].content.activities, fire))
    _entry(WATER, regions=(REGION, NEIGHBOUR))(log)


_REGIONS = (REGION, "vr23", "vr22")

PAPER: Mapping[str, Example] = {
    "profile-fits": Example(
        WATER,
        _entry(WATER),
        _entry(WATER, core_task=CoreTask.SERVICE_PROVIDER),
        without=_entry(WATER, profile="unheard-of"),
    ),
    "one-core-task": Example(
        WATER, _more_profiles(), _more_profiles("structural", "link"), _more_profiles("link"), no_agreement
    ),
    "regions-covered": Example(
        WATER,
        lambda log: log.agree(WATER, regions=(REGION,)),
        lambda log: log.agree(WATER, regions=("vr22",)),
        _works_in_two_regions,
        lambda log: log.reopen(activities=()),
    ),
    "adoption-region": Example(
        WATER,
        lambda log: log.agree(WATER, regions=_REGIONS, adoption_region=REGION),
        lambda log: log.agree(WATER, regions=_REGIONS),
        without=no_agreement,
    ),
    "in-execution": Example(
        WATER,
        lambda log: log.agree(WATER, phase="execution"),
        lambda log: log.agree(WATER, phase="elaboration"),
        without=no_agreement,
    ),
    "topics-complete": Example(WATER, _texts(0), _texts(6), _texts(5), no_agreement),
}

NO_ASSESSMENT = "for link no assessment exists (Beleidskader par. 1.4): its figure is shown, and never judged"
ALWAYS_SAID = "an agreement names its core task and profile, or it is none; then nothing was observed"

EXCEPTIONS: Mapping[str, str] = {
    "link-crisis-teams": NO_ASSESSMENT,
    "link-liaison": NO_ASSESSMENT,
    "link-alarm": NO_ASSESSMENT,
    "link-exchange-outside": NO_ASSESSMENT,
    "standby-core-tasks": ALWAYS_SAID,
    "core-tasks": ALWAYS_SAID,
}
"""Criteria that cannot be met, not met and not observed, each with the reason why not."""

EXAMPLES = {
    **PERFORMANCE,
    **PAPER,
    **{one.id: set_up(one) for one in CRITERIA if one.measure == "agreed"},
}
"""By criterion."""
