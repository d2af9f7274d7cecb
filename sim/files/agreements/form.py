"""Writes an agreement to fill in: a model of the library, with the questions of the Modeluitwerking as comments."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sim.core.model.agreement import Phase
from sim.core.model.agreement_topics import GENERAL, AgreementTopic, Term
from sim.core.model.ids import PartyId
from sim.core.model.text import Language, Text
from sim.files.agreements.models import Model
from sim.files.toml_values import toml_value
from sim.words import word

_WIDTH: Final = 110


@dataclass(frozen=True, slots=True)
class Form:
    """Who an agreement is to be made with.

    Attributes:
        partner: Id of the organisation.
        regions: Regions that it is for; none while that is still explored.
        adoption_region: Region that makes it on behalf of the others.
        name: What people call the partner.
        file: What the file will be called, for the hints in it.
    """

    partner: PartyId
    regions: tuple[PartyId, ...]
    adoption_region: PartyId | None
    name: str | None
    file: str

    @property
    def phase(self) -> Phase:
        """Return how far the collaboration is: explored until it is known for which regions (par. 3.2)."""
        return "elaboration" if self.regions else "exploration"


def write_form(form: Form, model: Model, topics: tuple[AgreementTopic, ...], language: Language) -> str:
    """Return the agreement file to fill in, started from a model, with comments in a language."""
    lines = [*_head(form, model, language)]
    part = ""
    for topic in topics:
        if topic.part != part:
            part = topic.part
            lines += ["", "# " + f" {word(f'part-{part}', language)} ".center(_WIDTH - 2, "-")]
        lines += ["", *_about(topic, language)]
        if part == GENERAL:
            lines += _general(topic, form, model, language)
        elif topic.holds_for(model.profile.id):
            lines += _topic(topic, model, language)
        else:
            lines += _not_needed(topic, language)
    return "\n".join(lines) + "\n"


def _head(form: Form, model: Model, language: Language) -> Iterator[str]:
    profile = model.profile.name.in_language(language)
    task = word(f"core-task-{model.entry.core_task.value}", language)
    partner = form.name or form.partner
    yield from _comment(word("form-title", language, partner=partner, profile=profile, task=task))
    yield from _comment(word("form-how", language))
    yield from _comment(word("form-check", language, file=form.file))
    yield ""
    yield f"partner = {toml_value(form.partner)}"
    yield from _comment(word("form-model-name", language))
    name = toml_value({"nl": form.name or form.partner, "en": form.name or form.partner})
    yield f"name = {name}" if form.name else f"# name = {name}"
    yield from _comment(word("form-phase", language))
    yield f"phase = {toml_value(form.phase)}"


def _about(topic: AgreementTopic, language: Language) -> Iterator[str]:
    name = f"{topic.number}. {topic.name.in_language(language)} ({topic.source})"
    yield from _comment(name)
    yield from _comment(topic.explanation.in_language(language), "   ")
    for question in topic.questions:
        yield from _comment(question.in_language(language), "   > ")


def _general(topic: AgreementTopic, form: Form, model: Model, language: Language) -> Iterator[str]:
    values: dict[str, object] = {
        "regions": list(form.regions),
        "adoption_region": form.adoption_region,
        "core_task": model.entry.core_task.value,
        "profile": model.profile.id,
    }
    for term in topic.keys:
        yield from _term(term, term.key, values.get(term.key), language)


def _topic(topic: AgreementTopic, model: Model, language: Language) -> Iterator[str]:
    part, name = topic.id.split(".")
    table: dict[str, Any] = model.table.get(part, {}).get(name, {})
    text = model.agreement.texts.get(topic.id, Text("", ""))
    yield f"[{topic.id}]"
    yield f"text.nl = {toml_value(text.nl)}"
    yield f"text.en = {toml_value(text.en)}"
    for term in topic.keys:
        key = term.key.rpartition(".")[2]
        yield from _term(term, key, table.get(key), language)


def _term(term: Term, key: str, value: object, language: Language) -> Iterator[str]:
    """Yield what a key means, and the key: a comment with an example where the model has no value for it."""
    about = term.about.in_language(language)
    yield from _comment(about if term.hint is None else f"{about}; {term.hint.in_language(language)}")
    yield f"# {key} = {term.example}" if value is None else f"{key} = {toml_value(value)}"


def _not_needed(topic: AgreementTopic, language: Language) -> Iterator[str]:
    why = topic.why_not.in_language(language) if topic.why_not else ""
    yield from _comment(word("form-not-needed", language, why=why), "   ")
    yield f"# [{topic.id}]"


def _comment(text: str, indent: str = "") -> list[str]:
    """Return a text as comment lines that fit the width."""
    later = " " * len(indent)
    return textwrap.wrap(text, _WIDTH, initial_indent=f"# {indent}", subsequent_indent=f"# {later}")
