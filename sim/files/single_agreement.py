"""Loads one agreement by its file: by itself, or with the general one that it adds to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from sim.core.model.agreement import Agreement
from sim.core.model.profile import Profile
from sim.core.model.theme import Theme
from sim.files.agreement_shapes import AgreementEntry
from sim.files.agreements import (
    AgreementFile,
    agreement_names,
    check_profile,
    general_agreement,
    read_agreement_file,
)
from sim.files.folder import Folder
from sim.files.places import profiles_folder
from sim.files.problems import Problems, show
from sim.files.profiles import Profiles, read_profiles


@dataclass(frozen=True, slots=True)
class SingleAgreement:
    """One agreement, with what is needed to show it.

    Attributes:
        entry: What its file says.
        agreement: As it holds: with an addition, in that region.
        terms: What was agreed that can be measured or acted upon, by field of ``Agreement``; no defaults.
        profile: Its profile.
        themes: Themes by id.
    """

    entry: AgreementEntry
    agreement: Agreement
    terms: Mapping[str, Any]
    profile: Profile
    themes: Mapping[str, Theme]


def load_single_agreement(path: Path, profiles_root: Path | None = None) -> SingleAgreement:
    """Return the agreement of a file; what a region adds comes with the general agreement beside it.

    Raises:
        InputError: The file holds errors, or adds to an agreement that is not beside it.
    """
    problems = Problems()
    profiles = read_profiles(profiles_root or profiles_folder(), problems)
    folder = Folder(path.parent, problems)
    file = read_agreement_file(folder, path.name)
    if file is not None:
        check_profile(file.entry, file.where, profiles)
    found = None if file is None else _whole(file, folder, path.parent, profiles)
    problems.raise_errors()
    if found is None:
        raise AssertionError("an agreement without errors was not made")
    return found


def _whole(file: AgreementFile, folder: Folder, root: Path, profiles: Profiles) -> SingleAgreement | None:
    profile = profiles.by_id.get(file.entry.profile)
    if profile is None:
        return None
    region = file.entry.addition_of
    if region is None:
        return SingleAgreement(file.entry, general_agreement(file), file.terms, profile, profiles.themes)
    general = _general_beside(file, folder, root)
    if general is None:
        file.where.at("addition_of").error(
            "the general agreement that it adds to, in the same folder", "none"
        )
        return None
    if region not in general.entry.regions:
        expected = f"one of the regions of the general agreement ({', '.join(general.entry.regions)})"
        file.where.at("addition_of").error(expected, show(region))
        return None
    agreement = general_agreement(general).with_addition(region, file.terms, file.texts).additions[region]
    terms = {**general.terms, **file.terms}
    entry = msgspec.structs.replace(file.entry, name=file.entry.name or general.entry.name)
    return SingleAgreement(entry, agreement, terms, profile, profiles.themes)


def _general_beside(file: AgreementFile, folder: Folder, root: Path) -> AgreementFile | None:
    """Return the general agreement in the same folder; mistakes in other files are not this one's."""
    beside = Folder(root, Problems())
    for name in agreement_names(folder, "."):
        other = read_agreement_file(beside, name)
        if other is not None and other.entry.addition_of is None and _same(other.entry, file.entry):
            return other
    return None


def _same(one: AgreementEntry, other: AgreementEntry) -> bool:
    return (one.partner, one.core_task, one.profile) == (other.partner, other.core_task, other.profile)
