from __future__ import annotations

import pytest

from sim.core.model.theme import Theme, status_theme
from tests.unit.core.agents.helpers import STATUS_THEME, shipped, text


def test_status_theme_of_the_shipped_themes_is_the_response_organisation() -> None:
    assert status_theme(shipped().themes) == STATUS_THEME


def test_status_theme_without_a_part_d_is_the_first_theme() -> None:
    themes = {name: Theme(name, "x", text(name), "exercise") for name in ("weather", "roads")}
    assert status_theme(themes) == "weather"


def test_status_theme_of_no_themes_raises() -> None:
    with pytest.raises(ValueError, match="expected at least one, was none"):
        status_theme({})
