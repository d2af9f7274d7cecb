"""What the log says of a fault equals what the case was made of: detection, times, exposure, decisions, and the tree.

In the first half the answer is drawn before the log is: who was told by whom and when, who saw it, when each was put
right; the log is then written from it. In the second half things happen at random, and the answer is worked out from
the definitions of ``docs/lineage.md`` by looking at every moment, which is slow and shares nothing with the measures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.assessment.evidence.evidence import Evidence, gather
from sim.core.assessment.evidence.lineage import Channel, Lineage, lineage
from sim.core.assessment.judging.fault_results import fault_results
from sim.core.assessment.judging.outcome import FaultResult
from sim.core.messages.contents import (
    Answer,
    AnyContent,
    Briefing,
    Confidence,
    ItemUpdate,
    Proposal,
    Signal,
    SitRep,
    Snapshot,
    tag_of,
)
from sim.core.messages.items import Item, ItemRef, VerificationStatus
from sim.core.model.time import MINUTE_MS
from tests.unit.core.assessment.logs import (
    ACTIVITY,
    GAS,
    GRID,
    HELP,
    NEIGHBOUR,
    NOTHING,
    REGION,
    SHOP,
    STATUS,
    WATER,
    Log,
    item,
)

EVERYBODY = (GAS, GRID, HELP, NEIGHBOUR, REGION, SHOP, WATER)
OUT_OF_TOOL = (GAS, SHOP)
SPREAD_MS, ACT_MS, END_MS = 100 * MINUTE_MS, 300 * MINUTE_MS, 400 * MINUTE_MS

# Ways to tell ---------------------------------------------------------------------------------------

WAYS = ("own", "shared", "proposal", "risk", "national", "sitrep", "briefing", "answer", "snapshot",
        "confidence", "word-of-mouth")  # fmt: skip
_CHANNELS = {
    "own": Channel.OWN,
    "shared": Channel.SHARED,
    "proposal": Channel.PROPOSAL,
    "risk": Channel.RISK,
    "national": Channel.NATIONAL,
    "sitrep": Channel.SITREP,
}


def _channel(way: str, sender: str, reader: str) -> Channel:
    if way == "word-of-mouth":
        outside = {sender, reader} & set(OUT_OF_TOOL)
        return Channel.LIAISON if outside else Channel.TELEPHONE
    return _CHANNELS.get(way, Channel.POST)


def _content(way: str, told: Item) -> AnyContent:
    if way in ("own", "shared", "risk", "national"):
        return ItemUpdate(item=told)
    if way == "proposal":
        return Proposal(item=told)
    if way == "sitrep":
        return SitRep(activity=ACTIVITY, from_ms=0, to_ms=0, due_ms=0, items=(told,))
    if way == "answer":
        return Answer(activity=ACTIVITY, of="e", outcome="informed", items=(told,))
    if way == "snapshot":
        return Snapshot(activity=ACTIVITY, items=(told,))
    if way == "confidence":
        return Confidence(activity=ACTIVITY, items=(told,))
    return Briefing(activity=ACTIVITY, items=(told,))


def _topic(way: str, sender: str, to: str, told: Item, content: AnyContent) -> str:
    theme = told.theme
    return {
        "own": f"activity/{ACTIVITY}/own/{sender}/{theme}/{told.id}",
        "shared": f"activity/{ACTIVITY}/shared/{theme}/{told.id}",
        "proposal": f"activity/{ACTIVITY}/proposal/{sender}/{told.id}",
        "risk": f"risk/{REGION}/{sender}/{theme}/{told.id}",
        "national": f"national/{theme}/{told.id}",
        "word-of-mouth": f"outside/{to}/{sender}/{tag_of(content)}",
    }.get(way, f"post/{to}/{sender}/{tag_of(content)}")


class Script:
    """What is to be written into a log, in whatever order it is thought of; no two things at one moment."""

    def __init__(self) -> None:
        self.steps: list[tuple[int, Callable[[Log, float], object]]] = []

    def at(self, moment_ms: int, act: Callable[[Log, float], object]) -> None:
        self.steps.append((moment_ms, act))

    def tell(self, moment_ms: int, way: str, sender: str, told: Item, readers: Sequence[str]) -> None:
        content, to = _content(way, told), readers[0] if readers else sender
        topic = _topic(way, sender, to, told, content)
        self.at(moment_ms, lambda log, at: log.send(at, sender, topic, content, tuple(sorted(readers))))

    def log(self) -> Log:
        written = Log()
        for moment_ms, act in sorted(self.steps, key=lambda step: step[0]):
            act(written, moment_ms / MINUTE_MS)
        return written.end(END_MS / MINUTE_MS)


class Clock:
    """Draws moments, each only once."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._taken: set[int] = set()

    def between(self, first_ms: int, last_ms: int) -> int:
        moment = self._draw(st.integers(first_ms, last_ms))
        while moment in self._taken:
            moment += 1
        self._taken.add(moment)
        return moment


