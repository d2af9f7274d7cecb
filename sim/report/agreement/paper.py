"""An agreement as people read and sign it, in one language: what HTML, PDF and Word show alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TypeVar

from sim.core.model.agreement_topics import GENERAL, AgreementTopic, empty_topics
from sim.core.model.preconditions import Unmet, unmet
from sim.core.model.text import Language, Text
from sim.files.agreements.rules import KEYS, AgreementRules
from sim.files.agreements.single import SingleAgreement
from sim.files.agreements.terms import TERMS
from sim.report.agreement.terms import term_in_words
from sim.words import word

_Shown = TypeVar("_Shown")


@dataclass(frozen=True, slots=True)
class PaperTerm:
    """A term: what it is about, and what was agreed in one or more lines."""

    about: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaperTopic:
    """A row of a part's table.

    Attributes:
        name: Number and name.
        source: Where the questions stand.
        explanation: What it is about.
        questions: What both parties ask themselves.
        text: What was agreed in words; "" is nothing.
        terms: What was agreed that can be measured or acted upon.
        remark: What is said where nothing was agreed: that it is still empty, or why it is not needed.
    """

    name: str
    source: str
    explanation: str
    questions: tuple[str, ...]
    text: str
    terms: tuple[PaperTerm, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class PaperPart:
    """A part of the Modeluitwerking."""

    name: str
    topics: tuple[PaperTopic, ...]


@dataclass(frozen=True, slots=True)
class PaperPrecondition:
    """A precondition that is not met: what it asks, its row, its table, and what would show it."""

    text: str
    dimension: str
    source: str
    shown_by: str


@dataclass(frozen=True, slots=True)
class AgreementPaper:
    """An agreement on paper.

    Attributes:
        language: That it is in.
        title: Its title, with the partner.
        facts: What stands at the top: label and value.
        parts: The tables of topics.
        signers: On behalf of whom it is signed.
        empty: Names of topics on which nothing was agreed.
        unmet: Preconditions that are not met.
        all_met: What is said when nothing is open; "" when something is.
    """

    language: Language
    title: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[PaperPart, ...]
    signers: tuple[str, ...]
    empty: tuple[str, ...]
    unmet: tuple[PaperPrecondition, ...]
    all_met: str


def make_paper(single: SingleAgreement, rules: AgreementRules, language: Language) -> AgreementPaper:
    """Return an agreement as people read and sign it."""
    agreement = single.agreement
    names = {topic.id: f"{topic.number}. {topic.name.in_language(language)}" for topic in rules.topics}
    empty = empty_topics(agreement, rules.topics)
    lacking = unmet(agreement, rules.preconditions, agreement.profile)
    some = any(agreement.profile in each.profiles for each in rules.preconditions)
    said = word("paper-all-met", language) if some else word("paper-no-preconditions", language)
    paper = AgreementPaper(
        language=language,
        title=f"{word('paper-title', language)}: {_partner(single, language)}",
        facts=tuple(_facts(single, language)),
        parts=tuple(_parts(single, rules, language)),
        signers=tuple(_signers(single, language)),
        empty=tuple(f"{word(f'part-{topic.part}', language)} {names[topic.id]}" for topic in empty),
        unmet=tuple(_precondition(each, names, rules, language) for each in lacking),
        all_met="" if lacking or (empty and some) else said,
    )
    return _printable(paper)


def _printable(value: _Shown) -> _Shown:
    """Return what is shown without control characters: a file may hold them, a document may not."""
    if isinstance(value, str):
        return type(value)("".join(letter for letter in value if letter.isprintable() or letter == "\n"))
    if isinstance(value, tuple):
        return type(value)(_printable(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _printable(getattr(value, each.name)) for each in fields(value)})
    return value


def _partner(single: SingleAgreement, language: Language) -> str:
    name = single.entry.name
    return single.agreement.partner if name is None else name.in_language(language)


def _facts(single: SingleAgreement, language: Language) -> Iterator[tuple[str, str]]:
    """Yield what Tabel 1 says of the profile, and for whom and where the agreement holds."""
    agreement, profile = single.agreement, single.profile

    def said(text: Text | None) -> str:
        return "" if text is None else text.in_language(language)

    yield word("paper-partner", language), _partner(single, language)
    yield word("core-task", language), word(f"core-task-{agreement.core_task.value}", language)
    yield word("profile", language), said(profile.name)
    yield word("paper-characterisation", language), said(profile.characterisation)
    if profile.reads is not None:
        yield word("paper-reads", language), said(profile.reads)
    if profile.writes is not None:
        yield word("paper-writes", language), said(profile.writes)
    yield word("paper-information-contact", language), said(profile.information_contact)
    yield word("paper-coordination-contact", language), said(profile.coordination_contact)
    regions = ", ".join(region.upper() for region in agreement.regions)
    yield word("paper-regions", language), regions or word("paper-unknown", language)
    if agreement.adoption_region is not None:
        yield word("paper-adoption-region", language), agreement.adoption_region.upper()
    if single.entry.addition_of is not None:
        yield word("paper-addition", language), single.entry.addition_of.upper()
    yield word("paper-phase", language), word(f"paper-phase-{agreement.phase}", language)


def _parts(single: SingleAgreement, rules: AgreementRules, language: Language) -> Iterator[PaperPart]:
    """Yield the parts whose topics are agreed in words; the general ones stand at the top."""
    by_part: dict[str, list[PaperTopic]] = {}
    for topic in rules.topics:
        if topic.part != GENERAL:
            by_part.setdefault(topic.part, []).append(_topic(topic, single, language))
    for part, topics in by_part.items():
        yield PaperPart(word(f"part-{part}", language), tuple(topics))


def _topic(topic: AgreementTopic, single: SingleAgreement, language: Language) -> PaperTopic:
    text = single.agreement.texts.get(topic.id)
    terms = tuple(
        PaperTerm(
            term.about.in_language(language),
            term_in_words(term, single.terms[TERMS[term.key]], single.themes, language),
        )
        for term in topic.keys
        if TERMS[term.key] in single.terms
    )
    return PaperTopic(
        name=f"{topic.number}. {topic.name.in_language(language)}",
        source=topic.source,
        explanation=topic.explanation.in_language(language),
        questions=tuple(question.in_language(language) for question in topic.questions),
        text="" if text is None else text.in_language(language),
        terms=terms,
        remark="" if text is not None else _remark(topic, single.agreement.profile, language),
    )


def _remark(topic: AgreementTopic, profile: str, language: Language) -> str:
    if topic.holds_for(profile):
        return word("paper-empty", language)
    why = topic.why_not.in_language(language) if topic.why_not else ""
    return word("form-not-needed", language, why=why)


def _signers(single: SingleAgreement, language: Language) -> Iterator[str]:
    """Yield who signs: the partner, and the adoption region for all (Beleidskader par. 3.2) or else each region."""
    agreement = single.agreement
    yield _partner(single, language)
    adoption = agreement.adoption_region
    if adoption is not None and single.entry.addition_of is None:
        others = ", ".join(region.upper() for region in agreement.regions if region != adoption)
        yield word("paper-for-regions", language, code=adoption.upper(), others=others)
        return
    for region in agreement.regions:
        yield word("paper-safety-region", language, code=region.upper())
    if not agreement.regions:
        yield word("paper-any-region", language)


def _precondition(
    each: Unmet, names: dict[str, str], rules: AgreementRules, language: Language
) -> PaperPrecondition:
    precondition = each.precondition
    abouts = {term.key: term.about.in_language(language) for topic in rules.topics for term in topic.keys}
    shown_by = [names[topic] for topic in each.topics] + [abouts[KEYS[term]] for term in each.terms]
    return PaperPrecondition(
        text=precondition.text.in_language(language),
        dimension=word(f"part-{precondition.dimension}", language),
        source=precondition.source,
        shown_by="; ".join(shown_by),
    )
