"""Scenarios that come with the product as a story: made when somebody names them, with the seed of their recipe."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from sim.files.folder import Folder
from sim.files.making.make import make_files
from sim.files.making.material import load_material
from sim.files.places import RECIPE_FILE
from sim.files.problems import InputError, Problem, Problems, hint, show
from sim.files.shapes import FileTable
from sim.files.tables import read_table
from sim.files.toml import read_toml

ALL: Final = ("*",)


class Recipe(FileTable, frozen=True, kw_only=True):
    """How the exercise that comes with the product is made of its story.

    Attributes:
        seed: Seed of what is drawn.
        regions: Codes of the regions; ``*`` is all of the story.
        sha256: What :func:`digest_of` gives for the files.
    """

    seed: int
    regions: tuple[str, ...] = ALL
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A made scenario: its files, by path below its folder."""

    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """Return a digest (SHA-256) of all files and their names."""
        whole = sha256()
        for path, data in sorted(self.files.items()):
            whole.update(f"{path}\0{len(data)}\0".encode() + data)
        return whole.hexdigest()

    def write(self, folder: Path) -> None:
        """Write the files into a folder, which is made.

        Raises:
            OSError: They cannot be written.
        """
        for path, data in self.files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)


def make_scenario(root: Path, profiles: Path, name: str, seed: int, regions: Sequence[str] = ALL) -> Made:
    """Make the scenario of a folder with a story.

    Args:
        root: The folder of the story.
        profiles: Folder of the catalogue, the regions and the models.
        name: Its id.
        seed: Seed of what is drawn.
        regions: Codes of the regions that take part; ``*`` is all of the story.

    Raises:
        InputError: A file holds a mistake, or a region has no reach in the story.
    """
    material = load_material(root, profiles)
    known = sorted(reach.region for reach in material.story.reaches)
    wanted = known if tuple(regions) == ALL else sorted(set(regions))
    strange = [code for code in wanted if code not in known]
    if strange or not wanted:
        expected = f"codes of regions of the story{hint(strange[0], known) if strange else ''}"
        raise InputError([Problem("command line", "--regions", expected, show(strange or "none"))])
    return Made(make_files(material, name, seed, wanted))


def read_recipe(root: Path) -> Recipe:
    """Return the recipe of a folder with a story.

    Raises:
        InputError: It holds a mistake.
    """
    problems = Problems()
    folder = Folder(root, problems)
    table = read_toml(folder, RECIPE_FILE)
    recipe = None if table is None else read_table(Recipe, table, folder.where(RECIPE_FILE))
    problems.raise_errors()
    if recipe is None:
        raise AssertionError("a recipe that could not be read was not reported")
    return recipe


@cache
def made_folder(root: Path, profiles: Path) -> Path:
    """Return a folder with the scenario that a recipe makes: made once, and removed when the process ends.

    Raises:
        InputError: A file that it is made of holds a mistake.
    """
    recipe = read_recipe(root)
    made = make_scenario(root, profiles, root.name, recipe.seed, recipe.regions)
    above = Path(tempfile.mkdtemp(prefix="beeld-made-"))
    atexit.register(shutil.rmtree, above, ignore_errors=True)
    made.write(above / root.name)
    return above / root.name
