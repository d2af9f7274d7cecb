"""The scenarios that can be started: those that come with beeld, and those of a folder of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from sim.files.places import known_scenarios
from sim.web.offered import Offered
from sim.web.options import ServeOptions
from tests.unit.web.conftest import BEEKDAL
from tests.unit.web.serving import asking


def test_without_a_folder_what_comes_with_beeld_is_offered() -> None:
    offered = Offered()
    assert offered.names() == known_scenarios()
    assert offered.find("gaslek-keten") == "gaslek-keten"
    assert offered.find("beekdal") is None
    assert offered.find("../../etc") is None


def test_scenarios_of_ones_own_are_offered_by_the_name_of_their_folder(tmp_path: Path) -> None:
    shutil.copytree(BEEKDAL, tmp_path / "beekdal")
    shutil.copytree(BEEKDAL, tmp_path / "gaslek-keten")
    (tmp_path / "none").mkdir()
    offered = Offered(tmp_path)
    assert set(offered.names()) == {*known_scenarios(), "beekdal"}
    assert offered.find("beekdal") == str(tmp_path / "beekdal")
    assert offered.find("gaslek-keten") == str(tmp_path / "gaslek-keten"), "one's own comes first"
    assert offered.title("gaslek-keten") == offered.title("beekdal") != Offered().title("gaslek-keten")


def test_the_first_page_offers_and_checks_them(runs: Path, tmp_path: Path) -> None:
    shutil.copytree(BEEKDAL, tmp_path / "beekdal")
    with asking(ServeOptions(runs, scenarios=tmp_path)) as client:
        page = client.get("/?check=beekdal&lang=en").text
    assert '<option value="beekdal"' in page
    assert page.count('<p role="status">') == 1
