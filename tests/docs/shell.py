"""Commands in blocks and sentences: split into words as a shell does, and held against the command line of beeld."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from cyclopts import App, CycloptsError

from sim.cli.main import app

_BETWEEN = {"&&", "||", ";", "|", "&"}
_INTO_FILES = {">", ">>", "<"}


def commands(text: str) -> Iterator[list[str]]:
    """Yield the words of every simple command of a block; without comments, and without where output goes."""
    for line in text.replace("\\\n", " ").splitlines():
        words: list[str] = []
        skip = False
        for word in _words(line):
            if word in _BETWEEN:
                yield from [words] if words else []
                words = []
            elif word in _INTO_FILES or skip:
                skip = word in _INTO_FILES
            else:
                words.append(word)
        yield from [words] if words else []


def _words(line: str) -> Iterator[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = "#"
    yield from lexer


def wrong_with_command(words: list[str]) -> str | None:
    """Say why the command line of beeld does not take a whole command, which begins with ``beeld``; nothing runs."""
    try:
        app.parse_args(words[1:], exit_on_error=False, print_error=False)
    except CycloptsError as error:
        return " ".join(str(error).split())
    return None


def wrong_with_mention(code: str) -> str | None:
    """Say which command or option of a mention does not exist; what stands in capitals or brackets is a blank."""
    words = code.replace("[", " ").replace("]", " ").split()[1:]
    chain, apps, rest = app.parse_commands(words)
    known = _options(apps[-1])
    unknown = [
        option for word in rest if (option := word.split("=")[0]).startswith("-") and option not in known
    ]
    if unknown:
        return f"{' '.join(['beeld', *chain])} has no option {', '.join(unknown)}"
    if not chain and rest and not rest[0].startswith("-") and not rest[0].isupper() and rest[0] != "...":
        return f"beeld has no command {rest[0]!r}"
    return None


def _options(command: App) -> set[str]:
    names = set(command.help_flags) | set(command.version_flags)
    if command.default_command is not None:
        names |= {name for argument in command.assemble_argument_collection() for name in argument.names}
    return names
