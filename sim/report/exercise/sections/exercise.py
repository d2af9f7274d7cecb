"""What was exercised, by whom, and how it went: the exercise, the parties, the timeline."""

from __future__ import annotations

from sim.core.records.kinds import PartyEntry
from sim.report.blocks import Block, Cell, Facts, Grid, Heading, Paragraph, Picture, Section, cells
from sim.report.exercise.material import Material
from sim.report.exercise.timeline_drawing import timelines
from sim.report.exercise.words import ReportWords


def exercise_section(material: Material, words: ReportWords) -> Section:
    """Return what was exercised."""
    say = words.say
    log = material.evidence.log
    opening = log.opening
    activities = tuple(
        cells(words.text(entry.name), words.party(entry.directing), words.parties(entry.parties))
        for entry in opening.activities
    )
    blocks: list[Block] = [
        Paragraph(words.text(opening.notice), "notice"),
        Facts(
            say("report-exercise"),
            (
                (say("report-name"), words.text(opening.name)),
                (say("report-from"), words.date(0)),
                (say("report-to"), words.date(material.assessment.end_ms)),
                (say("report-length"), words.duration(material.assessment.end_ms)),
                (say("report-parties-count"), str(len(log.parties))),
                (say("report-messages"), str(log.publications.total())),
                (say("report-session"), say(f"report-session-{opening.session}")),
                (say("report-seed"), str(opening.seed)),
            ),
        ),
        Heading(say("report-activities")),
        Grid(
            say("report-activities-caption"),
            (say("report-activity"), say("report-directing"), say("report-taking-part")),
            (25, 25, 50),
            activities,
        ),
        Heading(say("report-reading")),
        *(Paragraph(say(key)) for key in ("report-reading-1", "report-reading-2", "report-reading-3")),
    ]
    if opening.settings:
        changed = tuple(sorted(opening.settings.items()))
        blocks.insert(2, Facts(say("report-settings"), changed))
    return Section("exercise", say("report-exercise"), tuple(blocks))


def parties_section(material: Material, words: ReportWords) -> Section:
    """Return who took part, and under which profile."""
    say = words.say
    parties = material.evidence.log.parties
    heads = ("party", "profile", "core-task", "report-regions", "report-way", "report-judged")
    rows = tuple(
        _party(entry, words) for kind in ("partner", "body") for entry in parties if entry.kind == kind
    )
    return Section(
        "parties",
        say("report-parties"),
        (
            Paragraph(say("report-parties-about")),
            Grid(
                say("report-parties-caption"),
                tuple(say(key) for key in heads),
                (26, 19, 16, 10, 15, 14),
                rows,
            ),
        ),
    )


def _party(entry: PartyEntry, words: ReportWords) -> tuple[Cell, ...]:
    say = words.say
    if entry.kind == "body":
        judged = say("report-judged-body")
    else:
        judged = say("report-judged-yes" if entry.assessable else "report-judged-no")
    way = say(f"report-way-{entry.channel}")
    if entry.through is not None:
        way = say("report-way-through", way=way, party=words.party(entry.through))
    return cells(
        words.text(entry.name),
        words.text(entry.profile_name),
        say(f"core-task-{entry.core_task.value}") if entry.core_task is not None else "·",
        ", ".join(region.upper() for region in entry.regions),
        way,
        judged,
    )


def course_section(material: Material, words: ReportWords) -> Section:
    """Return the course of the exercise: the timeline, and in tables what stands in it."""
    say = words.say
    course = material.course
    drawings = timelines(material, words)
    alt, caption = timeline_alt(material, words), say("report-timeline-caption")
    blocks: list[Block] = [
        Picture(f"timeline-{number}", drawing, alt, caption)
        for number, drawing in enumerate(drawings, start=1)
    ]
    if course.decisions:
        blocks += [Heading(say("report-decisions")), _decisions(material, words)]
    if course.alarms:
        blocks += [Heading(say("report-alarms")), _alarms(material, words)]
    levels = tuple(
        cells(
            words.text(activity.name),
            "; ".join(
                f"{words.moment(each.from_ms)} {say(f'report-phase-{each.phase}')}"
                for each in activity.stretches
            ),
            "; ".join(
                f"{words.moment(at_ms)} {say('report-closed') if level < 0 else say('report-level-of', level=level)}"
                for at_ms, level in activity.levels
            )
            or say("none"),
            ", ".join(
                f"{words.moment(each.at_ms)} {each.team.upper()}"
                for each in course.meetings
                if each.activity == activity.id
            )
            or say("none"),
        )
        for activity in course.activities
    )
    heads = (say("report-activity"), say("report-phase"), say("report-levels"), say("report-meetings"))
    blocks += [
        Heading(say("report-levels-title")),
        Grid(say("report-levels-caption"), heads, (18, 24, 29, 29), levels),
    ]
    return Section("course", say("report-course"), tuple(blocks), wide=True)


def timeline_alt(material: Material, words: ReportWords) -> str:
    """Return what the timeline shows, for who cannot see it."""
    course = material.course
    return words.say(
        "report-timeline-alt",
        activities=len(course.activities),
        alarms=sum(len(each.alarmed) for each in course.alarms),
        meetings=len(course.meetings),
        decisions=len(course.decisions),
        faults=len(material.assessment.faults),
    )


def _decisions(material: Material, words: ReportWords) -> Grid:
    say = words.say
    numbers, faults = material.decision_numbers, material.fault_numbers
    wrong: dict[str, list[str]] = {}
    for fault in material.assessment.faults:
        for decision in fault.decisions:
            wrong.setdefault(decision, []).append(faults[fault.id])
    subjects = subject_names(material, words)
    rows = tuple(
        (
            Cell((words.decision(numbers[each.event]),), strong=True),
            *cells(
                words.moment(each.at_ms),
                f"{words.party(each.by)}, {each.team.upper()}",
                words.text(each.text),
                "; ".join(subjects.get(subject, subject) for subject in each.subjects) or say("none"),
                ", ".join(wrong.get(each.event, ())) or say("none"),
                str(each.seq),
            ),
        )
        for each in material.course.decisions
    )
    heads = (
        say("report-number"), say("when"), say("report-by"), say("report-decision"), say("report-rests-on"),
        say("report-on-fault"), say("report-record"),
    )  # fmt: skip
    return Grid(say("report-decisions-caption"), heads, (5, 9, 15, 30, 26, 8, 7), rows)


def _alarms(material: Material, words: ReportWords) -> Grid:
    say = words.say
    rows = tuple(
        cells(
            words.moment(each.at_ms),
            words.party(each.sender),
            each.level,
            words.parties(each.alarmed),
            str(each.seq),
        )
        for each in material.course.alarms
    )
    heads = (say("when"), say("report-by"), say("report-level"), say("report-alarmed"), say("report-record"))
    return Grid(say("report-alarms-caption"), heads, (12, 22, 12, 46, 8), rows)


def subject_names(material: Material, words: ReportWords) -> dict[str, str]:
    """Return what people read of each subject: the title of the first fact, or else of the first item, about it."""
    log = material.evidence.log
    names: dict[str, str] = {}
    for subject, changes in log.truths.items():
        names[subject] = words.text(changes[0].content.fact.title)
    for statement in log.statements:
        names.setdefault(statement.item.subject, words.text(statement.item.title))
    return names
