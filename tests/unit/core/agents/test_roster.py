from __future__ import annotations

import msgspec
import pytest

from sim.core.agents.roster import BEHAVIOURS, behaviours_of, handles
from sim.core.model.cue import Close, Level, Open, SeekSupport, SendAlert, TryRead
from tests.unit.core.agents.helpers import PROFILES


def test_behaviours_of_every_shipped_profile_are_those_it_names_in_order() -> None:
    for profile in PROFILES.values():
        assert tuple(behaviour.name for behaviour in behaviours_of(profile)) == profile.behaviours


def test_every_behaviour_is_used_by_some_shipped_profile() -> None:
    assert set(BEHAVIOURS) == {name for profile in PROFILES.values() for name in profile.behaviours}


def test_behaviours_of_a_profile_that_names_another_raises_with_its_name() -> None:
    odd = msgspec.structs.replace(PROFILES["link"], behaviours=("knowing", "gossiping"))
    with pytest.raises(ValueError, match=r"profile link: expected behaviours among admitting, .*gossiping"):
        behaviours_of(odd)


@pytest.mark.parametrize(
    ("profile", "cue", "expected"),
    [
        ("safety-region", Open, True),
        ("safety-region", Close, True),
        ("core", Open, False),
        ("core", Level, True),
        ("link", Level, True),
        ("safety-region", Level, False),
        ("core", SendAlert, True),
        ("standby", SendAlert, False),
        ("ad-hoc", SeekSupport, True),
        ("link", TryRead, True),
    ],
)
def test_handles_a_cue_when_some_behaviour_does(profile: str, cue: type, expected: bool) -> None:
    assert handles(PROFILES[profile], cue) is expected


def test_handles_with_a_behaviour_that_does_not_exist_asks_the_others() -> None:
    odd = msgspec.structs.replace(PROFILES["link"], behaviours=("gossiping", "attempts"))
    assert handles(odd, TryRead)
    assert not handles(odd, Open)
