"""The words of a contamination tree in one language, for the screen and the drawing alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache

from sim.core.assessment.evidence.cases import Mark
from sim.core.assessment.evidence.lineage import Built, Channel, Lineage, Node
from sim.core.assessment.judging.outcome import FaultResult
from sim.core.model.text import Language, Text
from sim.core.model.time import MINUTE_MS, clock_time, format_duration, format_offset
from sim.files.faults.catalogue import load_fault_catalogue
from sim.words import word


@cache
def _kinds() -> Mapping[str, Text]:
    return {str(entry.id): entry.name for entry in load_fault_catalogue().types}


class LineageWords:
    """What is said of a fault and its tree.

    Args:
        language: In which language.
        start: Clock time of exercise time 0.
    """

    def __init__(self, language: Language, start: datetime) -> None:
        self.language: Language = language
        self._start = start

    def say(self, key: str, **values: object) -> str:
        """Return a text of the catalogue."""
        return word(key, self.language, **values)

    def clock(self, at_ms: int) -> str:
        """Return a moment as weekday and clock time, e.g. ``Wed 13:21``."""
        clock = clock_time(self._start, at_ms)
        return f"{self.say(f'weekday-{clock.isoweekday()}')} {clock:%H:%M}"

    def moment(self, at_ms: int) -> str:
        """Return a moment as exercise time and clock time, e.g. ``T+41:21:00 · Wed 13:21``."""
        return f"{format_offset(at_ms)} · {self.clock(at_ms)}"

    def title(self, fault: FaultResult) -> str:
        """Return the heading: what the fault is."""
        return self.say("lineage-title", title=fault.title.in_language(self.language))

    def about(self, fault: FaultResult) -> str:
        """Return which fault it is, where it entered, and when."""
        return self.say(
            "lineage-about",
            id=fault.id,
            type=self._kind(fault.type),
            subject=fault.subject,
            party=fault.party,
            at=self.moment(fault.at_ms),
        )

    def _kind(self, kind: str) -> str:
        """Return what a type of fault is called; as it is where a log of another version has one that is not known."""
        known = _kinds().get(kind)
        return kind if known is None else known.in_language(self.language).lower()

    def figures(self, fault: FaultResult) -> list[tuple[str, str]]:
        """Return the figures of a fault, each with its name."""
        return [
            (self.say("noticed-after"), self.after(fault.time_to_detect_ms)),
            (self.say("signalled-after"), self.after(fault.time_to_signal_ms)),
            (self.say("corrected-after"), self.after(fault.time_to_correct_ms)),
            (self.say("everywhere-after"), self.everywhere(fault)),
            (self.say("exposure-minutes"), str(fault.exposure_ms // MINUTE_MS)),
            (self.say("tree-size"), str(fault.size)),
            (self.say("decisions-on-it"), str(len(fault.decisions))),
            (self.say("false-alarms-by-it"), str(len(fault.false_alarms))),
        ]

    def after(self, duration_ms: int | None) -> str:
        """Return how long something took, or that it never happened."""
        return self.say("never") if duration_ms is None else format_duration(duration_ms)

    def everywhere(self, fault: FaultResult) -> str:
        """Return how long it took until nobody held a fault any more, or how many still did."""
        if fault.still_held_by:
            return self.say("still-held", count=len(fault.still_held_by))
        return "·" if fault.time_to_everywhere_ms is None else format_duration(fault.time_to_everywhere_ms)

    def name(self, node: Node) -> str:
        """Return a party by name and id."""
        name = node.name.in_language(self.language)
        return name if name == node.party else f"{name} ({node.party})"

    def told(self, node: Node) -> str:
        """Return by which way and whom a party was told, and of which version of which item."""
        way = self.say(f"lineage-channel-{node.channel.value}")
        if node.channel is Channel.ENTERED:
            return way
        told = way if node.channel is Channel.UNSEEN else self.say("lineage-by", way=way, party=node.parent)
        return told if node.item is None else f"{told}: {node.item.item} v{node.item.version}"

    def again(self, node: Node) -> str:
        """Return how often a party was told again, and by whom; nothing when it was not."""
        if not node.again:
            return ""
        return self.say("lineage-again", count=node.again, parties=", ".join(node.again_from))

    def held(self, node: Node) -> str:
        """Return how long a party held it, and until when."""
        if node.open:
            return self.say("lineage-open", duration=format_duration(node.held_ms))
        if node.righted is None:
            return self.say("lineage-untold")
        at, duration = self.clock(node.righted.at_ms), format_duration(node.held_ms)
        return self.say("lineage-held", duration=duration, at=at, seq=node.righted.seq)

    def marks(self, node: Node) -> list[str]:
        """Return what a party did about it, each with its moment."""
        found = (
            ("lineage-recognised", node.recognised),
            ("lineage-signalled", node.signalled),
            ("lineage-corrected", node.corrected),
        )
        return [self._mark(key, mark) for key, mark in found if mark is not None]

    def _mark(self, key: str, mark: Mark) -> str:
        return f"{self.say(key)} {self.clock(mark.at_ms)} (#{mark.seq})"

    def built(self, node: Node) -> str:
        """Return what a party made of it; nothing when it made nothing."""
        if not node.built:
            return ""
        return self.say("lineage-built", things="; ".join(self._thing(thing) for thing in node.built))

    def _thing(self, thing: Built) -> str:
        named = " ".join(part for part in (self.say(f"lineage-made-{thing.what}"), thing.about) if part)
        if thing.count > 1:
            named = self.say("lineage-times", thing=named, count=thing.count)
        return f"{named} {self.clock(thing.at_ms)}"

    def summary(self, fault: FaultResult, tree: Lineage) -> str:
        """Return the tree in one sentence."""
        return self.say(
            "lineage-summary",
            size=tree.size,
            depth=tree.depth,
            again=tree.again,
            party=fault.party,
            decisions=len(fault.decisions),
        )
