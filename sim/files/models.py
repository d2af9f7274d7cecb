"""The library of model agreements: one for each profile and core task, to start an agreement from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sim.core.model.agreement import Agreement
from sim.core.model.profile import Profile
from sim.files.agreement_shapes import AgreementEntry
from sim.files.agreements import MODEL_PARTNER, check_profile, general_agreement, read_agreement_file
from sim.files.folder import Folder
from sim.files.places import profiles_folder
from sim.files.problems import Problems, show
from sim.files.profiles import Profiles, read_profiles
from sim.files.toml import read_toml

MODELS_FOLDER: Final = "agreements"
"""Folder of the models, below that of the profiles."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model agreement.

    Attributes:
        file: Its path below the folder of the profiles.
        profile: The profile that it is for.
        entry: What it says, by the tables of its file.
        agreement: The same, as an agreement of nobody.
        table: The file as it was written.
    """

    file: str
    profile: Profile
    entry: AgreementEntry
    agreement: Agreement
    table: Mapping[str, Any]


def load_models(root: Path | None = None) -> tuple[Model, ...]:
    """Return the models of a profiles folder, by profile and core task; by default those of the product.

    Raises:
        InputError: A model holds a mistake.
    """
    problems = Problems()
    profiles = read_profiles(root or profiles_folder(), problems)
    models = _read(root or profiles_folder(), profiles, problems)
    problems.raise_errors()
    return models


def _read(root: Path, profiles: Profiles, problems: Problems) -> tuple[Model, ...]:
    folder = Folder(root, problems, prefix="profiles/")
    models = []
    for relative in folder.names(MODELS_FOLDER, ".toml"):
        file = read_agreement_file(folder, relative)
        if file is None:
            continue
        if file.entry.partner != MODEL_PARTNER:
            file.where.at("partner").error(f"'{MODEL_PARTNER}' in the library", show(file.entry.partner))
        check_profile(file.entry, file.where, profiles)
        profile = profiles.by_id.get(file.entry.profile)
        if profile is not None:
            table = read_toml(folder, relative) or {}
            models.append(Model(relative, profile, file.entry, general_agreement(file), table))
    return tuple(models)
