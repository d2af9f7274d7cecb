"""A process that ends with the one that started it, which cannot end it any more once it was killed itself."""

from __future__ import annotations

import os
from multiprocessing import connection, parent_process
from threading import Thread


def end_with_parent() -> None:
    """Have this process end when the one that started it does, however that ends; at once, with whatever it is at.

    A process that no other one started by ``multiprocessing`` goes on.
    """
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
