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

import numpy as np

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Figure, groups_of, of_groups
from sim.core.assessment.log.columns import Flags
from sim.core.assessment.log.index import LogIndex, remembered
from sim.core.messages.items import VerificationStatus
from sim.core.model.ids import PartyId


def sourced(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of what a party told that names a source which the exercise knows, by what it rests on.

    Each version of an item counts once, however often the party told it.
    """
    return _sourced(evidence.log, evidence.log.told.sent_by(party))


def rated(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of what a party told that somebody had rated: said how far it may be believed.

    Said is verified, corrected, disputed or refuted. Each version of an item counts once.
    """
    return _rated(evidence.log, evidence.log.told.sent_by(party))


def shared_sourced(evidence: Evidence) -> Figure | None:
    """Measure the share of what came into shared pictures that names a source which the exercise knows."""
    return _sourced(evidence.log, evidence.log.told.shared)


def shared_rated(evidence: Evidence) -> Figure | None:
    """Measure the share of what came into shared pictures of which somebody had said how far it may be believed."""
    return _rated(evidence.log, evidence.log.told.shared)


def _sourced(log: LogIndex, ways: Flags) -> Figure | None:
    return _stated(log, ways, _with_known_source(log))


def _rated(log: LogIndex, ways: Flags) -> Figure | None:
    return _stated(log, ways, _with_rating(log))


@remembered
def _with_known_source(log: LogIndex) -> Flags:
    return log.told.by_face(lambda face: face.source.party in log.entries)


@remembered
def _with_rating(log: LogIndex) -> Flags:
    return log.told.by_face(lambda face: face.verification.status is not VerificationStatus.UNVERIFIED)


def _stated(log: LogIndex, ways: Flags, asked: Flags) -> Figure | None:
    """Return the share of the versions that were told in some ways whose rows are those that are asked for."""
    told = log.told
    rows = np.flatnonzero(told.where(ways & ~told.late) & ~told.lapsed_faces[told.face])
    first = told.first_each(rows)
    done = asked[first].astype(np.int64)
    seqs = told.seq[first].reshape(-1, 1)
    return of_groups(groups_of(told.bases, told.face[first], done, np.ones_like(done), seqs))
