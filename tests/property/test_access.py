"""Laws of the access table, on made-up tables and on the profiles as they come with the product."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.messages.topics import Shape, example, parse
from sim.core.model.access import AccessTable, Grant, Rule, compile_access, make_grant
from sim.core.model.activity import Activity
from sim.core.model.filters import matches
from sim.core.model.party import Party
from sim.core.model.profile import Action, RightTemplate
from tests.unit.core.agents.helpers import FIRE, FLOOD, PROFILES, REGION, activities, everybody

PARTIES = ("p", "q", "r")
LEVEL = st.sampled_from(("a", "b", "c"))
TOPICS = st.lists(LEVEL, min_size=1, max_size=3).map("/".join)
FILTERS = st.builds(
    lambda levels, rest: "/".join([*levels, *rest]),
    st.lists(st.one_of(LEVEL, st.just("+")), max_size=2),
    st.sampled_from(([], ["#"])),
).filter(bool)
MOMENTS = st.integers(0, 20)
ACTIONS = st.sampled_from(Action)


def rules_of(party: str) -> st.SearchStrategy[tuple[Rule, ...]]:
    rule = st.builds(Rule, st.just(party), ACTIONS, FILTERS, st.just("rule"), st.just("source"))
    return st.lists(rule, max_size=3).map(tuple)


STANDING = st.fixed_dictionaries({party: rules_of(party) for party in PARTIES})


@st.composite
def grants(draw: st.DrawFn, from_ms: st.SearchStrategy[int] = MOMENTS) -> Grant:
    party = draw(st.sampled_from(PARTIES))
    return Grant(f"g-{party}", party, "bundle", "a", (), draw(rules_of(party)), draw(from_ms))


Asked = tuple[str, int, Action, str]
ASKED = st.tuples(st.sampled_from(PARTIES), MOMENTS, ACTIONS, TOPICS)


@given(STANDING, ASKED)
def test_a_right_needs_a_rule(rules: dict[str, tuple[Rule, ...]], asked: Asked) -> None:
    party, at_ms, action, topic = asked
    has_rule = any(rule.action is action and matches(rule.pattern, topic) for rule in rules[party])
    assert AccessTable(rules).decide(party, at_ms, action, topic).allowed == has_rule


@given(STANDING, STANDING, ASKED)
def test_a_refusal_names_the_reason_and_decides_nothing(
    rules: dict[str, tuple[Rule, ...]], refusals: dict[str, tuple[Rule, ...]], asked: Asked
) -> None:
    party, at_ms, action, topic = asked
    plain, named = AccessTable(rules), AccessTable(rules, refusals)
    assert (
        plain.decide(party, at_ms, action, topic).allowed == named.decide(party, at_ms, action, topic).allowed
    )


@given(STANDING, grants(), ASKED)
def test_a_grant_changes_nobody_elses_rights(
    rules: dict[str, tuple[Rule, ...]], grant: Grant, asked: Asked
) -> None:
    party, at_ms, action, topic = asked
    before = AccessTable(rules)
    after = before.with_grant(grant)
    if party != grant.party:
        assert after.decide(party, at_ms, action, topic) == before.decide(party, at_ms, action, topic)
        assert after.decide_subscription(party, at_ms, topic) == before.decide_subscription(
            party, at_ms, topic
        )


@given(STANDING, grants(), ASKED)
def test_a_grant_only_adds_and_only_what_its_rules_say(
    rules: dict[str, tuple[Rule, ...]], grant: Grant, asked: Asked
) -> None:
    party, at_ms, action, topic = asked
    before, after = AccessTable(rules), AccessTable(rules).with_grant(grant)
    was, now = (known.decide(party, at_ms, action, topic).allowed for known in (before, after))
    gives = (
        party == grant.party
        and at_ms >= grant.from_ms
        and any(rule.action is action and matches(rule.pattern, topic) for rule in grant.rules)
    )
    assert now == (was or gives)


@given(STANDING, grants(), st.integers(0, 10), ASKED)
def test_a_grant_taken_back_leaves_later_decisions_as_if_it_never_was(
    rules: dict[str, tuple[Rule, ...]], grant: Grant, length: int, asked: Asked
) -> None:
    party, at_ms, action, topic = asked
    before, until = AccessTable(rules), grant.from_ms + length
    after = before.with_grant(grant).with_revoked(grant.id, until)
    if at_ms >= until:
        assert after.decide(party, at_ms, action, topic) == before.decide(party, at_ms, action, topic)
        assert after.decide_subscription(party, at_ms, topic) == before.decide_subscription(
            party, at_ms, topic
        )


@given(STANDING, st.lists(grants(), max_size=4), ASKED)
def test_a_change_of_rights_leaves_earlier_decisions_as_they_were(
    rules: dict[str, tuple[Rule, ...]], changes: list[Grant], asked: Asked
) -> None:
    party, at_ms, action, topic = asked
    table = AccessTable(rules)
    for grant in sorted(changes, key=lambda known: known.from_ms):
        earlier = table
        if table.open_grant(grant.id) is None:
            table = table.with_grant(grant)
        else:
            table = table.with_revoked(grant.id, grant.from_ms)
        if at_ms < grant.from_ms:
            assert table.decide(party, at_ms, action, topic) == earlier.decide(party, at_ms, action, topic)


@given(STANDING, grants(), ASKED, FILTERS)
def test_what_may_be_subscribed_to_may_be_read(
    rules: dict[str, tuple[Rule, ...]], grant: Grant, asked: Asked, topic_filter: str
) -> None:
    party, at_ms, _, topic = asked
    table = AccessTable(rules).with_grant(grant)
    if table.decide_subscription(party, at_ms, topic_filter).allowed and matches(topic_filter, topic):
        assert table.decide(party, at_ms, Action.READ, topic).allowed


# The profiles as shipped -------------------------------------------------------------------------

CAST = everybody()
EVERY_BUNDLE = [(party.id, bundle) for party in CAST.values() for bundle in PROFILES[party.profile].grants]
SENDER_LEVEL = {
    Shape.RISK: "owner",
    Shape.OWN: "owner",
    Shape.PROPOSAL: "party",
    Shape.SIGNAL: "party",
    Shape.SCALING: "party",
    Shape.POST: "sender",
    Shape.OUTSIDE: "sender",
    Shape.RECEIPT: "party",
}
LEVELS = {
    "activity": st.sampled_from((FLOOD, FIRE, "elsewhere")),
    "region": st.sampled_from(("vr23", "vr24", "vr25")),
    "owner": st.sampled_from(sorted(CAST)),
    "party": st.sampled_from(sorted(CAST)),
    "sender": st.sampled_from(sorted(CAST)),
    "to": st.sampled_from(sorted(CAST)),
    "kind": st.sampled_from(("ack", "alert", "alarm", "answer", "request", "sitrep", "signal", "grant")),
}


@st.composite
def topics(draw: st.DrawFn, shapes: tuple[Shape, ...] = tuple(Shape)) -> str:
    shape = draw(st.sampled_from(shapes))
    return example(shape, **{name: draw(known) for name, known in LEVELS.items()})


def shipped(*, let_in: bool) -> AccessTable:
    """The table of the small exercise; with every bundle that there is granted in FLOOD, or with none."""
    table = compile_access(CAST.values(), PROFILES, activities().values())
    for party, bundle in EVERY_BUNDLE if let_in else ():
        table = table.with_grant(make_grant(CAST[party], bundle, FLOOD, ("x", "a2-situation"), 0))
    return table


TABLES = {let_in: shipped(let_in=let_in) for let_in in (False, True)}
WHO = st.sampled_from(sorted(CAST))


def test_every_bundle_of_the_profiles_is_under_test() -> None:
    assert [bundle.id for _, bundle in EVERY_BUNDLE] == [
        "activity-reader",
        "activity-reader",
        "seconded-head",
    ]
    assert len(TABLES[True].grants) == 3
    assert {CAST[party].profile for party in CAST} == set(PROFILES)


@given(WHO, st.booleans(), topics((Shape.SHARED, Shape.CARD, Shape.DECISION)))
def test_only_the_directing_region_writes_what_is_shared(party: str, let_in: bool, topic: str) -> None:
    address = parse(topic)
    assert address is not None
    directing = {known.id: known.directing for known in activities().values()}.get(address["activity"])
    assert TABLES[let_in].decide(party, 5, Action.PUBLISH, topic).allowed == (party == directing)


@given(WHO, st.booleans(), topics(tuple(SENDER_LEVEL)))
def test_nobody_writes_in_anothers_name(party: str, let_in: bool, topic: str) -> None:
    address = parse(topic)
    assert address is not None
    if TABLES[let_in].decide(party, 5, Action.PUBLISH, topic).allowed:
        assert address[SENDER_LEVEL[address.shape]] == party


def test_every_shape_that_names_its_sender_is_under_test() -> None:
    named = {shape for shape in Shape if (address := parse(example(shape))) and address.sender is not None}
    assert named == set(SENDER_LEVEL)


@given(WHO, st.booleans(), st.sampled_from(("post", "outside")), topics((Shape.POST,)))
def test_nobody_reads_anothers_post(party: str, let_in: bool, channel: str, topic: str) -> None:
    to, rest = topic.split("/", 2)[1:]
    decision = TABLES[let_in].decide(party, 5, Action.READ, f"{channel}/{to}/{rest}")
    assert not decision.allowed or to == party


@given(WHO, st.booleans(), topics((Shape.CLOCK, Shape.CONTROL)))
def test_nobody_writes_for_exercise_control(party: str, let_in: bool, topic: str) -> None:
    assert not TABLES[let_in].decide(party, 5, Action.PUBLISH, topic).allowed


@given(st.sampled_from([p for p in sorted(CAST) if CAST[p].profile in ("link", "ad-hoc")]), ACTIONS, topics())
def test_outside_the_tool_means_every_topic_but_outside(party: str, action: Action, topic: str) -> None:
    if not topic.startswith("outside/"):
        assert not TABLES[False].decide(party, 5, action, topic).allowed


@given(st.sampled_from([p for p in sorted(CAST) if CAST[p].profile == "standby"]), st.booleans(), topics())
def test_standby_reads_of_an_activity_the_card_and_what_it_is_let_into(
    party: str, let_in: bool, topic: str
) -> None:
    address = parse(topic)
    assert address is not None
    if not topic.startswith("activity/"):
        return
    granted = let_in and address["activity"] == FLOOD
    readable = (Shape.CARD, Shape.SHARED, Shape.DECISION, Shape.SCALING) if granted else (Shape.CARD,)
    decision = TABLES[let_in].decide(party, 5, Action.READ, topic)
    assert decision.allowed == (address.shape in readable)


@given(st.sampled_from([p for p in sorted(CAST) if CAST[p].profile == "standby"]), st.booleans(), topics())
def test_standby_writes_of_an_activity_only_signals_once_let_in(party: str, let_in: bool, topic: str) -> None:
    if topic.startswith("activity/"):
        decision = TABLES[let_in].decide(party, 5, Action.PUBLISH, topic)
        assert decision.allowed == (let_in and topic == f"activity/{FLOOD}/signal/{party}")


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_no_standing_right_reads_everything(profile: str) -> None:
    party = next(known for known in CAST.values() if known.profile == profile)
    for wide in ("#", "+/#", "activity/#", "post/#", "outside/#"):
        assert not TABLES[True].decide_subscription(party.id, 5, wide).allowed


def test_every_region_party_has_post_of_its_own() -> None:
    for party in CAST.values():
        channel = PROFILES[party.profile].channel
        assert TABLES[False].decide_subscription(party.id, 5, f"{channel}/{party.id}/+/+").allowed
        assert TABLES[False].decide(REGION, 5, Action.PUBLISH, f"{channel}/{party.id}/{REGION}/alarm").allowed


@st.composite
def several(draw: st.DrawFn) -> tuple[Party, list[Activity]]:
    """A partner with agreements with some regions, and activities of regions in some of which it takes part."""
    regions = draw(st.sets(st.sampled_from(("vr23", "vr24", "vr25")), min_size=1))
    profile = draw(st.sampled_from(("core", "structural")))
    partner = msgspec.structs.replace(CAST["wl"], id="p", profile=profile, regions=tuple(sorted(regions)))
    made = [
        msgspec.structs.replace(
            activities()[FLOOD], id=f"a{number}", directing=region, parties=("p",) if takes_part else ()
        )
        for number, (region, takes_part) in enumerate(
            draw(st.lists(st.tuples(st.sampled_from(("vr23", "vr24", "vr25")), st.booleans()), max_size=5))
        )
    ]
    return partner, made


@given(several())
def test_no_activity_is_within_and_beyond_the_regions_of_a_partner(
    given_: tuple[Party, list[Activity]],
) -> None:
    """``{activity}`` and ``{elsewhere}`` never overlap, and together are where it takes part."""
    partner, made = given_
    right = {
        name: RightTemplate(name, Action.READ, (f"{{{name}}}/x",), "test")
        for name in ("activity", "elsewhere")
    }
    profile = msgspec.structs.replace(PROFILES[partner.profile], rights=tuple(right.values()))
    rules = compile_access([partner], {partner.profile: profile}, made).rules["p"]
    found = {
        name: {rule.pattern.split("/")[0] for rule in rules if rule.name == name}
        for name in ("activity", "elsewhere")
    }
    assert not found["activity"] & found["elsewhere"]
    assert found["activity"] | found["elsewhere"] == {known.id for known in made if known.parties}
    within = {known.id for known in made if known.parties and known.directing in partner.regions}
    assert found["activity"] == within


@given(
    several(), topics((Shape.OWN, Shape.PROPOSAL, Shape.SIGNAL, Shape.SCALING, Shape.DECISION, Shape.SHARED))
)
def test_beyond_its_regions_a_partner_only_reads_what_is_shared(
    given_: tuple[Party, list[Activity]], topic: str
) -> None:
    partner, made = given_
    table = compile_access([partner], PROFILES, made)
    for known in made:
        if known.directing in partner.regions:
            continue
        here = topic.split("/")
        here[1] = known.id
        address = parse("/".join(here))
        assert address is not None
        may_read = address.shape is Shape.SHARED and "p" in known.parties
        assert table.decide("p", 0, Action.READ, "/".join(here)).allowed == may_read
        assert not table.decide("p", 0, Action.PUBLISH, "/".join(here)).allowed
