"""``beeld serve``: the pages; ``beeld account``: who may log in to them."""

from __future__ import annotations

import getpass
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sim.cli.commands.run import RUNS_FOLDER
from sim.cli.output import Common, ExitCode, Speaker, console, print_json
from sim.sweep.store import SWEEPS_FOLDER
from sim.web.options import LOOPBACK, PORT, Role, ServeOptions

# What serves pages is loaded when they are served: other commands do not wait for it.


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Listening:
    """Where the pages are served, and over what."""

    host: Annotated[
        str, Parameter(help="Address to listen at; beyond this machine --accounts is needed.")
    ] = LOOPBACK
    port: Annotated[int, Parameter(help="Port to listen at; 0 is any that is free.")] = PORT
    name: Annotated[
        list[str] | None,
        Parameter(
            negative="", help="A name under which browsers ask for them, e.g. this machine's; repeatable."
        ),
    ] = None
    certificate: Annotated[Path | None, Parameter(help="Certificate (PEM), to serve over TLS.")] = None
    key: Annotated[Path | None, Parameter(help="Its private key (PEM).")] = None


def serve_pages(
    *,
    runs: Annotated[Path, Parameter(help="Folder with the runs.")] = RUNS_FOLDER,
    scenarios: Annotated[
        Path | None, Parameter(help="Folder with scenarios of your own, to be started too.")
    ] = None,
    sweeps: Annotated[Path, Parameter(help="Folder with the sweeps.")] = SWEEPS_FOLDER,
    accounts: Annotated[Path | None, Parameter(help="Who may log in (see beeld account).")] = None,
    areas: Annotated[Path | None, Parameter(help="GeoJSON with boundaries of regions, for the map.")] = None,
    listening: Listening | None = None,
    common: Common | None = None,
) -> int:
    """Serve the pages: start an exercise, steer it, sit in it, look at its picture, replay it.

    Example: beeld serve

    Args:
        runs: Folder with the runs; it is made when an exercise is started.
        scenarios: Folder with scenarios of your own, each in a folder.
        sweeps: Folder with the sweeps, whose reports can be read.
        accounts: Who may log in.
        areas: Boundaries of regions for the map.
        listening: Where they are served.
        common: Options that every command takes.
    """
    from sim.web.serving import serve  # noqa: PLC0415

    options, at = common or Common(), listening or Listening()
    served = ServeOptions(
        runs=runs,
        host=at.host,
        port=at.port,
        language=options.language,
        accounts=accounts,
        certificate=at.certificate,
        key=at.key,
        names=tuple(at.name or ()),
        areas=areas,
        scenarios=scenarios,
        sweeps=sweeps,
    )
    serve(served, lambda address: _print_address(address, options))
    return ExitCode.YES


def _print_address(address: str, options: Common) -> None:
    if options.json:
        print_json({"address": address})
    else:
        said = Speaker(options.language)("serve-open", address=address)
        console().print(said, soft_wrap=True, markup=False)
    sys.stdout.flush()


def make_account(
    file: Path,
    name: str,
    /,
    *,
    role: Annotated[Role, Parameter(help="What they may do.")],
    seat: Annotated[
        list[str] | None,
        Parameter(negative="", help="A party in whose seat a participant may sit; repeatable."),
    ] = None,
    common: Common | None = None,
) -> int:
    """Add somebody who may log in to the pages. The password is asked for, or read from standard input.

    Example: beeld account accounts.toml anna --role participant --seat waterbedrijf

    Args:
        file: File of accounts; it is made where there is none.
        name: By which they log in.
        role: What they may do.
        seat: Parties in whose seat they may sit.
        common: Options that every command takes.
    """
    from sim.web.accounts import add_account  # noqa: PLC0415

    options = common or Common()
    say = Speaker(options.language)
    password = (
        getpass.getpass(say("account-password", name=name))
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\n")
    )
    add_account(file, name, role, tuple(seat or ()), password)
    if options.json:
        print_json({"file": str(file), "name": name, "role": role.value})
    else:
        console().print(say("account-made", name=name, file=file), soft_wrap=True, markup=False)
    return ExitCode.YES
