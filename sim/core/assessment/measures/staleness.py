"""How much of the time pictures are stale: overtaken by what is so, or older than was agreed (Modeluitwerking 9).

How long something stays stale, once it is, tells :mod:`sim.core.assessment.measures.actuality`; here is how much of
all that is shown, under each theme, is stale at any moment. Age runs from when an item was true for its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import NO_RECORD, Figure, Group, groups_of, of_groups
from sim.core.assessment.log.columns import Numbers
from sim.core.assessment.log.holding import Held, held_by, shared_in, subjects_of
from sim.core.assessment.log.index import LogIndex
from sim.core.assessment.measures.actuality import changes_since
from sim.core.model.ids import PartyId


def stale_time(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of time that what a party holds had been overtaken by a change, over subjects and by theme.

    Of each subject the newest that it holds counts, for as long as it holds it. What the truth of the exercise says
    nothing about can neither be current nor stale, and is left out.
    """
    return of_groups(_by_theme([_overtaken(evidence.log, held_by(evidence.log, party))]))


def shared_stale_time(evidence: Evidence) -> Figure | None:
    """Measure the share of time that what stands in shared pictures had been overtaken by a change, by theme."""
    log = evidence.log
    pictures = (shared_in(log, activity.id) for activity in log.opening.activities)
    return of_groups(_by_theme([_overtaken(log, held) for held in pictures]))


def over_age_time(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of time that what a party holds was older than the actuality that was agreed, by theme.

    What never changes grows old and stays right, so this says how often things are looked at anew rather than whether
    they are right. None where no actuality was agreed.
    """
    agreement = evidence.log.agreement(party)
    if agreement is None or agreement.actuality is None:
        return None
    limit_ms = agreement.actuality.limit_ms
    held = held_by(evidence.log, party)
    nothing = np.full(len(held), NO_RECORD)
    return of_groups(_by_theme([_stale(held, held.observed_ms + limit_ms, nothing)]))


class _Stale(NamedTuple):
    """Of each stretch in which something was held its face, how long it was stale, how long it was, and its records."""

    held: Held
    face: Numbers
    stale_ms: Numbers
    length_ms: Numbers
    seqs: Numbers


def _overtaken(log: LogIndex, held: Held) -> _Stale:
    change, change_ms = changes_since(log, held)
    by = np.full(len(held), NO_RECORD)
    for subject, places in subjects_of(held):
        seqs = np.array([one.seq for one in log.truths.get(subject, ())], np.int64)
        if len(seqs):
            # What has not changed since rests on the last change before it.
            by[places] = seqs[np.minimum(change[places], len(seqs) - 1)]
    known = by != NO_RECORD
    whole = _stale(held, change_ms, by)
    return _Stale(held, *[column[known] for column in whole[1:]])


def _stale(held: Held, since_ms: Numbers, by: Numbers) -> _Stale:
    # The part of the time that is counted is the stale one.
    return _Stale(
        held,
        held.told.face[held.row].astype(np.int64),
        np.maximum(0, held.until_ms - np.maximum(held.from_ms, since_ms)),
        held.until_ms - held.from_ms,
        np.column_stack((held.seq, by)),
    )


def _by_theme(stale: Sequence[_Stale]) -> Iterable[Group]:
    if not stale:
        return ()
    themes = stale[0].held.told.themes
    face, stale_ms, length_ms, seqs = (
        np.concatenate([one[column] for one in stale]) for column in range(1, len(_Stale._fields))
    )
    return groups_of(themes, face, stale_ms, length_ms, seqs, bad=stale_ms)