# The answer first, then the log ---------------------------------------------------------------------


@dataclass
class Case:
    """A fault and all that becomes of it."""

    number: int
    source: str
    entered_ms: int
    told: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    """By party: who told it first, how and when."""
    again: dict[str, list[str]] = field(default_factory=dict)
    """By party: who told it once more."""
    first_told_ms: int | None = None
    righted: dict[str, int] = field(default_factory=dict)
    corrector: str = ""
    signals: list[tuple[str, int]] = field(default_factory=list)
    recognised: list[tuple[str, int]] = field(default_factory=list)
    decided: list[int] = field(default_factory=list)
    false_alarms: int = 0

    @property
    def id(self) -> str:
        return f"f-{self.number}"

    def depth(self, party: str) -> int:
        return 0 if party == self.source else 1 + self.depth(self.told[party][0])

    @property
    def holders(self) -> dict[str, int]:
        """Return since when each party holds it; the source since it told it."""
        since = {party: told[2] for party, told in self.told.items()}
        return since if self.first_told_ms is None else {**since, self.source: self.first_told_ms}

    def held_ms(self, party: str) -> int:
        return self.righted.get(party, END_MS) - self.holders[party]


class CaseWriter:
    """Draws a case and writes it down at the same time."""

    def __init__(self, draw: st.DrawFn, clock: Clock, script: Script, number: int) -> None:
        self.draw, self.clock, self.script = draw, clock, script
        source = draw(st.sampled_from(EVERYBODY))
        self.case = Case(number, source, clock.between(0, SPREAD_MS))
        self.subject = f"level-{number}"
        self._versions: dict[str, int] = {}
        self._wrong: list[tuple[str, Item]] = []
        case = self.case
        script.at(case.entered_ms, lambda log, at: log.fault(at, source, name=case.id, subject=self.subject))

    def write(self) -> Case:
        self._spread()
        if self.case.told:
            self._notice()
            self._put_right()
        self._decide()
        self._distract()
        return self.case

    def _next(self, sender: str, status: VerificationStatus = STATUS.UNVERIFIED) -> Item:
        self._versions[sender] = version = self._versions.get(sender, 0) + 1
        name, faults = f"{sender}-{self.subject}", (self.case.id,)
        return item(name, version, source=sender, subject=self.subject, faults=faults, status=status)

    def _way(self, sender: str) -> str:
        return self.draw(st.sampled_from([way for way in WAYS if (way == "shared") <= (sender == REGION)]))

    def _spread(self) -> None:
        case, moment = self.case, self.case.entered_ms
        others = self.draw(st.permutations([party for party in EVERYBODY if party != case.source]))
        for party in others[: self.draw(st.integers(0, len(others)))]:
            sender = self.draw(st.sampled_from([case.source, *case.told]))
            known = [one for one in (case.source, *case.told) if one != sender]
            again = self.draw(st.lists(st.sampled_from(known), max_size=2, unique=True)) if known else []
            moment = self.clock.between(moment + 1, moment + 10 * MINUTE_MS)
            way, told = self._way(sender), self._next(sender)
            self.script.tell(moment, way, sender, told, [party, *again])
            self._wrong.append((sender, told))
            case.told[party] = (sender, way, moment)
            if case.first_told_ms is None:
                case.first_told_ms = moment
            for reader in again:
                case.again.setdefault(reader, []).append(sender)

    def _notice(self) -> None:
        """Have it signalled and recognised by who was told it; what is overlooked is no detection."""
        case = self.case
        for kind in self.draw(st.lists(st.sampled_from(("signal", "recognised", "overlooked")), max_size=5)):
            party = self.draw(st.sampled_from(sorted(case.told)))
            _, about = self.draw(st.sampled_from(self._wrong))
            moment = self.clock.between(SPREAD_MS * 2, ACT_MS)
            if kind == "signal":
                case.signals.append((party, moment))
                self.script.at(moment, lambda log, at, p=party, a=about: log.signal(at, p, a))  # type: ignore[misc]
                continue
            if kind == "recognised":
                case.recognised.append((party, moment))
            self.script.at(moment, lambda log, at, p=party, k=kind, a=about: log.note(at, p, k, a))  # type: ignore[misc]

    def _put_right(self) -> None:
        """Have one party say how it is, and tell the others one by one; not all of them need come to hear it."""
        case = self.case
        holders = sorted(case.holders)
        righted = self.draw(st.lists(st.sampled_from(holders), unique=True))
        if not righted:
            return
        case.corrector, *others = righted
        way = "shared" if case.corrector == REGION else "own"
        status = self.draw(st.sampled_from((STATUS.CORRECTED, STATUS.REFUTED)))
        moment = self.clock.between(SPREAD_MS * 2, ACT_MS)
        case.righted[case.corrector] = moment
        self.script.tell(moment, way, case.corrector, self._next(case.corrector, status), ())
        for party in others:
            moment = case.righted[party] = self.clock.between(moment + 1, moment + 5 * MINUTE_MS)
            way = self._way(case.corrector)
            self.script.tell(moment, way, case.corrector, self._next(case.corrector, status), (party,))

    def _decide(self) -> None:
        """Have things decided on what is wrong, on what is right, or on both."""
        right = item(f"right-{self.case.number}", subject=f"bridge-{self.case.number}")
        self.script.tell(self.clock.between(0, SPREAD_MS), "own", WATER, right, (REGION,))
        for rests_on in self.draw(
            st.lists(st.sampled_from(("wrong", "right", "both", "nothing")), max_size=3)
        ):
            refs = [] if rests_on in ("wrong", "nothing") else [ItemRef(right.id, right.version)]
            moment = self.clock.between(SPREAD_MS * 2, END_MS - 1)
            if rests_on in ("wrong", "both") and self._wrong:
                _, wrong = self.draw(st.sampled_from(self._wrong))
                refs.insert(self.draw(st.integers(0, len(refs))), ItemRef(wrong.id, wrong.version))
                self.case.decided.append(moment)
            self.script.at(moment, lambda log, at, refs=tuple(refs): log.decide(at, *refs))  # type: ignore[misc]

    def _distract(self) -> None:
        """Add what is no spread: receipts, signals about true items, and the truth of something else."""
        true = item(f"true-{self.case.number}", subject=self.subject, source=GRID)
        self.script.tell(self.clock.between(0, SPREAD_MS), "own", GRID, true, (REGION, HELP))
        wrong = [told for _, told in self._wrong]
        for believes in self.draw(st.lists(st.booleans(), max_size=3)):
            known = wrong[0] if believes and wrong else None
            about = self.draw(st.sampled_from([true, *wrong]))
            moment = self.clock.between(SPREAD_MS * 2, END_MS - 1)
            if about is true:
                self.case.false_alarms += known is not None
            else:
                self.case.signals.append((HELP, moment))
            content = Signal(
                about=ItemRef(about.id, about.version),
                subject=self.subject,
                owner=about.source.party,
                reason="value",
                text=NOTHING,
                known=known,
            )
            topic = f"activity/{ACTIVITY}/signal/{HELP}"
            self.script.at(moment, lambda log, at, c=content, t=topic: log.send(at, HELP, t, c, (REGION,)))  # type: ignore[misc]
        for told in wrong[:1]:
            moment = self.clock.between(SPREAD_MS * 2, END_MS - 1)
            self.script.at(moment, lambda log, at, w=told: log.receipt(at, SHOP, w))  # type: ignore[misc]


