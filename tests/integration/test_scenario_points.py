"""What the README of a scenario says that it shows, it shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.core.assessment.judging.judgment import assess
from sim.core.assessment.judging.outcome import FaultResult
from sim.core.messages.contents import (
    Answer,
    AnyContent,
    Confidence,
    GrantNotice,
    Signal,
    Withdrawal,
    items_in,
)
from sim.files.criteria import load_criteria
from sim.runlog.reader import read
from sim.runlog.verify import verify
from tests.played import Played

SEEDS = (1, 2, 3)


def contents(folder: Path, kind: str) -> list[tuple[int, Any]]:
    """Return the records of a kind, with their moments."""
    return [(record.at_ms, record.content) for record in read(folder) if record.kind == kind]


def fault(folder: Path, name: str) -> FaultResult:
    """Return what became of a fault."""
    (found,) = [each for each in assess(read(folder), load_criteria()).faults if each.id == name]
    return found


def speaks_of_the_leak(content: AnyContent) -> bool:
    """Say whether a message tells what its sender knows of the leak."""
    told = (content.known,) if isinstance(content, Signal) else items_in(content)
    return any(item is not None and item.subject == "gas-leak" for item in told)


@pytest.mark.parametrize("seed", SEEDS)
def test_as_link_the_network_operator_hears_later_what_only_it_can_recognise(
    played: Played, seed: int
) -> None:
    folders = {
        profile: played("gaslek-keten", seed, f"netbeheerder.profile={profile}").folder
        for profile in ("link", "core")
    }
    link, core = (fault(folders[profile], "f-low-pressure") for profile in ("link", "core"))
    assert link.time_to_detect_ms is not None
    assert core.time_to_detect_ms is not None
    assert link.time_to_detect_ms > core.time_to_detect_ms
    detected_ms = link.at_ms + link.time_to_detect_ms
    assert any(
        at_ms <= detected_ms
        and message.event.sender == "netbeheerder"
        and speaks_of_the_leak(message.event.data)
        for at_ms, message in contents(folders["link"], "message")
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("profile", ["link", "core"])
def test_the_policy_team_decides_on_what_switching_off_means_along_the_chain(
    played: Played, seed: int, profile: str
) -> None:
    folder = played("gaslek-keten", seed, f"netbeheerder.profile={profile}").folder
    (rests_on,) = [
        {ref.item for ref in message.event.data.rests_on}
        for _, message in contents(folder, "message")
        if message.topic.endswith("/i-gbt-power")
    ]
    assert {"gaslek-power-forecast", "gaslek-hospital-feed", "gaslek-pumping-station"} <= rests_on


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("profile", ["link", "core"])
def test_the_valve_plan_goes_by_post_to_who_works_with_it_and_into_no_picture(
    played: Played, seed: int, profile: str
) -> None:
    folder = played("gaslek-keten", seed, f"netbeheerder.profile={profile}").folder
    said = {
        (message.topic.split("/")[1], message.event.data.__struct_config__.tag)
        for _, message in contents(folder, "message")
        if any(item.subject == "valve-plan" for item in items_in(message.event.data))
    }
    assert {kind for _, kind in said} == {Confidence.__struct_config__.tag}
    assert {to for to, _ in said} == {"vr04", "brandweer"}


def test_the_run_under_another_profile_is_the_same_on_every_broker(played: Played) -> None:
    digests = set()
    for broker in ("memory", "embedded"):
        found = verify(played("gaslek-keten", 7, "netbeheerder.profile=core", broker=broker).folder)
        assert found.ok
        digests.add(found.digest)
    assert len(digests) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_the_beach_club_is_let_in_by_mistake_and_reads_nothing_after_it_was_decoupled(
    played: Played, seed: int
) -> None:
    folder = played("duinbrand", seed).folder
    mail = {
        message.topic.rsplit("/", 1)[1]: at_ms
        for at_ms, message in contents(folder, "message")
        if message.topic.split("/")[1] == "strandclub" and message.topic.split("/")[0] in ("post", "outside")
    }
    let_in_ms, decoupled_ms = mail["grant"], mail["withdrawal"]
    read_ms = [
        at_ms
        for at_ms, message in contents(folder, "message")
        if "strandclub" in message.readers and message.topic.startswith("activity/")
    ]
    assert read_ms
    assert let_in_ms < min(read_ms)
    assert max(read_ms) <= decoupled_ms
    refused = [at_ms for at_ms, denial in contents(folder, "denied") if denial.party == "strandclub"]
    assert max(refused) > decoupled_ms
    assert "strandclub" in {exposed.party for exposed in fault(folder, "f-beach-gossip").exposures}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_beach_club_costs_the_camp_site_its_help_until_it_is_decoupled(played: Played, seed: int) -> None:
    folder = played("duinbrand", seed).folder
    told = [
        (at_ms, message.topic.split("/")[1], message.event.data)
        for at_ms, message in contents(folder, "message")
        if message.topic.split("/")[0] == "outside"
    ]
    refused = {
        party: at_ms
        for at_ms, party, content in told
        if isinstance(content, Answer) and content.outcome == "refused" and party in ("camping", "manege")
    }
    let_in = {party: at_ms for at_ms, party, content in told if isinstance(content, GrantNotice)}
    (ended_ms,) = [
        at_ms for at_ms, party, content in told if isinstance(content, Withdrawal) and party == "strandclub"
    ]
    assert set(refused) == {"camping", "manege"}
    assert let_in["strandclub"] < refused["camping"] < ended_ms < let_in["camping"]
    assert "manege" not in let_in


@pytest.mark.parametrize("seed", SEEDS)
def test_who_works_out_what_a_threat_means_brings_it_into_the_picture(played: Played, seed: int) -> None:
    folder = played("duinbrand", seed).folder
    shared = {
        (message.topic.split("/")[1], message.event.data.item.subject)
        for _, message in contents(folder, "message")
        if message.topic.startswith("activity/") and message.topic.split("/")[2] == "shared"
    }
    effects = {"reserve-closure", "water-demand", "infiltration-works", "peat-hollow", "care-castricum"}
    assert effects <= {subject for activity, subject in shared if activity == "duinbrand"}
    assert {("rook-nhn", "care-castricum"), ("rook-nhn", "road-n203")} <= shared
