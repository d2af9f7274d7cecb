"""docs/processes.md is made from the table of the code, and that table is held against behaviours and profiles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.core.agents.acts import HandedBack, Perceived, Refused, Started, ToolFails, ToolWorks, Unseen
from sim.core.agents.agent import Behaviour
from sim.core.agents.information.statements import SAID
from sim.core.agents.mobilisation.engagement import ALARMED, ENGAGED
from sim.core.agents.roster import BEHAVIOURS
from sim.core.messages.contents import Content
from sim.core.model.agreement_topics import AgreementTopic
from sim.core.model.cue import Cue
from sim.core.model.process import Part, Processes
from sim.core.model.profile import Profile
from sim.files.agreements.rules import read_agreement_rules
from sim.files.places import profiles_folder
from sim.files.problems import Problems
from sim.files.processes import read_processes
from sim.files.profiles import read_profiles

PAGE = Path(__file__).parents[3] / "docs" / "processes.md"
ORDER = (
    "core",
    "structural",
    "link",
    "standby",
    "ad-hoc",
    "safety-region",
    "national-body",
    "national-reader",
)
PARTNERS = ORDER[:5]
FALLBACK = "technology.fallback"
OF_EVERY_PARTY = {"knowing", "attempts"}
"""Behaviours that belong to no process: perceiving by oneself, and trying what one may not."""

PROBLEMS = Problems()
PROFILES = read_profiles(profiles_folder(), PROBLEMS).by_id
PROCESSES: Processes = read_processes(profiles_folder(), PROBLEMS)
TOPICS = {topic.id: topic for topic in read_agreement_rules(profiles_folder(), PROBLEMS).topics}
PROBLEMS.raise_errors()

HAPPENINGS: dict[object, str] = {
    HandedBack: "is handed back by who sat for it",
    Perceived: "perceives",
    Refused: "is refused",
    Started: "the exercise begins",
    ToolFails: "the tool fails",
    ToolWorks: "the tool works again",
    Unseen: "sees nothing",
}

SHOWN = [topic for topic in TOPICS.values() if topic.id.startswith("process.") or topic.id == FALLBACK]
"""Process 4 to 13 of the Modeluitwerking, and the fallback procedure."""


def triggers(behaviour: Behaviour) -> Iterator[str]:
    """Yield, in words, what a behaviour reacts to; errands that it gives itself are not shown."""
    for key in behaviour.handlers:
        words: str | None
        if isinstance(key, str):
            words = {ENGAGED: "begins to work", ALARMED: "is alarmed", SAID: "has stated something"}.get(key)
        elif issubclass(key, Content):
            words = f"`{key.__struct_config__.tag}`"
        elif issubclass(key, Cue):
            words = f"cue `{key.__struct_config__.tag}`"
        else:
            words = HAPPENINGS[key]
        if words is not None:
            yield words


def row(profile: Profile, part: Part) -> str:
    behaviour = BEHAVIOURS[part.behaviour]
    cells = (
        profile.id,
        f"`{part.behaviour}`",
        part.does.en,
        ", ".join(triggers(behaviour)) or "time",
        ", ".join(f"`{norm}`" for norm in part.norms) or "-",
        ", ".join(f"`{tag}`" for tag in part.sends) or "-",
        part.source,
    )
    return f"| {' | '.join(cells)} |"


def rows(topic: AgreementTopic) -> Iterator[str]:
    for name in ORDER:
        profile = PROFILES[name]
        parts = PROCESSES.parts_of(profile, topic.id)
        yield from (row(profile, part) for part in parts)
        absence = PROCESSES.absence_of(profile, topic.id)
        if absence is not None:
            yield f"| {name} | none | {absence.reason.en} | - | - | - | {absence.source} |"


def page() -> str:
    lines = [
        "# Processes",
        "",
        "What simulated organisations do in each process that two organisations agree on (Modeluitwerking 4 to 13, and",
        "technology 4), under each profile. *Norm* names the terms of the agreement that it acts on or is held against",
        "([agreement-format.md](agreement-format.md)); *trigger* is what it reacts to: a message, a cue, or something",
        "that happens to it. Profiles are not ranked: one without a part in a process has none for a reason.",
        "",
        "This page is made from `profiles/processes.toml`, the profiles and the behaviours; tests hold it to them.",
        "To write it anew: `python -m tests.unit.docs.test_processes_page`.",
    ]
    for topic in SHOWN:
        number = topic.number if topic.id != FALLBACK else f"technology {topic.number}"
        lines += ["", f"## {number} {topic.name.en} ({topic.name.nl})", ""]
        lines += [
            "| profile | behaviour | does | trigger | norm | message | source |",
            "|---|---|---|---|---|---|---|",
        ]
        lines += rows(topic)
    return "\n".join(lines) + "\n"


def test_the_page_is_the_one_of_the_code() -> None:
    """Mend with: python -m tests.unit.docs.test_processes_page."""
    assert PAGE.read_text("utf-8") == page()


def test_every_process_of_the_modeluitwerking_is_there() -> None:
    numbers = [topic.number for topic in SHOWN if topic.id != FALLBACK]
    assert numbers == list(range(4, 14))
    assert {part.topic for part in PROCESSES.parts} == {topic.id for topic in SHOWN}


def test_every_behaviour_is_for_something() -> None:
    assert {part.behaviour for part in PROCESSES.parts} == set(BEHAVIOURS) - OF_EVERY_PARTY


@pytest.mark.parametrize("topic", [topic.id for topic in SHOWN])
@pytest.mark.parametrize("name", PARTNERS)
def test_a_profile_has_a_part_in_a_process_or_a_reason_why_not(topic: str, name: str) -> None:
    parts = PROCESSES.parts_of(PROFILES[name], topic)
    absence = PROCESSES.absence_of(PROFILES[name], topic)
    assert bool(parts) is (absence is None)


@pytest.mark.parametrize("part", PROCESSES.parts, ids=lambda part: f"{part.topic}-{part.behaviour}")
def test_a_part_is_played_by_some_profile(part: Part) -> None:
    assert any(part.behaviour in profile.behaviours for profile in PROFILES.values())


def publish() -> None:
    """Write the page anew."""
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    publish()