@st.composite
def scripted(draw: st.DrawFn) -> tuple[list[Case], Evidence]:
    """Return up to three faults in one exercise, and the log in which they are."""
    clock, script = Clock(draw), Script()
    told = [CaseWriter(draw, clock, script, number).write() for number in range(draw(st.integers(1, 3)))]
    return told, gather(script.log().records)


def _results(evidence: Evidence) -> dict[str, tuple[FaultResult, Lineage]]:
    found = zip(fault_results(evidence), evidence.cases, strict=True)
    return {result.id: (result, lineage(evidence.log, case)) for result, case in found}


def _first(moments: Sequence[tuple[str, int]], case: Case) -> int | None:
    return min((at_ms - case.entered_ms for _, at_ms in moments), default=None)


def _by_time(moments: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    ordered = [party for party, _ in sorted(moments, key=lambda moment: moment[1])]
    return tuple(dict.fromkeys(ordered))


@settings(max_examples=300, deadline=None)
@given(scripted())
def test_what_was_seen_when(drawn: tuple[list[Case], Evidence]) -> None:
    """Who recognised it and who signalled it, how soon; decisions on it; what true thing was called false."""
    told, evidence = drawn
    results = _results(evidence)
    for case in told:
        result, _ = results[case.id]
        seen = [*case.signals, *case.recognised]
        assert (result.detected_by, result.time_to_detect_ms) == (_by_time(seen), _first(seen, case))
        assert (result.signalled_by, result.time_to_signal_ms) == (
            _by_time(case.signals),
            _first(case.signals, case),
        )
        assert (len(result.decisions), len(result.false_alarms)) == (len(case.decided), case.false_alarms)


@settings(max_examples=300, deadline=None)
@given(scripted())
def test_how_long_it_was_held(drawn: tuple[list[Case], Evidence]) -> None:
    """Exposure of each party and in all; when it was put right, and when everywhere, or with whom it still is."""
    told, evidence = drawn
    results = _results(evidence)
    for case in told:
        result, _ = results[case.id]
        assert {one.party: one.exposure_ms for one in result.exposures} == {
            party: case.held_ms(party) for party in case.holders
        }
        assert result.exposure_ms == sum(case.held_ms(party) for party in case.told)
        still = tuple(sorted(set(case.holders) - set(case.righted)))
        assert result.still_held_by == still
        is_over = bool(case.holders) and not still
        everywhere = max(case.righted.values()) - case.entered_ms if is_over else None
        assert result.time_to_everywhere_ms == everywhere
        assert result.time_to_correct_ms == _corrected(case)


def _corrected(case: Case) -> int | None:
    """It is put right at its source, or in the shared picture, which the region writes."""
    if case.corrector not in (case.source, REGION) or not case.corrector:
        return None
    return case.righted[case.corrector] - case.entered_ms


@settings(max_examples=300, deadline=None)
@given(scripted())
def test_the_tree(drawn: tuple[list[Case], Evidence]) -> None:
    """Its size and depth, and of each party who told it first, how and when, and how often it was told again."""
    told, evidence = drawn
    results = _results(evidence)
    for case in told:
        result, tree = results[case.id]
        assert result.size == tree.size == len(tree.nodes) == 1 + len(case.told)
        assert tree.depth == max((case.depth(party) for party in case.told), default=0)
        assert tree.again == sum(len(senders) for senders in case.again.values())
        found = {node.party: (node.parent, node.channel, node.at_ms, node.depth) for node in tree.nodes}
        assert found == {
            case.source: (None, Channel.ENTERED, case.entered_ms, 0),
            **{
                party: (sender, _channel(way, sender, party), at_ms, case.depth(party))
                for party, (sender, way, at_ms) in case.told.items()
            },
        }
        for node in tree.nodes:
            senders = case.again.get(node.party, [])
            assert (node.again, node.again_from) == (len(senders), tuple(sorted(set(senders))))
            assert node.open == (node.party in case.holders and node.party not in case.righted)


# Things happen, then the definitions are applied ------------------------------------------------------

KINDS = ("wrong", "corrected", "refuted", "lapsed", "right", "old")
_STATUS = {"corrected": STATUS.CORRECTED, "refuted": STATUS.REFUTED, "lapsed": STATUS.LAPSED}


@dataclass(frozen=True)
class Said:
    """One item that was told: ``kind`` is what it is to the fault; ``right`` is a newer version that is not from it."""

    at_ms: int
    kind: str
    sender: str
    readers: tuple[str, ...]
    told: Item
    shared: bool


FAULT_ID, SOURCE = "f-0", WATER


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Said], list[tuple[str, int]], Evidence]:
    """Return statements of three items in any order, who recognised what was wrong, and the log of it."""
    clock, script = Clock(draw), Script()
    script.at(0, lambda log, at: log.fault(at, SOURCE, name=FAULT_ID))
    moments = sorted(clock.between(1, ACT_MS) for _ in range(draw(st.integers(0, 12))))
    said: list[Said] = []
    for moment in moments:
        name = draw(st.sampled_from(("w-level", "s-level", "n-level")))
        sender = REGION if name == "s-level" else draw(st.sampled_from(EVERYBODY))
        others = [party for party in EVERYBODY if party != sender]
        readers = tuple(sorted(draw(st.lists(st.sampled_from(others), max_size=4, unique=True))))
        before = [one for one in said if one.told.id == name]
        kind = draw(st.sampled_from(KINDS if before else ("wrong", "right")))
        told = (
            draw(st.sampled_from(before)).told
            if kind == "old"
            else item(
                name,
                1 + max((one.told.version for one in before), default=0),
                faults=() if kind == "right" else (FAULT_ID,),
                status=_STATUS.get(kind, STATUS.UNVERIFIED),
            )
        )
        if kind == "old":  # it is to the fault what it was then
            kind = next(one.kind for one in before if one.told == told)
        said.append(Said(moment, kind, sender, readers, told, name == "s-level"))
        script.tell(moment, "shared" if name == "s-level" else "risk", sender, told, readers)
    wrong = [one for one in said if one.kind == "wrong"]
    seen = []
    for _ in range(draw(st.integers(0, 2)) if wrong else 0):
        about, party = draw(st.sampled_from(wrong)), draw(st.sampled_from(EVERYBODY))
        moment = clock.between(about.at_ms + 1, END_MS - 1)
        seen.append((party, moment))
        script.at(moment, lambda log, at, p=party, a=about: log.note(at, p, "recognised", a.told))  # type: ignore[misc]
    return said, seen, gather(script.log().records)


