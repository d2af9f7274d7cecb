from __future__ import annotations

from tests.unit.core.agents.helpers import PROFILES


def test_grant_of_a_known_bundle_gives_the_bundle() -> None:
    bundle = PROFILES["standby"].grant("activity-reader")
    assert bundle is not None
    assert [right.rule for right in bundle.rights] == [
        "let-in",
        "signal-what-looks-wrong",
        "fallback-by-telephone",
    ]


def test_grant_of_another_profiles_bundle_gives_nothing() -> None:
    assert PROFILES["standby"].grant("seconded-head") is None
    assert PROFILES["core"].grant("activity-reader") is None


def test_is_by_theme_of_the_shipped_bundles_holds_for_the_seconded_head_only() -> None:
    by_theme = {grant.id: grant.is_by_theme for profile in PROFILES.values() for grant in profile.grants}
    assert by_theme == {"activity-reader": False, "seconded-head": True}
