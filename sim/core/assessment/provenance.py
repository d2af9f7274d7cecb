"""Provenance: whether what is told says where it comes from, and how far it may be believed (STANAG 2511, AJP-2.1).

The intelligence doctrine rates a source from A to F and what it says from 1 to 6. No item of beeld carries these
letters and figures, and none are made up here. What an item does carry comes nearest in this way:

* *reliability of the source (A-F)*: who says so (``source.party``), through whom it came (``source.through``) and on
  what it rests (``source.basis``: observed, reported, estimated, rumour). A party that the exercise does not know is
  F: the reliability cannot be judged. How reliable a known party has been before, which parts A to E, is in no item.
* *credibility of what is said (1-6)*: how far somebody has checked it (``verification.status``). Verified and corrected
  stand for 1, confirmed; disputed for 4, doubtful; refuted for 5, improbable; unverified for 6, cannot be judged.
  What is probable (2) or possible (3) without having been checked is in no item.

What was taken out of a picture for its age states nothing, and is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from sim.core.assessment.evidence import Evidence
from sim.core.assessment.figure import Figure, Part, of_parts
from sim.core.assessment.log_entries import Statement, grouped
from sim.core.assessment.log_index import LogIndex, remembered
from sim.core.messages.items import Item, ItemRef, VerificationStatus
from sim.core.model.ids import PartyId

_Stated: TypeAlias = Sequence[Statement]

_WEIGHT: Final = 1
"""What each version of an item weighs; here versions are counted, not time."""


def sourced(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of what a party told that names a source which the exercise knows, by what it rests on.

    Each version of an item counts once, however often the party told it.
    """
    return _sourced(evidence.log, _told_by(evidence.log).get(party, ()))


def rated(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of what a party told that somebody had rated: said how far it may be believed.

    Said is verified, corrected, disputed or refuted. Each version of an item counts once.
    """
    return _rated(_told_by(evidence.log).get(party, ()))


def shared_sourced(evidence: Evidence) -> Figure | None:
    """Measure the share of what came into shared pictures that names a source which the exercise knows."""
    return _sourced(evidence.log, _in_pictures(evidence.log))


def shared_rated(evidence: Evidence) -> Figure | None:
    """Measure the share of what came into shared pictures of which somebody had said how far it may be believed."""
    return _rated(_in_pictures(evidence.log))


def _sourced(log: LogIndex, stated: _Stated) -> Figure | None:
    return of_parts([_part(one, done=one.item.source.party in log.entries) for one in stated])


def _rated(stated: _Stated) -> Figure | None:
    unsaid = VerificationStatus.UNVERIFIED
    return of_parts([_part(one, done=one.item.verification.status is not unsaid) for one in stated])


def _part(stated: Statement, *, done: bool) -> Part:
    return Part(stated.item.source.basis.value, _WEIGHT if done else 0, _WEIGHT, (stated.seq,))


@remembered
def _told_by(log: LogIndex) -> Mapping[PartyId, _Stated]:
    return grouped((one.sender, one) for told in log.told_by.values() for one in _first(told))


@remembered
def _in_pictures(log: LogIndex) -> _Stated:
    return tuple(_first(one for one in log.statements if one.shared))


def _first(told: Iterable[Statement]) -> Iterable[Statement]:
    first: dict[ItemRef, Statement] = {}
    for one in told:
        if not one.late and _states(one.item):
            first.setdefault(ItemRef(one.item.id, one.item.version), one)
    return first.values()


def _states(item: Item) -> bool:
    return item.verification.status is not VerificationStatus.LAPSED
