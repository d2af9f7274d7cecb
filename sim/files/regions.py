"""Reads ``profiles/regions.toml``: the safety regions of the country."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sim.core.model.collaboration import Region
from sim.files.folder import Folder
from sim.files.problems import Problems, hint, show
from sim.files.tables import read_entries
from sim.files.toml import read_toml

REGIONS_FILE: Final = "regions.toml"


def read_regions(root: Path, problems: Problems) -> tuple[Region, ...]:
    """Return the safety regions, in order of code, after reporting every problem with the file."""
    folder = Folder(root, problems, prefix="profiles/")
    table = read_toml(folder, REGIONS_FILE)
    if table is None:
        return ()
    where = folder.where(REGIONS_FILE)
    for key in table:
        if key != "regions":
            where.at(key).error(f"[[regions]]{hint(key, ('regions',))}", f"the unknown key {show(key)}")
    regions: dict[str, Region] = {}
    for region, place in read_entries(Region, table, "regions", where, label="code"):
        if region.code in regions:
            place.at("code").error("a code of its own", f"{show(region.code)} twice")
        regions[region.code] = region
    return tuple(regions[code] for code in sorted(regions))
