"""Reads ``staff``: how many people of each role there are, when they come, and how long things take them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from sim.core.model.party import Party
from sim.core.model.profile import Profile
from sim.core.model.staff import AT_ONCE, ATTENTION_MS, SECONDED, Post, Spread
from sim.core.model.staffed import posts_of, undone
from sim.core.model.time import HOUR_MS, MINUTE_MS
from sim.files.calendar import read_duration
from sim.files.problems import Where, show
from sim.files.shapes import StaffEntry

_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z")


def read_staff(
    entries: Sequence[StaffEntry], section: Where, read_source: Callable[[str, Where], None]
) -> tuple[Post, ...] | None:
    """Return the people by role after reporting every problem with them; None when there is one.

    Args:
        entries: As the file has them.
        section: Where they stand.
        read_source: Reports a source that the file may not name.
    """
    posts: list[Post | None] = []
    for entry in entries:
        where = section.item(entry.role.value)
        if any(post is not None and post.role is entry.role for post in posts):
            where.at("role").error("every role once", f"{show(entry.role.value)} again")
        read_source(entry.source, where.at("source"))
        if entry.role in SECONDED and entry.on_duty:
            expected = "none: who is seconded comes once the region has decided so (Beleidskader par. 2.2.3)"
            where.at("on_duty").warning(expected, str(entry.on_duty))
        posts.append(_read_post(entry, where))
    known = tuple(post for post in posts if post is not None)
    return known if len(known) == len(posts) else None


def warn_undone(party: Party, profile: Profile | None, section: Where) -> None:
    """Warn of duties that nobody of a party can do: what is given to nobody is not done."""
    if profile is None:
        return
    for duty in undone(profile.duties, posts_of(party, profile)):
        roles = ", ".join(profile.duties.roles(duty))
        section.warning(f"somebody for the duty '{duty}' ({roles})", "nobody")


def as_entry(post: Post) -> dict[str, Any]:
    """Return a post as a file would hold it, so that a party can have that of its profile, and change it."""
    entry: dict[str, Any] = {
        "role": post.role.value,
        "on_duty": post.on_duty,
        "on_call": post.on_call,
        "arrival": _durations(post.arrival),
        "available": post.available,
        "attention": f"{post.attention_ms}ms",
        "loss": post.loss,
        "source": post.source,
    }
    if post.hours is not None:
        entry["hours"] = [f"{at_ms // HOUR_MS:02d}:{at_ms // MINUTE_MS % 60:02d}" for at_ms in post.hours]
    if post.handling is not None:
        entry["handling"] = _durations(post.handling)
    limits = {"skill": post.skill, "error": post.error, "slip": post.slip}
    return {**entry, **{name: limit for name, limit in limits.items() if limit is not None}}


def _durations(spread: Spread) -> list[str]:
    mode = () if spread.mode_ms is None else (spread.mode_ms,)
    return [f"{at_ms}ms" for at_ms in (spread.low_ms, *mode, spread.high_ms)]


def _read_post(entry: StaffEntry, where: Where) -> Post | None:
    lacks_arrival = entry.on_call > 0 and entry.arrival is None
    if lacks_arrival:
        where.at("arrival").error("how long those on call take to come, such as ['15m', '45m']", "nothing")
    arrival = AT_ONCE if entry.arrival is None else read_spread(entry.arrival, where.at("arrival"))
    handling = None if entry.handling is None else read_spread(entry.handling, where.at("handling"))
    hours = None if entry.hours is None else _read_hours(entry.hours, where.at("hours"))
    attention_ms: int | None = ATTENTION_MS
    if entry.attention is not None:
        attention_ms = read_duration(entry.attention, where.at("attention"))
    is_wrong = (handling is None) != (entry.handling is None) or (hours is None) != (entry.hours is None)
    if lacks_arrival or is_wrong or arrival is None or attention_ms is None:
        return None
    return Post(
        role=entry.role,
        on_duty=entry.on_duty,
        on_call=entry.on_call,
        arrival=arrival,
        available=entry.available,
        hours=hours,
        handling=handling,
        attention_ms=attention_ms,
        skill=entry.skill,
        error=entry.error,
        slip=entry.slip,
        loss=entry.loss,
        source=entry.source,
    )


def read_spread(texts: Sequence[str], where: Where) -> Spread | None:
    """Return durations spread from the first to the last, around the middle one of three; None after a problem."""
    if len(texts) not in (2, 3):
        expected = "the shortest and the longest duration, with the most likely one between them or not"
        where.error(expected, show(list(texts)))
        return None
    read = [read_duration(text, where.item(index)) for index, text in enumerate(texts)]
    durations = [duration for duration in read if duration is not None]
    if len(durations) < len(read):
        return None
    if durations != sorted(durations):
        where.error("durations in order, the shortest first", show(list(texts)))
        return None
    return Spread(durations[0], durations[-1], durations[1] if len(durations) == 3 else None)


def _read_hours(texts: tuple[str, str], where: Where) -> tuple[int, int] | None:
    first, last = (_read_clock(text, where.item(index)) for index, text in enumerate(texts))
    if first is None or last is None:
        return None
    if first == last:
        where.error("two different clock hours; leave it out for all day", show(list(texts)))
        return None
    return first, last


def _read_clock(text: str, where: Where) -> int | None:
    match = _CLOCK.match(text)
    if match is None:
        where.error("a clock hour such as 07:00", show(text))
        return None
    return int(match[1]) * HOUR_MS + int(match[2]) * MINUTE_MS
