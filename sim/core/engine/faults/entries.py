"""The records of faults: that one entered, with its known answer, or that it never did."""

from __future__ import annotations

from typing import Literal, TypeAlias

from sim.core.model.ids import ItemId
from sim.core.picture.observation import Fact
from sim.core.records.kinds import FaultEntered, FaultUnmet
from sim.core.records.record import Entry
from sim.core.world.faults import ANSWERS, Fault

Reason: TypeAlias = Literal["untriggered", "nothing-passed", "nothing-so", "nothing-said", "no-place"]


def entered(
    now: int, fault: Fault, told: Fact | None, truth: Fact, cause: tuple[str, ...], item: ItemId = ""
) -> Entry:
    """Return the record of a fault that entered.

    Args:
        now: When (ms).
        fault: Which.
        told: What is told because of it; None when the fault is that nothing is.
        truth: What is so.
        cause: Ids of what made it enter, and of the message in which it did.
        item: The item in which it entered, where that was on its way.
    """
    content = FaultEntered(
        id=fault.id,
        type=fault.type,
        party=fault.party,
        subject=fault.subject,
        title=fault.title,
        recognise=fault.recognise,
        told=told,
        truth=truth,
        source=fault.source,
        hop=fault.hop,
        blind=fault.blind,
        trigger=fault.trigger,
        answer=ANSWERS[fault.type],
        item=item,
    )
    return Entry(now, "fault", content, cause)


def unmet(now: int, fault: Fault, reason: Reason) -> Entry:
    """Return the record of a fault that did not enter, and will not."""
    content = FaultUnmet(fault.id, fault.type, fault.hop, fault.party, fault.subject, reason, fault.trigger)
    return Entry(now, "unmet", content)
