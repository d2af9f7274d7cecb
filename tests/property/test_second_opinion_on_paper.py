"""The measures of direction and set-up against their second implementation, on random agreements."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sim.core.assessment.evidence.evidence import gather
from sim.core.assessment.measures.registry import PAPER_MEASURES
from sim.core.model.agreement import Agreement, Norm
from sim.core.model.party import CoreTask
from sim.core.records.kinds import ActivityEntry, Opening
from sim.core.records.record import Record
from tests.property.second.measures import OF_PAPERS
from tests.property.second.reading import Reading
from tests.unit.core.assessment.logs import CRITERIA, GAS, GRID, HELP, NOTHING, SHOP, WATER, Log

REGIONS = ("vr21", "vr22", "vr23", "vr24")
PARTNERS = (WATER, GRID, GAS, HELP, SHOP)
PROFILES = ("core", "structural", "standby", "link", "ad-hoc", "unheard-of")
TOPICS = tuple(one.id for one in CRITERIA.topics if not one.id.startswith("general."))
ON_PAPER = [one for one in CRITERIA if one.part != "performance"]

_regions = st.lists(st.sampled_from(REGIONS), unique=True, max_size=4).map(tuple)


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """Return an agreement that may say little."""
    profile = draw(st.sampled_from(PROFILES))
    needed: Any = {
        "partner": draw(st.sampled_from(PARTNERS)),
        "core_task": draw(st.sampled_from(CoreTask)),
        "profile": profile,
        "regions": draw(_regions.filter(bool)),
    }
    said: Any = {
        "adoption_region": draw(st.none() | st.sampled_from(REGIONS)),
        "phase": draw(st.sampled_from(("exploration", "elaboration", "execution"))),
        "texts": dict.fromkeys(draw(st.sets(st.sampled_from(TOPICS))), NOTHING),
        "alarm_level": draw(st.integers(0, 2)),
        "acknowledge": draw(st.none() | st.just(Norm(1, "topic 7"))),
        "correction": draw(st.none() | st.just(Norm(1, "topic 12"))),
    }
    return Agreement(**needed, **said)


@st.composite
def openings(draw: st.DrawFn) -> list[Record]:
    """Return a log of an opening only: who takes part for what, what was agreed, and which regions direct."""
    log = Log()
    opening: Opening = log.records[0].content
    parties = tuple(
        msgspec.structs.replace(
            one,
            profile=draw(st.sampled_from(PROFILES)),
            core_task=draw(st.sampled_from(CoreTask)),
            regions=draw(_regions),
            partner=draw(st.sampled_from(("", *PARTNERS))),
        )
        if one.kind == "partner"
        else one
        for one in opening.parties
    )
    directing = draw(_regions)
    activities = tuple(
        ActivityEntry(id=f"a-{region}", name=NOTHING, directing=region, parties=(), systems=())
        for region in directing
    )
    known = draw(st.lists(agreements(), max_size=4))
    # Half of the agreements are those that somebody acts under.
    acted = [
        msgspec.structs.replace(
            draw(agreements()), partner=one.partner or one.id, core_task=one.core_task, profile=one.profile
        )
        for one in parties
        if one.kind == "partner" and draw(st.booleans())
    ]
    log.reopen(parties=parties, activities=activities, agreements=(*acted, *known))
    return log.end(1).records


@given(openings())
def test_every_measure_of_agreements_finds_what_its_second_implementation_finds(
    records: list[Record],
) -> None:
    evidence, log = gather(records), Reading(records)
    for criterion in ON_PAPER:
        demand = CRITERIA.demand(criterion)
        for party in PARTNERS:
            found = PAPER_MEASURES[criterion.measure].find(evidence, party, demand)
            shown = None if found is None else (found.value, found.pending, found.count)
            assert shown == OF_PAPERS[criterion.measure](log, party, demand), f"{criterion.id} of {party}"
