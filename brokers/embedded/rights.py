"""Who may publish and read what: standing rights and named grants per user, changeable at any time.

What is withheld from a user is denied whatever rights it has.

Nobody may do anything by default. A publication or delivery is allowed if the topic matches one pattern; a
subscription is allowed if one READ pattern covers the whole filter, so that no combination of narrow rights
opens a wide filter.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence

from brokers.adapter import Account, Action, Right
from brokers.embedded import reasons, topics
from brokers.embedded.patterns import Patterns


class UnknownAccountError(LookupError):
    """A right was given to or taken from a user that has no account."""

    def __init__(self, username: str) -> None:
        super().__init__(f"no account {username!r}: add it with set_account first")


class _User:
    """One account, its patterns split into levels, and what was decided before."""

    __slots__ = ("account", "denied", "grants", "publish", "publish_codes", "read", "readable", "withheld")

    def __init__(self, account: Account) -> None:
        self.account = account
        self.grants: dict[str, tuple[Right, ...]] = {}
        self.withheld: dict[str, tuple[str, ...]] = {}
        self.denied = Patterns()
        self.publish = Patterns()
        self.read = Patterns()
        self.publish_codes: dict[str, int] = {}
        self.readable: dict[str, bool] = {}

    def refresh(self) -> None:
        """Rebuild the patterns after a change, and forget all decisions."""
        rights = [*self.account.rights, *(right for grant in self.grants.values() for right in grant)]
        self.publish = _patterns(rights, Action.PUBLISH)
        self.read = _patterns(rights, Action.READ)
        self.denied = Patterns(
            topics.split(pattern) for patterns in self.withheld.values() for pattern in patterns
        )
        self.publish_codes = {}
        self.readable = {}


def _patterns(rights: Sequence[Right], action: Action) -> Patterns:
    # dict.fromkeys: each pattern once, in a fixed order.
    wanted = dict.fromkeys(right.pattern for right in rights if right.action is action)
    return Patterns(topics.split(pattern) for pattern in wanted)


def _check_patterns(rights: Sequence[Right]) -> None:
    for right in rights:
        if not topics.valid_filter(right.pattern):
            raise ValueError(f"right to {right.action}: {right.pattern!r} is not a valid topic filter")


class Rights:
    """The accounts of a broker and what each may do.

    Args:
        on_change: Called with the username after its rights changed.
        cached_decisions: How many decisions per user and action are remembered.
    """

    def __init__(self, *, on_change: Callable[[str], None], cached_decisions: int) -> None:
        self._on_change = on_change
        self._cached_decisions = cached_decisions
        self._users: dict[str, _User] = {}

    def set_account(self, account: Account) -> None:
        """Add an account, or replace its password and standing rights; grants stay.

        Raises:
            ValueError: If a right has an invalid pattern.
        """
        _check_patterns(account.rights)
        user = self._users.setdefault(account.username, _User(account))
        user.account = account
        self._changed(user)

    def grant(self, username: str, grant: str, rights: Sequence[Right]) -> None:
        """Add rights under the name ``grant``, to those that already bear that name.

        Raises:
            UnknownAccountError: If there is no such user.
            ValueError: If a right has an invalid pattern.
        """
        _check_patterns(rights)
        user = self._user(username)
        user.grants[grant] = (*user.grants.get(grant, ()), *rights)
        self._changed(user)

    def revoke(self, username: str, grant: str) -> None:
        """Take away all rights under the name ``grant``; nothing happens if there are none.

        Raises:
            UnknownAccountError: If there is no such user.
        """
        user = self._user(username)
        if user.grants.pop(grant, None) is not None:
            self._changed(user)

    def withhold(self, username: str, name: str, patterns: Sequence[str]) -> None:
        """Deny under ``name`` all that matches these filters, whatever rights there are or will be.

        Raises:
            UnknownAccountError: If there is no such user.
            ValueError: If one is no valid filter.
        """
        _check_patterns([Right(Action.READ, pattern) for pattern in patterns])
        user = self._user(username)
        user.withheld[name] = tuple(patterns)
        self._changed(user)

    def give_back(self, username: str, name: str) -> None:
        """Deny no longer what was withheld under ``name``; nothing happens if nothing was.

        Raises:
            UnknownAccountError: If there is no such user.
        """
        user = self._user(username)
        if user.withheld.pop(name, None) is not None:
            self._changed(user)

    def known(self, username: str) -> bool:
        """Say whether there is such an account."""
        return username in self._users

    def authenticate(self, username: str, password: bytes) -> bool:
        """Compare a password in a time that does not tell how much of it, or which part, was right."""
        user = self._users.get(username)
        expected = user.account.password.encode() if user else b""
        same = hmac.compare_digest(expected, password)
        return user is not None and same

    def publish_code(self, username: str, topic: str) -> int:
        """Return 0x00, 0x87 without the right to publish there, or 0x90 for what is not a topic name.

        Topics that begin with ``$`` belong to the server (section 4.7.2), whatever the rights say.
        """
        user = self._users.get(username)
        if user is None:
            return reasons.NOT_AUTHORIZED
        code = user.publish_codes.get(topic)
        if code is None:
            code = self._decide_publish(user, topic)
        return code

    def _decide_publish(self, user: _User, topic: str) -> int:
        if not topics.valid_name(topic):
            return reasons.TOPIC_NAME_INVALID
        allowed = not topic.startswith(topics.RESERVED) and user.publish.match(topic)
        allowed = allowed and not user.denied.match(topic)
        code = reasons.SUCCESS if allowed else reasons.NOT_AUTHORIZED
        if len(user.publish_codes) >= self._cached_decisions:
            user.publish_codes.clear()
        user.publish_codes[topic] = code
        return code

    def may_subscribe(self, username: str, topic_filter: str) -> bool:
        """Say whether one pattern lets the user read everything that a valid filter can match."""
        user = self._users.get(username)
        if user is None:
            return False
        levels = topics.split(topic_filter)
        if any(topics.levels_cover(pattern, levels) for pattern in user.denied.filters):
            return False
        return any(topics.levels_cover(pattern, levels) for pattern in user.read.filters)

    def may_read(self, username: str, topic: str) -> bool:
        """Say whether the user may receive what is published to a valid topic name."""
        user = self._users.get(username)
        if user is None:
            return False
        allowed = user.readable.get(topic)
        if allowed is not None:
            return allowed
        allowed = user.read.match(topic) and not user.denied.match(topic)
        if len(user.readable) >= self._cached_decisions:
            user.readable.clear()
        user.readable[topic] = allowed
        return allowed

    def _user(self, username: str) -> _User:
        user = self._users.get(username)
        if user is None:
            raise UnknownAccountError(username)
        return user

    def _changed(self, user: _User) -> None:
        user.refresh()
        self._on_change(user.account.username)
