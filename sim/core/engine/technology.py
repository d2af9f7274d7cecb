"""Technology that fails: what an outage does to the exchange, foreseen.

While a party's client is away from the broker, its subscriptions and what it writes in the tool wait in the client,
and what is for it waits at the broker, or is gone when the broker no longer keeps its session. All of it is decided
here, from the scenario, so that the same run gives the same log on every broker; the session then does it to the broker
and holds what comes of it against this. A clock that is wrong is no matter of the broker at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from sim.core.agents.acts import ClockFails, ClockRight, Stimulus, ToolFails, ToolWorks
from sim.core.engine.clocks import Clocks
from sim.core.engine.exchange import Due, Publication, Step, SubscriptionWish, Turn
from sim.core.engine.foresight import Foreseen
from sim.core.engine.ledger import Ledger
from sim.core.engine.links import Links, Way
from sim.core.messages.event import Event
from sim.core.messages.topics import TOOL_PATTERNS, is_outside
from sim.core.model.access import Withheld
from sim.core.model.chance import Chance
from sim.core.model.ids import PartyId
from sim.core.model.profile import Action
from sim.core.records.kinds import Denied, OutageEdge
from sim.core.records.record import Entry
from sim.core.world.scenario import TICK_MS, Scenario
from sim.core.world.technology import NOTICED, WITHOUT_CONNECTION, Outage, OutageType, struck, works_in_tool


class Edge(msgspec.Struct, frozen=True):
    """The moment at which an outage begins, or is over."""

    outage: Outage
    begins: bool

    @property
    def at_ms(self) -> int:
        """Return when (ms of exercise time)."""
        return self.outage.from_ms if self.begins else self.outage.until_ms


def edges(outages: Sequence[Outage]) -> list[Edge]:
    """Return the beginnings and ends of outages in order of time; at one moment what ends comes first."""
    found = [Edge(outage, begins) for outage in outages for begins in (True, False)]
    return sorted(found, key=lambda edge: (edge.at_ms, edge.begins, edge.outage.id))


def _record(now: int, edge: Edge, parties: tuple[PartyId, ...]) -> Entry:
    outage = edge.outage
    content = OutageEdge(
        id=outage.id,
        type=outage.type.value,
        change="begins" if edge.begins else "ends",
        parties=parties,
        fails_tool=outage.type in NOTICED,
        title=outage.title,
        source=outage.source,
        offset_ms=outage.offset_ms,
    )
    return Entry(now, "outage", content)


class OnTheWay(msgspec.Struct, frozen=True):
    """Something that is under way over a slow link until ``at_ms``: to the broker, or to who is to read it."""

    at_ms: int
    what: Publication | Due


class Technology:
    """What fails at this moment, and what waits because of it.

    Args:
        scenario: Who takes part.
        ledger: The exchange, whose rights an outage withholds.
        chance: The draws of how long messages are under way.

    Attributes:
        clocks: Whose clocks are wrong.
    """

    def __init__(self, scenario: Scenario, ledger: Ledger, chance: Chance) -> None:
        self._scenario = scenario
        self._ledger = ledger
        self._links = Links(chance)
        self.clocks = Clocks()
        self._failing: dict[PartyId, Outage] = {}
        self._unsent: dict[PartyId, list[Publication]] = {}
        self._unasked: dict[PartyId, list[SubscriptionWish]] = {}
        self._waiting: dict[PartyId, list[Due]] = {}

    def is_away(self, party: PartyId) -> bool:
        """Say whether a party's client is away from the broker."""
        outage = self._failing.get(party)
        return outage is not None and outage.type in WITHOUT_CONNECTION

    @property
    def works(self) -> bool:
        """Say whether nothing fails at this moment."""
        return not self._failing

    @property
    def is_down(self) -> bool:
        """Say whether the broker itself is down."""
        return any(outage.type is OutageType.BROKER for outage in self._failing.values())

    @property
    def unsteady(self) -> tuple[PartyId, ...]:
        """Return whose connection breaks at every moment at which something is published, in order of id."""
        return tuple(
            sorted(party for party, one in self._failing.items() if one.type is OutageType.RECONNECT)
        )

    # Edges ---------------------------------------------------------------------------------------

    def pass_edge(self, turn: Turn, edge: Edge) -> list[tuple[PartyId, Stimulus]]:
        """Let an outage begin or end; return what comes to parties by that."""
        outage, scenario = edge.outage, self._scenario
        parties = struck(outage, scenario.parties, scenario.profiles)
        if outage.type is OutageType.CLOCK:
            return self._pass_clock_edge(turn, edge, parties)
        turn.entries.append(_record(turn.at_ms, edge, parties))
        (self._begin if edge.begins else self._end)(turn, outage, parties)
        if outage.type not in NOTICED:
            return []
        return [
            (party, self._noticeable(outage, begins=edge.begins))
            for party in parties
            if works_in_tool(scenario.parties[party], scenario.profiles)
        ]

    def _pass_clock_edge(
        self, turn: Turn, edge: Edge, parties: tuple[PartyId, ...]
    ) -> list[tuple[PartyId, Stimulus]]:
        outage = edge.outage
        if edge.begins:
            self.clocks.go_wrong(outage, parties)
            turn.entries.append(_record(turn.at_ms, edge, parties))
            return [(party, ClockFails(outage.id, outage.offset_ms)) for party in parties]
        still = self.clocks.wrong_by(outage)
        for party in still:
            self.clocks.set_right(party)
        if still:
            turn.entries.append(_record(turn.at_ms, edge, still))
        return [(party, ClockRight(outage.id, outage.offset_ms)) for party in still]

    def set_clock(self, turn: Turn, party: PartyId) -> ClockRight | None:
        """Let a party's clock be right from now on, and record it; return None when it was right already."""
        outage = self.clocks.set_right(party)
        if outage is None:
            return None
        turn.entries.append(_record(turn.at_ms, Edge(outage, begins=False), (party,)))
        return ClockRight(outage.id, outage.offset_ms)

    def _noticeable(self, outage: Outage, *, begins: bool) -> Stimulus:
        if begins:
            return ToolFails(outage.id, refuses=outage.type is OutageType.RIGHTS)
        return ToolWorks(outage.id, behind=outage.type is OutageType.RIGHTS or outage.loses_session)

    def _begin(self, turn: Turn, outage: Outage, parties: tuple[PartyId, ...]) -> None:
        self._failing |= dict.fromkeys(parties, outage)
        if outage.type is OutageType.RIGHTS:
            for party in parties:
                self._ledger.withhold(Withheld(party, TOOL_PATTERNS, outage.id, turn.at_ms))
        turn.steps.append(Step(type=outage.type, outage=outage.id, parties=parties, begins=True))

    def _end(self, turn: Turn, outage: Outage, parties: tuple[PartyId, ...]) -> None:
        due: list[Due] = []
        for party in parties:
            del self._failing[party]
            if outage.type is OutageType.RIGHTS:
                self._ledger.give_back(party, outage.id, turn.at_ms)
            due += self._let_in(turn, outage, party)
            turn.publications.extend(self._unsent.pop(party, ()))
            turn.wishes.extend(self._unasked.pop(party, ()))
        turn.steps.append(
            Step(
                type=outage.type,
                outage=outage.id,
                parties=parties,
                begins=False,
                anew=outage.loses_session,
                due=tuple(due),
            )
        )

    def _let_in(self, turn: Turn, outage: Outage, party: PartyId) -> Iterator[Due]:
        """Yield what waited for a party and may still be read; record the rest as what did not come."""
        for due in self._waiting.pop(party, ()):
            if outage.loses_session:
                if due.is_readable:
                    turn.entries.append(self._ledger.came(turn.at_ms, due, "missed"))
                continue
            decision = self._ledger.table.decide(party, turn.at_ms, Action.READ, due.topic)
            if decision.allowed:
                yield due
            elif due.is_readable:
                denied = Denied(party, "deliver", due.topic, decision.rule, decision.source, due.event.id)
                turn.entries.append(self._ledger.deny(turn.at_ms, denied))

    # What waits ----------------------------------------------------------------------------------

    def keep_back(self, turn: Turn) -> list[OnTheWay]:
        """Take out of a turn what clients cannot bring to the broker now.

        While they are away it waits in the client. What goes over a slow link is returned, to arrive later.
        """
        on_the_way: list[OnTheWay] = []
        if not self._failing:
            return on_the_way
        publications, wishes = turn.publications[:], turn.wishes[:]
        turn.publications.clear()
        turn.wishes.clear()
        for publication in publications:
            if self.is_away(publication.party) and not is_outside(publication.topic):
                self._unsent.setdefault(publication.party, []).append(publication)
            elif self._is_slowed(publication, turn.at_ms):
                on_the_way.append(self._under_way(publication, "out", turn.at_ms))
            else:
                turn.publications.append(publication)
        for wish in wishes:
            if self.is_away(wish.party) and not is_outside(wish.topic_filter):
                self._unasked.setdefault(wish.party, []).append(wish)
            else:
                turn.wishes.append(wish)
        return on_the_way

    def _is_slowed(self, publication: Publication, now: int) -> bool:
        """Say whether a publication goes over a slow link now: once, when it is written."""
        is_new = publication.event.exercisems == now
        return (
            is_new and self._suffers(publication.party, OutageType.SLOW) and not is_outside(publication.topic)
        )

    def _under_way(self, what: Publication | Due, way: Way, now: int) -> OnTheWay:
        outage = self._failing[what.party]
        return OnTheWay(self._links.arrival_ms(outage, what.party, way, what.event.id, now), what)

    def put_back(self, turn: Turn) -> list[OnTheWay]:
        """Keep what a turn wanted of a broker that is gone until it is back.

        What is outside the tool is returned: it is said a moment later, by the line that telephone then has.
        """
        for wish in turn.wishes:
            self._unasked.setdefault(wish.party, []).append(wish)
        said: list[OnTheWay] = []
        for publication in turn.publications:
            if is_outside(publication.topic):
                said.append(OnTheWay(turn.at_ms + TICK_MS, publication))
            else:
                self._unsent.setdefault(publication.party, []).append(publication)
        return said

    def ask_again(self, wish: SubscriptionWish) -> bool:
        """Keep a subscription that the tool refused because it fails, to be asked for when it works again.

        Return False when that was not why it was refused.
        """
        if not self._suffers(wish.party, OutageType.RIGHTS):
            return False
        self._unasked.setdefault(wish.party, []).append(wish)
        return True

    def divided(self, topic: str, foreseen: Foreseen) -> Foreseen:
        """Return what the broker must do with a publication, given who is away from it or reads over a slow link."""
        if not self._failing or is_outside(topic):
            return foreseen
        away = tuple(party for party in foreseen.readers if self.is_away(party))
        slowly = tuple(party for party in foreseen.readers if self._suffers(party, OutageType.SLOW))
        if not away and not slowly:
            return foreseen
        readers = tuple(party for party in foreseen.readers if party not in (*away, *slowly))
        return msgspec.structs.replace(foreseen, readers=readers, away=away, slowly=slowly)

    def doubled(self, topic: str, foreseen: Foreseen) -> Foreseen:
        """Return what the broker must do with a publication, given to whom it delivers everything twice."""
        if not self._failing or is_outside(topic):
            return foreseen
        twice = tuple(party for party in foreseen.readers if self._suffers(party, OutageType.DUPLICATES))
        return msgspec.structs.replace(foreseen, twice=twice) if twice else foreseen

    def _suffers(self, party: PartyId, kind: OutageType) -> bool:
        outage = self._failing.get(party)
        return outage is not None and outage.type is kind

    def copies(self, now: int, topic: str, event: Event, foreseen: Foreseen) -> list[tuple[PartyId, Entry]]:
        """Return who got a message once more, with the records of it."""
        return [
            (party, self._ledger.came(now, Due(party, topic, event, b"", self._failing[party].id), "again"))
            for party in foreseen.twice
        ]

    def keep_for_later(
        self, now: int, topic: str, event: Event, payload: bytes, foreseen: Foreseen
    ) -> list[OnTheWay]:
        """Note that a message that went through waits for those who are away; return what of it is under way."""
        if not foreseen.away and not foreseen.slowly:
            return []
        self._keep(topic, event, payload, foreseen)
        return [
            self._under_way(Due(party, topic, event, payload, self._failing[party].id), "in", now)
            for party in foreseen.slowly
        ]

    def keep_unreadable(self, publication: Publication, foreseen: Foreseen) -> None:
        """Note that a message which nobody can read waits for those who are away: the broker brings it all the same.

        It is no message to anybody, so that of what comes of it there is no record.
        """
        topic, event, payload = publication.topic, publication.event, publication.payload
        self._keep(topic, event, payload, foreseen, is_readable=False)

    def _keep(
        self, topic: str, event: Event, payload: bytes, foreseen: Foreseen, *, is_readable: bool = True
    ) -> None:
        for party in foreseen.away:
            due = Due(party, topic, event, payload, self._failing[party].id, is_readable)
            self._waiting.setdefault(party, []).append(due)

    @staticmethod
    def arrived(turn: Turn) -> Iterator[Due]:
        """Yield the messages that came late in the steps of a turn."""
        for step in turn.steps:
            yield from (due for due in step.due if due.is_readable)
