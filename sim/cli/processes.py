"""What a party does in each process (Modeluitwerking, 1.1 Proces), with the norms of its agreement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from rich.table import Table

from sim.cli.output import Speaker, table
from sim.core.model.agreement import TopicId
from sim.core.model.agreement_topics import AgreementTopic, Term
from sim.core.model.ids import PartyId
from sim.core.model.process import Processes
from sim.core.model.text import Language, Text
from sim.core.world.scenario import Scenario
from sim.files.agreements.rules import load_agreement_rules
from sim.files.agreements.terms import TERMS
from sim.files.processes import load_processes
from sim.report.agreement.terms import term_in_words


@dataclass(frozen=True, slots=True)
class AgreedTerm:
    """A term of an agreement that a part of a process goes by.

    Attributes:
        key: Where it stands in the file.
        region: Region whose addition holds it; "" for the general agreement.
        value: As the agreement holds it; durations in ms.
        text: In words: what it is, and what was agreed.
    """

    key: str
    region: PartyId
    value: Any
    text: Text


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """What a party does in a process, or why it has no part in it.

    Attributes:
        topic: The process.
        name: What it is called.
        behaviour: Which behaviour does it; None where the party has no part.
        does: What it does, or why it has no part.
        terms: What was agreed that it goes by.
        source: Where the rule stands.
    """

    topic: TopicId
    name: Text
    behaviour: str | None
    does: Text
    terms: tuple[AgreedTerm, ...]
    source: str


class ProcessTable:
    """What the parties of a scenario do in each process.

    Raises:
        InputError: A file of the profiles that says so holds a mistake.
    """

    def __init__(self, plan: Scenario) -> None:
        self._plan = plan
        self._processes: Processes = load_processes()
        topics = load_agreement_rules().topics
        self._topics: tuple[AgreementTopic, ...] = topics
        self._terms = {TERMS[term.key]: term for topic in topics for term in topic.keys if term.key in TERMS}

    def rows(self, party: PartyId) -> Iterator[ProcessRow]:
        """Yield what a party does, in the order of the Modeluitwerking; a process that is not its own has no row."""
        profile = self._plan.profiles[self._plan.parties[party].profile]
        for topic in self._topics:
            parts = self._processes.parts_of(profile, topic.id)
            for part in parts:
                terms = tuple(self._agreed(party, part.norms))
                yield ProcessRow(topic.id, topic.name, part.behaviour, part.does, terms, part.source)
            absence = None if parts else self._processes.absence_of(profile, topic.id)
            if absence is not None:
                yield ProcessRow(topic.id, topic.name, None, absence.reason, (), absence.source)

    def _agreed(self, party: PartyId, norms: tuple[str, ...]) -> Iterator[AgreedTerm]:
        agreement = self._plan.agreements.get(party)
        if agreement is None:
            return
        for norm in norms:
            term, value = self._terms[norm], getattr(agreement, norm)
            if _is_there(value):
                yield self._term(term, "", value)
            for region, added in agreement.additions.items():
                if getattr(added, norm) != value:
                    yield self._term(term, region, getattr(added, norm))

    def _term(self, term: Term, region: PartyId, value: Any) -> AgreedTerm:
        def said(language: Language) -> str:
            agreed = " · ".join(term_in_words(term, value, self._plan.themes, language))
            about = term.about.in_language(language)
            return f"{about} ({region.upper()}): {agreed}" if region else f"{about}: {agreed}"

        return AgreedTerm(term.key, region, value, Text(said("nl"), said("en")))


def _is_there(value: Any) -> bool:
    """Say whether something was agreed: no norm, an empty list and 0 say that nothing was."""
    return isinstance(value, bool) or bool(value)


def processes_document(rows: Iterator[ProcessRow]) -> list[dict[str, Any]]:
    """Return rows as they go into JSON: durations in ms, texts in both languages."""
    return [msgspec.to_builtins(row) for row in rows]


def processes_table(title: str, rows: Iterator[ProcessRow], say: Speaker) -> Table:
    """Return rows as a table for people; the name of a process stands at its first row."""
    made = table(title, say("process"), say("process-does"), say("process-agreed"), say("access-source"))
    shown: TopicId = ""
    for row in rows:
        name = "" if row.topic == shown else row.name.in_language(say.language)
        does = row.does.in_language(say.language)
        if row.behaviour is None:
            does = say("process-no-part", reason=does)
        agreed = "\n".join(term.text.in_language(say.language) for term in row.terms)
        made.add_row(name, does, agreed, row.source)
        shown = row.topic
    return made
