"""What the log of a RabbitMQ node tells about refusals.

Measured with 4.0.5 and ``log.console.formatter = json``: one object a line, whatever a client puts into its texts.

* A client connects: ``Accepted MQTT connection 127.0.0.1:4711 -> 127.0.0.1:1883 for client ID CLIENT``; its ``pid`` is
  that of the connection, and stands in all that is told of it.
* A publication is refused: ``MQTT topic access refused: write access to topic 'KEY' in exchange 'amq.topic' in vhost
  '/' refused for user 'USER'``. The connection is closed without a word to the client.
* A subscription is refused: the same with ``read access``; ``KEY`` is the filter. The client gets 0x87 (in MQTT 3.1.1
  0x80), and then the connection is closed. Of a SUBSCRIBE with several filters the refused ones are told.

Not in the log, hence not reported: a delivery that does not happen since its binding was taken away.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict, deque
from typing import Any, Final

from brokers.adapter import Attempt, Denial
from brokers.rabbitmq.rights import topic_of

MAX_DENIALS: Final = 10_000
MAX_CLIENTS: Final = 65_536

_NOT_AUTHORIZED: Final = 0x87

_MARKS: Final = (b"Accepted MQTT", b"MQTT topic access refused")
_ACCEPTED: Final = re.compile(
    r"Accepted MQTT connection \S+ -> \S+ for client ID (?P<client>.*)\Z", re.DOTALL
)
_REFUSED: Final = re.compile(
    r"MQTT topic access refused: (?P<access>write|read) access to topic '(?P<key>.*)' "
    r"in exchange 'amq\.topic' in vhost '/' refused for user '(?P<user>[^']*)'\Z",
    re.DOTALL,
)


class NodeDenials:
    """Reads the log of one node line by line and keeps the denials; waits for nothing by itself.

    At most ``MAX_DENIALS`` wait to be taken and ``MAX_CLIENTS`` connections are known by name; the oldest make way.
    """

    def __init__(self) -> None:
        self._clients: OrderedDict[str, str] = OrderedDict()
        self._denials: deque[tuple[str, Denial]] = deque(maxlen=MAX_DENIALS)

    def feed(self, raw: bytes) -> None:
        """Take in one line of the log, without its line end."""
        # Most lines tell of something else: they are put aside before any further work.
        if not any(mark in raw for mark in _MARKS):
            return
        try:
            entry: Any = json.loads(raw)
        except ValueError:
            return
        if isinstance(entry, dict):
            self._take_in(str(entry.get("time", "")), str(entry.get("pid", "")), str(entry.get("msg", "")))

    def take(self) -> list[tuple[str, Denial]]:
        """Return the denials since the last call with the time of each, as the node writes it; oldest first."""
        taken = list(self._denials)
        self._denials.clear()
        return taken

    def _take_in(self, time: str, pid: str, said: str) -> None:
        accepted = _ACCEPTED.match(said)
        if accepted is not None:
            self._clients[pid] = accepted["client"]
            self._clients.move_to_end(pid)
            if len(self._clients) > MAX_CLIENTS:
                self._clients.popitem(last=False)
            return
        refused = _REFUSED.match(said)
        if refused is None:
            return
        attempt = Attempt.PUBLISH if refused["access"] == "write" else Attempt.SUBSCRIBE
        code = _NOT_AUTHORIZED if attempt is Attempt.SUBSCRIBE else None
        denial = Denial(refused["user"], self._clients.get(pid, ""), attempt, topic_of(refused["key"]), code)
        self._denials.append((time, denial))
