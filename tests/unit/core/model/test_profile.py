from __future__ import annotations

from tests.unit.core.agents.helpers import PROFILES


def test_grant_of_a_known_bundle_gives_the_bundle() -> None:
    bundle = PROFILES["standby"].grant("activity-reader")
    assert bundle is not None
    assert [right.rule for right in bundle.rights] == ["let-in", "signal-what-looks-wrong"]


def test_grant_of_another_profiles_bundle_gives_nothing() -> None:
    assert PROFILES["standby"].grant("seconded-head") is None
    assert PROFILES["core"].grant("activity-reader") is None
