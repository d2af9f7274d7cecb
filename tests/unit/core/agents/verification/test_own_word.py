"""What a party said itself, held against how others retell it."""

from __future__ import annotations

import msgspec
import pytest

from sim.core.agents.agent import AgentState
from sim.core.agents.information.statements import STATEMENTS_MAX, own_statements, state_own
from sim.core.agents.verification.own_word import is_its_word, misquoted
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Item, Verification, VerificationStatus
from sim.core.model.text import Text
from sim.core.picture.quality import Mismatch
from tests.unit.core.agents.helpers import (
    FAR,
    FLOOD,
    GRID,
    LEVEL,
    NATION,
    NEIGHBOUR,
    REGION,
    THEME,
    WATER,
    brief,
    delivered,
    fact,
    knows,
    seen,
    shared,
)

ME, DIRECTOR = brief(WATER), brief(REGION)
SHARED = f"activity/{FLOOD}/shared/{THEME}/{FLOOD}-{LEVEL}"
NATIONAL = f"national/{THEME}/nl-{FLOOD}-{LEVEL}"
VERIFIED = Verification(VerificationStatus.VERIFIED, REGION, 1)


def said(*observed_ms: int) -> AgentState:
    """Return the state of the water authority that said what it saw, at these moments."""
    state = AgentState()
    for at_ms in observed_ms:
        state, _ = state_own(ME, state, seen(at_ms=at_ms), at_ms)
    return state


def own(state: AgentState, item: Item, sender: str = REGION) -> tuple[Mismatch, ...]:
    return misquoted(ME, state, item, FLOOD, delivered(sender, ItemUpdate(item=item), SHARED))


def test_its_own_word_retold_rightly_is_no_misquote() -> None:
    assert own(said(5), shared(observed=5)) == ()


@pytest.mark.parametrize(
    ("retold", "found"),
    [
        (shared(observed=5, amount=900.0), Mismatch.VALUE),
        (shared(observed=5, place=FAR), Mismatch.PLACE),
        (msgspec.structs.replace(shared(observed=5), values=()), Mismatch.MISSING_VALUE),
        (shared(observed=9), Mismatch.MISATTRIBUTED),
    ],
)
def test_it_sees_what_it_never_said(retold: Item, found: Mismatch) -> None:
    assert own(said(5), retold) == (found,)


def test_it_knows_its_own_word_to_the_figure_and_to_the_letter() -> None:
    """What comes near, as an old figure does, it did not say."""
    assert own(said(5), shared(observed=5, amount=301.0)) == (Mismatch.VALUE,)
    worded, _ = state_own(ME, AgentState(), seen(fact(words="300 cm"), at_ms=5), 5)
    assert own(worded, shared(observed=5, words="300 cm")) == ()
    assert own(worded, shared(observed=5, words="about 300 cm")) == (Mismatch.UNCLEAR,)
    assert (
        own(said(5), shared(observed=5, words="what another said")) == ()
    )  # it said no words: another's were added


@pytest.mark.parametrize(
    ("retold", "found"),
    [
        (shared(source=GRID, relates_to=(f"{WATER}-{LEVEL}",)), (Mismatch.MISATTRIBUTED,)),
        (shared(source=GRID, relates_to=(f"{GRID}-{LEVEL}", f"{WATER}-{LEVEL}")), ()),
        (shared(relates_to=(f"{WATER}-{LEVEL}",)), ()),
    ],
    ids=["its own", "confirmed by it", "in its name"],
)
def test_what_was_made_of_its_word_is_told_in_the_name_of_another(
    retold: Item, found: tuple[Mismatch, ...]
) -> None:
    assert own(said(0), retold) == found
    assert is_its_word(ME, retold) is (bool(found) or retold.source.party == WATER)


def test_what_is_told_of_it_that_it_says_itself_is_no_retelling() -> None:
    assert own(said(5), shared(observed=5, amount=900.0), sender=WATER) == ()


def test_what_others_say_is_not_its_word() -> None:
    assert own(said(5), shared(source=GRID, observed=9)) == ()


def test_an_earlier_statement_is_held_against_what_it_said_then() -> None:
    assert own(said(5, 9), shared(observed=5)) == ()
    assert own(said(5, 9), shared(observed=5, amount=900.0)) == (Mismatch.VALUE,)


def test_what_it_forgot_is_not_doubted() -> None:
    state = said(*range(STATEMENTS_MAX + 2))
    assert len(own_statements(ME, state, LEVEL)) == STATEMENTS_MAX
    assert own(state, shared(observed=0, amount=900.0)) == ()


def test_what_it_knows_may_have_been_told_for_it() -> None:
    assert own(knows(seen(at_ms=9)), shared(observed=9)) == ()
    assert own(knows(seen(at_ms=9)), shared(observed=10)) == (Mismatch.MISATTRIBUTED,)
    assert own(AgentState(), shared()) == (Mismatch.MISATTRIBUTED,)


def national(standing: Item | None, retold: Item, reader: str = REGION) -> tuple[Mismatch, ...]:
    state = AgentState() if standing is None else AgentState(said={standing.id: standing})
    read = delivered(NATION, ItemUpdate(item=retold), NATIONAL)
    return misquoted(brief(reader), state, retold, FLOOD, read)


STANDING = shared(observed=5)


@pytest.mark.parametrize(
    ("retold", "found"),
    [
        (STANDING, ()),
        (shared(observed=4, amount=900.0), ()),
        (shared(observed=6), (Mismatch.TIME,)),
        (shared(observed=5, amount=900.0), (Mismatch.VALUE,)),
        (shared(source=GRID, observed=5), (Mismatch.MISATTRIBUTED,)),
        (msgspec.structs.replace(STANDING, text=Text("Anders", "Otherwise")), (Mismatch.UNCLEAR,)),
        (msgspec.structs.replace(STANDING, verification=VERIFIED), (Mismatch.NOT_VERIFIED,)),
    ],
    ids=["rightly", "earlier", "later", "figure", "source", "words", "verified"],
)
def test_who_directs_sees_how_its_picture_is_retold(retold: Item, found: tuple[Mismatch, ...]) -> None:
    assert national(STANDING, retold) == found


def test_what_was_verified_may_be_retold_as_verified_after_it_is_disputed() -> None:
    disputed = msgspec.structs.replace(
        STANDING, verification=Verification(VerificationStatus.DISPUTED, REGION, 2)
    )
    assert national(disputed, msgspec.structs.replace(STANDING, verification=VERIFIED)) == ()


def test_only_who_directs_holds_the_national_picture_against_its_own() -> None:
    wrong = shared(observed=5, amount=900.0)
    assert national(None, wrong) == ()
    assert national(STANDING, wrong, reader=NEIGHBOUR) == ()