def _heard(said: list[Said], party: str, until_ms: int) -> list[Said]:
    """Return what counts of what a party said or heard: not a version older than one that it knew already."""
    mine = [one for one in said if party in (one.sender, *one.readers) and one.at_ms <= until_ms]
    return [
        one
        for place, one in enumerate(mine)
        if all(
            other.told.version <= one.told.version for other in mine[:place] if other.told.id == one.told.id
        )
    ]


def _holds(said: list[Said], party: str, at_ms: int) -> bool:
    """Say whether it had something wrong, and since then neither a newer version of that nor what puts it right."""
    heard = _heard(said, party, at_ms)
    return any(
        one.kind == "wrong"
        and not any(
            later.kind in _STATUS or (later.told.id == one.told.id and later.kind == "right")
            for later in heard[place + 1 :]
        )
        for place, one in enumerate(heard)
    )


def _corrected_ms(said: list[Said], seen: list[tuple[str, int]]) -> int | None:
    """Return when it was first put right: said by its source or in the shared picture, or replaced there once seen."""
    detected_ms = min((at_ms for _, at_ms in seen), default=END_MS)
    for place, one in enumerate(said):
        is_told = one.kind in ("corrected", "refuted") and (one.shared or one.sender == SOURCE)
        stood = any(other.kind == "wrong" and other.told.id == one.told.id for other in said[:place])
        is_replaced = one.kind == "right" and one.shared and stood and one.at_ms > detected_ms
        if is_told or is_replaced:
            return one.at_ms
    return None


