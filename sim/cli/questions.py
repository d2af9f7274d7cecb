"""Questions on a terminal: asked again until the answer can be used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TextIO, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.prompt import Prompt

from sim.cli.output import plain
from sim.files.problems import InputError, Problem

Answer = TypeVar("Answer")

_COMMAND_LINE: Final = "command line"


class Questions:
    """Asks questions of whoever sits at the terminal."""

    def __init__(self, screen: Console, stream: TextIO | None = None) -> None:
        """Ask on a screen; answers come from ``stream``, or from standard input."""
        self._screen = screen
        self._stream = stream

    def ask(self, question: str, check: Callable[[str], Answer], default: str | None = None) -> Answer:
        """Return the first answer that ``check`` takes; of one that it refuses it is shown why.

        Args:
            question: What is asked.
            check: Makes something of an answer, or raises :class:`InputError`.
            default: What an empty answer means; None where there is no such thing.

        Raises:
            InputError: There are no more answers.
        """
        while True:
            answer = self._answer(question, default)
            try:
                return check(answer)
            except InputError as error:
                for problem in error.problems:
                    self._screen.print(plain(f"{problem.expected}; {problem.found}"), style="yellow")

    def _answer(self, question: str, default: str | None) -> str:
        try:
            given = Prompt.ask(
                escape(question),
                console=self._screen,
                default=default if default is not None else "",
                show_default=bool(default),
                stream=self._stream,
            )
        except EOFError as error:
            raise InputError([Problem(_COMMAND_LINE, "", "an answer", "the end of the input")]) from error
        return given.strip()
