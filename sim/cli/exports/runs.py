"""Whole runs as files: tables, MCAP, a calendar of the injects, the events as they went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import BinaryIO, Final

from sim.cli.exports.task import Task, flowing, whole
from sim.core.assessment.judging.judgment import assess_evidence
from sim.core.model.text import Language
from sim.core.records.kinds import Opening
from sim.files.criteria import load_criteria
from sim.replay.evidence import evidence_of
from sim.report.export.shown import Made
from sim.report.export.tables import (
    MEASURES,
    RECORDS,
    measure_rows,
    record_rows,
    write_csv,
    write_parquet,
)
from sim.runlog.reader import RunLog

RUNS: Final = ("csv", "parquet", "mcap", "ics", "cloudevents")
"""Formats of a whole run."""


def run_files(log: RunLog, formats: Sequence[str], language: Language) -> Iterator[Task]:
    """Yield the files of a run: of tables the records and the measures, each a file."""
    for form in formats:
        if form in ("csv", "parquet"):
            yield _records(log, form)
            yield _measures(log, form)
        elif form == "mcap":
            yield _mcap(log)
        elif form == "ics":
            yield _calendar(log, language)
        else:
            yield _events(log)


def _records(log: RunLog, form: str) -> Task:
    write = write_csv if form == "csv" else write_parquet
    return flowing(f"records.{form}", lambda file: write(RECORDS, record_rows(log.records()), file))


def _measures(log: RunLog, form: str) -> Task:
    write = write_csv if form == "csv" else write_parquet

    def pour(file: BinaryIO) -> None:
        assessment = assess_evidence(evidence_of(log), load_criteria(None))
        write(MEASURES, measure_rows(assessment), file)

    return flowing(f"measures.{form}", pour)


# What makes these is loaded when one is made: other commands do not wait for it.


def _mcap(log: RunLog) -> Task:
    from sim.report.export.mcap_file import write_mcap  # noqa: PLC0415

    return flowing("run.mcap", lambda file: write_mcap(log.manifest.run, log.records(), file))


def _calendar(log: RunLog, language: Language) -> Task:
    from sim.report.export.injects_calendar import calendar, injects_in  # noqa: PLC0415

    def make() -> Made:
        opening: Opening = next(log.records()).content
        parties = {entry.id: entry.name for entry in opening.parties}
        start = datetime.fromisoformat(opening.start)
        injects = injects_in(log.records())
        return Made(calendar(opening.name, log.manifest.run, start, injects, parties, language))

    return whole(f"injects.{language}.ics", make)


def _events(log: RunLog) -> Task:
    from sim.report.export.cloud_events import write_cloud_events  # noqa: PLC0415

    return flowing("events.jsonl", lambda file: write_cloud_events(log.records(), file))
