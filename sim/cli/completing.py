"""What a shell can complete that no script can know beforehand: names of scenarios, events, regions and schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

from cyclopts import Parameter

# What is looked up is loaded when somebody presses the key: commands do not wait for it.


def scenario_names(_context: object) -> list[str]:
    """Return the scenarios that come with the product, and those that lie here."""
    from sim.files.places import SCENARIO_FILE, known_scenarios  # noqa: PLC0415

    here = sorted(file.parent.name for file in Path().glob(f"*/{SCENARIO_FILE}"))
    return [*known_scenarios(), *(name for name in here if name not in known_scenarios())]


def event_names(_context: object) -> dict[str, str]:
    """Return the events that a new scenario can be about, and what they are."""
    from sim.files.beginning.event import load_events  # noqa: PLC0415
    from sim.files.places import profiles_folder  # noqa: PLC0415

    return {event.id: event.name.en for event in load_events(profiles_folder()).values()}


def region_codes(_context: object) -> dict[str, str]:
    """Return the codes of the safety regions, and their names."""
    from sim.files.places import profiles_folder  # noqa: PLC0415
    from sim.files.problems import Problems  # noqa: PLC0415
    from sim.files.regions import read_regions  # noqa: PLC0415

    return {region.code: region.name.nl for region in read_regions(profiles_folder(), Problems())}


def schema_names(_context: object) -> list[str]:
    """Return the kinds of files that there is a schema of."""
    from sim.files.schemas import SCHEMAS  # noqa: PLC0415

    return list(SCHEMAS)


ScenarioName: TypeAlias = Annotated[str, Parameter(completer=scenario_names)]
"""A scenario, by name or by path."""
