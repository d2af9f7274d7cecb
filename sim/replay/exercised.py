"""Which agreements were used in runs, and what the logs show of it.

An exercise shows performance (verrichting); what comes out is an advice on it, never a certificate
(Beleidskader par. 4.1 and 4.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sim.core.assessment.judging.judgment import assess_evidence
from sim.core.assessment.judging.outcome import Advice
from sim.core.model.collaboration import Exercised, TookPart
from sim.core.model.text import Text
from sim.core.records.kinds import Opening, PartyEntry
from sim.files.criteria import load_criteria
from sim.replay.evidence import evidence_of
from sim.runlog.disk import disk_errors
from sim.runlog.errors import RunLogError
from sim.runlog.manifest import MANIFEST_NAME
from sim.runlog.reader import RunLog
from sim.words import word


def exercises_in(folder: Path) -> tuple[TookPart, ...]:
    """Return what the partners of each run below a folder did in it, in order of the runs' names.

    A run that is still going on, or was killed, counts as far as it came; it says that it was not complete.

    Args:
        folder: A folder of run folders, or one run folder; what else it holds is passed over.

    Raises:
        RunLogError: There is no such folder, or a run in it is damaged; it names every one that is.
    """
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        raise RunLogError(f"{folder}: expected a folder of runs, found {found}")
    found_parts: list[TookPart] = []
    damaged: list[str] = []
    for run in runs_in(folder):
        try:
            found_parts.extend(_of_run(run))
        except RunLogError as error:
            damaged.append(str(error))
    if damaged:
        raise RunLogError("\n".join(damaged))
    return tuple(found_parts)


def runs_in(folder: Path) -> tuple[Path, ...]:
    """Return the run folders in a folder, in order of name; a run folder is its own."""
    if (folder / MANIFEST_NAME).is_file():
        return (folder,)
    with disk_errors(folder):
        return tuple(each for each in sorted(folder.iterdir()) if (each / MANIFEST_NAME).is_file())


def _of_run(folder: Path) -> Iterator[TookPart]:
    log = RunLog(folder)
    assessment = assess_evidence(evidence_of(log), load_criteria())
    opening: Opening = next(log.records()).content
    entries = {entry.id: entry for entry in opening.parties}
    for partner in assessment.partners:
        exercised = Exercised(
            on=log.manifest.started.date().isoformat(),
            exercise=assessment.scenario,
            result=_words(partner.advice),
            advice=partner.advice.value,
            run=folder.resolve().name,
            complete=assessment.complete,
        )
        yield from _took_part(entries[partner.id], exercised)


def _took_part(entry: PartyEntry, exercised: Exercised) -> Iterator[TookPart]:
    if entry.core_task is not None:
        yield TookPart(
            partner=entry.partner or entry.id,
            core_task=entry.core_task,
            profile=entry.profile,
            regions=entry.regions,
            exercised=exercised,
        )


def _words(advice: Advice) -> Text:
    key = advice.value.replace(" ", "-")
    return Text(word(f"advice-{key}", "nl"), word(f"advice-{key}", "en"))
