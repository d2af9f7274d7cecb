"""``beeld verify``: is a run log whole and untouched."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sim.cli.output import Common, ExitCode, Speaker, print_json
from sim.runlog.signature import load_public_key
from sim.runlog.verify import verify


def verify_run(
    run: Path,
    /,
    *,
    key: Annotated[Path | None, Parameter(help="Public key (PEM) of who must have signed the log.")] = None,
    common: Common | None = None,
) -> int:
    """Check that a run log is whole and untouched; with --key also that its owner signed it.

    Example: beeld verify runs/limburg-hoogwater-seed7 --key oefenstaf.pub.pem

    Args:
        run: Folder of the run.
        key: Who must have signed it.
        common: Options that every command takes.
    """
    options = common or Common()
    found = verify(run, None if key is None else load_public_key(key))
    if options.json:
        print_json(found)
        return ExitCode.YES if found.ok else ExitCode.NO
    say = Speaker(options.language)
    if found.ok:
        print(say("verify-ok", records=found.records, digest=found.digest))  # noqa: T201 -- what the command is for
    else:
        print(say("verify-bad", reason=found.reason))  # noqa: T201
    if found.signed_by:
        said = "verify-signed" if key is not None else "verify-signed-by-whom"
        print(say(said, fingerprint=found.signed_by))  # noqa: T201
    if found.ok and found.torn_bytes:
        print(say("verify-torn", bytes=found.torn_bytes))  # noqa: T201
    if found.ok and not found.complete:
        print(say("verify-incomplete"))  # noqa: T201
    return ExitCode.YES if found.ok else ExitCode.NO