@settings(max_examples=400, deadline=None)
@given(histories())
def test_told_again_and_put_right_again(drawn: tuple[list[Said], list[tuple[str, int]], Evidence]) -> None:
    """A party may be told it anew after it was put right, by another item, or by an old version that comes late."""
    said, seen, evidence = drawn
    result, tree = _results(evidence)[FAULT_ID]
    moments = [0, *(one.at_ms for one in said), END_MS]
    held = {
        party: sum(until - since for since, until in pairwise(moments) if _holds(said, party, since))
        for party in EVERYBODY
    }
    open_ = {party for party in EVERYBODY if _holds(said, party, END_MS)}
    ever = {party for party in EVERYBODY if any(_holds(said, party, at_ms) for at_ms in moments)}
    exposures = {one.party: (one.exposure_ms, one.open) for one in result.exposures}
    assert exposures == {party: (held[party], party in open_) for party in ever}
    ended = [
        min(later for later in moments if all(not _holds(said, party, at) for at in moments if at >= later))
        for party in ever - open_
    ]
    assert result.time_to_everywhere_ms == (max(ended) if ever and not open_ else None)
    assert result.time_to_correct_ms == _corrected_ms(said, seen)
    had = {party for one in said if one.kind == "wrong" for party in (one.sender, *one.readers)} | {SOURCE}
    assert {node.party for node in tree.nodes} == had
    assert result.size == len(had)
