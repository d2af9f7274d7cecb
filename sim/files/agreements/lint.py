"""Says what agreements leave open: topics that are empty, preconditions of Tabel 3 and 4 that are not met."""

from __future__ import annotations

from pathlib import Path

from sim.core.model.agreement_topics import GENERAL, empty_topics
from sim.core.model.preconditions import Unmet, unmet
from sim.files.agreements.reading import (
    AGREEMENTS_FOLDER,
    AgreementFile,
    agreement_names,
    check_profile,
    general_agreement,
    read_agreement_file,
    read_agreement_files,
)
from sim.files.agreements.rules import KEYS, AgreementRules
from sim.files.folder import Folder
from sim.files.problems import Problems, Where
from sim.files.profiles import Profiles


def warn_open(root: Path, rules: AgreementRules, problems: Problems) -> None:
    """Report what the agreements of a scenario's folder leave open, as warnings."""
    for file in read_agreement_files(Folder(root, problems), AGREEMENTS_FOLDER):
        warn_open_in(file, rules)


def lint_agreements(path: Path, profiles: Profiles, rules: AgreementRules, problems: Problems) -> None:
    """Report everything about the agreements of a folder, or about one agreement file, by themselves."""
    folder = Folder(path.parent, problems)
    names = (path.name,) if path.is_file() else agreement_names(folder, path.name)
    for relative in names:
        file = read_agreement_file(folder, relative)
        if file is not None:
            check_profile(file.entry, file.where, profiles)
            warn_open_in(file, rules)


def warn_open_in(file: AgreementFile, rules: AgreementRules) -> None:
    """Report what a general agreement leaves open; what one region adds to it need not be whole."""
    if file.entry.addition_of is not None:
        return
    agreement = general_agreement(file)
    # Regions, core task and profile are asked for where the file is read.
    empty = [topic for topic in empty_topics(agreement, rules.topics) if topic.part != GENERAL]
    if empty:
        expected = f"what was agreed on every topic that holds for profile {agreement.profile}"
        file.where.warning(expected, f"nothing on {', '.join(topic.id for topic in empty)}")
    for each in unmet(agreement, rules.preconditions, agreement.profile):
        _warn_unmet(each, file.where)


def _warn_unmet(each: Unmet, where: Where) -> None:
    precondition = each.precondition
    parts = [f"a text on {' and '.join(each.topics)}"] if each.topics else []
    if each.terms:
        parts.append(f"one of {', '.join(KEYS[term] for term in each.terms)}")
    place = each.topics[0] if each.topics else KEYS[each.terms[0]]
    said = f"precondition '{precondition.text.en}' ({precondition.source}, {precondition.dimension})"
    where.at(place).warning(f"{said}: {', and '.join(parts)}", "none")
