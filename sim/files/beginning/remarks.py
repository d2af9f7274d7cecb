"""What stands in a scenario to begin with beside its entries: comments that teach, and its README."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sim.core.model.text import Language
from sim.files.beginning.answers import Answers
from sim.files.beginning.event import Event
from sim.files.making.cast import Member
from sim.files.making.make import Material, Remarks
from sim.files.making.story import Story
from sim.words import word

_WIDTH: Final = 110
_SECTIONS: Final = ("parties", "activities", "facts", "truth", "injects", "faults")


def remarks_of(answers: Answers, event: Event) -> Remarks:
    """Return the comments of the files, in the language of the answers."""
    language = answers.language
    head = _comment(
        word("beginning-head", language, event=event.name.in_language(language), folder=answers.id)
    )
    sections = {name: tuple(_comment(word(f"beginning-{name}", language))) for name in _SECTIONS}
    agreement = _comment(word("beginning-agreement", language))
    return Remarks(
        head=(f"#:schema {schema_path('scenario')}", *head),
        agreement=(f"#:schema ../{schema_path('agreement')}", *agreement),
        sections=sections,
    )


def schema_path(name: str) -> str:
    """Return where the schema of a kind of file is, below the folder of the scenario."""
    return f"schemas/{name}.schema.json"


def readme_of(
    answers: Answers, event: Event, story: Story, material: Material, members: Sequence[Member]
) -> str:
    """Return the README of the scenario, in the language of the answers (Markdown)."""
    language = answers.language
    values = {
        "name": story.name.in_language(language),
        "about": event.about.in_language(language),
        "notice": story.notice.in_language(language),
        "region": material.regions[answers.region].name.in_language(language),
        "hours": answers.hours,
        "folder": answers.id,
        "partners": "\n".join(_rows(members, language)),
        "faults": word(
            "beginning-with-faults" if story.faults else "beginning-no-faults", language, folder=answers.id
        ),
    }
    return word("beginning-readme", language, **values)


def _rows(members: Sequence[Member], language: Language) -> Iterator[str]:
    for member in members:
        name = member.name.in_language(language)
        task = word(f"core-task-{member.kind.core_task.value}", language)
        yield f"| `{member.id}` | {name} | {member.kind.profile} | {task} |"


def _comment(text: str) -> Iterator[str]:
    """Yield a text as lines of comment: paragraphs stay apart, long lines are broken between words."""
    for line in text.splitlines():
        made = "#"
        for each in line.split(" "):
            if len(made) + 1 + len(each) > _WIDTH and made != "#":
                yield made
                made = "#"
            made = f"{made} {each}"
        yield made.rstrip()
