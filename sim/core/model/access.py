"""The access table: (party, moment, action, topic) -> allowed or denied, with the rule that says so.

Profiles compile to it; it compiles to the broker's own rights; and it answers in tests and at run time what
a broker should have done. It is a value: a grant or a revoke gives a new table, and each table answers for
any moment up to now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from types import MappingProxyType

from sim.core.model.activity import Activity
from sim.core.model.agreement import Agreement
from sim.core.model.filters import FilterIndex, covers, matches
from sim.core.model.ids import ActivityId, PartyId, ThemeId
from sim.core.model.party import Party
from sim.core.model.profile import Action, GrantTemplate, Profile, RightTemplate

DEFAULT_DENY = "no-right"
_NO_AGREEMENTS: Mapping[PartyId, Agreement] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rule:
    """One right of one party: an action on every topic that matches a pattern."""

    party: PartyId
    action: Action
    pattern: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something is allowed, and which rule, from which source, says so."""

    allowed: bool
    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class Grant:
    """Rights given for one activity from one moment to another (ms of exercise time; None is still open)."""

    id: str
    party: PartyId
    bundle: str
    activity: ActivityId
    themes: tuple[ThemeId, ...]
    rules: tuple[Rule, ...]
    from_ms: int
    until_ms: int | None = None

    def holds_at(self, at_ms: int) -> bool:
        """Say whether the grant is in force at ``at_ms``: from its start, up to but not at its end."""
        return self.from_ms <= at_ms and (self.until_ms is None or at_ms < self.until_ms)


