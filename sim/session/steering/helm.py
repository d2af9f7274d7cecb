"""The helm: carries commands out, on the clock and on the engine of an open session.

One thing at a time: what a person says is done in a turn of its own before the next command is looked at, so that every
answer tells what the broker did, and nothing that comes after it overtakes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from sim.core.engine.engine import Engine
from sim.core.engine.exchange import BrokerAnswer, Publication, SubscriptionWish
from sim.core.engine.foresight import Foreseen
from sim.core.model.ids import EventId, is_id
from sim.core.model.lateness import Lateness
from sim.core.model.text import Text
from sim.core.records.kinds import Denied
from sim.core.records.record import Entry
from sim.files.problems import InputError
from sim.files.scenario.thrown import Thrown
from sim.session.pacing import Clock
from sim.session.steering.commands import (
    AnyCommand,
    Command,
    End,
    LetIn,
    Pause,
    Resume,
    Rise,
    Say,
    Sit,
    Speed,
    Subscribe,
    ThrowFault,
    ThrowIn,
)
from sim.session.steering.line import Line
from sim.session.steering.told import Answer, Progress

PROGRESS_S: Final = 1.0
"""Wall time between two reports of progress while nothing changes."""

STAFF: Final = "staff"

_LOOK_ALONG: Final = Text("Kom meekijken in de activiteit.", "Come and look along in the activity.")


@dataclass
class Done:
    """What came of a command: records, and whether the course of the exercise changed by it."""

    entries: list[Entry] = field(default_factory=list)
    is_new_course: bool = False


class Helm:
    """Steers one session.

    Args:
        line: Who gives commands, and is told.
        thrown: Checks what is thrown in.
        engine: The exercise.
        lateness: How well the session keeps to its clock.
        end_ms: When it ends, as planned.
        starts_paused: Whether it waits before it begins.
        ends_with_line: Whether the exercise ends when nobody steers any more.
        seconds: Wall time that never goes back (s); that of the event loop by default.

    Attributes:
        is_ended: Whether somebody has ended the exercise.
    """

    def __init__(
        self,
        line: Line,
        thrown: Thrown,
        engine: Engine,
        lateness: Lateness,
        end_ms: int,
        *,
        starts_paused: bool = False,
        ends_with_line: bool = False,
        seconds: Callable[[], float] | None = None,
    ) -> None:
        self._line = line
        self._thrown = thrown
        self._engine = engine
        self._lateness = lateness
        self._end_ms = end_ms
        self._starts_paused = starts_paused
        self._ends_with_line = ends_with_line
        self._seconds = seconds or asyncio.get_running_loop().time
        self._told_s = self._seconds()
        self._pending: Say | Subscribe | None = None
        self._answer: Answer | None = None
        self.is_ended = False

    def begin(self, clock: Clock, stir: Callable[[], None]) -> list[Entry]:
        """Take the clock in hand before the first moment; return the records of it."""
        self._line.stir = stir
        if not self._starts_paused:
            return []
        clock.pause(0)
        return [self._engine.steering.record(0, "paused", STAFF)]

    # Commands ------------------------------------------------------------------------------------

    def carry_out(self, clock: Clock, now: int) -> Done | None:
        """Carry out the next command at ``now`` (ms); None when there is none, or the last is not yet answered.

        Nothing may be due before that moment any more, and no turn may have been at it or after it.
        """
        if self._pending is not None or self.is_ended:
            return None
        command = self._line.take() or self._last_command(clock)
        if command is None:
            return None
        done = self._do(command, clock, now)
        self._line.stir_on()
        if isinstance(done, str):
            self._refuse(command, done)
            return Done()
        return done

    def _last_command(self, clock: Clock) -> End | None:
        """Return that the exercise ends, where nobody can say so any more: else one that is paused would never end."""
        is_left = self._line.is_closed and (self._ends_with_line or clock.is_paused)
        return End(by=STAFF) if is_left else None

    def _refuse(self, command: Command, problem: str) -> None:
        self._line.tell(Answer(id=command.id, ok=False, problem=problem))

    def _do(self, command: AnyCommand, clock: Clock, now: int) -> Done | str:
        if isinstance(command, (Pause, Resume, Speed, End)):
            return self._set_course(command, clock, now)
        if isinstance(command, (ThrowIn, ThrowFault, LetIn)):
            return self._throw(command, now)
        if isinstance(command, (Sit, Rise)):
            return self._change_seat(command, now)
        if clock.is_paused:
            return "expected an exercise that goes on, was paused: nothing is said or asked for until it is resumed"
        return self._ask(command, now) if isinstance(command, Subscribe) else self._say(command, now)

    def _did(self, command: Command, entries: Sequence[Entry], *, is_new_course: bool = False) -> Done:
        self._line.tell(Answer(id=command.id, ok=True))
        return Done(list(entries), is_new_course)

    def _set_course(self, command: Pause | Resume | Speed | End, clock: Clock, now: int) -> Done | str:
        record, by = self._engine.steering.record, command.by
        if isinstance(command, Speed):
            clock.change_speed(now, command.speed)
            return self._did(command, [record(now, "speed", by, value=command.speed)], is_new_course=True)
        if isinstance(command, End):
            self.is_ended = True
            return self._did(command, [record(now, "ended", by)], is_new_course=True)
        if isinstance(command, Pause):
            if clock.is_paused:
                return "pause: expected an exercise that goes on, was paused already"
            clock.pause(now)
            return self._did(command, [record(now, "paused", by)], is_new_course=True)
        if not clock.is_paused:
            return "resume: expected an exercise that is paused, goes on already"
        clock.resume()
        return self._did(command, [record(now, "resumed", by)], is_new_course=True)

    def _throw(self, command: ThrowIn | ThrowFault | LetIn, now: int) -> Done | str:
        steering = self._engine.steering
        name = steering.new_id()
        try:
            if isinstance(command, ThrowFault):
                steering.throw_fault(self._thrown.fault(name, now, command.fault))
            else:
                table = command.inject if isinstance(command, ThrowIn) else self._invitation(command)
                steering.throw_in(self._thrown.inject(name, now, table))
        except InputError as error:
            return _first_line(error)
        self._line.tell(Answer(id=command.id, ok=True, made=name))
        return Done()

    def _invitation(self, command: LetIn) -> Mapping[str, Any]:
        scenario = self._engine.scenario
        activity, party = scenario.activities.get(command.activity), scenario.parties.get(command.party)
        through = None if party is None else party.through
        text = msgspec.to_builtins(_LOOK_ALONG)
        cue = {"do": "invite", "activity": command.activity, "party": command.party, "text": text}
        # Where the activity is unknown, so is who directs it: the check of the cue says so.
        to = through or (activity.directing if activity is not None else command.party)
        return {"to": to, "title": text, "cue": cue}

    # Seats ---------------------------------------------------------------------------------------

    def _change_seat(self, command: Sit | Rise, now: int) -> Done | str:
        steering, party = self._engine.steering, command.party
        if isinstance(command, Sit):
            problem = steering.fault_in_sitting(party)
            return problem or self._did(command, [steering.sit(now, party, command.by)])
        problem = steering.fault_in_seat(party)
        return problem or self._did(command, [steering.rise(now, party, command.by)])

    def _say(self, command: Say, now: int) -> Done | str:
        steering = self._engine.steering
        for name, event in (("answers", command.answers), ("because_of", command.because_of)):
            if event and not is_id(event):
                return f"{name}: expected the id of an event, was another text"
        problem = steering.fault_in_saying(now, command.party, command.topic, command.content)
        if problem is not None:
            return problem
        steering.say(now, command.party, command.topic, command.content, command.answers, command.because_of)
        self._pending = command
        return Done()

    def _ask(self, command: Subscribe, now: int) -> Done | str:
        problem = self._engine.steering.fault_in_asking(command.party, command.filter)
        if problem is not None:
            return problem
        self._engine.steering.ask(now, command.party, command.filter, active=command.active)
        self._pending = command
        return Done()

    # What came of it -----------------------------------------------------------------------------

    def heard(
        self,
        publications: Sequence[Publication],
        foreseen: Sequence[Foreseen],
        answers: Sequence[BrokerAnswer],
    ) -> None:
        """Take what the broker did with the publications of a turn: one may be what somebody just said."""
        if not isinstance(self._pending, Say):
            return
        said = self._engine.steering.seats.last_said
        for publication, expected, answer in zip(publications, foreseen, answers, strict=True):
            if publication.event.id == said:
                rule = ("", "") if answer.accepted else (expected.decision.rule, expected.decision.source)
                self._answer = _outcome(self._pending, said, rule, accepted=answer.accepted)

    def granted(self, wishes: Sequence[SubscriptionWish], entries: Sequence[Entry]) -> None:
        """Take what the broker did with the subscriptions of a turn: one may be what somebody just asked for."""
        asked = self._pending
        if not isinstance(asked, Subscribe):
            return
        for wish, entry in zip(wishes, entries, strict=True):
            if (wish.party, wish.topic_filter, wish.active) == (asked.party, asked.filter, asked.active):
                content = entry.content
                rule = (content.rule, content.source) if isinstance(content, Denied) else ("", "")
                self._answer = _outcome(asked, "", rule, accepted=entry.kind == "subscribed")

    def turned(self) -> None:
        """Take that a turn is over: who said or asked something in it is answered."""
        if self._pending is None:
            return
        said = self._engine.steering.seats.last_said if isinstance(self._pending, Say) else ""
        waiting = Answer(id=self._pending.id, ok=True, event=said, outcome="waiting")
        self._line.tell(self._answer or waiting)
        self._pending = self._answer = None
        self._line.stir_on()

    # Progress ------------------------------------------------------------------------------------

    def report(self, clock: Clock, now: int, *, changed: bool = False) -> None:
        """Tell how far the exercise is, when something changed or when it was not told for a while."""
        if not changed and self._seconds() - self._told_s < PROGRESS_S:
            return
        self._told_s = self._seconds()
        ledger, late = self._engine.ledger, self._lateness
        self._line.tell(
            Progress(
                at_ms=now,
                end_ms=self._end_ms,
                phase="paused" if clock.is_paused else "running",
                speed=clock.speed,
                late_ms=late.last_ms,
                worst_ms=late.worst_ms,
                drift_ms=late.drift_ms,
                seats=dict(self._engine.steering.seats.taken),
                messages=ledger.messages,
                deliveries=ledger.deliveries,
                denied=ledger.denied,
            )
        )

    def close(self) -> None:
        """Answer what is left: the exercise is over."""
        left: AnyCommand | None = self._pending
        while left is not None or (left := self._line.take()) is not None:
            self._refuse(left, "expected an exercise that goes on, is over")
            left = None
        self._pending = None


def _outcome(command: Command, event: EventId, rule: tuple[str, str], *, accepted: bool) -> Answer:
    return Answer(
        id=command.id,
        ok=True,
        event=event,
        outcome="accepted" if accepted else "denied",
        rule=rule[0],
        source=rule[1],
    )


def _first_line(error: InputError) -> str:
    return error.errors[0].message
