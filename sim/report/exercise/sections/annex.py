"""The annex: criteria and norms, the method, its limits, and what the report was made from."""

from __future__ import annotations

from sim.core.assessment.judging.criteria import Criterion
from sim.core.model.time import parse_duration
from sim.report.blocks import Block, Bullets, Cell, Facts, Grid, Heading, Paragraph, Section, cells
from sim.report.exercise.material import Material
from sim.report.exercise.sections.steered import steered
from sim.report.exercise.words import ReportWords


def annex_section(material: Material, words: ReportWords) -> Section:
    """Return how the report came about."""
    say = words.say
    heads = ("criterion", "report-part", "report-quality", "report-dimension", "norm", "report-source")
    criteria = tuple(_criterion(criterion, words) for criterion in material.criteria)
    methods = ("report-method-1", "report-method-2", "report-method-3", "report-method-4")
    limits = ("report-limit-1", "report-limit-2", "report-limit-3", "report-limit-4", "report-limit-5")
    blocks: list[Block] = [
        Heading(say("report-method")),
        Bullets(tuple((0, say(key)) for key in methods)),
        Heading(say("report-limits")),
        Bullets(tuple((0, text) for text in (*map(say, limits), *steered(material.evidence.log, words)))),
        Heading(say("report-origin")),
        Paragraph(say("report-origin-about")),
        Facts(say("report-origin"), _origin(material, words)),
        Heading(say("report-criteria")),
        Grid(
            say("report-criteria-caption"),
            tuple(say(key) for key in heads),
            (34, 10, 12, 12, 15, 17),
            criteria,
            small=True,
        ),
    ]
    return Section("annex", say("report-annex"), tuple(blocks))


def _origin(material: Material, words: ReportWords) -> tuple[tuple[str, str], ...]:
    say = words.say
    log = material.evidence.log
    inputs = ", ".join(f"{name} {digest[:12]}" for name, digest in sorted(log.opening.inputs.items()))
    versions = ", ".join(f"{name} {version}" for name, version in sorted(material.versions.items()))
    return (
        (say("report-run"), material.run),
        (say("report-scenario"), log.opening.scenario),
        (say("report-seed"), str(log.opening.seed)),
        (say("report-digest"), material.digest or say("report-digest-none")),
        (say("report-versions"), versions),
        (say("report-made-by"), f"beeld {material.version}"),
        (say("report-inputs"), inputs or say("none")),
        (say("report-observations-count"), str(len(material.observations))),
    )


def _criterion(criterion: Criterion, words: ReportWords) -> tuple[Cell, ...]:
    say = words.say
    return (
        Cell((words.text(criterion.text), criterion.id)),
        *cells(
            say(f"part-of-{criterion.part}"),
            say(f"quality-{criterion.quality}"),
            say(f"report-dimension-{criterion.dimension}"),
            _norm(criterion, words),
            criterion.citation,
        ),
    )


def _norm(criterion: Criterion, words: ReportWords) -> str:
    norm, say = criterion.norm, words.say
    if norm.agreed is not None:
        return say("report-norm-agreed")
    sign = "≤" if criterion.better == "lower" else "≥"
    limit: int | float | None = norm.limit_share if norm.limit_share is not None else norm.limit_count
    if limit is None and norm.limit is not None:
        limit = parse_duration(norm.limit)
    shown = "" if limit is None else words.number(limit, criterion.unit)
    return f"{sign} {shown} ({words.source(norm.source or '')})"
