"""Reads a run log record by record, checking it on the way, with no more than one record in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sim.core.records.lean import LEAN_DECODERS
from sim.core.records.record import CONTENT_DECODERS, Chain, Record, RecordError
from sim.runlog.disk import LOG_NAME, is_torn, read_lines, torn_bytes
from sim.runlog.errors import RunLogError
from sim.runlog.manifest import Manifest, load_manifest

ASSESSED_MAX: Final = 4_000_000
"""Records of a log that an assessment takes in: it keeps what grows with them, at the most some 440 bytes for each."""


class RunLog:
    """The log of a run, in its folder; it may still be growing.

    Attributes:
        folder: Folder of the run.
        manifest: Its manifest, as it stood when the log was opened.
        torn_bytes: Bytes of a torn last line, as it stood when the log was opened; they are no record.
            Above 0 when the writer was killed, or is writing at this moment.
    """

    def __init__(self, folder: Path) -> None:
        """Open the log in ``folder``.

        Raises:
            RunLogError: The folder is no run folder, or its manifest or log cannot be read.
        """
        self.folder = folder
        self.manifest: Manifest = load_manifest(folder)
        self.torn_bytes = torn_bytes(self._path)

    def records(self, *, lean: bool = False) -> Iterator[Record]:
        """Return the records from the first, each checked for its place and its hash.

        The records of a closed log are also counted against the manifest, after the last. ``lean`` are records as an
        assessment reads them (:mod:`sim.core.records.lean`): no more than :data:`ASSESSED_MAX`.

        Raises:
            RunLogError: A record is bad, or the log of a run that ended or failed was cut short or went on, or is
                longer than an assessment takes in.
        """
        return (record for _, record in self.placed(lean=lean))

    def placed(self, *, lean: bool = False) -> Iterator[tuple[int, Record]]:
        """Return where the line of each record begins (bytes), and the record; as :meth:`records` otherwise.

        Raises:
            RunLogError: As there.
        """
        chain, decoders = Chain(), LEAN_DECODERS if lean else CONTENT_DECODERS
        start = 0
        for line in read_lines(self._path):
            if is_torn(line) and self.manifest.status == "running":
                return
            try:
                record = chain.check(line, decoders)
            except RecordError as error:
                raise RunLogError(f"{self._path}: record {chain.next_seq}: {error}") from error
            if lean and chain.next_seq > ASSESSED_MAX:
                raise RunLogError(
                    f"{self._path}: expected at most {ASSESSED_MAX:,} records to assess, found more"
                )
            yield start, record
            start += len(line)
        result = self.manifest.result
        if result is not None and (result.records, result.head) != (chain.next_seq, chain.head):
            raise RunLogError(
                f"{self._path}: expected the {result.records} records that the manifest counts, "
                f"found {chain.next_seq}, or others"
            )

    @property
    def _path(self) -> Path:
        return self.folder / LOG_NAME


def read(folder: Path) -> Iterator[Record]:
    """Return the records of the run in ``folder``; see :meth:`RunLog.records`.

    Raises:
        RunLogError: The folder is no run folder, or the log is bad.
    """
    return RunLog(folder).records()
