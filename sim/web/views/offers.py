"""What a seat offers: what the party may write now, by the access table of the exercise and who was let in since.

It only decides what is shown. Whatever is sent, the broker accepts or refuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.core.messages.topics import Shape, build
from sim.core.model.access import AccessTable, make_grant
from sim.core.model.ids import ActivityId, PartyId
from sim.core.model.profile import Action
from sim.replay.scene import Scene
from sim.web.desk import Exercise

MAIL_KINDS = (
    "alert", "alarm", "request", "answer", "ack", "sitrep", "invitation", "grant", "withdrawal", "verdict",
    "conclusion",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offers:
    """What a party may write now.

    Attributes:
        places: Where it may write statements: ``own``, ``shared``, ``risk`` or ``national``, and in what.
        proposals: Activities in which it may propose.
        signals: Activities in which it may signal.
        levels: Activities in which it may tell its level.
        decisions: Activities in which it may write decisions.
        mail: To whom it may send each kind of message.
        bundles: What it may let parties in with, by party.
    """

    places: tuple[tuple[str, str], ...]
    proposals: tuple[ActivityId, ...]
    signals: tuple[ActivityId, ...]
    levels: tuple[ActivityId, ...]
    decisions: tuple[ActivityId, ...]
    mail: dict[str, tuple[PartyId, ...]]
    bundles: dict[PartyId, tuple[str, ...]]

    def may_mail(self, kind: str) -> bool:
        """Say whether there is anybody to whom a kind of message may be sent."""
        return bool(self.mail.get(kind))


def offers(exercise: Exercise, scene: Scene, party: PartyId) -> Offers:
    """Return what a party may write now; worked out anew only when somebody was let in, or no longer is."""
    let_in = scene.let_in()
    known = exercise.offered.get(party)
    if known is None or known[0] != let_in:
        exercise.offered[party] = known = (let_in, _Asking(exercise, scene, party).offers())
    found: Offers = known[1]
    return found


class _Asking:
    def __init__(self, exercise: Exercise, scene: Scene, party: PartyId) -> None:
        self._exercise = exercise
        self._party = party
        self._at_ms = scene.at_ms + 1
        self._table = _table_now(exercise, scene)

    def offers(self) -> Offers:
        scenario, table = self._exercise.scenario, self._table
        activities = tuple(scenario.activities)
        mail = {kind: self._readers(kind) for kind in MAIL_KINDS}
        return Offers(
            places=tuple(self._places(activities)),
            proposals=self._where(activities, Shape.PROPOSAL, party=self._party, item="x"),
            signals=self._where(activities, Shape.SIGNAL, party=self._party),
            levels=self._where(activities, Shape.SCALING, party=self._party),
            decisions=self._where(activities, Shape.DECISION, team="rot", item="x"),
            mail=mail,
            bundles={
                name: tuple(bundle.id for bundle in table.bundles.get(name, ())) for name in mail["grant"]
            },
        )

    def _places(self, activities: Sequence[ActivityId]) -> list[tuple[str, str]]:
        found = []
        for activity in activities:
            if self._may(build(Shape.OWN, activity=activity, owner=self._party, theme="x", item="x")):
                found.append(("own", activity))
            if self._may(build(Shape.SHARED, activity=activity, theme="x", item="x")):
                found.append(("shared", activity))
        party = self._exercise.scenario.parties[self._party]
        found += [
            ("risk", region)
            for region in party.regions
            if self._may(build(Shape.RISK, region=region, owner=self._party, theme="x", item="x"))
        ]
        if self._may(build(Shape.NATIONAL, theme="x", item="x")):
            found.append(("national", ""))
        return found

    def _where(self, activities: Sequence[ActivityId], shape: Shape, **levels: str) -> tuple[ActivityId, ...]:
        return tuple(one for one in activities if self._may(build(shape, activity=one, **levels)))

    def _readers(self, kind: str) -> tuple[PartyId, ...]:
        parties = (one for one in self._exercise.scenario.parties if one != self._party)
        return tuple(
            one
            for one in parties
            if any(
                self._may(build(shape, to=one, sender=self._party, kind=kind))
                for shape in (Shape.POST, Shape.OUTSIDE)
            )
        )

    def _may(self, topic: str) -> bool:
        return self._table.decide(self._party, self._at_ms, Action.PUBLISH, topic).allowed


def _table_now(exercise: Exercise, scene: Scene) -> AccessTable:
    table, parties = exercise.table, exercise.scenario.parties
    for one in scene.let_in():
        bundle = table.bundle(one.party, one.bundle)
        if bundle is not None:
            table = table.with_grant(
                make_grant(parties[one.party], bundle, one.activity, one.themes, one.at_ms)
            )
    return table
