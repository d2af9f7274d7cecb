"""What is tried at a broker to see whether it decides as the access table does: topics and filters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from sim.core.messages.topics import CONTENTS, Shape, build
from sim.core.model.access import AccessTable, Grant, make_grant
from sim.core.model.profile import Action
from sim.core.world.scenario import Scenario

THEMES = ("c3-population", "a2-situation")
"""Two that are in use in most exercises; beside them each that comes with a seconded head of information."""

STRANGE = (
    "activity",
    "activity/{activity}",
    "activity/{activity}/shared",
    "activity/{activity}/shared/c3-population",
    "activity/{activity}/shared/c3-population/item/more",
    "activity/{activity}/own/{party}/c3-population",
    "activity/{activity}/card/more",
    "activity/{activity}/unknown/{party}",
    "clock/more",
    "control",
    "control/inject/more",
    "national",
    "post/{party}",
    "post/{party}/{region}",
    "post/{party}/{region}/alert/more",
    "outside/{party}",
    "receipt",
    "unknown",
)
"""Topics of no known shape, below the root of the run."""

ELSEWHERE = (
    "clock",
    "beeld/clock",
    "beeld/another-run/clock",
    "beeld/another-run/activity/hoogwater-zl/shared/c3-population/item",
    "$SYS/broker/uptime",
    "$CONTROL/dynamic-security/v1",
)
"""Topics outside the root of the run: nobody has a right there."""

FILTERS_ELSEWHERE = (
    *ELSEWHERE,
    "#",
    "+",
    "+/#",
    "+/+/#",
    "+/+/+/+/shared/#",
    "beeld/#",
    "beeld/+/#",
    "beeld/+/activity/+/shared/#",
    "$SYS/#",
    "$CONTROL/#",
    "$share/group/#",
)


@dataclass(frozen=True)
class Cases:
    """What one party tries: topics to write and read, filters to subscribe to; all relative to the root."""

    topics: tuple[str, ...]
    filters: tuple[str, ...]


class Casting:
    """Topics of every shape with the ids of a scenario."""

    def __init__(self, scenario: Scenario, table: AccessTable) -> None:
        self._scenario = scenario
        self._table = table
        regions = {activity.directing for activity in scenario.activities.values()}
        everybody = tuple(scenario.parties)
        seconded = (theme for one in scenario.agreements.values() for theme in one.seconded_themes)
        self._levels = {
            "region": (*sorted(regions), "vr01"),
            "owner": everybody,
            "party": everybody,
            "activity": (*scenario.activities, "elsewhere"),
            "theme": tuple(dict.fromkeys((*THEMES, *sorted(seconded)))),
            "item": ("item",),
            "team": ("rot", "copi"),
            "layer": ("hydrants", "gas-stations"),
            "what": ("inject", "end"),
        }

    def of(self, party: str) -> Cases:
        """Return what a party tries."""
        plain = [topic for shape in Shape if not _is_mail(shape) for topic in self._plain(shape)]
        mail = [topic for shape in Shape if _is_mail(shape) for topic in self._mail(shape, party)]
        names = {
            "activity": next(iter(self._scenario.activities)),
            "party": next(iter(self._scenario.parties)),
            "region": self._levels["region"][0],
        }
        topics = (*plain, *mail, *(strange.format(**names) for strange in STRANGE))
        return Cases(topics, tuple(dict.fromkeys((*topics, *self._wide(party), *self._patterns(party)))))

    def grants_to(self, party: str, activity: str, from_ms: int) -> list[Grant]:
        """Return everything that a party can be given in an activity."""
        agreement = self._scenario.agreements.get(party)
        themes = agreement.seconded_themes if agreement is not None else ()
        return [
            make_grant(self._scenario.parties[party], bundle, activity, themes, from_ms)
            for bundle in self._table.bundles[party]
        ]

    def _patterns(self, party: str) -> Iterator[str]:
        """Return what the party may read, now or once it is let in somewhere."""
        granted = [
            grant for activity in self._scenario.activities for grant in self.grants_to(party, activity, 0)
        ]
        for rule in (*self._table.rules[party], *(rule for grant in granted for rule in grant.rules)):
            if rule.action is Action.READ:
                yield rule.pattern

    def _plain(self, shape: Shape) -> Iterator[str]:
        names = _names(shape)
        for values in product(*(self._levels[name] for name in names)):
            yield build(shape, **dict(zip(names, values, strict=True)))

    def _mail(self, shape: Shape, party: str) -> Iterator[str]:
        """Return mail to and from a party and between two others; every kind of it with some of the others."""
        kinds = sorted({tag_of_type(content) for content in CONTENTS[shape]} | {"unknown"})
        others = [other for other in self._one_of_each() if other != party]
        pairs = [(party, party), (others[0], others[1]), (others[2], others[0])]
        for number, other in enumerate(others):
            for to, sender in ((party, other), (other, party)):
                for kind in kinds if number < 2 else ("alert", "grant"):
                    yield build(shape, to=to, sender=sender, kind=kind)
        for (to, sender), kind in product(pairs, kinds):
            yield build(shape, to=to, sender=sender, kind=kind)

    def _one_of_each(self) -> list[str]:
        """Return two regions and one party of every other profile."""
        chosen: dict[str, str] = {}
        for party in self._scenario.parties.values():
            chosen.setdefault(party.profile, party.id)
        regions = {activity.directing for activity in self._scenario.activities.values()}
        return list(dict.fromkeys((*chosen.values(), *sorted(regions))))

    def _wide(self, party: str) -> Iterator[str]:
        """Return filters with wildcards: at each level of each shape in turn, at all of them, and cut off."""
        activity = next(iter(self._scenario.activities))
        own = {"party": party, "owner": party, "to": party, "sender": party, "activity": activity}
        own |= {"region": self._scenario.parties[party].regions[0], "kind": "alert"}
        for shape in Shape:
            names = _names(shape)
            levels = {name: own.get(name) or self._levels[name][0] for name in names}
            for name in names:
                yield shape.format(**{**levels, name: "+"})
            yield shape.format(**dict.fromkeys(names, "+"))
            parts = shape.format(**levels).split("/")
            for length in range(len(parts)):
                yield "/".join((*parts[:length], "#"))
                yield "/".join(("+",) * length + ("#",))


def tag_of_type(content: type) -> str:
    """Return the kind of a type of content."""
    return str(content.__struct_config__.tag)  # type: ignore[attr-defined]


def _is_mail(shape: Shape) -> bool:
    return shape in (Shape.POST, Shape.OUTSIDE)


def _names(shape: Shape) -> list[str]:
    return [part[1:-1] for part in shape.split("/") if part.startswith("{")]
