"""Agreements of a made exercise: the model for profile and core task, with what the kind agreed otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from sim.core.model.party import Scope, scope_of
from sim.files.making.cast import Member, Table
from sim.files.toml_values import toml_value

MADE_BY: Final = (
    "# Made by `beeld generate` from the model of profiles/agreements/; invented for the exercise."
)
"""What an agreement of a made exercise begins with."""

_PARTS: Final = ("process", "organisation", "people", "technology")


def agreement_text(
    member: Member, model: Mapping[str, Any], systems: Sequence[str], remarks: Sequence[str] = (MADE_BY,)
) -> str:
    """Return the file of a partner's agreement.

    Args:
        member: The partner.
        model: The table of the model for its profile and core task.
        systems: Systems that activities are about.
        remarks: Lines of comment at the top.
    """
    table = {part: deepcopy(model.get(part, {})) for part in _PARTS}
    _agree(table["process"], member, systems)
    return "\n".join([*remarks, *_head(member), *_parts(table)]) + "\n"


def _head(member: Member) -> Iterator[str]:
    yield f"partner = {toml_value(member.id)}"
    yield f"name = {toml_value({'nl': member.name.nl, 'en': member.name.en})}"
    yield f"core_task = {toml_value(member.kind.core_task.value)}"
    yield f"profile = {toml_value(member.kind.profile)}"
    yield f"regions = {toml_value(list(member.all_regions))}"
    if scope_of(len(member.all_regions)) is not Scope.REGIONAL:
        yield f"adoption_region = {toml_value(member.all_regions[0])}"


def _parts(table: Mapping[str, Mapping[str, Table]]) -> Iterator[str]:
    for part in _PARTS:
        for topic, terms in table[part].items():
            yield ""
            yield f"[{part}.{topic}]"
            yield from (f"{key} = {toml_value(value)}" for key, value in terms.items())


def _agree(process: dict[str, Table], member: Member, systems: Sequence[str]) -> None:
    """Put what the kind agreed in the place of what the model says."""
    kind = member.kind
    process["alerting"]["systems"] = [system for system in kind.systems if system in systems]
    process["alarming"]["level"] = kind.level
    if kind.scans is not None:
        process["monitoring"]["scans"] = kind.scans
    if kind.threats:
        process["continuous_exchange"]["threats"] = list(kind.threats)
    use = process["information_use"]
    for key, held in (
        ("restricted_systems", kind.restricted),
        ("layers", kind.layers),
        ("seconded_themes", kind.seconded_themes),
    ):
        if held:
            use[key] = list(held)
    if kind.sitrep_every is not None:
        process["pictures"]["sitrep_every"] = kind.sitrep_every
