"""The answers that ``beeld new`` makes a scenario of: from options, from the terminal, or the usual ones."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console

from sim.cli.output import Speaker, table
from sim.cli.questions import Questions
from sim.core.model.ids import is_id
from sim.core.model.text import Language
from sim.files.beginning.answers import ALWAYS, HOURS_DEFAULT, HOURS_MAX, HOURS_MIN, Answers, Ground
from sim.files.beginning.event import Event
from sim.files.making.cast import Member
from sim.files.problems import InputError, Problem, show

_COMMAND_LINE: Final = "command line"
_YES: Final = frozenset({"y", "yes", "j", "ja"})
_NO: Final = frozenset({"n", "no", "nee"})
_LANGUAGES: Final[tuple[Language, ...]] = ("nl", "en")


@dataclass(frozen=True, kw_only=True)
class Given:
    """What the options of the command line say already; None is not said.

    Attributes:
        folder: New folder of the scenario.
        lang: Language of its comments and its README.
        name: What people call it.
        event: What happens.
        region: Where.
        partners: ``PARTNER`` or ``PARTNER=PROFILE``.
        hours: How long.
        faults: Whether something is told wrongly.
        seed: Seed of what is drawn.
        yes: Whether the usual answer is taken where there is one.
    """

    folder: Path | None
    lang: Language | None
    name: str | None
    event: str | None
    region: str | None
    partners: Sequence[str] | None
    hours: int | None
    faults: bool | None
    seed: int
    yes: bool


def is_terminal() -> bool:
    """Return whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def answers_of(given: Given, ground: Ground, language: Language) -> tuple[Path, Answers]:
    """Return the folder and the answers that the options give, without asking anybody.

    Raises:
        InputError: An answer is missing, or cannot be used.
    """
    _check_complete(given)
    folder = _folder(str(given.folder))
    event = ground.event(str(given.event))
    region = ground.region(str(given.region))
    wishes = tuple(ground.wish(text, region, event) for text in given.partners or ())
    return folder, Answers(
        id=folder.name,
        region=region,
        event=event.id,
        wishes=wishes,
        hours=_hours(str(HOURS_DEFAULT if given.hours is None else given.hours)),
        faults=given.faults is not False,
        language=given.lang or language,
        name=given.name or None,
        seed=given.seed,
    )


def _check_complete(given: Given) -> None:
    needed = {
        "FOLDER": given.folder,
        "--event": given.event,
        "--region": given.region,
        "--partner": given.partners or None,
    }
    usual = {"--hours": given.hours, "--faults or --no-faults": given.faults}
    missing = [name for name, value in needed.items() if value is None]
    if not given.yes:
        missing += [name for name, value in usual.items() if value is None]
    if missing:
        why = "what is not said is asked on a terminal only; --yes takes what is usual"
        expected = f"{', '.join(missing)} ({why})"
        raise InputError([Problem(_COMMAND_LINE, "", expected, "nothing")])


def filled_in(
    given: Given, ground: Ground, language: Language, screen: Console, questions: Questions
) -> Given:
    """Return what the options say, and the person at the terminal where they say nothing.

    Raises:
        InputError: An option cannot be used, or the answers ended.
    """
    lang = given.lang or _ask_language(questions, language)
    return _Interview(replace(given, lang=lang), ground, Speaker(lang), screen, questions).hold()


def _ask_language(questions: Questions, language: Language) -> Language:
    return questions.ask(Speaker(language)("new-ask-language"), _language, default=language)


