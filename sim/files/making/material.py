"""Reads what scenarios are made of: the catalogue, a story, the regions and their outlines, the model agreements."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from sim.files.agreements.models import load_models
from sim.files.folder import Folder
from sim.files.known import refer
from sim.files.making.catalogue import EVERYWHERE, Catalogue
from sim.files.making.make import Material
from sim.files.making.story import Story
from sim.files.problems import Problems, Where
from sim.files.regions import read_regions
from sim.files.tables import read_table
from sim.files.toml import read_toml

CATALOGUE_FILE: Final = "catalogue.toml"
OUTLINES_FILE: Final = "regions.geojson"
STORY_FILE: Final = "story.toml"


def load_material(root: Path, profiles: Path) -> Material:
    """Return what the scenario of a folder with a story is made of.

    Raises:
        InputError: Story, catalogue, regions or models hold a mistake; it carries all of them.
    """
    problems = Problems()
    shared = Folder(profiles, problems, prefix="profiles/")
    own = Folder(root, problems)
    catalogue = _read(Catalogue, shared, CATALOGUE_FILE)
    story = _read(Story, own, STORY_FILE)
    regions = {region.code: region for region in read_regions(profiles, problems)}
    outlines, attribution = _read_outlines(shared)
    models = {(model.profile.id, model.entry.core_task.value): model.table for model in load_models(profiles)}
    if catalogue is not None:
        _check_catalogue(catalogue, frozenset(regions), set(models), shared.where(CATALOGUE_FILE))
    if story is not None:
        _check_story(story, frozenset(regions), own.where(STORY_FILE))
    problems.raise_errors()
    if catalogue is None or story is None:
        raise AssertionError("a file that could not be read was not reported")
    return Material(catalogue, story, regions, outlines, attribution, models)


def _read(shape: Any, folder: Folder, relative: str) -> Any:
    table = read_toml(folder, relative)
    return None if table is None else read_table(shape, table, folder.where(relative))


def _read_outlines(folder: Folder) -> tuple[dict[str, Any], str]:
    """Return the features of the regions by code; they are checked where the made scenario is read."""
    text = folder.read_text(OUTLINES_FILE)
    document = {} if text is None else json.loads(text)
    features = {feature["properties"]["id"]: feature for feature in document.get("features", ())}
    return features, document.get("attribution", "")


def _check_catalogue(
    catalogue: Catalogue, regions: frozenset[str], models: set[tuple[str, str]], where: Where
) -> None:
    for kind in catalogue.kinds:
        place = where.at("kinds").item(kind.id)
        if (kind.profile, kind.core_task.value) not in models:
            expected = "a profile and core task that there is a model agreement for"
            place.at("profile").error(expected, f"'{kind.profile}' and '{kind.core_task.value}'")
        if kind.each_region is None and not kind.organisations:
            place.error("each_region or organisations", "neither")
        for one in kind.organisations:
            _check_regions(
                one.regions, regions | {EVERYWHERE}, place.at("organisations").item(one.id).at("regions")
            )


def _check_story(story: Story, regions: frozenset[str], where: Where) -> None:
    rivers = frozenset(river.id for river in story.rivers)
    _check_regions((river.directing for river in story.rivers), regions, where.at("rivers"))
    _check_regions((reach.region for reach in story.reaches), regions, where.at("reaches"))
    for reach in story.reaches:
        refer(reach.river, "a river of the story", rivers, where.at("reaches").item(reach.region).at("river"))
    facts = frozenset(fact.key for fact in story.facts)
    for fault in story.faults:
        place = where.at("faults").item(fault.id).at("subject")
        refer(fault.subject, "the key of a fact of the story", facts, place)


def _check_regions(codes: Iterable[str], known: frozenset[str], where: Where) -> None:
    for index, code in enumerate(codes):
        refer(code, "the code of a safety region", known, where.item(index))
