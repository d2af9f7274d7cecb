"""What is handed to whom in a replay: what came then, and of that what the profiles allow."""

from __future__ import annotations

import msgspec
import pytest

from sim.core.model.access import grant_id
from sim.core.model.profile import Profile
from sim.core.records.kinds import Delivery, Rights, Undelivered
from sim.core.records.record import Record
from sim.files.places import profiles_folder
from sim.files.problems import Problems
from sim.files.profiles import read_profiles
from sim.replay.handing import Hander, Handing, lost_in
from sim.runlog.reader import read
from tests.played import Played


@pytest.fixture(scope="module")
def profiles() -> dict[str, Profile]:
    return dict(read_profiles(profiles_folder(), Problems()).by_id)


@pytest.fixture(scope="module")
def records(played: Played) -> list[Record]:
    return list(read(played("duinbrand").folder))


@pytest.fixture(scope="module")
def told(records: list[Record]) -> Record:
    """A message that more than one party read."""
    return next(record for record in records if record.kind == "message" and len(record.content.readers) > 1)


def test_a_message_is_handed_to_its_readers_and_a_lost_one_is_not(
    records: list[Record], told: Record, profiles: dict[str, Profile]
) -> None:
    readers = told.content.readers
    assert [one.party for one in Hander(records[0].content, profiles).take(told)] == list(readers)

    lost = Record(told.seq + 1, told.at_ms, "lost", (), _undelivered(told, readers[0]), {})
    hander = Hander(records[0].content, profiles, lost_in([lost]))
    assert [one.party for one in hander.take(told)] == list(readers[1:])
    assert hander.lost_again == 1


def test_what_is_late_or_comes_again_is_handed_then_and_what_never_came_is_not(
    records: list[Record], told: Record, profiles: dict[str, Profile]
) -> None:
    party, event = told.content.readers[0], told.content.event.id
    hander = Hander(records[0].content, profiles, held_back=[event])
    first = hander.take(told)
    for how, handed in (("late", first[:1]), ("again", first[:1]), ("missed", [])):
        delivery = Delivery(party, told.content.topic, event, how, "o-1")  # type: ignore[arg-type]
        assert hander.take(Record(told.seq + 1, told.at_ms + 1, "delivery", (), delivery, {})) == handed
    unknown = Delivery(party, told.content.topic, "never-sent", "late", "o-1")
    assert hander.take(Record(told.seq + 1, told.at_ms + 1, "delivery", (), unknown, {})) == []


def test_what_leaked_or_may_not_be_read_is_not_handed_and_counted(
    records: list[Record], told: Record, profiles: dict[str, Profile]
) -> None:
    hander = Hander(records[0].content, profiles)
    leak = Record(told.seq + 1, told.at_ms, "leak", (), _undelivered(told, told.content.readers[0]), {})
    assert hander.take(leak) == []
    stranger = msgspec.structs.replace(told.content, readers=("nobody-of-this",))
    assert hander.take(msgspec.structs.replace(told, content=stranger)) == []
    assert hander.forbidden == 2


def test_rights_come_with_a_grant_and_go_with_a_revoke_once_each(
    records: list[Record], profiles: dict[str, Profile]
) -> None:
    hander = Hander(records[0].content, profiles)
    granted = next(record for record in records if record.kind == "rights")
    rights: Rights = granted.content
    name = grant_id(rights.party, rights.bundle, rights.activity)
    revoked = msgspec.structs.replace(granted, content=msgspec.structs.replace(rights, change="revoked"))

    assert hander.change(revoked) is None  # it had none
    given = hander.change(granted)
    assert given is not None
    assert (given.party, given.name) == (rights.party, name)
    assert f"activity/{rights.activity}/shared/#" in given.patterns
    assert hander.change(granted) is None  # it has them already
    taken = hander.change(revoked)
    assert taken is not None
    assert (taken.party, taken.name, taken.patterns) == (rights.party, name, ())


def test_rights_that_nothing_is_known_of_change_nothing(
    records: list[Record], profiles: dict[str, Profile]
) -> None:
    hander = Hander(records[0].content, profiles)
    granted = next(record for record in records if record.kind == "rights")
    for other in ({"party": "nobody-of-this"}, {"bundle": "own-invention"}):
        rights = msgspec.structs.replace(granted.content, **other)
        assert hander.change(msgspec.structs.replace(granted, content=rights)) is None
    assert hander.change(records[0]) is None


def test_every_delivery_of_a_run_is_allowed_by_the_profiles_that_it_ran_with(
    records: list[Record], profiles: dict[str, Profile]
) -> None:
    hander = Hander(records[0].content, profiles)
    handed: list[Handing] = []
    for record in records:
        handed += hander.take(record)
        hander.change(record)
    assert len(handed) == records[-1].content.deliveries
    assert hander.forbidden == 0


def _undelivered(told: Record, party: str) -> Undelivered:
    return Undelivered(party, told.content.topic, told.content.event.id)
