"""Who knew what: what each party held about a subject, beside what was so."""

from __future__ import annotations

import msgspec

from sim.core.assessment.log.fold import index
from sim.core.messages.items import Item, Value, VerificationStatus
from sim.core.picture.observation import Observation
from sim.core.records.kinds import Observed, Truth
from sim.replay.knowledge import Knowledge, State, knowledge
from tests.unit.core.assessment.logs import (
    FAULT,
    GRID,
    HELP,
    REGION,
    SUBJECT,
    WATER,
    Log,
    fact,
    item,
    minutes,
)


def value(amount: float) -> tuple[Value, ...]:
    return (Value("level", amount, "m"),)


def truth(log: Log, at: float, amount: float) -> None:
    log.add(at, "truth", Truth(f"t-{at}", msgspec.structs.replace(fact(), values=value(amount)), "exercise"))


def told(amount: float, version: int = 1, **changes: object) -> Item:
    return msgspec.structs.replace(item("water-level", version), values=value(amount), **changes)


def perceived(log: Log, at: float, party: str, amount: float, faults: tuple[str, ...] = ()) -> None:
    seen = msgspec.structs.replace(fact(), values=value(amount))
    log.add(
        at, "observed", Observed(party, Observation(fact=seen, observed_at_ms=minutes(at), causation=faults))
    )


def of(log: Log, party: str) -> Knowledge:
    (found,) = (each for each in knowledge(index(log.records), (SUBJECT,)) if each.party == party)
    return found


def spells(log: Log, party: str) -> list[tuple[State, float, float]]:
    return [
        (each.state, each.from_ms / minutes(1), each.to_ms / minutes(1)) for each in of(log, party).spells
    ]


def test_who_is_told_what_is_so_knows_it_until_it_changes() -> None:
    log = Log()
    truth(log, 0, 5)
    log.own(10, WATER, told(5))
    truth(log, 30, 9)
    log.own(40, WATER, told(9, 2))

    log.end(60)

    assert spells(log, REGION) == [
        (State.NOTHING, 0, 10), (State.RIGHT, 10, 30), (State.BEHIND, 30, 40), (State.RIGHT, 40, 60),
    ]  # fmt: skip
    assert spells(log, HELP) == [(State.NOTHING, 0, 60)]
    known = of(log, REGION)
    assert known.first_right_ms == minutes(10)
    assert known.total_ms(State.BEHIND) == minutes(10)
    assert of(log, HELP).first_right_ms is None


def test_what_comes_from_a_fault_is_wrong_until_it_is_put_right() -> None:
    log = Log()
    truth(log, 0, 5)
    log.own(10, WATER, told(50, causation=(FAULT,)))
    corrected = msgspec.structs.replace(
        told(5, 2, causation=(FAULT,)).verification, status=VerificationStatus.CORRECTED
    )
    log.own(25, WATER, told(5, 2, causation=(FAULT,), verification=corrected))

    log.end(60)

    assert spells(log, REGION) == [(State.NOTHING, 0, 10), (State.WRONG, 10, 25), (State.RIGHT, 25, 60)]
    (wrong,) = of(log, REGION).in_state(State.WRONG)
    assert wrong.faults == (FAULT,)
    assert wrong.held is not None
    assert wrong.held.values == value(50)


def test_what_a_party_perceives_counts_before_it_tells_it() -> None:
    log = Log()
    truth(log, 0, 5)
    perceived(log, 5, WATER, 50, (FAULT,))
    perceived(log, 20, WATER, 5)

    log.end(60)

    assert spells(log, WATER) == [(State.NOTHING, 0, 5), (State.WRONG, 5, 20), (State.RIGHT, 20, 60)]


def test_one_wrong_item_among_right_ones_is_wrong() -> None:
    log = Log()
    truth(log, 0, 5)
    log.own(10, WATER, told(5))
    log.own(20, GRID, msgspec.structs.replace(told(50, causation=(FAULT,)), id="other"))

    log.end(60)

    assert spells(log, REGION)[-1] == (State.WRONG, 20, 60)


def test_what_a_fault_told_that_became_true_is_right() -> None:
    log = Log()
    truth(log, 0, 5)
    log.own(10, WATER, told(50, causation=(FAULT,)))
    truth(log, 30, 50)

    log.end(60)

    assert spells(log, REGION)[1:] == [(State.WRONG, 10, 30), (State.RIGHT, 30, 60)]


def test_what_was_refuted_or_ran_out_is_nothing() -> None:
    log = Log()
    truth(log, 0, 5)
    log.own(10, WATER, told(5, valid_until_ms=minutes(20)))
    log.own(30, WATER, told(5, 2))
    refuted = msgspec.structs.replace(told(5).verification, status=VerificationStatus.REFUTED)
    log.own(40, WATER, told(5, 3, verification=refuted))

    log.end(60)

    assert spells(log, REGION) == [
        (State.NOTHING, 0, 10), (State.RIGHT, 10, 20), (State.NOTHING, 20, 30), (State.RIGHT, 30, 40),
        (State.NOTHING, 40, 60),
    ]  # fmt: skip


def test_an_older_version_changes_nothing() -> None:
    log = Log()
    truth(log, 0, 5)
    log.own(10, WATER, told(5, 2))
    log.own(20, WATER, told(50, 1, causation=(FAULT,)))

    log.end(60)

    assert spells(log, REGION) == [(State.NOTHING, 0, 10), (State.RIGHT, 10, 60)]


def test_without_a_truth_nothing_is_right() -> None:
    log = Log()
    log.own(10, WATER, told(5))

    log.end(60)

    assert spells(log, REGION) == [(State.NOTHING, 0, 10), (State.BEHIND, 10, 60)]


def test_spells_cover_the_exercise_for_each_party_and_subject() -> None:
    log = Log()
    truth(log, 0, 5)
    log.own(10, WATER, told(5))
    log.end(60)

    for each in knowledge(index(log.records), (SUBJECT, "unknown")):
        assert each.spells[0].from_ms == 0
        assert each.spells[-1].to_ms == minutes(60)
        assert all(
            one.to_ms == after.from_ms for one, after in zip(each.spells, each.spells[1:], strict=False)
        )
