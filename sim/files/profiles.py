"""Reads the profiles of partners, the descriptions of bodies, and the themes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

import msgspec

from sim.core.agents.roster import BEHAVIOURS
from sim.core.model.filters import is_filter
from sim.core.model.ids import is_id
from sim.core.model.profile import Profile, RightTemplate
from sim.core.model.staff import Duty, Post
from sim.core.model.staffed import undone
from sim.core.model.theme import Theme
from sim.core.picture.plausibility import Quantity
from sim.files.folder import Folder
from sim.files.problems import Problems, Where, hint, show
from sim.files.shapes import StaffEntry
from sim.files.staff import read_staff
from sim.files.tables import ID_EXPECTED, read_entries, read_table
from sim.files.toml import read_toml

THEMES_FILE: Final = "themes.toml"
PLAUSIBILITY_FILE: Final = "plausibility.toml"

_KIND_OF: Final[Mapping[str, str]] = {"partners": "partner", "bodies": "body"}
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_STANDING: Final = frozenset({"party", "region", "activity", "elsewhere", "directed", "layer"})
_GRANTED: Final = frozenset({"party", "region", "activity", "theme"})


@dataclass(frozen=True, slots=True)
class Profiles:
    """What a profiles folder holds.

    Attributes:
        by_id: Profiles and bodies that can be used.
        themes: Themes by id.
        quantities: How far figures can move, by name.
        names: All names of profiles, also of those with errors.
        theme_names: All names of themes; None when they could not be read.
        files: File of each profile, as named in ``hashes``.
        hashes: SHA-256 of each file.
    """

    by_id: Mapping[str, Profile] = field(default_factory=dict)
    themes: Mapping[str, Theme] = field(default_factory=dict)
    quantities: Mapping[str, Quantity] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    theme_names: frozenset[str] | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)

    def hashes_for(self, used: Iterable[str]) -> dict[str, str]:
        """Return the hashes of the themes, of what figures can be, and of the profiles in ``used``."""
        shared = {f"profiles/{THEMES_FILE}", f"profiles/{PLAUSIBILITY_FILE}"}
        files = {self.files[name] for name in used} | shared
        return {file: digest for file, digest in self.hashes.items() if file in files}


class _ThemesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    themes: list[object]


def read_profiles(root: Path, problems: Problems) -> Profiles:
    """Return the profiles and themes below ``root`` after reporting every problem with them."""
    folder = Folder(root, problems, prefix="profiles/")
    by_id: dict[str, Profile] = {}
    files: dict[str, str] = {}
    names: set[str] = set()
    for below, kind in _KIND_OF.items():
        for relative in folder.names(below, ".toml"):
            where = folder.where(relative)
            names.add(PurePosixPath(relative).stem)
            profile = _read_profile(folder, relative, kind)
            if profile is None:
                continue
            if profile.id in by_id:
                where.at("id").error(f"an id other than that of {files[profile.id]}", show(profile.id))
                continue
            by_id[profile.id] = profile
            files[profile.id] = where.file
    themes = _read_themes(folder)
    theme_names = None if themes is None else frozenset(themes)
    quantities = _read_quantities(folder)
    return Profiles(
        by_id=by_id,
        themes=themes or {},
        quantities=quantities,
        names=frozenset(names | set(by_id)),
        theme_names=theme_names,
        files=files,
        hashes=folder.hashes,
    )


def _read_profile(folder: Folder, relative: str, kind: str) -> Profile | None:
    table = read_toml(folder, relative)
    where = folder.where(relative)
    if table is None:
        return None
    staff = _read_staff(table, where)
    profile = read_table(Profile, {key: value for key, value in table.items() if key != "staff"}, where)
    if profile is None:
        return None
    if not is_id(profile.id):
        where.at("id").error(ID_EXPECTED, show(profile.id))
        return None
    if profile.kind != kind:
        where.at("kind").error(f"'{kind}' in this folder", show(profile.kind))
    if profile.kind == "partner" and not profile.core_tasks:
        where.at("core_tasks").error("the core tasks that allow the profile", "none")
    for index, behaviour in enumerate(profile.behaviours):
        if behaviour not in BEHAVIOURS:
            expected = f"the name of a behaviour{hint(behaviour, tuple(BEHAVIOURS))}"
            where.at("behaviours").item(index).error(expected, show(behaviour))
    if staff is not None:
        profile = msgspec.structs.replace(profile, staff=staff)
        _check_duties(profile, where.at("duties"))
    _check_rights(profile.rights, _STANDING, where.at("rights"))
    _check_rights(profile.refusals, _STANDING, where.at("refusals"))
    for index, grant in enumerate(profile.grants):
        _check_rights(grant.rights, _GRANTED, where.at("grants").item(grant.id or index).at("rights"))
    return None if staff is None else profile


def _read_staff(table: Mapping[str, Any], where: Where) -> tuple[Post, ...] | None:
    """Return the people of a profile, whose durations are words in its file."""
    entries = list(read_entries(StaffEntry, dict(table), "staff", where, label="role"))
    staff = read_staff([entry for entry, _ in entries], where.at("staff"), _read_source)
    written = table.get("staff", [])
    return staff if isinstance(written, list) and len(entries) == len(written) else None


def _read_source(text: str, where: Where) -> None:
    if not text.strip():
        where.error("where the figures come from, or 'exercise'", show(text))


def _check_duties(profile: Profile, section: Where) -> None:
    """Report duties that no role can do, or for which the profile has nobody."""
    nobody = undone(profile.duties, {post.role: post for post in profile.staff})
    for duty in Duty:
        if not profile.duties.roles(duty):
            section.at(duty.value).error("the roles that do it", "none")
        elif duty in nobody:
            roles = ", ".join(profile.duties.roles(duty))
            section.at(duty.value).error("a role with somebody in [[staff]]", f"nobody in {roles}")


def _check_rights(rights: Iterable[RightTemplate], placeholders: frozenset[str], section: Where) -> None:
    for index, right in enumerate(rights):
        topics = section.item(right.rule or index).at("topics")
        for number, topic in enumerate(right.topics):
            _check_topic(topic, placeholders, topics.item(number))


def _check_topic(topic: str, placeholders: frozenset[str], where: Where) -> None:
    for name in _PLACEHOLDER.findall(topic):
        if name not in placeholders:
            expected = f"one of {', '.join(f'{{{known}}}' for known in sorted(placeholders))}"
            where.error(f"{expected}{hint(name, placeholders)}", show(f"{{{name}}}"))
    if not is_filter(_PLACEHOLDER.sub("x", topic)):
        where.error("an MQTT topic filter", show(topic))


def _read_themes(folder: Folder) -> dict[str, Theme] | None:
    table = read_toml(folder, THEMES_FILE)
    where = folder.where(THEMES_FILE)
    if table is None or read_table(_ThemesFile, table, where) is None:
        return None
    themes: dict[str, Theme] = {}
    for theme, place in read_entries(Theme, table, "themes", where):
        if not is_id(theme.id):
            place.at("id").error(ID_EXPECTED, show(theme.id))
        elif theme.id in themes:
            place.at("id").error("an id of its own", f"{show(theme.id)} twice")
        themes[theme.id] = theme
    return themes


def _read_quantities(folder: Folder) -> dict[str, Quantity]:
    """Return how far figures can move; an institution's own profiles need not say it."""
    if f"./{PLAUSIBILITY_FILE}" not in folder.names(".", ".toml"):
        return {}
    table = read_toml(folder, PLAUSIBILITY_FILE) or {}
    quantities: dict[str, Quantity] = {}
    where = folder.where(PLAUSIBILITY_FILE)
    for quantity, place in read_entries(Quantity, table, "quantities", where, label="name"):
        if quantity.name in quantities:
            place.at("name").error("a name of its own", f"{show(quantity.name)} twice")
        if quantity.step <= 0:
            place.at("step").error("more than 0", show(quantity.step))
        if not quantity.source.strip():
            place.at("source").error("where the figure comes from, or 'exercise'", show(quantity.source))
        quantities[quantity.name] = quantity
    return quantities
