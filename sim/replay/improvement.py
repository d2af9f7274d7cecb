"""From the log of a run to what a register of points to improve takes over, and writing it so that nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from pathlib import Path

import msgspec

from sim.core.assessment.judging.improving import Exercised, take_over
from sim.core.assessment.judging.outcome import Assessment
from sim.core.assessment.log.index import LogIndex
from sim.core.model.progress import Progress, progress_of
from sim.core.model.register import Held, Register
from sim.files.criteria import CRITERIA_NAME
from sim.files.places import profiles_folder
from sim.files.problems import InputError, Problem
from sim.files.register.reading import STARTED_FORMAT, RegisterFile
from sim.files.register.text import Comments, appended
from sim.runlog.disk import only_writer, replace_file
from sim.runlog.errors import RunLogError
from sim.runlog.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Taken:
    """A run as a register takes it over: the run, and what it showed of each partner."""

    held: Held
    exercised: tuple[Exercised, ...]

    def added_to(self, register: Register) -> Register:
        """Return what the run adds to a register.

        Raises:
            InputError: The register holds a later run of one of the agreements.
        """
        try:
            return take_over(register, self.held, self.exercised)
        except ValueError as error:
            key, _, rest = str(error).partition(": expected ")
            expected, _, found = rest.rpartition(", was ")
            raise InputError([Problem(self.held.run, key, expected, found)]) from error


def taken(manifest: Manifest, assessment: Assessment, log: LogIndex, criteria: Path | None) -> Taken:
    """Return what a run that has ended hands to a register.

    Args:
        manifest: Manifest of the run.
        assessment: What it shows.
        log: Its log.
        criteria: File of the criteria; those that ship by default.

    Raises:
        RunLogError: The run is still going on, and so has no digest.
    """
    if manifest.result is None:
        raise RunLogError(
            f"{manifest.run}: expected a run that has ended, found one that is going on or was killed"
        )
    file = criteria or profiles_folder() / CRITERIA_NAME
    held = Held(
        run=manifest.run,
        digest=manifest.result.digest,
        started=manifest.started.astimezone(UTC).strftime(STARTED_FORMAT),
        exercise=assessment.scenario,
        seed=assessment.seed,
        complete=assessment.complete,
        criteria=sha256(file.read_bytes()).hexdigest(),
    )
    return Taken(held, tuple(_exercised(assessment, log)))


def _exercised(assessment: Assessment, log: LogIndex) -> Iterator[Exercised]:
    results = {result.id: result for result in assessment.partners}
    for entry in log.parties:
        if entry.id not in results or entry.core_task is None:
            continue
        agreement = log.agreement(entry.id)
        yield Exercised(
            partner=entry.partner or entry.id,
            core_task=entry.core_task,
            played=entry.regions,
            regions=agreement.regions if agreement is not None else (),
            result=results[entry.id],
        )


def progress_up_to(found: Taken, register: Register) -> tuple[Progress, ...]:
    """Return how far people are with the agreements of a run, up to and with that run, whatever came after it.

    A register that has the run is held to say what it said of it; one that has not is as it would be with it.

    Raises:
        InputError: The register does not have the run, and holds a later one of one of its agreements.
    """
    whole = register.plus(found.added_to(register))
    started = next(each.started for each in whole.exercises if each.digest == found.held.digest)
    runs = {each.run for each in whole.exercises if each.started <= started}
    then = msgspec.structs.replace(
        whole,
        outcomes=tuple(each for each in whole.outcomes if each.run in runs),
        points=tuple(each for each in whole.points if each.found is None or each.found.run in runs),
        shown=tuple(each for each in whole.shown if each.run in runs),
    )
    last = {each.run for each in whole.exercises if each.started == started}
    return tuple(
        each for each in progress_of(then) if each.last is not None and each.last.exercise.run in last
    )


def save(path: Path, file: RegisterFile, added: Register, comments: Comments) -> None:
    """Write what is new below what stands in a register; who looks finds the old or the new content.

    Args:
        path: The register.
        file: It, as it was read.
        added: What is new.
        comments: What is said to people in it.

    Raises:
        InputError: It cannot be written, or somebody else wrote it in the meantime: nothing was changed then.
    """
    data = appended(file, added, comments)
    if data == file.data:
        return
    shown = str(path)
    try:
        real = path.resolve()  # behind a link, what it points at is written
        real.parent.mkdir(parents=True, exist_ok=True)
        with only_writer(real.parent):
            if (real.read_bytes() if real.exists() else b"") != file.data:
                raise InputError(
                    [
                        Problem(
                            shown, "", "the register as it was read", "another: somebody wrote it meanwhile"
                        )
                    ]
                )
            replace_file(real, data)
    except BlockingIOError as error:
        raise InputError(
            [Problem(shown, "", "nobody else writing registers there", "another process")]
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a name that is no path"
        raise InputError([Problem(shown, "", "a file that can be written", reason)]) from error
