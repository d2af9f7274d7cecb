"""Serves the pages until it is stopped."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Callable

import uvicorn

from sim.files.problems import InputError, Problem, show
from sim.web.app import make_app
from sim.web.options import ServeOptions

_QUEUE = 128
_MESSAGE_BYTES_MAX = 64 * 1024


def serve(options: ServeOptions, on_open: Callable[[str], None]) -> None:
    """Serve the pages until the process is told to stop.

    Args:
        options: How.
        on_open: Called with the address of the pages once they can be reached.

    Raises:
        InputError: The pages cannot be served so.
    """
    if options.accounts is None and not options.is_local:
        _refuse("--accounts", "a file of accounts, as other machines can reach the pages", "none")
    if (options.certificate is None) != (options.key is None):
        _refuse("--certificate", "a certificate and its key (--key)", "one of them")
    app = make_app(options)
    listening = _listen(options)
    scheme = "http" if options.certificate is None else "https"
    shown = f"[{options.host}]" if ":" in options.host else options.host
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        server_header=False,
        date_header=False,
        ws="websockets-sansio",
        ws_max_size=_MESSAGE_BYTES_MAX,
        ssl_certfile=options.certificate,
        ssl_keyfile=options.key,
        timeout_graceful_shutdown=3,
    )
    try:
        config.load()
    except OSError as error:
        listening.close()
        _refuse("--certificate", "a certificate (PEM) and its key", error.strerror or str(error))
    asyncio.run(
        _serve(config, listening, lambda: on_open(f"{scheme}://{shown}:{listening.getsockname()[1]}/"))
    )


async def _serve(config: uvicorn.Config, listening: socket.socket, on_open: Callable[[], None]) -> None:
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    on_open()  # whoever comes now waits in the queue of the socket until the server is ready
    await serving


def _listen(options: ServeOptions) -> socket.socket:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((options.host, options.port))
        listening.listen(_QUEUE)
    except (OSError, OverflowError) as error:
        listening.close()
        taken = getattr(error, "errno", None) == errno.EADDRINUSE
        found = (
            f"port {options.port} in use" if taken else f"{show(options.host)}, port {options.port}: {error}"
        )
        _refuse("--port" if taken else "--host", "an address and a port that are free here", found)
    return listening


def _refuse(option: str, expected: str, found: str) -> None:
    raise InputError([Problem("command line", option, expected, found)])
