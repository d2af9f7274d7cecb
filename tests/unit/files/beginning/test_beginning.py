"""A scenario made of a few answers: whatever was answered, it lints clean, and says what was asked for."""

from __future__ import annotations

import tempfile
import tomllib
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.files.beginning.answers import ALWAYS, HOURS_MAX, HOURS_MIN, Answers, Ground, Wish
from sim.files.beginning.make import begin_scenario, load_ground
from sim.files.lint import lint
from sim.files.problems import InputError

LET_IN = {"standby", "ad-hoc"}


@cache
def ground() -> Ground:
    return load_ground()


@st.composite
def answers(draw: st.DrawFn) -> Answers:
    """Any answers that can be given."""
    here = ground()
    region = draw(st.sampled_from(sorted(here.material.regions)))
    event = draw(st.sampled_from(list(here.events.values())))
    partners = [member.id for member in here.partners(region, event)]
    chosen = draw(st.lists(st.sampled_from(partners), min_size=1, max_size=8, unique=True))
    profiles = st.none() | st.sampled_from(here.profiles())
    return Answers(
        id="een-oefening",
        region=region,
        event=event.id,
        wishes=tuple(Wish(partner, draw(profiles)) for partner in chosen),
        hours=draw(st.integers(HOURS_MIN, HOURS_MAX)),
        faults=draw(st.booleans()),
        language=draw(st.sampled_from(("nl", "en"))),
        seed=draw(st.integers(0, 99)),
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answers())
def test_whatever_is_answered_lints_clean_and_is_what_was_asked_for(given: Answers) -> None:
    made = begin_scenario(ground(), given)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / given.id
        made.write(root)
        found = lint(root)
    assert (found.errors, found.warnings) == ((), ())
    scenario = tomllib.loads(made.files["scenario.toml"].decode())
    profiles = {party["id"]: party["profile"] for party in scenario["parties"]}
    for wish in given.wishes:
        assert wish.profile in {None, profiles[wish.partner]}
        assert f"agreements/{wish.partner}.toml" in made.files
    # `parties` of an activity have a say by agreement; who is let in has none before.
    (activity,) = scenario["activities"]
    by_agreement = {party for party, profile in profiles.items() if profile not in {*LET_IN, "safety-region"}}
    assert set(activity["parties"]) == by_agreement
    assert scenario["injects"][0]["cue"]["do"] == "open"
    assert given.faults or "faults" not in scenario


def test_the_same_answers_make_the_same_bytes() -> None:
    given = Answers("a", "vr04", "flood", (Wish("enexis"),))
    assert begin_scenario(ground(), given).digest == begin_scenario(load_ground(), given).digest


def test_each_event_has_something_told_wrongly_with_the_usual_partners() -> None:
    for event in ground().events.values():
        for region in ground().material.regions:
            wish = Wish(ground().partners(region, event)[-1].id)
            text = begin_scenario(ground(), Answers("a", region, event.id, (wish,))).files["scenario.toml"]
            assert tomllib.loads(text.decode())["faults"], (event.id, region)


def test_emergency_services_take_part_without_being_named() -> None:
    made = begin_scenario(ground(), Answers("a", "vr24", "wildfire", (Wish("enexis"),)))
    parties = {party["id"] for party in tomllib.loads(made.files["scenario.toml"].decode())["parties"]}
    kinds = {kind.id: kind for kind in ground().material.catalogue.kinds}
    assert len(parties) == 2 + len(ALWAYS)
    assert set(ALWAYS) <= set(kinds)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vitens", Wish("vitens")),
        ("vitens=link", Wish("vitens", "link")),
        ("rode-kruis", Wish("rode-kruis-vr04")),
        ("drinking-water = core", Wish("vitens", "core")),
    ],
)
def test_a_partner_is_named_by_id_or_by_kind(text: str, expected: Wish) -> None:
    assert ground().wish(text, "vr04", ground().events["power-failure"]) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vitnes", "did you mean 'vitens'?"),
        ("vitens=lnk", "did you mean 'link'?"),
        ("vitens=", "a profile: ad-hoc, core"),
        ("telecom", "one of the partners of vr04: kpn, odido, vodafoneziggo"),
        ("", "one of the partners of vr04"),
    ],
)
def test_what_is_no_partner_is_refused_with_what_there_is(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        ground().wish(text, "vr04", ground().events["power-failure"])
    assert said in str(caught.value)


def test_a_region_is_named_by_code_or_by_name() -> None:
    assert {ground().region(text) for text in ("vr04", "VR04", "ijsselland")} == {"vr04"}
    with pytest.raises(InputError, match="vr01 to vr25"):
        ground().region("vr26")
