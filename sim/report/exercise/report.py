"""The report on an exercise in one language: its sections, in the order in which a steering group reads them."""

from __future__ import annotations

from typing import Final

from sim.core.model.text import Language
from sim.report.blocks import Report, printable
from sim.report.exercise.material import Material
from sim.report.exercise.sections.advice import advice_section
from sim.report.exercise.sections.annex import annex_section
from sim.report.exercise.sections.exercise import course_section, exercise_section, parties_section
from sim.report.exercise.sections.faults import faults_section
from sim.report.exercise.sections.figures import figures_section
from sim.report.exercise.sections.findings import findings_section, points_section
from sim.report.exercise.sections.knowledge import knowledge_section
from sim.report.exercise.sections.last_time import last_time_section
from sim.report.exercise.sections.observed import observed_section
from sim.report.exercise.sections.summary import summary_section
from sim.report.exercise.words import ReportWords

_SECTIONS: Final = (
    exercise_section,
    parties_section,
    course_section,
    knowledge_section,
    faults_section,
    findings_section,
    figures_section,
    observed_section,
    points_section,
    last_time_section,
    advice_section,
    annex_section,
)


def make_report(material: Material, language: Language) -> Report:
    """Return the report on an exercise, as page, PDF and Word document show it."""
    log = material.evidence.log
    words = ReportWords(log.opening, language)
    name = words.text(log.opening.name)
    report = Report(
        language=language,
        title=words.say("report-title", name=name),
        subtitle=words.say("report-subtitle", begun=words.date(0), run=material.run),
        footer=words.say("report-footer", name=name, digest=material.digest[:12] or "·"),
        summary=summary_section(material, words),
        sections=tuple(
            section(material, words)
            for section in _SECTIONS
            if section is not last_time_section or material.progress is not None
        ),
    )
    return printable(report)
