"""Makes the files of a scenario. Pure: catalogue, story, regions, models, seed and size in; names and bytes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from sim.core.model.chance import Chance
from sim.core.model.collaboration import Region
from sim.files.making.cast import (
    Member,
    Table,
    body_tables,
    members_of,
    party_table,
    plain,
    region_table,
)
from sim.files.making.catalogue import Catalogue
from sim.files.making.script import activity_tables, fault_tables, inject_tables, outage_tables
from sim.files.making.stage import Place, places_of
from sim.files.making.story import Story
from sim.files.making.terms import MADE_BY, agreement_text
from sim.files.making.truth import Figures, fact_table, national_fact_table, truth_tables
from sim.files.toml_values import toml_value

ModelKey = tuple[str, str]
"""Profile and core task."""


@dataclass(frozen=True, slots=True)
class Material:
    """What scenarios are made of.

    Attributes:
        catalogue: The partners.
        story: What happens.
        regions: The regions of the country, by code.
        outlines: Their features (GeoJSON), by code.
        attribution: What must be said of these.
        models: Model agreements, as tables.
    """

    catalogue: Catalogue
    story: Story
    regions: Mapping[str, Region]
    outlines: Mapping[str, Any]
    attribution: str
    models: Mapping[ModelKey, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Remarks:
    """What stands in made files beside their entries: lines of comment, each with its ``#``.

    Attributes:
        head: At the top of the scenario.
        sections: Above the first entry of a section, by its name.
        agreement: At the top of every agreement.
    """

    head: Sequence[str]
    agreement: Sequence[str]
    sections: Mapping[str, Sequence[str]] = field(default_factory=dict)


def make_files(material: Material, name: str, seed: int, chosen: Sequence[str]) -> dict[str, bytes]:
    """Return the files of a scenario, by path below its folder, in order; the same bytes from the same input.

    Args:
        material: What it is made of.
        name: Its id, which is also the name of its folder.
        seed: Seed of what is drawn.
        chosen: Codes of the regions that take part, in order.
    """
    members = members_of(material.catalogue, material.regions, chosen)
    command = f"beeld generate {material.story.id}"
    made_by = f"# Made by `{command}`, seed {seed}: change story or catalogue, and make it again."
    return files_with(material, name, seed, chosen, members, Remarks((made_by,), (MADE_BY,)))


def files_with(
    material: Material,
    name: str,
    seed: int,
    chosen: Sequence[str],
    members: Sequence[Member],
    remarks: Remarks,
) -> dict[str, bytes]:
    """Return the files of a scenario as :func:`make_files` does, with partners and comments of one's own.

    Args:
        material: What it is made of.
        name: Its id, which is also the name of its folder.
        seed: Seed of what is drawn.
        chosen: Codes of the regions that take part, in order.
        members: The partners, in order of id.
        remarks: What is said in the files beside their entries.
    """
    story = material.story
    places = places_of(story, material.regions, members, chosen, seed)
    systems = sorted({fact.system for fact in (*story.facts, *story.national_facts)})
    sections = _sections(material, places, seed, chosen, members)
    files = {
        "areas.geojson": _areas(material, chosen),
        "scenario.toml": _scenario(story, name, remarks, sections),
    }
    for member in members:
        model = material.models[member.kind.profile, member.kind.core_task.value]
        files[f"agreements/{member.id}.toml"] = agreement_text(member, model, systems, remarks.agreement)
    return {path: text.encode() for path, text in sorted(files.items())}


def _sections(
    material: Material,
    places: Sequence[Place],
    seed: int,
    chosen: Sequence[str],
    members: Sequence[Member],
) -> dict[str, list[Table]]:
    story, catalogue, chance = material.story, material.catalogue, Chance(seed)
    figures = Figures(story, chance)
    here = [
        (fact, index, place)
        for place in places
        for index, fact in enumerate(story.facts)
        if place.reach.weight >= fact.weight
    ]
    return {
        "parties": [
            *(region_table(material.regions[code], catalogue, chance) for code in chosen),
            *body_tables(catalogue, chosen, chance),
            *(party_table(member, len(chosen), chance) for member in members),
        ],
        "activities": list(activity_tables(story, catalogue, places, members)),
        "facts": [
            *(fact_table(fact, index, place) for fact, index, place in here),
            *(national_fact_table(fact) for fact in story.national_facts),
        ],
        "truth": [
            *(table for fact, _, place in here for table in truth_tables(fact, place, figures)),
            *(table for fact in story.national_facts for table in truth_tables(fact, None, figures)),
        ],
        "injects": inject_tables(story, places),
        "faults": fault_tables(story, places, figures),
        "outages": outage_tables(story, places),
    }


def _scenario(story: Story, name: str, remarks: Remarks, sections: Mapping[str, list[Table]]) -> str:
    return "\n".join([*_head(story, name, remarks), *_entries(sections, remarks)]) + "\n"


def _head(story: Story, name: str, remarks: Remarks) -> Iterator[str]:
    end = datetime.fromisoformat(story.start) + timedelta(minutes=story.minutes)
    yield from remarks.head
    yield f"id = {toml_value(name)}"
    yield f"name = {toml_value(plain(story.name))}"
    yield f"notice = {toml_value(plain(story.notice))}"
    yield f"start = {toml_value(story.start)}"
    yield f"end = {toml_value(end.isoformat())}"


def _entries(sections: Mapping[str, list[Table]], remarks: Remarks) -> Iterator[str]:
    for section, tables in sections.items():
        said = remarks.sections.get(section, ())
        yield from ("", *said) if said else ()
        for table in tables:
            yield ""
            yield f"[[{section}]]"
            yield from (f"{key} = {toml_value(value)}" for key, value in table.items())


def _areas(material: Material, chosen: Sequence[str]) -> str:
    features = ",\n".join(msgspec.json.encode(material.outlines[code]).decode() for code in chosen)
    attribution = msgspec.json.encode(material.attribution).decode()
    return f'{{"type":"FeatureCollection",\n"attribution":{attribution},\n"features":[\n{features}\n]}}\n'
