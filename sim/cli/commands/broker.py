"""``beeld broker``: a Mosquitto of one's own that stands, for exercises that come and go on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, TypeAlias

from cyclopts import App, Parameter

from brokers.mosquitto.config import LOOPBACK, Ports, Standing
from brokers.mosquitto.folder import ServerFolder, certify_client, default_folder, prepare, renew
from brokers.mosquitto.service import Status, clean, down, status, up
from sim.cli.output import Common, ExitCode, Speaker, console, print_json
from sim.transport.root import root_of

broker_app = App(
    name="broker", help="A message server of your own (Mosquitto), for exercises that come and go on it."
)

Folder: TypeAlias = Annotated[
    Path | None,
    Parameter(help="The server's folder; default: $BEELD_BROKER_FOLDER, else where your system keeps state."),
]
Names: TypeAlias = Annotated[
    list[str] | None,
    Parameter(name="--name", negative="", help="A name or address under which others reach it; repeatable."),
]

_SOON: Final = timedelta(days=30)
_USUAL: Final = Ports()


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Listening:
    """Where the server listens."""

    host: Annotated[
        str, Parameter(help="Address for encrypted connections; 0.0.0.0 lets other machines in.")
    ] = LOOPBACK
    mqtts_port: Annotated[int, Parameter(help="MQTT with TLS.")] = _USUAL.mqtts
    wss_port: Annotated[int, Parameter(help="MQTT over WebSocket with TLS.")] = _USUAL.websockets_tls
    mqtt_port: Annotated[int, Parameter(help="MQTT without TLS, for this machine alone.")] = _USUAL.mqtt
    ws_port: Annotated[int, Parameter(help="The same over WebSocket.")] = _USUAL.websockets
    client_certificates: Annotated[
        bool, Parameter(negative="", help="Ask clients for a certificate too (beeld broker certificates).")
    ] = False

    @property
    def ports(self) -> Ports:
        """Return the ports."""
        return Ports(self.mqtt_port, self.ws_port, self.mqtts_port, self.wss_port)


@broker_app.command(name="up")
def start_broker(
    *,
    folder: Folder = None,
    name: Names = None,
    listening: Listening | None = None,
    common: Common | None = None,
) -> int:
    """Start your server; it runs on until `beeld broker down`, and makes what it needs at the first time.

    Example: beeld broker up

    Args:
        folder: The server's folder.
        name: Names under which others reach it.
        listening: Where it listens.
        common: Options that every command takes.
    """
    options, where = common or Common(), listening or Listening()
    standing = Standing(where.host, where.ports, where.client_certificates)
    found = up(_folder(folder), standing, name or ())
    _tell(found, options)
    return ExitCode.YES


@broker_app.command(name="down")
def stop_broker(*, folder: Folder = None, common: Common | None = None) -> int:
    """Stop your server; accounts, sessions and retained messages are kept.

    Example: beeld broker down

    Args:
        folder: The server's folder.
        common: Options that every command takes.
    """
    options, place = common or Common(), _folder(folder)
    stopped = down(place)
    if options.json:
        print_json({"folder": str(place.root), "stopped": stopped})
    else:
        say = Speaker(options.language)
        _print(say("broker-stopped" if stopped else "broker-not-running", folder=place.root))
    return ExitCode.YES


@broker_app.command(name="status")
def show_broker(*, folder: Folder = None, common: Common | None = None) -> int:
    """Say whether your server runs, where clients connect, and which runs have accounts on it.

    Exit code 1 when it does not run.

    Example: beeld broker status

    Args:
        folder: The server's folder.
        common: Options that every command takes.
    """
    found = status(_folder(folder))
    _tell(found, common or Common())
    return ExitCode.YES if found.pid is not None else ExitCode.NO


@broker_app.command(name="init")
def prepare_broker(
    *,
    folder: Folder = None,
    name: Names = None,
    listening: Listening | None = None,
    container: Annotated[
        bool, Parameter(negative="", help="It will run in a container (docker-compose.yml).")
    ] = False,
    common: Common | None = None,
) -> int:
    """Make what a server needs and does not have yet: certificates, accounts, the administrator's keys.

    Example: beeld broker init --folder broker --name mosquitto --container

    Args:
        folder: The server's folder.
        name: Names under which others reach it.
        listening: Where it listens.
        container: Whether it will run in a container, so that its log is not in the folder.
        common: Options that every command takes.
    """
    options, place, where = common or Common(), _folder(folder), listening or Listening()
    standing = Standing(where.host, where.ports, where.client_certificates, tells_refusals=not container)
    made = prepare(place, standing, name or ())
    if options.json:
        print_json({"folder": str(place.root), "made": made, "keys": str(place.keys)})
    else:
        say = Speaker(options.language)
        _print(say("broker-made" if made else "broker-there", folder=place.root))
        _print(say("broker-keys", keys=place.keys, ca=place.authority.certificate))
    return ExitCode.YES


@broker_app.command(name="certificates")
def make_certificates(
    *,
    folder: Folder = None,
    name: Names = None,
    client: Annotated[str | None, Parameter(help="Make one for a client instead, under this name.")] = None,
    common: Common | None = None,
) -> int:
    """Make the server's certificate anew, or one for a client; who trusts ca.crt trusts them.

    Example: beeld broker certificates --name berichten.veiligheidsregio.example

    Args:
        folder: The server's folder.
        name: Names under which others reach the server.
        client: Whose certificate to make instead of the server's.
        common: Options that every command takes.
    """
    options, place = common or Common(), _folder(folder)
    if not place.authority.exists():
        prepare(place, Standing(), name or ())
    elif client is None:
        renew(place, name or ())
    pair = place.certificate if client is None else certify_client(place, client)
    if options.json:
        print_json(
            {
                "certificate": str(pair.certificate),
                "key": str(pair.key),
                "ca": str(place.authority.certificate),
            }
        )
        return ExitCode.YES
    say = Speaker(options.language)
    _print(say("broker-certificate", certificate=pair.certificate, private=pair.key))
    if client is None:
        _print(say("broker-restart"))
    _print(say("broker-ca", ca=place.authority.certificate))
    return ExitCode.YES


@broker_app.command(name="clean")
def clean_broker(
    *,
    folder: Folder = None,
    everything: Annotated[
        bool,
        Parameter(name="--all", negative="", help="Also of runs that may be going on; they end with it."),
    ] = False,
    common: Common | None = None,
) -> int:
    """Take away what runs that were killed left on your server: accounts, rights, retained messages.

    Example: beeld broker clean

    Args:
        folder: The server's folder.
        everything: Whether runs that may be going on count too.
        common: Options that every command takes.
    """
    options = common or Common()
    runs = clean(_folder(folder), root_of, everything=everything)
    if options.json:
        print_json({"runs": runs})
    else:
        say = Speaker(options.language)
        _print(say("broker-cleaned", runs=", ".join(runs)) if runs else say("broker-clean"))
    return ExitCode.YES


def _folder(named: Path | None) -> ServerFolder:
    return ServerFolder(named.absolute()) if named is not None else default_folder()


def _tell(found: Status, options: Common) -> None:
    if options.json:
        print_json(
            {
                "folder": str(found.folder),
                "running": found.pid is not None,
                "pid": found.pid,
                "addresses": found.addresses,
                "certificate_until": found.valid_until,
                "runs": found.runs,
            }
        )
        return
    say = Speaker(options.language)
    if found.pid is None:
        _print(say("broker-not-running", folder=found.folder))
    else:
        _print(say("broker-running", pid=found.pid, folder=found.folder))
        _print(say("broker-addresses", addresses=", ".join(found.addresses)))
        if found.runs:
            _print(say("broker-runs", runs=", ".join(found.runs)))
    if found.valid_until is not None:
        until = f"{found.valid_until:%Y-%m-%d}"
        is_soon = found.valid_until - datetime.now(UTC) < _SOON
        _print(say("broker-expires" if is_soon else "broker-valid", until=until))


def _print(text: str) -> None:
    console().print(text, soft_wrap=True, markup=False)
