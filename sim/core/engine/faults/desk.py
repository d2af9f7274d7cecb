"""The fault desk: what exercise control does to let the faults of a scenario enter, each at its hop and moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from sim.core.agents.acts import Perceived, Publish, Wrote
from sim.core.engine.faults.entries import Reason, entered, unmet
from sim.core.engine.faults.insertion import come_back, message, written
from sim.core.engine.faults.said import Said
from sim.core.engine.faults.tampering import HELD_UP, MISWRITTEN, WRITTEN_TOO, Sending, Tampering
from sim.core.engine.faults.triggers import Due, Triggers
from sim.core.engine.senses import Sensed
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Item
from sim.core.model.access import AccessTable
from sim.core.model.ids import InjectId
from sim.core.records.kinds import FaultEntered
from sim.core.records.record import Entry
from sim.core.world.faults import Fault, FaultType, Hop, Setting, fact_of, told
from sim.core.world.scenario import Scenario
from sim.core.world.truth import World

_IN_PASSING = (Hop.TRANSCRIPTION, Hop.MODERATION, Hop.RELAY)


class Release(msgspec.Struct, frozen=True):
    """A fault whose moment has come, and the id of what brought it ("" for its set time)."""

    fault: Fault
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Released:
    """What comes of a fault whose moment has come: records, what parties come to know, what is sent."""

    entries: list[Entry] = field(default_factory=list)
    sensed: list[Sensed] = field(default_factory=list)
    sendings: list[Sending] = field(default_factory=list)


class FaultDesk:
    """The faults of one run.

    Args:
        scenario: What is run.
        is_steered: Whether faults can be thrown in, about any subject.

    Attributes:
        triggers: Faults that wait for something to happen.
        tampering: Faults that wait for what passes them.
        said: What was said about what faults are about.
    """

    def __init__(self, scenario: Scenario, *, is_steered: bool = False) -> None:
        self.triggers = Triggers(scenario.faults)
        self.said = Said(scenario.faults, of_all=is_steered)
        self._setting = Setting(scenario.truth, tuple(scenario.themes))
        self.tampering = Tampering(self._setting)
        self._scenario = scenario
        self._set: dict[InjectId, Fault] = {
            fault.id: fault for fault in scenario.faults if fault.at_ms is not None
        }

    def add(self, fault: Fault) -> None:
        """Take in a fault that is thrown in while the exercise goes on."""
        self._set[fault.id] = fault

    def set_times(self) -> list[tuple[int, Release]]:
        """Return the faults that enter at a set time, with that time (ms), in the order of the scenario."""
        return [(fault.at_ms, Release(fault)) for fault in self._set.values() if fault.at_ms is not None]

    def release(
        self, release: Release, world: World, table: AccessTable, now: int, ahead_ms: int = 0
    ) -> Released:
        """Let a fault enter, or wait for what passes its hop; its moment has come.

        Args:
            release: Which fault, and what brought it.
            world: What is so.
            table: Who may write where.
            now: Exercise time (ms).
            ahead_ms: How far (ms) the clock of the fault's party is ahead: by it the party dates what it perceives.
        """
        fault, cause = release.fault, (release.cause,) if release.cause else ()
        self._set.pop(fault.id, None)
        if world.of(fault.subject) is None and fault.hop not in _IN_PASSING:
            return Released([unmet(now, fault, "nothing-so")])
        is_held_up = fault.hop is Hop.OBSERVATION and fault.type in HELD_UP
        if is_held_up or fault.hop in _IN_PASSING:
            self.tampering.arm(fault, cause, now + ahead_ms)
            return Released()
        if fault.hop is Hop.OBSERVATION:
            return self._perceive(fault, cause, world, now, ahead_ms)
        return self._insert(fault, cause, world, table, now)

    def after_entering(self, entries: Sequence[Entry]) -> list[Due]:
        """Return the faults that enter because others did, of whose records these are."""
        if not entries:
            return []
        names = [entry.content.id for entry in entries if isinstance(entry.content, FaultEntered)]
        return [due for name in names for due in self.triggers.after("fault", name)]

    def unmet(self, now: int) -> list[Entry]:
        """Return a record of each fault that has not entered by the end."""
        untriggered = (*self._set.values(), *self.triggers.waiting.values())
        passed_by = self.tampering.waiting()
        return [
            *(unmet(now, fault, "untriggered") for fault in untriggered),
            *(unmet(now, fault, "nothing-passed") for fault in passed_by),
        ]

    def _perceive(
        self, fault: Fault, cause: tuple[str, ...], world: World, now: int, ahead_ms: int
    ) -> Released:
        heard = self.said.last(fault.echo_of, fault.subject) if fault.type is FaultType.ECHO else None
        observation = told(fault, self._setting, now, None if heard is None else heard.item)
        if observation is None:
            reason: Reason = "nothing-said" if fault.type is FaultType.ECHO else "nothing-so"
            return Released([unmet(now, fault, reason)])
        if fault.type in MISWRITTEN:
            # Its people look up what is so, and get it wrong only as they write it down.
            self.tampering.arm(fault, cause, now + ahead_ms)
            right = msgspec.structs.replace(observation, causation=())
            return Released([], [(now, fault.party, Perceived(right))])
        if fault.type in WRITTEN_TOO:
            self.tampering.arm_writing(fault, now, now + ahead_ms)
        truth = world.of(fault.subject)
        assert truth is not None, "nothing enters before anything is so"
        record = entered(now, fault, observation.fact, truth.fact, cause)
        return Released([record], [(now, fault.party, Perceived(observation))])

    def _insert(
        self, fault: Fault, cause: tuple[str, ...], world: World, table: AccessTable, now: int
    ) -> Released:
        act, item = self._message(fault, table, now)
        if item is None:
            return Released([unmet(now, fault, "nothing-said")])
        if act is None:
            return Released([unmet(now, fault, "no-place")])
        truth = world.of(fault.subject)
        assert truth is not None, "nothing enters before anything is so"
        is_garbled, is_own = fault.type is FaultType.GARBLED, fault.hop is Hop.OUTSIDER
        said = None if is_garbled else fact_of(item)
        record = entered(now, fault, said, truth.fact, cause, item.id)
        sending = Sending(act, garble=fault.how if is_garbled else None, is_strange=is_own)
        knows = [(now, fault.party, Wrote(item))] if is_own and not is_garbled else []
        return Released([record], list(knows), [sending])

    def _message(self, fault: Fault, table: AccessTable, now: int) -> tuple[Publish | None, Item | None]:
        if fault.hop is Hop.RETAINED:
            back = come_back(fault, self.said, now)
            if back is None:
                return None, None
            topic, item = back
            return Publish(topic, ItemUpdate(item=item), injects=item.causation), item
        written_item = written(fault, self.said, self._setting, now)
        if written_item is None:
            return None, None
        return message(self._scenario, table, fault, written_item, now), written_item
