"""Agreements for tests of the national overview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.core.model.collaboration import Exercised, Listed, Region, TookPart
from sim.core.model.overview import Overview, overview_of
from sim.core.model.party import CoreTask
from sim.core.model.profile import Profile
from sim.core.model.staff import Duties, Duty, Role
from sim.core.model.text import Text

WORDS = Text("woorden", "words")
REGIONS = tuple(f"vr{number:02d}" for number in range(1, 26))
COUNTRY = tuple(Region(code, Text(code.upper(), code.upper())) for code in REGIONS)


def profile(name: str, *, assessable: bool = True) -> Profile:
    """Return a profile of which only the name matters, and whether it can be assessed."""
    return Profile(
        id=name,
        kind="partner",
        name=Text(f"{name} nl", f"{name} en"),
        characterisation=WORDS,
        source="test",
        core_tasks=tuple(CoreTask),
        assessable=assessable,
        directs_own_picture=False,
        channel="post",
        information_contact=WORDS,
        coordination_contact=WORDS,
        reports=WORDS,
        behaviours=(),
        duties=Duties(*((Role.HEAD_OF_INFORMATION,) for _ in Duty)),
        rights=(),
    )


PROFILES = {made.id: made for made in (profile("full"), profile("half"), profile("loose", assessable=False))}


def listed(regions: Sequence[str] = ("vr24",), **more: Any) -> Listed:
    """Return an agreement of ``gridco`` as manager, in execution, under profile ``full``."""
    given = {"partner": "gridco", "core_task": CoreTask.MANAGER, "profile": "full", "source": "a.toml"}
    return Listed(**{**given, "regions": tuple(regions), **more})


def addition(region: str, **more: Any) -> Listed:
    """Return what a region adds to such an agreement."""
    return listed((), addition_of=region, **more)


def exercised(on: str = "2025-03-14", exercise: str = "flood", **more: Any) -> Exercised:
    """Return an exercise."""
    return Exercised(on=on, exercise=exercise, result=WORDS, **more)


def took_part(regions: Sequence[str] = ("vr24",), **more: Any) -> TookPart:
    """Return that ``gridco`` took part in an exercise as manager, under profile ``full``."""
    given = {"partner": "gridco", "core_task": CoreTask.MANAGER, "profile": "full", "exercised": exercised()}
    return TookPart(**{**given, "regions": tuple(regions), **more})


def overview(*entries: Listed, exercises: Sequence[TookPart] = ()) -> Overview:
    """Return the overview of some agreements."""
    return overview_of(entries, PROFILES, COUNTRY, exercises)
