"""Collaboration profiles (samenwerkingsprofielen) as data: who they are for, what they allow, how they act.

Profiles are not a ladder and are never ranked (Beleidskader par. 2.2). Regions and national bodies have the
same kind of description, with ``kind = "body"``; they are not assessed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

from sim.core.model.party import CoreTask
from sim.core.model.staff import Duties, Post
from sim.core.model.text import Text


class Action(StrEnum):
    """What a right allows: to publish to topics, or to read them (subscribe and receive)."""

    PUBLISH = "publish"
    READ = "read"


class RightTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rights on topics, written with placeholders that the access table fills in.

    Attributes:
        rule: Id of the rule, shown with every decision that rests on it.
        action: What is allowed (or, in a refusal, what is not).
        topics: MQTT filters; ``{party}``, ``{region}`` (each of its regions), ``{activity}`` (each in which it
            takes part; of a partner only those of its regions), ``{elsewhere}`` (each other one in which a partner
            takes part), ``{directed}`` (each that it directs), ``{theme}`` (each theme of a grant) and ``{layer}``
            (each sensitive map layer of ``{region}`` that the agreement there gives it).
        source: Where the rule stands, e.g. ``Beleidskader Tabel 1``.
    """

    rule: str
    action: Action
    topics: tuple[str, ...]
    source: str


class GrantTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bundle of rights that the directing region can give for one activity, and take back."""

    id: str
    rights: tuple[RightTemplate, ...]

    @property
    def is_by_theme(self) -> bool:
        """Say whether the region chooses for which themes it is given."""
        return any("{theme}" in topic for right in self.rights for topic in right.topics)


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of Beleidskader Tabel 1, or the description of a region or national body.

    Attributes:
        id: Name in scenario files.
        kind: ``partner`` or ``body``.
        name: What people read.
        characterisation: The row's description (kenschets).
        source: Where the row stands.
        core_tasks: Core tasks that allow the profile.
        assessable: Whether an assessment exists for it (Beleidskader par. 1.4).
        directs_own_picture: Whether the partner directs a picture of its own (regievoering).
        channel: How it is reached: in the tool (``post``) or outside it (``outside``).
        information_contact: Point of contact for information.
        coordination_contact: Point of contact for coordination.
        reports: How and when it reports.
        behaviours: Names of the behaviours of its simulated organisation, in order.
        rights: Standing rights.
        duties: Which role does which duty.
        grants: Bundles that can be granted during an activity.
        refusals: What the row says that it may not, to name the reason of a denial.
        staff: The people of such a party by role, where a scenario does not say otherwise.
        reads: What it may read in the tool, in words (leesrechten in LCMS).
        writes: What it may write in the tool, in words (schrijfrechten in LCMS).
    """

    id: str
    kind: Literal["partner", "body"]
    name: Text
    characterisation: Text
    source: str
    core_tasks: tuple[CoreTask, ...]
    assessable: bool
    directs_own_picture: bool
    channel: Literal["post", "outside"]
    information_contact: Text
    coordination_contact: Text
    reports: Text
    behaviours: tuple[str, ...]
    rights: tuple[RightTemplate, ...]
    duties: Duties
    grants: tuple[GrantTemplate, ...] = ()
    refusals: tuple[RightTemplate, ...] = ()
    staff: tuple[Post, ...] = ()
    reads: Text | None = None
    writes: Text | None = None

    def grant(self, grant_id: str) -> GrantTemplate | None:
        """Return the bundle with this id, or None."""
        return next((grant for grant in self.grants if grant.id == grant_id), None)
