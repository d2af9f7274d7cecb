"""The access table on its own, and Tabel 1 of the Beleidskader as the shipped profiles spell it out."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sim.core.model.access import (
    DEFAULT_DENY,
    AccessTable,
    Rule,
    Withheld,
    compile_access,
    grant_id,
    is_elsewhere,
    make_grant,
)
from sim.core.model.agreement import Agreement
from sim.core.model.profile import Action
from tests.unit.core.agents.helpers import (
    CAMPING,
    CARE,
    CROSS,
    FIRE,
    FLOOD,
    GRID,
    NATION,
    NEIGHBOUR,
    PROFILES,
    RAIL,
    READER,
    REGION,
    VICTIMS,
    WATER,
    activities,
    agreement,
    everybody,
)

READ, PUBLISH = Action.READ, Action.PUBLISH
PARTIES = everybody()


def table() -> AccessTable:
    return compile_access(PARTIES.values(), PROFILES, activities().values())


def let_in(party: str, bundle: str, *, themes: tuple[str, ...] = (), from_ms: int = 10) -> AccessTable:
    known = table()
    template = known.bundle(party, bundle)
    assert template is not None
    return known.with_grant(make_grant(PARTIES[party], template, FLOOD, themes, from_ms))


# The table ---------------------------------------------------------------------------------------


def test_decide_without_any_rule_is_denied_by_default() -> None:
    decision = AccessTable(rules={}).decide("stranger", 0, READ, "clock")
    assert (decision.allowed, decision.rule) == (False, DEFAULT_DENY)


def test_decide_by_a_rule_names_the_rule_and_its_source() -> None:
    rule = Rule("a", READ, "x/+", "read-x", "Tabel 1")
    decision = AccessTable(rules={"a": (rule,)}).decide("a", 0, READ, "x/y")
    assert (decision.allowed, decision.rule, decision.source) == (True, "read-x", "Tabel 1")


def test_what_is_withheld_is_denied_whatever_the_rules_say_from_when_until_when() -> None:
    rule = Rule("a", READ, "#", "read-all", "Tabel 1")
    table = AccessTable(rules={"a": (rule,), "b": (rule,)})
    table = table.with_withheld(Withheld("a", ("x/#", "y/#"), "o-1", 10))
    table = table.with_withheld(Withheld("b", ("x/#",), "o-1", 10)).with_given_back("a", "o-1", 20)

    asked = [(party, at, topic) for party in "ab" for at in (9, 10, 19, 20) for topic in ("x/y", "z/y")]
    denied = [one for one in asked if not table.decide(one[0], one[1], READ, one[2]).allowed]
    assert denied == [
        ("a", 10, "x/y"),
        ("a", 19, "x/y"),
        ("b", 10, "x/y"),
        ("b", 19, "x/y"),
        ("b", 20, "x/y"),
    ]
    assert table.decide("a", 10, READ, "y/1").rule == "outage"
    assert table.decide("a", 10, READ, "y/1").source == "outage o-1"


def test_a_subscription_within_what_is_withheld_is_denied_and_a_wider_one_is_not() -> None:
    table = AccessTable(rules={"a": (Rule("a", READ, "#", "read-all", "s"),)})
    table = table.with_withheld(Withheld("a", ("x/#",), "o-1", 10))
    assert table.decide_subscription("a", 10, "x/+").rule == "outage"
    assert table.decide_subscription("a", 10, "+/x").allowed
    assert table.decide_subscription("a", 9, "x/+").allowed


def test_decide_on_the_other_action_is_denied() -> None:
    rule = Rule("a", READ, "x/+", "read-x", "Tabel 1")
    assert not AccessTable(rules={"a": (rule,)}).decide("a", 0, PUBLISH, "x/y").allowed


def test_decide_against_a_refusal_names_it() -> None:
    refusals = {
        "a": (
            Rule("a", READ, "#", "no-reading", "s"),
            Rule("a", PUBLISH, "y/#", "elsewhere", "s"),
            Rule("a", PUBLISH, "x/#", "no-write", "s"),
        )
    }
    decision = AccessTable(rules={}, refusals=refusals).decide("a", 0, PUBLISH, "x/y")
    assert (decision.allowed, decision.rule) == (False, "no-write")


def test_decide_subscription_wider_than_the_right_is_denied() -> None:
    rules = {"a": (Rule("a", PUBLISH, "#", "write", "s"), Rule("a", READ, "x/+", "read", "s"))}
    known = AccessTable(rules=rules)
    assert known.decide_subscription("a", 0, "x/y").rule == "read"
    assert known.decide_subscription("a", 0, "x/+").allowed
    assert not known.decide_subscription("a", 0, "x/#").allowed
    assert not known.decide_subscription("b", 0, "x/y").allowed


def test_decide_before_at_and_after_a_grant_follows_its_moments() -> None:
    known = let_in(CROSS, "activity-reader", from_ms=10).with_revoked(
        grant_id(CROSS, "activity-reader", FLOOD), 20
    )
    topic = f"activity/{FLOOD}/shared/a2-situation/x"
    allowed = [known.decide(CROSS, at_ms, READ, topic).allowed for at_ms in (9, 10, 19, 20)]
    assert allowed == [False, True, True, False]


def test_decide_subscription_by_a_grant_ends_with_it() -> None:
    known = let_in(CROSS, "activity-reader", from_ms=10).with_revoked(
        grant_id(CROSS, "activity-reader", FLOOD), 20
    )
    wanted = f"activity/{FLOOD}/shared/#"
    allowed = [known.decide_subscription(CROSS, at_ms, wanted).allowed for at_ms in (9, 10, 20)]
    assert allowed == [False, True, False]


def test_with_grant_of_one_already_in_force_raises() -> None:
    known = let_in(CROSS, "activity-reader")
    with pytest.raises(ValueError, match=rf"grant {CROSS}.activity-reader.{FLOOD} is already in force"):
        known.with_grant(known.grants[0])


def test_with_grant_after_a_revoke_lets_in_again() -> None:
    known = let_in(CROSS, "activity-reader", from_ms=10)
    again = known.with_revoked(known.grants[0].id, 20)
    template = again.bundle(CROSS, "activity-reader")
    assert template is not None
    again = again.with_grant(make_grant(PARTIES[CROSS], template, FLOOD, (), 30))
    topic = f"activity/{FLOOD}/scaling/{REGION}"
    assert [again.decide(CROSS, at_ms, READ, topic).allowed for at_ms in (15, 25, 35)] == [True, False, True]
    ended = again.with_revoked(known.grants[0].id, 40)
    assert [grant.until_ms for grant in ended.grants] == [20, 40]


def test_with_revoked_of_one_not_in_force_raises() -> None:
    with pytest.raises(ValueError, match=r"no grant nobody\.x\.y is in force"):
        table().with_revoked("nobody.x.y", 5)


def test_with_revoked_of_one_leaves_the_grants_of_others() -> None:
    known = let_in(CROSS, "activity-reader")
    template = known.bundle(CAMPING, "seconded-head")
    assert template is not None
    both = known.with_grant(make_grant(PARTIES[CAMPING], template, FLOOD, ("a2-situation",), 10))
    ended = both.with_revoked(grant_id(CROSS, "activity-reader", FLOOD), 20)
    assert ended.open_grant(grant_id(CROSS, "activity-reader", FLOOD)) is None
    assert ended.open_grant(grant_id(CAMPING, "seconded-head", FLOOD)) is not None


def test_open_grants_of_an_activity_are_those_in_force() -> None:
    known = let_in(CROSS, "activity-reader")
    assert [grant.party for grant in known.open_grants(FLOOD)] == [CROSS]
    assert known.open_grants(FIRE) == ()
    assert known.with_revoked(known.grants[0].id, 20).open_grants(FLOOD) == ()


def test_bundle_of_a_party_without_it_is_none() -> None:
    assert table().bundle(WATER, "activity-reader") is None
    assert table().bundle("stranger", "activity-reader") is None


def test_parties_of_a_table_are_in_order_of_id() -> None:
    assert table().parties() == tuple(sorted(PARTIES))


def test_make_grant_without_themes_gives_no_right_that_names_one() -> None:
    known = let_in(CAMPING, "seconded-head", themes=())
    assert not known.decide(CAMPING, 10, READ, f"activity/{FLOOD}/shared/a2-situation/x").allowed
    assert known.decide(CAMPING, 10, READ, f"post/{CAMPING}/{REGION}/grant").allowed


# Tabel 1 -----------------------------------------------------------------------------------------

OWN, SHARED = f"activity/{FLOOD}/own", f"activity/{FLOOD}/shared/a2-situation/x"


@pytest.mark.parametrize(
    ("party", "action", "topic", "expected"),
    [
        # Kernsamenwerking: reads the tool, writes its own tab.
        (WATER, READ, SHARED, "read-tool"),
        (WATER, READ, f"{OWN}/{REGION}/a2-situation/x", "read-tool"),
        (WATER, READ, f"risk/{REGION}/{CARE}/a2-situation/x", "read-tool"),
        (WATER, READ, "national/a2-situation/x", "read-tool"),
        (WATER, READ, f"post/{WATER}/{REGION}/alarm", "own-post"),
        (WATER, PUBLISH, f"{OWN}/{WATER}/a2-situation/x", "write-own-tab"),
        (WATER, PUBLISH, f"risk/{REGION}/{WATER}/a2-situation/x", "write-own-tab"),
        # Structurele samenwerking: reads, and only proposes.
        (GRID, READ, SHARED, "read-tool"),
        (GRID, READ, f"activity/{FLOOD}/decision/rot/x", "read-tool"),
        (GRID, PUBLISH, f"activity/{FLOOD}/proposal/{GRID}/x", "write-moderated"),
        (GRID, PUBLISH, f"post/{REGION}/{GRID}/sitrep", "write-post"),
        # Koppelsamenwerking: through the liaison.
        (RAIL, READ, f"outside/{RAIL}/{REGION}/briefing", "through-liaison"),
        (RAIL, PUBLISH, f"outside/{REGION}/{RAIL}/sitrep", "through-liaison"),
        # Standby: its post, and the cards.
        (CROSS, READ, f"activity/{FIRE}/card", "monitor-cards"),
        (CROSS, READ, f"post/{CROSS}/{REGION}/invitation", "own-post"),
        (CROSS, PUBLISH, f"post/{REGION}/{CROSS}/request", "write-post"),
        # Ad hoc: by telephone.
        (CAMPING, READ, f"outside/{CAMPING}/{REGION}/briefing", "by-telephone"),
        (CAMPING, PUBLISH, f"outside/{REGION}/{CAMPING}/request", "by-telephone"),
        # The region directs, the national body keeps the national picture.
        (REGION, PUBLISH, SHARED, "direct"),
        (REGION, PUBLISH, f"activity/{FLOOD}/card", "direct"),
        (REGION, PUBLISH, f"activity/{FLOOD}/decision/rot/x", "direct"),
        (NATION, PUBLISH, "national/a2-situation/x", "write-national"),
    ],
)
def test_decide_by_tabel_1_allows_what_the_row_gives(
    party: str, action: Action, topic: str, expected: str
) -> None:
    decision = table().decide(party, 0, action, topic)
    assert (decision.allowed, decision.rule) == (True, expected)


@pytest.mark.parametrize(
    ("party", "action", "topic", "expected"),
    [
        (WATER, PUBLISH, SHARED, "shared-is-directed"),
        (WATER, PUBLISH, f"{OWN}/{REGION}/a2-situation/x", "anothers-picture"),
        (WATER, READ, f"post/{REGION}/{WATER}/alarm", DEFAULT_DENY),
        (WATER, READ, "activity/elsewhere/shared/a2-situation/x", DEFAULT_DENY),
        (GRID, PUBLISH, SHARED, "moderated-only"),
        (GRID, PUBLISH, f"{OWN}/{GRID}/a2-situation/x", "no-own-picture"),
        (GRID, PUBLISH, f"activity/{FIRE}/proposal/{GRID}/x", DEFAULT_DENY),
        (RAIL, READ, SHARED, "outside-the-tool"),
        (RAIL, READ, "clock", "outside-the-tool"),
        (RAIL, PUBLISH, f"post/{REGION}/{RAIL}/sitrep", "outside-the-tool"),
        (CROSS, READ, SHARED, "not-let-in"),
        (CROSS, PUBLISH, f"activity/{FLOOD}/signal/{CROSS}", "no-write"),
        (CROSS, PUBLISH, f"receipt/{CROSS}", "no-write"),
        (CAMPING, READ, SHARED, "outside-the-tool"),
        (CAMPING, PUBLISH, f"activity/{FLOOD}/proposal/{CAMPING}/x", "outside-the-tool"),
        (REGION, PUBLISH, f"activity/{FIRE}/shared/a2-situation/x", "directed-by-another-region"),
        (NEIGHBOUR, PUBLISH, f"activity/{FLOOD}/card", "directed-by-another-region"),
        (NATION, PUBLISH, SHARED, "directed-by-a-region"),
        (WATER, PUBLISH, "national/a2-situation/x", DEFAULT_DENY),
    ],
)
def test_decide_by_tabel_1_denies_what_the_row_withholds(
    party: str, action: Action, topic: str, expected: str
) -> None:
    decision = table().decide(party, 0, action, topic)
    assert (decision.allowed, decision.rule) == (False, expected)


def test_decide_for_a_standby_partner_let_in_is_exactly_that_activity() -> None:
    known = let_in(CROSS, "activity-reader")
    assert known.decide(CROSS, 10, READ, SHARED).rule == "let-in"
    assert known.decide(CROSS, 10, READ, f"activity/{FLOOD}/decision/rot/x").allowed
    assert known.decide(CROSS, 10, PUBLISH, f"activity/{FLOOD}/signal/{CROSS}").allowed
    assert not known.decide(CROSS, 10, READ, f"{OWN}/{WATER}/a2-situation/x").allowed
    assert not known.decide(CROSS, 10, READ, f"activity/{FIRE}/shared/a2-situation/x").allowed
    assert not known.decide(CROSS, 10, PUBLISH, f"activity/{FLOOD}/signal/{VICTIMS}").allowed
    assert not known.decide(VICTIMS, 10, READ, SHARED).allowed


def test_decide_for_an_ad_hoc_partner_helped_is_only_the_granted_themes() -> None:
    known = let_in(CAMPING, "seconded-head", themes=("c3-population", "a1-nature"))
    readable = [
        theme
        for theme in ("a1-nature", "a2-situation", "c3-population")
        if known.decide(CAMPING, 10, READ, f"activity/{FLOOD}/shared/{theme}/x").allowed
    ]
    assert readable == ["a1-nature", "c3-population"]
    assert known.decide(CAMPING, 10, PUBLISH, f"activity/{FLOOD}/proposal/{CAMPING}/x").allowed
    assert not known.decide(CAMPING, 10, READ, f"activity/{FLOOD}/decision/rot/x").allowed


# Several regions (par. 2.3) -------------------------------------------------------------------------


def beyond(party: str) -> AccessTable:
    """The table in which a partner with REGION takes part in the activity of NEIGHBOUR too."""
    known = activities()
    fire = msgspec.structs.replace(known[FIRE], parties=(*known[FIRE].parties, party))
    return compile_access(PARTIES.values(), PROFILES, [fire, known[FLOOD]])


@pytest.mark.parametrize("party", [CARE, GRID])
@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        (f"activity/{FIRE}/shared/a2-situation/x", "read-elsewhere"),
        (f"activity/{FIRE}/card", "read-tool"),
        (SHARED, "read-tool"),
        (f"activity/{FLOOD}/decision/rot/x", "read-tool"),
    ],
)
def test_decide_for_a_partner_outside_its_regions_allows_the_shared_picture_and_the_card(
    party: str, topic: str, expected: str
) -> None:
    decision = beyond(party).decide(party, 0, READ, topic)
    assert (decision.allowed, decision.rule) == (True, expected)


@pytest.mark.parametrize("party", [CARE, GRID])
@pytest.mark.parametrize(
    ("action", "topic"),
    [
        (READ, f"activity/{FIRE}/own/{WATER}/a2-situation/x"),
        (READ, f"activity/{FIRE}/decision/rot/x"),
        (READ, f"activity/{FIRE}/signal/{WATER}"),
        (READ, f"activity/{FIRE}/scaling/{NEIGHBOUR}"),
        (PUBLISH, "activity/{FIRE}/own/{party}/a2-situation/x"),
        (PUBLISH, "activity/{FIRE}/proposal/{party}/x"),
        (PUBLISH, "activity/{FIRE}/signal/{party}"),
        (PUBLISH, "activity/{FIRE}/scaling/{party}"),
        (PUBLISH, f"activity/{FIRE}/shared/a2-situation/x"),
    ],
)
def test_decide_for_a_partner_outside_its_regions_denies_the_rest(
    party: str, action: Action, topic: str
) -> None:
    topic = topic.format(FIRE=FIRE, party=party)
    decision = beyond(party).decide(party, 0, action, topic)
    assert (decision.allowed, decision.rule) == (False, "outside-its-regions")


def test_is_elsewhere_is_a_matter_of_partners_and_their_regions() -> None:
    fire = activities()[FIRE]
    known = {party: is_elsewhere(PARTIES[party], PROFILES[PARTIES[party].profile], fire) for party in PARTIES}
    assert {party for party, elsewhere in known.items() if not elsewhere} == {
        REGION,
        NEIGHBOUR,
        WATER,
        NATION,
        READER,
    }


@pytest.mark.parametrize(
    ("action", "topic", "expected"),
    [
        (READ, "national/a2-situation/x", "read-national"),
        (READ, f"activity/{FIRE}/card", "read-national"),
        (READ, f"post/{READER}/{REGION}/alert", "own-post"),
        (PUBLISH, f"receipt/{READER}", "acknowledge"),
        (PUBLISH, f"post/{REGION}/{READER}/ack", "acknowledge"),
        (READ, SHARED, None),
        (PUBLISH, "national/a2-situation/x", None),
        (PUBLISH, f"post/{REGION}/{READER}/alert", None),
    ],
)
def test_decide_for_a_national_reader_is_the_national_picture_and_the_cards(
    action: Action, topic: str, expected: str | None
) -> None:
    decision = table().decide(READER, 0, action, topic)
    assert decision.allowed is (expected is not None)
    if expected is not None:
        assert decision.rule == expected


def test_decide_for_a_national_body_lets_it_alert_in_turn_in_the_tool_and_outside_it() -> None:
    assert table().decide(NATION, 0, PUBLISH, f"post/{WATER}/{NATION}/alert").allowed
    assert table().decide(NATION, 0, PUBLISH, f"outside/{RAIL}/{NATION}/alert").allowed
    assert not table().decide(NATION, 0, PUBLISH, f"outside/{RAIL}/{NATION}/alarm").allowed


@pytest.mark.parametrize("party", [RAIL, CAMPING])
def test_decide_for_who_is_outside_the_tool_lets_it_tell_its_level(party: str) -> None:
    assert table().decide(party, 0, PUBLISH, f"outside/{REGION}/{party}/scaling").rule == "tell-own-level"


# Sensitive map layers ----------------------------------------------------------------------------


def layers(party: str, agreements: dict[str, Agreement]) -> list[str]:
    """The layers that a party may read."""
    known = compile_access(PARTIES.values(), PROFILES, activities().values(), agreements)
    return [
        rule.pattern
        for rule in known.rules[party]
        if rule.pattern.startswith("layer/") and rule.action is READ
    ]


def agreed(regions: tuple[str, ...] = (REGION, NEIGHBOUR), **terms: Any) -> Agreement:
    return Agreement(WATER, agreement(WATER).core_task, "core", regions, **terms)


def test_a_core_partner_reads_the_layers_that_it_was_given_by_agreement_and_no_other() -> None:
    given = {WATER: agreed((REGION,), layers=("hydrants", "fuel"))}
    assert layers(WATER, given) == [f"layer/{REGION}/hydrants", f"layer/{REGION}/fuel"]
    known = compile_access(PARTIES.values(), PROFILES, activities().values(), given)
    denied = known.decide(WATER, 0, READ, f"layer/{REGION}/drinking-water")
    assert (denied.allowed, denied.rule) == (False, "layer-not-agreed")


def test_layers_are_of_the_region_that_gives_them() -> None:
    given = agreed().with_addition(NEIGHBOUR, {"layers": ("hydrants",)}, {})
    assert layers(WATER, {WATER: given}) == [f"layer/{NEIGHBOUR}/hydrants"]


def test_without_an_agreement_there_are_no_layers() -> None:
    assert layers(WATER, {}) == []
    assert layers(REGION, {}) == [f"layer/{REGION}/+"]


def test_another_profile_reads_no_layers_whatever_was_agreed() -> None:
    assert layers(GRID, {GRID: agreement(GRID, "structural", layers=("hydrants",))}) == []
    assert table().decide(GRID, 0, READ, f"layer/{REGION}/hydrants").rule == "no-layers"
