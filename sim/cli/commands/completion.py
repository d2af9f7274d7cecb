"""``beeld completion``: the script by which a shell completes the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from cyclopts import App, Parameter

from sim.cli.output import Common, ExitCode, Speaker, console, print_json
from sim.files.problems import InputError, Problem

Shell: TypeAlias = Literal["bash", "zsh", "fish"]


def completion_for(app: App, shell: Shell) -> str:
    """Return the script that completes the commands of an app in a shell."""
    return app.generate_completion(prog_name=app.name[0], shell=shell)


def make_completion(app: App) -> App:
    """Return the command that completes those of an app, itself too."""
    made = App(name="completion", result_action="return_value")

    @made.default
    def completion(
        shell: Shell,
        /,
        *,
        install: Annotated[
            bool, Parameter(negative="", help="Put it where the shell looks for it, instead of printing it.")
        ] = False,
        common: Common | None = None,
    ) -> int:
        """Print the script by which a shell completes commands, options and names; or install it.

        Example: source <(beeld completion bash)

        Args:
            shell: Which shell.
            install: Whether it is put into the folder of that shell; no start-up file is changed.
            common: Options that every command takes.
        """
        options = common or Common()
        if not install:
            sys.stdout.write(completion_for(app, shell))
            return ExitCode.YES
        path = _install(app, shell)
        if options.json:
            print_json({"file": str(path)})
        else:
            said = Speaker(options.language)(f"completion-installed-{shell}", path=path)
            console().print(said, soft_wrap=True, markup=False)
        return ExitCode.YES

    return made


def _install(app: App, shell: Shell) -> Path:
    try:
        return app.install_completion(shell=shell, add_to_startup=False)
    except OSError as error:
        found = error.strerror or "an error"
        raise InputError(
            [Problem("command line", "--install", "a folder of that shell that can be written", found)]
        ) from error
