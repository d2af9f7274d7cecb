"""Makes a scenario of a few answers: the same files from the same answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from sim.core.model.text import Text
from sim.files.beginning.answers import Answers, Ground
from sim.files.beginning.cast import cast_of
from sim.files.beginning.event import load_by_profile, load_events
from sim.files.beginning.fitting import fitted_story
from sim.files.beginning.remarks import readme_of, remarks_of, schema_path
from sim.files.making.make import files_with
from sim.files.making.material import load_material
from sim.files.making.recipe import Made
from sim.files.places import profiles_folder, scenarios_folder
from sim.files.schemas import schema_text
from sim.words import word

_SCHEMAS: Final = ("scenario", "agreement")
PLACES_OF: Final = "landelijk-hoogwater"
"""The shipped story that has a town, a gauge and a river in each region."""


def load_ground(profiles: Path | None = None) -> Ground:
    """Return what can be chosen from; by default of what comes with the product.

    Raises:
        InputError: A file of it holds a mistake.
    """
    root = profiles or profiles_folder()
    material = load_material(scenarios_folder() / PLACES_OF, root)
    return Ground(material, load_events(root), load_by_profile(root))


def begin_scenario(ground: Ground, answers: Answers) -> Made:
    """Return the files of a scenario; its answers are those that ``ground`` gave out."""
    event = ground.event(answers.event)
    material = ground.material
    partners = ground.partners(answers.region, event)
    systems = {fact.system for fact in ground.facts(event)}
    members = cast_of(ground, partners, answers.wishes, systems)
    notice = Text(nl=word("beginning-notice", "nl"), en=word("beginning-notice", "en"))
    story = fitted_story(ground, event, answers, members, notice)
    catalogue = msgspec.structs.replace(material.catalogue, bodies=())
    made_of = replace(material, story=story, catalogue=catalogue)
    files = files_with(
        made_of, answers.id, answers.seed, [answers.region], members, remarks_of(answers, event)
    )
    readme = readme_of(answers, event, story, material, members)
    schemas = {schema_path(name): schema_text(name).encode() for name in _SCHEMAS}
    return Made({**files, "README.md": readme.encode(), **schemas})
