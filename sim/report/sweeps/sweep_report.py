"""The report on a sweep as sections of blocks, in one language: what every format is made from."""

from __future__ import annotations

from typing import Final

from sim.core.model.text import Language
from sim.report.blocks import Report, printable
from sim.report.sweeps.changes import changes_section, costs_section
from sim.report.sweeps.hangs_on import hangs_on_section
from sim.report.sweeps.judged import judged_section
from sim.report.sweeps.material import SweepMaterial
from sim.report.sweeps.multiples import multiples_section
from sim.report.sweeps.played import played_section, summary_section
from sim.report.sweeps.sureness import limits_section, sureness_section
from sim.report.sweeps.words import SweepWords

_SECTIONS: Final = (
    played_section,
    changes_section,
    multiples_section,
    judged_section,
    costs_section,
    hangs_on_section,
    sureness_section,
    limits_section,
)


def make_sweep_report(material: SweepMaterial, language: Language) -> Report:
    """Return the report on a sweep in a language."""
    words = SweepWords(material.sweep.plan, language)
    plan = material.sweep.plan
    name = words.text(plan.name)
    return printable(
        Report(
            language=language,
            title=words.say("sweep-title", name=name),
            subtitle=words.say("sweep-subtitle", variants=len(plan.variants), seeds=len(plan.seeds)),
            footer=words.say("report-footer", name=name, digest=plan.scenario_digest[:12]),
            summary=summary_section(material, words),
            sections=tuple(section(material, words) for section in _SECTIONS),
        )
    )
