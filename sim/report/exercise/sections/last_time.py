"""What became of the points of last time: what was reached with each agreement, and of each point then and now."""

from __future__ import annotations

from collections.abc import Iterator

from sim.core.model.progress import PointProgress, Progress
from sim.report.blocks import Block, Cell, Facts, Grid, Heading, Paragraph, Section
from sim.report.exercise.material import Material
from sim.report.exercise.words import ReportWords
from sim.report.improvement_words import ImprovementWords


def last_time_section(material: Material, words: ReportWords) -> Section:
    """Return what became of the points of last time, by agreement, in the order of the register."""
    say, improving = words.say, ImprovementWords(words.language)
    blocks: list[Block] = [Paragraph(say("report-last-time-about"))]
    # Of who cannot be assessed there are no points, and nothing to say.
    progress = [each for each in material.progress or () if each.points]
    if not any(_earlier(each) for each in progress):
        blocks.append(Paragraph(say("report-last-time-none"), "strong"))
    for each in progress:
        blocks += _agreement(each, words, improving)
    return Section("last-time", say("report-last-time"), tuple(blocks))


def _earlier(progress: Progress) -> tuple[PointProgress, ...]:
    """Return the points that were there before this exercise."""
    return tuple(each for each in progress.points if each.point.id not in progress.new)


def _agreement(progress: Progress, words: ReportWords, improving: ImprovementWords) -> Iterator[Block]:
    say = words.say
    earlier = _earlier(progress)
    name = words.text(progress.agreement.name)
    yield Heading(name)
    yield Paragraph(
        say(
            "report-last-time-counts",
            mended=len(progress.mended),
            not_mended=len(progress.not_mended) + len(progress.returned),
            not_observed=len(progress.not_observed),
            new=len(progress.new),
        ),
        "strong",
    )
    yield Facts(
        name,
        (
            (say("progress-aim"), improving.aim(progress)),
            (say("progress-way"), "; ".join(improving.in_the_way(progress))),
            (
                say("progress-review"),
                "; ".join(improving.moments(progress.last_review, progress.next_review)),
            ),
            (
                say("progress-evaluation"),
                "; ".join(improving.moments(progress.last_evaluation, progress.next_evaluation)),
            ),
        ),
    )
    if earlier:
        heads = (
            "points-point",
            "report-last-time-then",
            "report-last-time-now",
            "report-why",
            "points-owner",
            "points-obstacle",
        )
        rows = tuple(_row(each, progress, words, improving) for each in earlier)
        caption = say("points-title", name=name)
        yield Grid(caption, tuple(say(key) for key in heads), (26, 12, 12, 24, 14, 12), rows, small=True)


def _row(
    each: PointProgress, progress: Progress, words: ReportWords, improving: ImprovementWords
) -> tuple[Cell, ...]:
    point = each.point
    return (
        Cell((words.text(point.text), point.id)),
        Cell((improving.found(each),)),
        *_now(each, progress, words, improving),
        Cell((improving.owner(each),)),
        Cell((point.obstacle.strip() or "·",)),
    )


def _now(
    each: PointProgress, progress: Progress, words: ReportWords, improving: ImprovementWords
) -> tuple[Cell, Cell]:
    """Return what this exercise showed of a point, and why."""
    last = progress.last
    shown = next((one for one in each.shown if last is not None and one.run == last.exercise.run), None)
    if shown is None:  # a point of people's own, which no run can show
        return Cell((improving.stands(each),)), Cell(("·",))
    verdict = [improving.verdict(shown)]
    if each.standing in ("returned", "closed"):
        verdict.append(improving.stands(each))
    seqs = improving.evidence(shown.evidence, shown.records)
    why = [words.source(words.text(shown.reason))]
    if seqs:
        why.append(words.say("points-log", seqs=seqs))
    return Cell(tuple(verdict), strong=shown.verdict != "mended"), Cell(tuple(why))
