"""What is wrong with input files, said so that the person who wrote them can put it right.

Every problem names the file, the key, what was expected there and what was found. Readers do not stop at the
first problem: they report it here and read on, so that one run names every mistake.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

_SHOWN_CHARACTERS_MAX: Final = 60


class Severity(StrEnum):
    """Whether a problem stops the exercise from being run."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or looks wrong, in an input file.

    Attributes:
        file: Path relative to the scenario's folder, or below ``profiles/``.
        key: Where in the file, e.g. ``parties[wl].people.skill``; empty for the file as a whole.
        expected: What should stand there.
        found: What stands there.
        severity: An error stops the scenario from being loaded, a warning does not.
    """

    file: str
    key: str
    expected: str
    found: str
    severity: Severity = Severity.ERROR

    @property
    def message(self) -> str:
        """Return the problem in one line."""
        place = f"{self.file}: {self.key}" if self.key else self.file
        return f"{place}: expected {self.expected}, found {self.found}"

    def __str__(self) -> str:
        return self.message


class InputError(Exception):
    """Input files hold errors; ``problems`` has all that was found, warnings too."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.message for problem in self.errors))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Return the problems that are errors."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)


@dataclass
class Problems:
    """Collects problems, in the order in which they are found, each once."""

    found: dict[Problem, None] = field(default_factory=dict)

    def add(self, problem: Problem) -> None:
        """Take in a problem."""
        self.found[problem] = None

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Return the errors so far."""
        return tuple(problem for problem in self.found if problem.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Return the warnings so far."""
        return tuple(problem for problem in self.found if problem.severity is Severity.WARNING)

    def raise_errors(self) -> None:
        """Raise everything that was found, if there is an error in it.

        Raises:
            InputError: There is at least one error.
        """
        if self.errors:
            raise InputError(tuple(self.found))


@dataclass(frozen=True, slots=True)
class Where:
    """A place in an input file, to which problems can be reported."""

    problems: Problems
    file: str
    key: str = ""

    def at(self, name: str) -> Where:
        """Return the place of a key below this one."""
        name = _one_line(name)
        return Where(self.problems, self.file, f"{self.key}.{name}" if self.key else name)

    def item(self, label: str | int) -> Where:
        """Return the place of an entry of the list at this place, by its id or else by its number from 0."""
        return Where(self.problems, self.file, f"{self.key}[{_one_line(str(label))}]")

    def error(self, expected: str, found: str) -> None:
        """Report an error at this place."""
        self._report(expected, found, Severity.ERROR)

    def warning(self, expected: str, found: str) -> None:
        """Report a warning at this place."""
        self._report(expected, found, Severity.WARNING)

    def _report(self, expected: str, found: str, severity: Severity) -> None:
        # Words of the file may stand in either; none of them may break the line or steer a terminal.
        problem = Problem(_printable(self.file), self.key, _printable(expected), _printable(found), severity)
        self.problems.add(problem)


def show(value: object) -> str:
    """Return a value from a file in a form that fits into one line of a message."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f"'{_one_line(value)}'"
    if isinstance(value, (bool, int, float)):
        return _show_number(value)
    if isinstance(value, (datetime, date, time)):
        return f"the date or time {value.isoformat()} without quotes"
    return _show_list(value) if isinstance(value, (list, tuple)) else "a table"


def hint(word: str, known: Collection[str]) -> str:
    """Return `` (did you mean 'x'?)`` for the nearest known word, or nothing when none is near."""
    near = nearest(word, known)
    return f" (did you mean '{near}'?)" if near else ""


def nearest(word: str, known: Collection[str]) -> str | None:
    """Return the known word that looks most like ``word``, or None when none does."""
    matches = get_close_matches(word[:_SHOWN_CHARACTERS_MAX], sorted(known), n=1)
    return matches[0] if matches else None


def _show_number(value: float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # A number of thousands of digits cannot be turned into decimals at all.
    if isinstance(value, int) and value.bit_length() > 64:
        return "a number that is too large"
    return str(value) if isinstance(value, int) else f"{value:g}"


def _show_list(values: Sequence[object]) -> str:
    if any(isinstance(value, (list, tuple, dict)) for value in values):
        return f"a list of {len(values)}"
    text = ", ".join(show(value) for value in values[:4])
    return f"[{text}, ...]" if len(values) > 4 else f"[{text}]"


def _one_line(text: str) -> str:
    """Return text from a file cut to what fits a message, without line ends and control characters."""
    plain = _printable(text[:200])
    return plain if len(plain) <= _SHOWN_CHARACTERS_MAX else f"{plain[: _SHOWN_CHARACTERS_MAX - 3]}..."


def _printable(text: str) -> str:
    """Return text with an escape for each line end, control character and lone surrogate."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