@dataclass(frozen=True)
class _Interview:
    given: Given
    ground: Ground
    say: Speaker
    screen: Console
    questions: Questions

    def hold(self) -> Given:
        """Return what was given, with every answer in it: each question is asked before the next is shown."""
        given = replace(self.given, folder=self._folder())
        event = self._event()
        region = self._region()
        given = replace(given, event=event.id, region=region, partners=self._partners(region, event))
        if given.name is None:
            given = replace(given, name=self.questions.ask(self.say("new-ask-name"), str))
        if given.hours is None:
            question = self.say("new-ask-hours", min=HOURS_MIN, max=HOURS_MAX)
            given = replace(given, hours=self.questions.ask(question, _hours, str(HOURS_DEFAULT)))
        if given.faults is None:
            usual = self.say("new-yes-letter")
            given = replace(given, faults=self.questions.ask(self.say("new-ask-faults"), _yes_or_no, usual))
        return given

    def _folder(self) -> Path:
        if self.given.folder is not None:
            return _folder(str(self.given.folder))
        return self.questions.ask(self.say("new-ask-folder"), _folder)

    def _event(self) -> Event:
        if self.given.event is not None:
            return self.ground.event(self.given.event)
        made = table(self.say("new-events"), "id", self.say("new-what"))
        for event in self.ground.events.values():
            made.add_row(event.id, event.about.in_language(self.say.language))
        self.screen.print(made)
        return self.questions.ask(self.say("new-ask-event"), self.ground.event)

    def _region(self) -> str:
        if self.given.region is not None:
            return self.ground.region(self.given.region)
        regions = self.ground.material.regions.values()
        names = [f"{region.code} {region.name.in_language(self.say.language)}" for region in regions]
        self.screen.print(", ".join(names), markup=False)
        return self.questions.ask(self.say("new-ask-region"), self.ground.region)

    def _partners(self, region: str, event: Event) -> tuple[str, ...]:
        if self.given.partners:
            return tuple(self.given.partners)
        self._show(self.ground.partners(region, event), event)
        partners: list[str] = []
        while True:
            is_needed = not partners
            key = "new-ask-partner" if is_needed else "new-ask-next-partner"
            question = self.say(key, profiles=", ".join(self.ground.profiles()))
            found = self.questions.ask(question, partial(self._partner, region, event, is_needed=is_needed))
            if not found:
                return tuple(partners)
            partners.append(found)

    def _partner(self, region: str, event: Event, text: str, *, is_needed: bool) -> str:
        """Return an answer that names a partner; an empty one where there may be no more."""
        if text or is_needed:
            self.ground.wish(text, region, event)
        return text

    def _show(self, partners: Sequence[Member], event: Event) -> None:
        language = self.say.language
        made = table(self.say("new-partners"), "id", self.say("new-name"), self.say("profile"), "")
        for member in partners:
            mark = self.say("new-suggested") if member.kind.id in event.suggests else ""
            if member.kind.id in ALWAYS:
                mark = self.say("new-always")
            made.add_row(member.id, member.name.in_language(language), member.kind.profile, mark)
        self.screen.print(made)


def _folder(text: str) -> Path:
    """Return a folder that can be made; its name is an id."""
    path = Path(text)
    try:
        is_there = path.exists() or path.is_symlink()
    except (OSError, ValueError):  # a name that no file system takes
        is_there = False
    if is_there:
        raise _mistake("FOLDER", "a folder that does not exist yet", text)
    if not is_id(path.name):
        expected = "a folder whose name is an id ([a-z0-9-]), as it is that of the scenario"
        raise _mistake("FOLDER", expected, text)
    return path


def _language(text: str) -> Language:
    for language in _LANGUAGES:
        if text.lower() == language:
            return language
    raise _mistake("--lang", "nl or en", text)


def _hours(text: str) -> int:
    if text.isdecimal() and HOURS_MIN <= int(text) <= HOURS_MAX:
        return int(text)
    raise _mistake("--hours", f"a whole number of hours, {HOURS_MIN} to {HOURS_MAX}", text)


def _yes_or_no(text: str) -> bool:
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise _mistake("--faults", "yes or no", text)


def _mistake(option: str, expected: str, found: str) -> InputError:
    return InputError([Problem(_COMMAND_LINE, option, expected, show(found))])
