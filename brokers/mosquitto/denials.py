"""What Mosquitto's log tells about refusals.

Measured with 2.0.11, with ``log_timestamp false``:

* A client connects: ``New client connected from 127.0.0.1:4711 as CLIENT (p5, c1, k60, u'USER').`` where
  ``p5`` is MQTT 5 and ``p2`` is MQTT 3.1.1. Only this line joins a client id to a username.
* A publication is refused: ``Denied PUBLISH from CLIENT (d0, q1, r0, m4, 'TOPIC', ... (2 bytes))``, before
  its acknowledgement is sent.
* A subscription is refused: there is no line of its own, but every SUBSCRIBE is told in full before its
  SUBACK is sent::

      Received SUBSCRIBE from CLIENT
      <tab>FILTER (QoS 1)
      CLIENT 1 FILTER                  <- only when FILTER was granted
      <tab>OTHER (QoS 0)               <- nothing follows: refused
      Sending SUBACK to CLIENT

  Retained messages to send (``Sending PUBLISH to ...``) may stand between a filter and its grant.

Not in the log, hence not reported: a delivery that is held back, and a will that may not be published. A line
is cut at 999 bytes: a longer topic is reported as far as it goes, and the refusals of a client whose id alone
is that long are not told apart from its other traffic.

Clients choose their ids and topics, so a line may be built to look like another. The server refuses control
characters, hence nobody can begin a line of their own or one with a tab; the only line that begins with
something a client chose is the grant of a filter, and while one is expected it is compared as a whole, before
anything else.
"""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from dataclasses import dataclass

from brokers.adapter import Attempt, Denial

MAX_DENIALS = 10_000
MAX_CLIENTS = 65_536

# The server cuts a line at this many bytes.
_LONGEST_LINE = 999

_NOT_AUTHORIZED = 0x87
_SUBACK_FAILURE = 0x80

_CONNECTED = "New client connected from "
_DENIED = "Denied PUBLISH from "
_SUBSCRIBE = "Received SUBSCRIBE from "
_SUBACK = "Sending SUBACK to "
_BEGINNINGS = ("New ", "Denied ", "Received ")

_CONNECTED_LINE = re.compile(
    _CONNECTED + r"\S+ as (?P<client>.*) \(p(?P<protocol>\d), c\d, k\d+, u'(?P<user>.*)'\)\.$"
)
_PUBLISH_FLAGS = re.compile(r" \(d\d, q(?P<qos>\d), r\d, m\d+, '")
_PUBLISH_END = re.compile(r"', \.\.\. \(\d+ bytes\)\)$")
_FILTER_END = re.compile(r" \(QoS \d\)$")


@dataclass(frozen=True, slots=True)
class _Client:
    username: str
    speaks_mqtt5: bool


@dataclass(slots=True)
class _Subscribing:
    """A SUBSCRIBE that the log is telling of; ``waiting`` is the filter of which the outcome is not known."""

    client_id: str
    waiting: str | None = None
    cut_off: bool = False

    def granted_by(self, line: str, cut_off: bool) -> bool:
        """Say whether this line grants the filter that waits."""
        if self.waiting is None:
            return False
        beginnings = tuple(f"{self.client_id} {qos} " for qos in range(3))
        if not line.startswith(beginnings):
            return False
        granted = line[len(beginnings[0]) :]
        if not (self.cut_off or cut_off):
            return granted == self.waiting
        # Cut at different places; what is left of the shorter one has to agree.
        return granted.startswith(self.waiting) or self.waiting.startswith(granted)


class DenialLog:
    """Reads the log line by line and keeps the denials.

    At most ``MAX_DENIALS`` wait to be taken and ``MAX_CLIENTS`` clients are known by name; the oldest make
    way. Reads nothing and waits for nothing by itself.
    """

    def __init__(self) -> None:
        self._clients: OrderedDict[str, _Client] = OrderedDict()
        self._denials: deque[Denial] = deque(maxlen=MAX_DENIALS)
        self._subscribing: _Subscribing | None = None

    def feed(self, raw: bytes) -> None:
        """Take in one line of the log, without its line end."""
        # Nearly all lines tell of ordinary traffic: they are put aside before any further work.
        if self._subscribing is None and not raw.startswith(
            (b"New client", b"Denied ", b"Received SUBSCRIBE")
        ):
            return
        # Only a line that was cut inside a character holds bytes to ignore.
        line = raw.decode("utf-8", errors="ignore")
        cut_off = len(raw) >= _LONGEST_LINE
        if self._subscribing is not None and self._follow(self._subscribing, line, cut_off):
            return
        if line.startswith(_SUBSCRIBE) and not cut_off:
            self._subscribing = _Subscribing(line.removeprefix(_SUBSCRIBE))
        elif line.startswith(_DENIED):
            self._note_publish(line.removeprefix(_DENIED))
        elif line.startswith(_CONNECTED):
            self._note_client(line)

    def take(self) -> list[Denial]:
        """Return the denials since the last call, oldest first."""
        taken = list(self._denials)
        self._denials.clear()
        return taken

    def _follow(self, subscribing: _Subscribing, line: str, cut_off: bool) -> bool:
        """Go on with the SUBSCRIBE under way; say whether the line was part of it."""
        if subscribing.granted_by(line, cut_off):
            subscribing.waiting = None
            return True
        if line.startswith("\t"):
            self._refuse(subscribing)
            subscribing.waiting = _FILTER_END.sub("", line[1:])
            subscribing.cut_off = cut_off
            return True
        if line.startswith(_SUBACK):
            self._refuse(subscribing)
            self._subscribing = None
            return True
        if line.startswith(_BEGINNINGS):
            # The connection broke before the answer.
            self._subscribing = None
            return False
        return True

    def _refuse(self, subscribing: _Subscribing) -> None:
        if subscribing.waiting is None:
            return
        client = self._client(subscribing.client_id)
        code = _NOT_AUTHORIZED if client.speaks_mqtt5 else _SUBACK_FAILURE
        self._denials.append(
            Denial(client.username, subscribing.client_id, Attempt.SUBSCRIBE, subscribing.waiting, code)
        )

    def _note_publish(self, rest: str) -> None:
        splits = list(_PUBLISH_FLAGS.finditer(rest))
        if not splits:
            return
        # An id or a topic may hold text like the flags; the right place is after an id that is known.
        split = next((each for each in splits if rest[: each.start()] in self._clients), splits[0])
        client_id = rest[: split.start()]
        client = self._client(client_id)
        # MQTT 3.1.1 has no code for it, and QoS 0 no answer at all.
        answered = client.speaks_mqtt5 and split["qos"] != "0"
        self._denials.append(
            Denial(
                client.username,
                client_id,
                Attempt.PUBLISH,
                _PUBLISH_END.sub("", rest[split.end() :]),
                _NOT_AUTHORIZED if answered else None,
            )
        )

    def _note_client(self, line: str) -> None:
        match = _CONNECTED_LINE.match(line)
        if match is None:
            return
        self._clients[match["client"]] = _Client(match["user"], match["protocol"] == "5")
        self._clients.move_to_end(match["client"])
        if len(self._clients) > MAX_CLIENTS:
            self._clients.popitem(last=False)

    def _client(self, client_id: str) -> _Client:
        return self._clients.get(client_id, _Client("", speaks_mqtt5=True))
