"""Laws of alarming: an alarm is acknowledged or reaches nobody, and nobody is alarmed twice for one level."""

from __future__ import annotations

import heapq
from collections import Counter
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sim.core.agents.acts import Act, Publish, Remark, Stimulus, Wake, Woken
from sim.core.agents.agent import AgentState, dispatch_of, step
from sim.core.agents.brief import Brief
from sim.core.agents.mobilisation import alarming, mobilising
from sim.core.agents.mobilisation.alarming import Call, call_of
from sim.core.messages.contents import Ack, Alarm
from sim.core.model.cue import Scale, SendAlarm
from sim.core.model.staff import Role
from tests.unit.core.agents.helpers import (
    FLOOD,
    GRID,
    RAIL,
    REGION,
    WATER,
    agreement,
    brief,
    cued,
    delivered,
    text,
)

PARTIES = (WATER, GRID, RAIL)
DISPATCH = dispatch_of((mobilising.BEHAVIOUR, alarming.BEHAVIOUR))
CONTACTS = st.lists(st.sampled_from(Role), max_size=3, unique=True).map(tuple)


@st.composite
def regions(draw: st.DrawFn) -> Brief:
    agreements = [
        agreement(
            party,
            alarm_level=draw(st.integers(0, 4)),
            alarm_contacts=draw(CONTACTS),
            escalate_after_ms=draw(st.integers(1, 30)),
        )
        for party in PARTIES
    ]
    return brief(REGION, agreements=agreements)


SCRIPT = st.lists(
    st.one_of(
        st.tuples(st.just("scale"), st.integers(0, 5)),
        st.tuples(st.just("alarm"), st.lists(st.sampled_from(PARTIES), max_size=3).map(tuple)),
        st.tuples(st.just("ack"), st.integers(0, 10)),
        st.tuples(st.just("wait"), st.integers(1, 40)),
    ),
    max_size=12,
)


class Exercise:
    """A region that is told things, with its alarms on the way and its timers running."""

    def __init__(self, me: Brief) -> None:
        self.me, self.state, self.now = me, AgentState(), 0
        self.timers: list[tuple[int, int, Wake]] = []
        self.alarms: list[tuple[str, str]] = []
        """Recipient and event of each alarm, in order."""
        self.begun: Counter[tuple[str, int]] = Counter()
        self.outcomes: dict[tuple[str, int], set[str]] = {}
        self.unreachable = 0
        self._order = count()

    def hear(self, stimulus: Stimulus) -> None:
        self.state, acts = step(self.me, DISPATCH, self.state, (stimulus,), self.now)
        for act in acts:
            self._act(act)
        for party in PARTIES:
            known = call_of(self.state, FLOOD, party)
            if known is not None:
                self.outcomes.setdefault((party, known.number), set()).add(known.outcome)

    def _act(self, act: Act) -> None:
        if isinstance(act, Wake):
            heapq.heappush(self.timers, (act.at_ms, next(self._order), act))
        elif isinstance(act, Remark):
            self.unreachable += act.what == "unreachable"
        elif isinstance(act, Publish) and isinstance(act.content, Alarm):
            assert act.register is not None
            errand, about = act.register
            event = f"{REGION}-{len(self.alarms) + 1}"
            self.alarms.append((act.topic.split("/")[1], event))
            self.begun[about[1], about[2] * 10 + about[3]] += 1
            self.hear(Woken(errand, (about, event)))

    def wait(self, until_ms: int) -> None:
        while self.timers and self.timers[0][0] <= until_ms:
            self.now, _, wake = heapq.heappop(self.timers)
            self.hear(Woken(wake.errand, wake.about))
        self.now = max(self.now, until_ms)

    def play(self, script: list[tuple[str, Any]]) -> None:
        for what, about in script:
            if what == "scale":
                self.hear(cued(Scale(activity=FLOOD, grip=about)))
            elif what == "alarm":
                self.hear(cued(SendAlarm(activity=FLOOD, parties=about, text=text("come"))))
            elif what == "ack" and self.alarms:
                party, event = self.alarms[about % len(self.alarms)]
                self.hear(delivered(party, Ack(activity=FLOOD, of=event)))
            elif what == "wait":
                self.wait(self.now + about)


@given(regions(), SCRIPT)
def test_an_alarm_is_acknowledged_or_reaches_nobody_and_never_both(
    me: Brief, script: list[tuple[str, Any]]
) -> None:
    exercise = Exercise(me)
    exercise.play(script)
    exercise.wait(10**9)
    assert all(not {"answered", "unreachable"} <= seen for seen in exercise.outcomes.values())
    assert exercise.unreachable == sum("unreachable" in seen for seen in exercise.outcomes.values())
    standing = [known for party in PARTIES if (known := call_of(exercise.state, FLOOD, party)) is not None]
    assert all(known.outcome != "calling" for known in standing)


@given(regions(), SCRIPT)
def test_no_contact_of_a_call_is_called_twice(me: Brief, script: list[tuple[str, Any]]) -> None:
    exercise = Exercise(me)
    exercise.play(script)
    exercise.wait(10**9)
    assert all(times == 1 for times in exercise.begun.values())


@given(regions(), SCRIPT, st.one_of(st.integers(0, 5), st.just(PARTIES)))
def test_nobody_who_is_called_or_has_come_is_alarmed_again_for_the_level(
    me: Brief, script: list[tuple[str, Any]], last: int | tuple[str, ...]
) -> None:
    exercise = Exercise(me)
    exercise.play(script)
    before: dict[str, Call | None] = {party: call_of(exercise.state, FLOOD, party) for party in PARTIES}
    exercise.play([("scale", last) if isinstance(last, int) else ("alarm", last)])
    for party, known in before.items():
        after = call_of(exercise.state, FLOOD, party)
        is_another = after is not None and known is not None and after.number != known.number
        if is_another:
            assert after is not None
            assert known is not None
            assert after.grip != known.grip or known.outcome == "unreachable"
