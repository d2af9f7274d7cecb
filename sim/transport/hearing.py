"""Hearing everything at several servers: what crosses bridges counts once, and only when it has come to all of them.

So what the recorder has is with every server that it goes to: whoever is let in, or given back a right, at the next
moment is not told what was still under way before.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import Final

from brokers.adapter import Endpoint, Outpost
from sim.core.model.filters import FilterIndex
from sim.transport.port import RECORDER, Arrival
from sim.transport.root import remove_root

REMEMBERED_MAX: Final = 10_000
"""Messages whose hearings are kept track of."""

_TOPICS_MAX: Final = 10_000
_NATIONAL: Final = 0


class Ears:
    """Where the recorder listens: at the server, and under a name of its own at each around it.

    Args:
        endpoint: Of the server.
        root: Of the run.

    Attributes:
        names: The recorder's, and those of its ears elsewhere.
    """

    def __init__(self, endpoint: Endpoint, root: str) -> None:
        around = enumerate(endpoint.outposts, 1)
        elsewhere = {
            f"{RECORDER}@{number}": Endpoint(post.host, post.port, endpoint.tls) for number, post in around
        }
        self._endpoint, self._root = endpoint, root
        self._endpoints = {RECORDER: endpoint, **elsewhere}
        self._hearing: Hearing | None = None
        self.names = tuple(self._endpoints)

    def account(self, name: str) -> str:
        """Return whose account a connection uses, by its name."""
        return RECORDER if name in self._endpoints else name

    def endpoint(self, name: str) -> Endpoint:
        """Return where a connection goes, by its name."""
        return self._endpoints.get(name, self._endpoint)

    def listener(self, name: str, tell: Callable[[Arrival], None]) -> Callable[[Arrival], None]:
        """Return what takes the arrivals of a connection, by its name, so that ``tell`` is told each once."""
        if name not in self._endpoints or len(self._endpoints) == 1:
            return tell
        if self._hearing is None:
            relative = partial(remove_root, self._root)
            self._hearing = Hearing(self._endpoint.outposts, relative, tell)
        return self._hearing.at(self.names.index(name))


class Hearing:
    """Passes on what is heard at the servers of a star, when all to which it goes have it.

    Args:
        outposts: The servers around the one in the middle, which is server 0; they are 1 and up.
        relative: What makes a topic filter of the broker one that is relative to the root, as arrivals are.
        tell: What takes it.
    """

    def __init__(
        self, outposts: Sequence[Outpost], relative: Callable[[str], str], tell: Callable[[Arrival], None]
    ) -> None:
        self._outward = tuple(_index(map(relative, post.outward)) for post in outposts)
        self._inward = tuple(_index(map(relative, post.inward)) for post in outposts)
        self._tell = tell
        self._heard: OrderedDict[tuple[str, bytes], _Heard] = OrderedDict()
        self._reach = lru_cache(_TOPICS_MAX)(self._find_reach)

    def at(self, server: int) -> Callable[[Arrival], None]:
        """Return what takes arrivals at one of the servers."""

        def hear(arrival: Arrival) -> None:
            self._hear(server, arrival)

        return hear

    def _hear(self, server: int, arrival: Arrival) -> None:
        key = (arrival.topic, arrival.payload)
        heard = self._heard.get(key)
        if heard is None:
            heard = self._heard[key] = _Heard()
            if len(self._heard) > REMEMBERED_MAX:
                self._heard.popitem(last=False)
        heard.counts[server] += 1
        heard.reach |= self._reach(arrival.topic, server)
        # Who sends the same twice is heard twice everywhere.
        while all(heard.counts[each] > heard.told for each in heard.reach):
            heard.told += 1
            self._tell(arrival)

    def _find_reach(self, topic: str, server: int) -> frozenset[int]:
        """Return the servers that have, or are to have, what is heard at one of them."""
        if server != _NATIONAL and not self._outward[server - 1].find(topic):
            # It stays there, or came in: then the one in the middle has it, and says where else it goes.
            return frozenset({server})
        inward = (place for place, index in enumerate(self._inward, 1) if index.find(topic))
        return frozenset({server, _NATIONAL, *inward})


class _Heard:
    __slots__ = ("counts", "reach", "told")

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()
        self.reach: frozenset[int] = frozenset()
        self.told = 0


def _index(filters: Iterable[str]) -> FilterIndex[str]:
    index: FilterIndex[str] = FilterIndex()
    for topic_filter in filters:
        index.add(topic_filter, topic_filter)
    return index