OUTAGE = "outage"
"""Rule that withholds what is of the tool from a party whom the tool fails, whatever else it may do."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """What an outage withholds from a party, from one moment to another (ms of exercise time; None is still so)."""

    party: PartyId
    patterns: tuple[str, ...]
    by: str
    from_ms: int
    until_ms: int | None = None

    def holds_at(self, at_ms: int) -> bool:
        """Say whether it is withheld at ``at_ms``: from its start, up to but not at its end."""
        return self.from_ms <= at_ms and (self.until_ms is None or at_ms < self.until_ms)

    @property
    def decision(self) -> Decision:
        """Return the refusal that comes of it."""
        return Decision(allowed=False, rule=OUTAGE, source=f"outage {self.by}")


@dataclass(frozen=True)
class AccessTable:
    """Every right of every party, standing and granted.

    Attributes:
        rules: Standing rules per party.
        refusals: What each party's profile expressly withholds, to name the reason of a denial.
        grants: All grants of the run so far, also those taken back.
        bundles: What can be granted to each party.
        withheld: What outages withhold, also those that are over.
    """

    rules: Mapping[PartyId, tuple[Rule, ...]]
    refusals: Mapping[PartyId, tuple[Rule, ...]] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    bundles: Mapping[PartyId, tuple[GrantTemplate, ...]] = field(default_factory=dict)
    withheld: tuple[Withheld, ...] = ()
    _index: dict[tuple[PartyId, Action], FilterIndex[Rule]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def decide(self, party: PartyId, at_ms: int, action: Action, topic: str) -> Decision:
        """Say whether ``party`` may act on ``topic`` (a topic name) at ``at_ms``."""
        for withheld in self._withheld(party, at_ms):
            if any(matches(pattern, topic) for pattern in withheld.patterns):
                return withheld.decision
        standing = self._standing(party, action).find(topic)
        for rule in standing:
            return Decision(allowed=True, rule=rule.name, source=rule.source)
        for rule in self._granted(party, at_ms, action):
            if matches(rule.pattern, topic):
                return Decision(allowed=True, rule=rule.name, source=rule.source)
        return self._denied(party, action, topic)

    def decide_subscription(self, party: PartyId, at_ms: int, topic_filter: str) -> Decision:
        """Say whether ``party`` may subscribe to a filter: one rule must cover all that it can match."""
        for withheld in self._withheld(party, at_ms):
            if any(covers(pattern, topic_filter) for pattern in withheld.patterns):
                return withheld.decision
        rules = (*self.rules.get(party, ()), *self._granted(party, at_ms, Action.READ))
        for rule in rules:
            if rule.action is Action.READ and covers(rule.pattern, topic_filter):
                return Decision(allowed=True, rule=rule.name, source=rule.source)
        return self._denied(party, Action.READ, topic_filter)

    def with_grant(self, grant: Grant) -> AccessTable:
        """Return the table with a grant added.

        Raises:
            ValueError: A grant with this id is already in force.
        """
        if any(known.id == grant.id and known.until_ms is None for known in self.grants):
            raise ValueError(f"grant {grant.id} is already in force")
        return replace(self, grants=(*self.grants, grant))

    def with_revoked(self, grant_id: str, at_ms: int) -> AccessTable:
        """Return the table in which the open grant ``grant_id`` ends at ``at_ms``.

        Raises:
            ValueError: No grant with this id is in force.
        """
        if self.open_grant(grant_id) is None:
            raise ValueError(f"no grant {grant_id} is in force")
        ended = tuple(
            replace(known, until_ms=at_ms) if known.id == grant_id and known.until_ms is None else known
            for known in self.grants
        )
        return replace(self, grants=ended)

    def with_withheld(self, withheld: Withheld) -> AccessTable:
        """Return the table in which an outage withholds something more."""
        return replace(self, withheld=(*self.withheld, withheld))

    def with_given_back(self, party: PartyId, by: str, at_ms: int) -> AccessTable:
        """Return the table in which a party has back, from ``at_ms`` on, what the outage ``by`` withheld."""
        ended = tuple(
            replace(one, until_ms=at_ms) if (one.party, one.by, one.until_ms) == (party, by, None) else one
            for one in self.withheld
        )
        return replace(self, withheld=ended)

    def open_grant(self, grant_id: str) -> Grant | None:
        """Return the grant with this id that is in force, or None."""
        return next((known for known in self.grants if known.id == grant_id and known.until_ms is None), None)

    def open_grants(self, activity: ActivityId) -> tuple[Grant, ...]:
        """Return the grants of an activity that are in force, in the order in which they were given."""
        return tuple(known for known in self.grants if known.activity == activity and known.until_ms is None)

    def bundle(self, party: PartyId, bundle: str) -> GrantTemplate | None:
        """Return the bundle of this name that ``party`` can be granted, or None."""
        return next((known for known in self.bundles.get(party, ()) if known.id == bundle), None)

    def parties(self) -> tuple[PartyId, ...]:
        """Return every party that has rules, in order of id."""
        return tuple(sorted(self.rules))

    def _standing(self, party: PartyId, action: Action) -> FilterIndex[Rule]:
        index = self._index.get((party, action))
        if index is None:
            index = FilterIndex()
            for rule in self.rules.get(party, ()):
                if rule.action is action:
                    index.add(rule.pattern, rule)
            self._index[party, action] = index
        return index

    def _withheld(self, party: PartyId, at_ms: int) -> Iterable[Withheld]:
        return (one for one in self.withheld if one.party == party and one.holds_at(at_ms))

    def _granted(self, party: PartyId, at_ms: int, action: Action) -> Iterable[Rule]:
        for grant in self.grants:
            if grant.party == party and grant.holds_at(at_ms):
                yield from (rule for rule in grant.rules if rule.action is action)

    def _denied(self, party: PartyId, action: Action, topic: str) -> Decision:
        for rule in self.refusals.get(party, ()):
            if rule.action is action and (matches(rule.pattern, topic) or covers(rule.pattern, topic)):
                return Decision(allowed=False, rule=rule.name, source=rule.source)
        return Decision(allowed=False, rule=DEFAULT_DENY, source="what no rule allows is denied")


def grant_id(party: PartyId, bundle: str, activity: ActivityId) -> str:
    """Return the id of the grant of a bundle to a party in an activity: there is one of each at a time."""
    return f"{party}.{bundle}.{activity}"


def compile_access(
    parties: Iterable[Party],
    profiles: Mapping[str, Profile],
    activities: Iterable[Activity],
    agreements: Mapping[PartyId, Agreement] = _NO_AGREEMENTS,
) -> AccessTable:
    """Return the access table of an exercise before any grant.

    Args:
        parties: Who takes part.
        profiles: Their profiles, by id.
        activities: All activities.
        agreements: Agreements by party; who has none is given no sensitive map layer.
    """
    known = tuple(activities)
    rules: dict[PartyId, tuple[Rule, ...]] = {}
    refusals: dict[PartyId, tuple[Rule, ...]] = {}
    bundles: dict[PartyId, tuple[GrantTemplate, ...]] = {}
    for party in parties:
        profile = profiles[party.profile]
        places = _places(party, profile, known)
        layers = _layers(party, agreements.get(party.id))
        rules[party.id] = _expand(party, profile.rights, places, layers)
        refusals[party.id] = _expand(party, profile.refusals, places, layers)
        bundles[party.id] = profile.grants
    return AccessTable(rules=rules, refusals=refusals, bundles=bundles)


def make_grant(
    party: Party, bundle: GrantTemplate, activity: ActivityId, themes: tuple[ThemeId, ...], from_ms: int
) -> Grant:
    """Return the grant of a bundle to a party for an activity from a moment on."""
    places = {"party": (party.id,), "region": party.regions, "activity": (activity,), "theme": themes}
    return Grant(
        id=grant_id(party.id, bundle.id, activity),
        party=party.id,
        bundle=bundle.id,
        activity=activity,
        themes=themes,
        rules=_expand(party, bundle.rights, places),
        from_ms=from_ms,
    )


def is_elsewhere(party: Party, profile: Profile, activity: Activity) -> bool:
    """Say whether an activity lies outside the regions with which a partner has agreements.

    Working with a regional partner stays within its region, but it may become involved in an incident beyond it
    (Beleidskader par. 2.3.1). Regions and national bodies are nowhere elsewhere.
    """
    return profile.kind == "partner" and activity.directing not in party.regions


def _places(party: Party, profile: Profile, activities: tuple[Activity, ...]) -> dict[str, tuple[str, ...]]:
    taking_part = [a for a in activities if party.id in (*a.parties, a.directing)]
    return {
        "party": (party.id,),
        "region": party.regions,
        "activity": tuple(a.id for a in taking_part if not is_elsewhere(party, profile, a)),
        "elsewhere": tuple(a.id for a in taking_part if is_elsewhere(party, profile, a)),
        "directed": tuple(a.id for a in activities if a.directing == party.id),
    }


def _layers(party: Party, agreement: Agreement | None) -> dict[PartyId, tuple[str, ...]]:
    """Return the sensitive map layers of each region that a party may be given (Modeluitwerking 11)."""
    if agreement is None:
        return {}
    held = ((region, agreement.in_region(region)) for region in party.regions)
    return {region: here.layers for region, here in held if here is not None}


def _expand(
    party: Party,
    templates: Iterable[RightTemplate],
    places: Mapping[str, tuple[str, ...]],
    layers: Mapping[PartyId, tuple[str, ...]] = MappingProxyType({}),
) -> tuple[Rule, ...]:
    return tuple(
        Rule(party.id, template.action, pattern, template.rule, template.source)
        for template in templates
        for topic in template.topics
        for pattern in _patterns(topic, places, layers)
    )


def _patterns(
    topic: str, places: Mapping[str, tuple[str, ...]], layers: Mapping[PartyId, tuple[str, ...]]
) -> list[str]:
    """Return the topic filled in; a layer is of one region, so what names layers is filled in region by region."""
    if "{layer}" not in topic:
        return _fill(topic, places)
    return [
        pattern
        for region, named in sorted(layers.items())
        for pattern in _fill(topic, {**places, "region": (region,), "layer": named})
    ]


def _fill(topic: str, places: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the topic with each placeholder replaced by each of its values; none when one has no value."""
    names = [name for name in places if f"{{{name}}}" in topic]
    filled = []
    for values in product(*(places[name] for name in names)):
        text = topic
        for name, value in zip(names, values, strict=True):
            text = text.replace(f"{{{name}}}", value)
        filled.append(text)
    return filled
