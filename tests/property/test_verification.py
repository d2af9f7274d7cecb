"""Laws of verification: an echo verifies nothing, statuses move as the table says, and what is asked is answered."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.agents.acts import Wake
from sim.core.agents.agent import AgentState
from sim.core.agents.direction import directing, moderating
from sim.core.agents.direction.shared_picture import shared_item
from sim.core.messages.contents import Answer, ItemUpdate, Proposal, Request
from sim.core.messages.items import Basis, Item, Source, VerificationStatus
from sim.core.messages.topics import Shape, parse
from sim.core.model.cue import ToolDown
from sim.core.model.ids import ItemId
from sim.core.model.time import MINUTE_MS
from sim.core.picture.verification import may_become
from sim.core.records.kinds import Note
from sim.core.world.scenario import Scenario
from tests.property.test_small_exercises import END_MS, SOME, exercises, messages, play
from tests.unit.core.agents.helpers import (
    CARE,
    CROSS,
    FLOOD,
    GRID,
    LEVEL,
    RAIL,
    REGION,
    THEME,
    WATER,
    brief,
    delivered,
    item,
    people,
    react,
    woken,
)

# An echo -----------------------------------------------------------------------------------------

ORIGIN = f"{WATER}-{LEVEL}"
_HEARD = st.sampled_from((Basis.REPORTED, Basis.RUMOUR, Basis.ESTIMATED))
_PARTIES = st.sampled_from((WATER, GRID, RAIL, CROSS, CARE))


@st.composite
def echoes(draw: st.DrawFn) -> Item:
    """Return what somebody tells of one rumour: on hearsay, through another, or as what was made from it.

    Or as what the party saw, by who cannot have seen it.
    """
    party = draw(_PARTIES)
    how = draw(st.sampled_from(("heard", "through another", "made from it", "cannot see it")))
    source, relates_to = Source(party, draw(_HEARD)), tuple[str, ...]()
    if how == "heard":
        through = draw(st.sampled_from(("", party)))
        basis = draw(st.sampled_from((Basis.RUMOUR, Basis.ESTIMATED)))
        source = Source(party, basis, through)
    elif how == "through another":
        other = draw(_PARTIES.filter(lambda other: other != party))
        source = Source(party, Basis.REPORTED, other)
    elif how == "made from it":
        source = Source(party, draw(st.sampled_from(tuple(Basis))), draw(st.sampled_from(("", party))))
        relates_to = (ORIGIN,)
    else:
        source = Source(CARE, Basis.OBSERVED)
    observed = draw(st.integers(0, 100 * MINUTE_MS))
    said = item(
        f"{source.party}-{LEVEL}",
        version=draw(st.integers(1, 9)),
        amount=draw(st.sampled_from((300.0, 305.0, 900.0, None))),
        observed=observed,
        reported=observed,
        relates_to=relates_to,
    )
    return msgspec.structs.replace(said, source=source)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(echoes(), st.booleans()), min_size=2, max_size=8), st.floats(0, 1), st.booleans())
def test_an_echo_never_turns_a_rumour_into_a_verified_fact(
    told: list[tuple[Item, bool]], skill: float, seen_first: bool
) -> None:
    """Whoever tells it in whichever way and order, also where the rumour began as what one party says it saw."""
    me = brief(REGION, humans=people(skill=skill))
    state = AgentState(engaged={FLOOD: 0})
    first = (
        item(ORIGIN)
        if seen_first
        else msgspec.structs.replace(item(ORIGIN), source=Source(WATER, Basis.RUMOUR))
    )
    for number, (said, is_proposed) in enumerate([(first, False), *told]):
        now = 200 * MINUTE_MS + number * MINUTE_MS
        behaviour = moderating.BEHAVIOUR if is_proposed else directing.BEHAVIOUR
        state, acts = react(me, behaviour, state, _message(said, is_proposed), now=now)
        for act in acts:
            if isinstance(act, Wake):
                state, _ = react(me, behaviour, state, woken(act), now=act.at_ms)
        standing = shared_item(state, FLOOD, LEVEL)
        assert standing is None or standing.verification.status is not VerificationStatus.VERIFIED


def _message(said: Item, is_proposed: bool) -> Any:
    sender = said.source.party
    if is_proposed:
        return delivered(sender, Proposal(item=said), f"activity/{FLOOD}/proposal/{sender}/{said.id}")
    return delivered(sender, ItemUpdate(item=said), f"activity/{FLOOD}/own/{sender}/{THEME}/{said.id}")


# What becomes of items -----------------------------------------------------------------------------


@SOME
@given(exercises())
def test_the_verification_of_a_shared_item_moves_only_as_the_table_says(exercise: Scenario) -> None:
    records, _ = play(exercise)
    status: dict[ItemId, VerificationStatus] = {}
    for _, message in messages(records):
        address = parse(message.topic)
        if (
            address is None
            or address.shape is not Shape.SHARED
            or not isinstance(message.event.data, ItemUpdate)
        ):
            continue
        said = message.event.data.item
        if message.event.sender != exercise.activities[address["activity"]].directing:
            continue  # an attempt of another, in a run without a broker that refuses it
        after = said.verification.status
        assert may_become(status.get(said.id), after), (status.get(said.id), after)
        if after is VerificationStatus.VERIFIED:
            assert said.verification.by == message.event.sender
        status[said.id] = after


@SOME
@given(exercises())
def test_what_is_asked_about_is_answered_or_the_log_says_why_not(exercise: Scenario) -> None:
    """Where no tool fails: who is asked answers, or nobody got round to it, or the exercise ends before."""
    injects = tuple(inject for inject in exercise.injects if not isinstance(inject.cue, ToolDown))
    records, _ = play(replace(exercise, injects=injects))
    answered = {
        message.event.data.of for _, message in messages(records) if isinstance(message.event.data, Answer)
    }
    undone = {
        cause
        for record in records
        if isinstance(record.content, Note) and record.content.what in ("missed", "unreachable")
        for cause in record.cause
    }
    for at_ms, message in messages(records):
        request = message.event.data
        if isinstance(request, Request) and request.purpose == "verify" and message.readers:
            is_late = at_ms > END_MS - 5 * MINUTE_MS
            assert message.event.id in answered or message.event.id in undone or is_late


# What control knows --------------------------------------------------------------------------------

ROOT = Path(__file__).parents[2] / "sim" / "core"
OF_CONTROL = {"causation", "injects", "injectids"}


def _decides(node: ast.AST) -> list[ast.expr]:
    """Return the expressions that a piece of code decides by."""
    if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert):
        return [node.test]
    if isinstance(node, ast.comprehension):
        return node.ifs
    if isinstance(node, ast.Compare | ast.BoolOp):
        return [node]
    return [node.subject] if isinstance(node, ast.Match) else []


def test_no_behaviour_and_no_check_decides_by_what_only_control_knows() -> None:
    """What names a fault is carried on for the log alone: nothing is done, or left undone, because of it."""
    paths = [*(ROOT / "agents").rglob("*.py"), *(ROOT / "picture").rglob("*.py")]
    assert len(paths) > 40
    found = [
        f"{path.name}:{part.lineno} {part.attr}"
        for path in paths
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for deciding in _decides(node)
        for part in ast.walk(deciding)
        if isinstance(part, ast.Attribute) and part.attr in OF_CONTROL
    ]
    assert found == []
