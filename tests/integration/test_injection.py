"""Ids that would widen a topic, end a line or name somebody else: refused wherever they come in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from brokers.adapter import Action
from sim.core.messages.codec import CodecError, decode
from sim.core.messages.topics import Shape, build
from sim.core.model.access import AccessTable, compile_access
from sim.core.model.profile import Action as Wanted
from sim.files.places import shipped_scenarios
from sim.files.problems import InputError
from sim.files.scenario.loading import load_scenario
from sim.transport.port import CONTROL, RECORDER
from sim.transport.root import accounts_for, root_of
from tests.integration.command import BEEKDAL

BAD = ("+", "#", "/", "$", "\0", "\n", " ", ".", ":", "'", '"', "%", "é", "A")
"""Wildcards, levels, what brokers keep for themselves, ends of lines, what separates names of accounts and roles."""


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    """Return the small scenario with one text in it changed."""
    scenario = folder / BEEKDAL.name
    shutil.copytree(BEEKDAL, scenario)
    path = scenario / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return scenario


def escaped(letter: str) -> str:
    return f"\\u{ord(letter):04x}"


@pytest.mark.parametrize("letter", BAD)
@pytest.mark.parametrize("place", ["party", "activity", "inject", "subject"])
def test_no_id_of_a_scenario_holds_what_would_widen_a_topic(place: str, letter: str, tmp_path: Path) -> None:
    text = (BEEKDAL / "scenario.toml").read_text("utf-8")
    ids = {
        "party": 'id = "wl"',
        "activity": 'id = "wateroverlast"',
        "inject": next(line for line in text.split("[[injects]]")[1].splitlines() if line.startswith("id =")),
        "subject": next(line for line in text.splitlines() if line.startswith("subject =")),
    }
    old = ids[place]
    scenario = changed(tmp_path, "scenario.toml", old, f'{old[:-1]}{escaped(letter)}x"')
    with pytest.raises(InputError, match="expected") as refused:
        load_scenario(scenario)
    assert "scenario.toml" in str(refused.value)


@pytest.mark.parametrize("letter", BAD)
def test_no_level_of_a_topic_and_no_name_of_a_run_can_be_made_of_it(letter: str) -> None:
    for id_ in (f"a{letter}b", letter, f"{letter}a", f"a{letter}"):
        for shape in Shape:
            names = [part[1:-1] for part in shape.split("/") if part.startswith("{")]
            for name in names:
                with pytest.raises(ValueError):
                    build(shape, **{**dict.fromkeys(names, "ok"), name: id_})
        with pytest.raises(ValueError):
            root_of(id_)


@pytest.mark.parametrize("source", ["/party/a/b", "/party/+", "/party/#", "wl", "/party/wl\0"])
def test_no_event_comes_from_a_name_that_is_none(source: str) -> None:
    """What passes here is held against topic and account afterwards (sim/core/engine/outside/screening.py)."""
    document = b'{"specversion":"1.0","id":"x","source":"%s","type":"nl.beeld.ack"}' % source.encode()
    with pytest.raises(CodecError):
        decode(document)


# What is nobody's but the session's own --------------------------------------------------------------------------


def table_of(name: str) -> AccessTable:
    scenario = load_scenario(name)
    return compile_access(
        scenario.parties.values(), scenario.profiles, scenario.activities.values(), scenario.agreements
    )


@pytest.mark.parametrize("name", shipped_scenarios())
def test_the_rights_of_control_and_the_recorder_are_nobody_elses(name: str) -> None:
    table = table_of(name)
    for party in table.parties():
        for topic in ("clock", "control/end", "control/grant"):
            assert not table.decide(party, 0, Wanted.PUBLISH, topic).allowed
        for topic_filter in ("#", "+/#", "control/#", "post/#", "outside/#", "post/+/+/+"):
            assert not table.decide_subscription(party, 0, topic_filter).allowed
    accounts = {account.username: account for account in accounts_for(table, "run")}
    assert {right.pattern for right in accounts[RECORDER].rights} == {"beeld/run/#"}
    assert {right.action for right in accounts[RECORDER].rights} == {Action.READ}
    assert {right.action for right in accounts[CONTROL].rights} == {Action.PUBLISH}


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_right_of_every_account_is_below_the_root_of_its_run(name: str) -> None:
    for account in accounts_for(table_of(name), "run"):
        assert all(right.pattern.startswith("beeld/run/") for right in account.rights)
        assert not any("$" in right.pattern for right in account.rights)


@pytest.mark.parametrize("name", [CONTROL, RECORDER])
def test_no_party_can_have_one_of_these_names(name: str, tmp_path: Path) -> None:
    scenario = changed(tmp_path, "scenario.toml", '"gasunie"', f'"{name}"')
    for path in scenario.rglob("*.toml"):
        path.write_text(path.read_text("utf-8").replace('"gasunie"', f'"{name}"'), "utf-8")
    with pytest.raises(InputError, match="an id that the exercise does not use itself"):
        load_scenario(scenario)
