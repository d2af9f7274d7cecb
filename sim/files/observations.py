"""Reads what observers wrote down: ``observations.jsonl``, one JSON object a line (docs/toetsing.md).

It is checked against the run that it is about: the criterion, the partner and the moment must exist there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

import msgspec

from sim.core.assessment.observations import Attachment, HumanObservation, Rating
from sim.core.model.ids import PartyId
from sim.core.model.time import format_offset, parse_time
from sim.files.problems import Problems, Where, hint, show

LINE_BYTES_MAX: Final = 64 * 1024
FILE_BYTES_MAX: Final = 16 * 1024 * 1024
ATTACHMENT_BYTES_MAX: Final = 256 * 1024 * 1024


@dataclass(frozen=True)
class Observed:
    """What observations can be about.

    Attributes:
        start: Clock time at which the exercise starts.
        end_ms: When it ended, exercise time.
        criteria: Criteria by id, and whether each is about a partner or about the exercise.
        partners: Partners that took part.
    """

    start: datetime
    end_ms: int
    criteria: Mapping[str, Literal["partner", "exercise"]]
    partners: Collection[PartyId]


class Line(msgspec.Struct, forbid_unknown_fields=True):
    """What an observer wrote down.

    Attributes:
        role: Role of the observer in the exercise.
        at: When it was seen: exercise time or clock time.
        criterion: Id of the criterion that it is about.
        text: What was seen.
        party: The partner that it is about; left out for the exercise as a whole.
        rating: How the observer rates it.
        name: Name of the observer.
        named: Whether that name may stand in the report.
        attachment: Path of a file beside the observations.
    """

    role: str
    at: str
    criterion: str
    text: str
    party: str = ""
    rating: Rating | None = None
    name: str = ""
    named: bool = False
    attachment: str = ""


_DECODER = msgspec.json.Decoder(Line)
_AT: Final = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<key>.*)`)?\Z", re.DOTALL)
_MISSING: Final = re.compile(r"Object missing required field `(?P<key>[^`]+)`")
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(?P<key>[^`]+)`")


def load_observations(file: Path, about: Observed) -> tuple[HumanObservation, ...]:
    """Return the observations in a file, in order of exercise time and then of the file.

    Raises:
        InputError: The file cannot be read, or lines in it are wrong; each is named by number and key.
    """
    problems = Problems()
    where = Where(problems, file.name)
    lines = _lines(file, where)
    found = [_one(line, file, where.at(f"line {number}"), about) for number, line in lines]
    problems.raise_errors()
    kept = [observation for observation in found if observation is not None]
    return tuple(sorted(kept, key=lambda each: each.at_ms))


def _lines(file: Path, where: Where) -> list[tuple[int, bytes]]:
    try:
        with file.open("rb") as opened:
            data = opened.read(FILE_BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        where.error("a file that can be read", getattr(error, "strerror", None) or "a name that is no path")
        return []
    if len(data) > FILE_BYTES_MAX:
        where.error(f"at most {FILE_BYTES_MAX} bytes", "more")
        return []
    numbered = enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1)
    return [(number, line) for number, line in numbered if line.strip()]


def _one(line: bytes, file: Path, where: Where, about: Observed) -> HumanObservation | None:
    if len(line) > LINE_BYTES_MAX:
        where.error(f"at most {LINE_BYTES_MAX} bytes", "more")
        return None
    try:
        told = _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        _explain(str(error), where)
        return None
    at_ms = _moment(told.at, where.at("at"), about)
    _check_criterion(told, where, about)
    for key, value in (("role", told.role), ("text", told.text)):
        if not value.strip():
            where.at(key).error("some words", "none")
    if told.named and not told.name.strip():
        where.at("name").error("a name, as named is true", "none")
    return HumanObservation(
        role=_plain(told.role),
        # Observers are shown by their role; a name is kept only of who chose to be named.
        name=_plain(told.name) if told.named else "",
        at_ms=at_ms,
        criterion=told.criterion,
        party=told.party,
        rating=told.rating,
        text=_plain(told.text),
        attachment=_attachment(told.attachment, file.parent, where.at("attachment")),
    )


def _explain(message: str, where: Where) -> None:
    missing, unknown = _MISSING.match(message), _UNKNOWN.match(message)
    if missing is not None:
        where.at(missing["key"]).error("a value", "none")
        return
    if unknown is not None:
        known = Line.__struct_fields__
        where.at(unknown["key"]).error(f"one of {', '.join(known)}{hint(unknown['key'], known)}", "this key")
        return
    parts = _AT.match(message)
    assert parts is not None, "the pattern matches every text"
    place = where.at(parts["key"]) if parts["key"] else where
    if parts["key"] == "rating":
        place.error("one of met, partly met, not met, or no rating", "another")
        return
    wanted, _, found = parts["what"].replace("`", "").removeprefix("Expected ").partition(", got ")
    if found:
        place.error(wanted, found)
    else:
        place.error("one JSON object", f"a line that is none ({wanted})")


def _moment(told: str, where: Where, about: Observed) -> int:
    try:
        at_ms = parse_time(told, about.start)
    except ValueError:
        where.error("a time such as T+01:30:00, 90m or 2021-07-14T13:21", show(told))
        return 0
    if not 0 <= at_ms <= about.end_ms:
        where.error(f"a time in the exercise, T+00:00:00 to {format_offset(about.end_ms)}", show(told))
    return at_ms


def _check_criterion(told: Line, where: Where, about: Observed) -> None:
    scope = about.criteria.get(told.criterion)
    if scope is None:
        expected = f"the id of a criterion{hint(told.criterion, about.criteria)}"
        where.at("criterion").error(expected, show(told.criterion))
    elif scope == "exercise" and told.party:
        where.at("party").error("none, as this criterion is about the exercise as a whole", show(told.party))
    elif scope == "partner" and told.party not in about.partners:
        expected = f"a partner of this exercise: {', '.join(sorted(about.partners))}"
        where.at("party").error(expected, show(told.party) if told.party else "none")


def _attachment(told: str, folder: Path, where: Where) -> Attachment | None:
    if not told:
        return None
    expected = "a file beside the observations, or in a folder there"
    try:
        path = (folder / told).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            where.error(expected, show(told))
            return None
        if path.stat().st_size > ATTACHMENT_BYTES_MAX:
            where.error(f"a file of at most {ATTACHMENT_BYTES_MAX} bytes", "more")
            return None
        with path.open("rb") as opened:
            digest = sha256()
            while part := opened.read(1024 * 1024):
                digest.update(part)
    except (OSError, ValueError) as error:
        where.error(expected, getattr(error, "strerror", None) or "a name that is no path")
        return None
    return Attachment(_plain(told), digest.hexdigest())


def _plain(text: str) -> str:
    """Return text without control characters: a line may hold them, a document may not."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()
