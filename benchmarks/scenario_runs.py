"""What the log of one run of an exercise shows, in the figures that the READMEs of scenarios tell."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim.core.assessment.evidence.cases import FaultCase
from sim.core.assessment.evidence.evidence import gather
from sim.core.messages.contents import Answer, ItemUpdate
from sim.core.messages.topics import Shape, parse
from sim.core.records.kinds import Denied, Message, Note
from sim.core.records.record import Record
from sim.files.scenario.loading import load_scenario
from sim.runlog.reader import read
from sim.session.launch import RunOptions, run_exercise
from sim.session.pacing import Pace

OPERATOR: Final = "netbeheerder"
"""The party of ``gaslek-keten`` that takes part under two profiles."""

SWITCHING_OFF: Final = ("power-forecast", "hospital-feed", "pumping-station")
"""What switching the electricity off means in ``gaslek-keten``: for the operator, the hospital, the pumping station."""


@dataclass(frozen=True, slots=True)
class FaultFigures:
    """What became of one fault in one run.

    Attributes:
        told: Whether anybody but the party where it entered held it.
        noticed_ms: From its entry to the first recognition; None when nobody recognised it.
        corrected_ms: From its entry to its correction; None when it was not put right.
        held_ms: Time in all that others held it.
        decided: Decisions that rest on it.
    """

    told: bool
    noticed_ms: int | None
    corrected_ms: int | None
    held_ms: int
    decided: int


@dataclass(frozen=True, slots=True)
class OperatorFigures:
    """What one run of ``gaslek-keten`` shows of the network operator; moments in ms after the start.

    Attributes:
        arrived_ms: When the first of its people who were called is there.
        shared_ms: When the first item of it stands in the shared picture.
        shared: Versions of items of it in the shared picture.
        received: Messages that it received.
        effect_ms: When the shared picture says what switching off means, by subject.
        consulted: Whether its decision maker answers the call of the policy team.
    """

    arrived_ms: int | None
    shared_ms: int | None
    shared: int
    received: int
    effect_ms: Mapping[str, int]
    consulted: bool


@dataclass(frozen=True, slots=True)
class RunFigures:
    """What one run shows.

    Attributes:
        faults: By fault, in the order in which they entered.
        messages: Messages that went through.
        refused: Attempts to read or write that the broker refused.
        notes: What happened inside parties, by kind, and how often.
        operator: Of ``gaslek-keten`` only.
    """

    faults: Mapping[str, FaultFigures]
    messages: int
    refused: int
    notes: Mapping[str, int]
    operator: OperatorFigures | None = None

    @property
    def held_ms(self) -> int:
        """Return the time in all that others held something wrong."""
        return sum(fault.held_ms for fault in self.faults.values())

    @property
    def decided(self) -> int:
        """Return how often a decision rests on a fault."""
        return sum(fault.decided for fault in self.faults.values())


def played(scenario: str, seed: int, settings: tuple[str, ...] = ()) -> RunFigures:
    """Run an exercise in memory, and return what its log shows.

    Raises:
        RuntimeError: The exercise did not come to its end.
    """
    with tempfile.TemporaryDirectory() as folder:
        options = RunOptions(seed=seed, broker="memory", pace=Pace(None), folder=Path(folder) / "run")
        result = run_exercise(load_scenario(scenario, settings=settings), options)
        if result.outcome != "completed":
            raise RuntimeError(f"{scenario}, seed {seed}: {result.reason}")
        return figures_of(list(read(result.folder)), with_operator=scenario == "gaslek-keten")


def figures_of(records: list[Record], *, with_operator: bool = False) -> RunFigures:
    """Return what a log shows."""
    notes: Counter[str] = Counter(
        record.content.what for record in records if isinstance(record.content, Note)
    )
    return RunFigures(
        faults={case.id: _fault(case) for case in gather(records).cases},
        messages=sum(isinstance(record.content, Message) for record in records),
        refused=sum(isinstance(record.content, Denied) for record in records),
        notes=dict(notes),
        operator=_operator(records) if with_operator else None,
    )


def _fault(case: FaultCase) -> FaultFigures:
    at_ms = case.fault.at_ms
    return FaultFigures(
        told=bool(case.received),
        noticed_ms=case.detections[0].at_ms - at_ms if case.detections else None,
        corrected_ms=None if case.correction is None else case.correction.at_ms - at_ms,
        held_ms=sum(exposure.duration_ms for exposure in case.received.values()),
        decided=len(case.decisions),
    )


def _operator(records: Iterable[Record]) -> OperatorFigures:
    arrived: list[int] = []
    shared: list[int] = []
    effects: dict[str, int] = {}
    received, consulted = 0, False
    for record in records:
        content = record.content
        if isinstance(content, Note) and (content.party, content.what) == (OPERATOR, "arrived"):
            arrived.append(record.at_ms)
        if not isinstance(content, Message):
            continue
        received += OPERATOR in content.readers
        said, address = content.event.data, parse(content.topic)
        if isinstance(said, Answer) and said.outcome == "consulted":
            consulted = consulted or content.event.sender == OPERATOR
        if isinstance(said, ItemUpdate) and address is not None and address.shape is Shape.SHARED:
            if said.item.source.party == OPERATOR:
                shared.append(record.at_ms)
            if said.item.subject in SWITCHING_OFF:
                effects.setdefault(said.item.subject, record.at_ms)
    return OperatorFigures(
        arrived_ms=min(arrived, default=None),
        shared_ms=min(shared, default=None),
        shared=len(shared),
        received=received,
        effect_ms=effects,
        consulted=consulted,
    )
