"""Variants that try what results hang on: people of one party at a time, one channel at a time."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from sim.core.world.scenario import Scenario
from sim.core.world.technology import OutageType
from sim.files.problems import InputError, Problems
from sim.files.scenario.loading import load_scenario
from sim.sweep.planning import Asked, prepare
from sim.sweep.results import Tried, Variant
from sim.sweep.trying import read_tried, with_outage

NAME = "gaslek-keten"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(NAME)


def tried(scenario: Scenario, *texts: str) -> tuple[Variant, ...]:
    problems = Problems()
    found = read_tried(texts, scenario, problems)
    problems.raise_errors()
    return found


def loaded(variant: Variant) -> Scenario:
    with with_outage(variant.outage, ()) as faults:
        return load_scenario(NAME, settings=variant.settings, faults=faults)


def test_the_scenario_as_written_comes_first(scenario: Scenario) -> None:
    assert tried(scenario, "norms") == (Variant("as written"),)
    assert tried(scenario, "people=vr04")[0] == Variant("as written")


def test_people_of_one_party_are_made_worse_and_better(scenario: Scenario) -> None:
    _, worse, better = tried(scenario, "people=netbeheerder")
    assert (worse.tried, better.tried) == (
        Tried("people-worse", "netbeheerder"),
        Tried("people-better", "netbeheerder"),
    )
    before = scenario.parties["netbeheerder"].people
    slow, fast = (loaded(variant).parties["netbeheerder"].people for variant in (worse, better))
    assert slow.skill < before.skill < fast.skill
    assert slow.reaction_ms[1] == before.reaction_ms[1] * 3 // 2
    assert fast.reaction_ms[1] == before.reaction_ms[1] * 2 // 3
    assert slow.perception_ms[0] > before.perception_ms[0] > fast.perception_ms[0]
    others = {name: party for name, party in loaded(worse).parties.items() if name != "netbeheerder"}
    assert others == {name: party for name, party in scenario.parties.items() if name != "netbeheerder"}


def test_roles_with_durations_of_their_own_follow(scenario: Scenario) -> None:
    _, worse, _ = tried(scenario, "people=vr04")
    before, after = (
        {post.role: post.handling for post in one.parties["vr04"].staff} for one in (scenario, loaded(worse))
    )
    for role, handling in before.items():
        slower = after[role]
        if handling is not None:
            assert slower is not None
            assert slower.high_ms == handling.high_ms * 3 // 2


def test_one_channel_at_a_time_fails_for_a_while(scenario: Scenario) -> None:
    _, away, slow, cut_off = tried(scenario, "channels=vitens")
    found = {variant.name: loaded(variant).outages for variant in (away, slow, cut_off)}
    kinds = {name: [outage.type for outage in outages] for name, outages in found.items()}
    assert kinds == {
        "channel-away": [OutageType.BROKER],
        "channel-slow": [OutageType.SLOW],
        "channel-cut-off: vitens": [OutageType.PARTITION],
    }
    for (outage,) in found.values():
        assert outage.until_ms - outage.from_ms == scenario.end_ms // 8
        assert outage.from_ms >= scenario.end_ms // 4


def test_who_works_outside_the_tool_is_not_cut_off_from_it(scenario: Scenario) -> None:
    names = {variant.tried.party for variant in tried(scenario, "channels") if variant.tried is not None}
    assert "vitens" in names
    assert "netbeheerder" not in names


def test_no_channel_fails_while_another_outage_strikes(scenario: Scenario) -> None:
    """A scenario with outages of its own can be tried too: what is tried comes at another time."""
    quarter = scenario.end_ms // 4
    (first,) = loaded(tried(scenario, "channels=vitens")[1]).outages
    busy = msgspec.structs.replace(first, from_ms=quarter - 1, until_ms=quarter + 1)
    struck = Scenario(
        **{**{name: getattr(scenario, name) for name in scenario.__dataclass_fields__}, "outages": (busy,)}
    )
    (later,) = loaded(tried(struck, "channels=vitens")[1]).outages
    assert later.from_ms >= busy.until_ms


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("weather", "norms, people, channels"),
        ("people=nobody", "a party of the scenario"),
        ("people", "at most 64 variants"),
    ],
)
def test_what_cannot_be_tried_is_refused(scenario: Scenario, text: str, said: str) -> None:
    problems = Problems()
    texts = [text] if text != "people" else ["people"] * 9
    read_tried(texts, scenario, problems)
    assert any(said in str(problem) for problem in problems.errors)


def test_a_file_of_outages_goes_away_again() -> None:
    with with_outage("x = 1", ("here.toml",)) as (one, other):
        path = Path(other)
        assert one == "here.toml"
        assert path.read_text("utf-8") == "x = 1"
    assert not path.exists()
    with with_outage("", ("here.toml",)) as files:
        assert files == ("here.toml",)


def test_a_plan_holds_what_is_tried() -> None:
    plan = prepare(Asked(scenario=NAME, seeds="2", tried=["people=vr04", "channels=vitens"])).plan
    assert [variant.tried.what if variant.tried else "" for variant in plan.variants] == [
        "", "people-worse", "people-better", "channel-away", "channel-slow", "channel-cut-off",
    ]  # fmt: skip
    assert len({member.variant for member in plan.cast}) == 6


def test_what_is_tried_goes_with_no_other_variants() -> None:
    with pytest.raises(InputError, match="one thing differs at a time"):
        prepare(
            Asked(
                scenario=NAME, seeds="2", settings=["netbeheerder.profile=link,core"], tried=["people=vr04"]
            )
        )
