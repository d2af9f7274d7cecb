"""Every exercise that comes with the product is sound, keeps its secrets, and shows what its README is about.

That it runs whole, and gives the same digest on every broker, is held by tests/determinism/test_repeats.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from sim.core.assessment.judging.judgment import assess
from sim.core.assessment.judging.outcome import Advice, PartnerResult
from sim.core.messages.contents import Ack, Alarm, Alert, Answer, Briefing, Confidence, ItemUpdate
from sim.core.messages.items import Sensitivity
from sim.core.messages.topics import Address, Shape, parse
from sim.core.model.cue import TryRead, TryWrite
from sim.core.model.time import HOUR_MS, MINUTE_MS
from sim.core.records.kinds import Message, Note, Subscribed
from sim.core.records.record import Record
from sim.core.world.scenario import Scenario
from sim.files.criteria import load_criteria
from sim.files.lint import lint
from sim.files.places import shipped_scenarios
from sim.files.scenario.loading import load_scenario
from sim.replay.scene import scene_of
from sim.runlog.reader import read
from tests.played import Played

MEANT_WARNINGS = {
    "limburg-hoogwater": {"f-water-no-figure", "f-pipeline-bare"},
    "stroomstoring": {"f-water-pressure"},
    "duinbrand": {
        "reddingsbrigade.toml: expected what was agreed",
        "reddingsbrigade.toml: people.competence",
        "strandclub.toml: expected what was agreed",
    },
}
"""Faults that nobody else can recognise, and what an agreement leaves open, as each README says: no other warnings."""

FOUR_PICTURES_MS = 5 * HOUR_MS + 50 * MINUTE_MS
"""10:50 in the exercise `stroomstoring`: four activities are open, and the forecast of 10:30 has come round."""

FAILURE_MS = HOUR_MS + 40 * MINUTE_MS
"""06:40 in the exercise `stroomstoring`: until then it is the cold phase."""


@dataclass(frozen=True)
class Run:
    """A run in memory, its scenario, and its log."""

    scenario: Scenario
    records: list[Record]


Ran = Callable[[str], Run]


@pytest.fixture(scope="module")
def ran(played: Played) -> Ran:
    """Read a scenario and the log of its run in memory, once for all tests."""

    @cache
    def run(name: str) -> Run:
        return Run(load_scenario(name), list(read(played(name).folder)))

    return run


def shapes_read_by(run: Run, party: str) -> list[Address]:
    """Return where the messages were published that a party received."""
    found = [
        parse(record.content.topic)
        for record in run.records
        if record.kind == "message" and party in record.content.readers
    ]
    assert None not in found
    return [address for address in found if address is not None]


def filters_of(run: Run, party: str) -> list[str]:
    """Return what a party subscribed to."""
    known = (record.content for record in run.records)
    return [one.filter for one in known if isinstance(one, Subscribed) and one.party == party and one.active]


def timed_messages(run: Run) -> Iterator[tuple[int, Address, Message]]:
    """Yield every message with its moment (ms) and where it was published."""
    for record in run.records:
        if isinstance(record.content, Message):
            address = parse(record.content.topic)
            assert address is not None
            yield record.at_ms, address, record.content


def messages(run: Run) -> Iterator[tuple[Address, Message]]:
    """Yield every message with where it was published."""
    return ((address, message) for _, address, message in timed_messages(run))


def notes(run: Run, what: str) -> Iterator[tuple[int, Note]]:
    """Yield the notes of one kind with their moments (ms)."""
    for record in run.records:
        if isinstance(record.content, Note) and record.content.what == what:
            yield record.at_ms, record.content


def layer_readers(run: Run) -> dict[str, set[str]]:
    """Return who received anything of each sensitive layer."""
    found: dict[str, set[str]] = {}
    for address, message in messages(run):
        if address.shape is Shape.LAYER:
            found.setdefault(address["layer"], set()).update(message.readers)
    return found


@pytest.mark.parametrize("name", shipped_scenarios())
def test_it_has_no_errors_and_only_the_warnings_that_are_meant(name: str) -> None:
    found = lint(name)

    assert found.errors == ()
    meant = MEANT_WARNINGS.get(name, set())
    warned = [str(problem) for problem in found.warnings]
    assert [warning for warning in warned if not any(fault in warning for fault in meant)] == []
    assert len(warned) == len(meant)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_attempt_of_the_script_is_refused(name: str, ran: Ran) -> None:
    run = ran(name)
    attempts = {inject.id for inject in run.scenario.injects if isinstance(inject.cue, (TryRead, TryWrite))}
    refused = {cause for record in run.records if record.kind == "denied" for cause in record.cause}

    assert attempts
    assert attempts <= refused


@pytest.mark.parametrize("name", shipped_scenarios())
def test_nothing_restricted_stands_in_a_shared_picture(name: str, ran: Ran) -> None:
    run = ran(name)
    restricted = {
        change.fact.subject
        for change in run.scenario.truth
        if change.fact.sensitivity is Sensitivity.RESTRICTED
    }
    shared = {
        record.content.event.data.item.subject
        for record in run.records
        if record.kind == "message"
        and isinstance(record.content.event.data, ItemUpdate)
        and (address := parse(record.content.topic)) is not None
        and address.shape in (Shape.SHARED, Shape.NATIONAL)
    }

    assert restricted
    assert shared
    assert not restricted & shared


# stroomstoring: four regions ------------------------------------------------------------------------


def test_the_same_forecast_stands_in_each_regions_picture(ran: Ran) -> None:
    run = ran("stroomstoring")
    picture = scene_of(run.records, FOUR_PICTURES_MS).shared_picture()
    forecasts = [picture[f"{activity}-restoration-forecast"] for activity in run.scenario.activities]

    assert len(forecasts) == 4
    assert len({(item.values, item.text) for item in forecasts}) == 1


def test_a_partner_of_one_region_sees_cards_and_the_national_picture_and_no_neighbours_picture(
    ran: Ran,
) -> None:
    addresses = shapes_read_by(ran("stroomstoring"), "delfland")
    cards = {address["activity"] for address in addresses if address.shape is Shape.CARD}
    shared = {address["activity"] for address in addresses if address.shape is Shape.SHARED}

    assert cards == {"stroom-hgl", "stroom-hm", "stroom-rr", "stroom-zhz"}
    assert shared == {"stroom-hgl"}
    assert any(address.shape is Shape.NATIONAL for address in addresses)


def test_the_coordinating_region_reads_all_pictures_and_the_others_their_own_and_that_one(ran: Ran) -> None:
    run = ran("stroomstoring")
    access = {
        region: {
            address["activity"] for address in shapes_read_by(run, region) if address.shape is Shape.SHARED
        }
        for region in ("vr15", "vr17")
    }

    # Nobody receives what it wrote itself.
    assert access["vr17"] >= {"stroom-hgl", "stroom-hm", "stroom-zhz"}
    assert access["vr15"] - {"stroom-hgl"} == {"stroom-rr"}


def test_one_region_added_terms_to_the_agreement_of_all_four(ran: Ran) -> None:
    agreement = ran("stroomstoring").scenario.agreements["stedin"]
    added = agreement.in_region("vr18")
    assert added is not None

    assert agreement.adoption_region == "vr17"
    assert (agreement.alarm_level, added.alarm_level) == (2, 1)
    assert (agreement.sitrep_every_ms, added.sitrep_every_ms) == (2 * HOUR_MS, HOUR_MS)
    assert added.alarm_contacts == agreement.alarm_contacts
    assert all(agreement.in_region(region) is agreement for region in ("vr15", "vr16", "vr17"))


def test_national_readers_read_cards_and_the_national_picture_and_write_nothing(ran: Ran) -> None:
    run = ran("stroomstoring")
    for reader in ("ncc", "dcc-ez"):
        read_shapes = {address.shape for address in shapes_read_by(run, reader)}
        written = {address.shape for address, message in messages(run) if message.event.sender == reader}
        assert {Shape.CARD, Shape.NATIONAL} <= read_shapes
        assert not read_shapes & {Shape.SHARED, Shape.OWN, Shape.RISK}
        assert written <= {Shape.RECEIPT, Shape.POST}


def test_what_the_threat_means_stands_in_the_risk_pictures_before_the_failure(ran: Ran) -> None:
    risks = {
        (address["region"], message.event.data.item.subject)
        for at_ms, address, message in timed_messages(ran("stroomstoring"))
        if at_ms < FAILURE_MS
        and address.shape is Shape.RISK
        and address["owner"] == address["region"]
        and isinstance(message.event.data, ItemUpdate)
    }

    regions = ("vr15", "vr16", "vr17", "vr18")
    assert {(region, effect) for region in regions for effect in ("lines-icing", "rail-icing")} <= risks
    assert ("vr15", "pumps-reserve") in risks


def test_the_national_centre_alerts_whom_it_was_agreed_to_alert(ran: Ran) -> None:
    alerted = {
        address["to"]: message.event.data.activity
        for address, message in messages(ran("stroomstoring"))
        if message.event.sender == "locc" and isinstance(message.event.data, Alert)
    }
    assert set(alerted) == {"tennet", "defensie"}


def test_who_has_nobody_on_call_is_reached_by_the_next_contact(ran: Ran) -> None:
    run = ran("stroomstoring")
    escalated = [
        note.text for _, note in notes(run, "escalated") if note.text.startswith("dunea: head-of-information")
    ]
    acknowledged = [
        message
        for _, message in messages(run)
        if message.event.sender == "dunea" and isinstance(message.event.data, Ack)
    ]
    assert escalated
    assert acknowledged


def test_teams_are_briefed_before_they_meet_and_leaders_spar(ran: Ran) -> None:
    run = ran("stroomstoring")
    briefed = {
        message.event.data.team for _, message in messages(run) if isinstance(message.event.data, Briefing)
    }
    sparred = [
        message.event.data.outcome
        for _, message in messages(run)
        if message.event.sender == "stedin" and isinstance(message.event.data, Answer)
    ]
    assert {"rot", "rbt"} <= briefed
    assert sparred.count("consulted") == 2


def test_layers_reach_whom_they_were_given_to(ran: Ran) -> None:
    assert layer_readers(ran("stroomstoring")) == {
        "vital-objects": {"ghor", "politie"},
        "pumping-stations": {"delfland"},
    }


@pytest.mark.parametrize(
    ("name", "party", "restored"),
    [
        ("stroomstoring", "stedin", 6 * HOUR_MS + 45 * MINUTE_MS),
        ("vliegbasis", "defensie-basis", 4 * HOUR_MS + 50 * MINUTE_MS),
    ],
)
def test_whose_tool_fails_goes_over_to_the_telephone_and_comes_back(
    name: str, party: str, restored: int, ran: Ran
) -> None:
    run = ran(name)
    over_ms, back_ms = (at_ms for at_ms, note in notes(run, "fallback") if note.party == party)
    shapes = {
        address.shape
        for at_ms, address, message in timed_messages(run)
        if message.event.sender == party and over_ms < at_ms < back_ms
    }
    assert over_ms < restored <= back_ms
    assert shapes == {Shape.OUTSIDE}


# vliegbasis: one organisation, two core tasks -------------------------------------------------------


def test_defence_is_one_organisation_under_two_agreements(ran: Ran) -> None:
    scenario = ran("vliegbasis").scenario
    manager, provider = scenario.parties["defensie-basis"], scenario.parties["defensie-steun"]

    assert manager.organisation == provider.organisation == "defensie"
    assert (manager.core_task, manager.profile) == ("B", "core")
    assert (provider.core_task, provider.profile) == ("C", "standby")
    assert scenario.agreements[manager.id] is not scenario.agreements[provider.id]
    assert not scenario.agreements[provider.id].layers
    assert not scenario.agreements[provider.id].restricted_systems


def test_the_two_roles_receive_what_their_own_agreement_gives(ran: Ran) -> None:
    run = ran("vliegbasis")
    manager = {address.shape for address in shapes_read_by(run, "defensie-basis")}
    provider = {address.shape for address in shapes_read_by(run, "defensie-steun")}

    assert manager >= {Shape.SHARED, Shape.OWN, Shape.DECISION}
    assert Shape.SHARED in provider
    assert not provider & {Shape.OWN, Shape.SIGNAL, Shape.RISK, Shape.LAYER}
    # Whether anybody but the manager signals anything, skill and luck decide; it listens, and the other does not.
    listening = {
        party
        for party in ("defensie-basis", "defensie-steun")
        for topic_filter in filters_of(run, party)
        if "/signal/" in topic_filter
    }
    assert listening == {"defensie-basis"}


def test_the_manager_is_alerted_and_alarmed_by_its_agreement_and_the_provider_through_the_national_centre(
    ran: Ran,
) -> None:
    run = ran("vliegbasis")
    told = {
        (message.event.sender, address["to"], type(message.event.data))
        for address, message in messages(run)
        if isinstance(message.event.data, (Alert, Alarm))
    }
    assert {("vr06", "defensie-basis", Alert), ("vr06", "defensie-basis", Alarm)} <= told
    assert ("locc", "defensie-steun", Alert) in told
    assert ("vr06", "defensie-steun", Alert) not in told


def test_what_lies_at_the_base_goes_to_the_one_partner_that_was_agreed(ran: Ran) -> None:
    run = ran("vliegbasis")
    confided: dict[str, set[str]] = {}
    for _, message in messages(run):
        if isinstance(message.event.data, Confidence):
            for item in message.event.data.items:
                confided.setdefault(item.subject, set()).update(message.readers)

    assert confided == {
        "passenger-list": {"vr06", "ghor"},
        "ammunition": {"vr06", "brandweer"},
        "fuel-stock": {"vr06", "brandweer"},
    }
    assert layer_readers(run) == {"ammunition-zones": {"brandweer"}, "fuel-storage": {"brandweer"}}


ADVICES = {
    "ghor": (Advice.CERTIFIED, "Ja: ", "Yes: "),
    "stedin": (Advice.CONDITIONAL, "Ja, mits: ", "Yes, provided that: "),
    "dunea": (Advice.NOT_UNDER_THIS_PROFILE, "Nee, maar: ", "No, but: "),
    "kpn": (Advice.NOT_ASSESSABLE, "Voor dit profiel bestaat geen toetsing", "No assessment exists"),
}
"""A partner of `stroomstoring` for each kind of advice, and how its reason begins."""


@pytest.fixture(scope="module")
def judged(ran: Ran) -> dict[str, PartnerResult]:
    """Judge `stroomstoring` once: what was found of each partner."""
    assessment = assess(ran("stroomstoring").records, load_criteria())
    return {one.id: one for one in assessment.partners}


def test_each_kind_of_advice_is_given_to_some_partner(judged: dict[str, PartnerResult]) -> None:
    assert {advice for advice, _, _ in ADVICES.values()} == set(Advice)
    assert {party: judged[party].advice for party in ADVICES} == {
        party: advice for party, (advice, _, _) in ADVICES.items()
    }


@pytest.mark.parametrize("party", ADVICES)
def test_the_reason_of_an_advice_says_it_in_words_and_names_what_it_is_about(
    party: str, judged: dict[str, PartnerResult]
) -> None:
    """For who was not there: the criteria in full, never their ids, and where the rule stands."""
    result, (_, nl, en) = judged[party], ADVICES[party]
    assert (result.reason.nl.startswith(nl), result.reason.en.startswith(en)) == (True, True)
    assert result.ground.citation in result.reason.nl
    named = result.ground.because or result.ground.put_right
    texts = {one.id: one.text for one in result.criteria}
    assert all(
        texts[one].nl.rstrip(".") in result.reason.nl and texts[one].en.rstrip(".") in result.reason.en
        for one in named
    )
    assert bool(named) == (result.advice in (Advice.CONDITIONAL, Advice.NOT_UNDER_THIS_PROFILE))
