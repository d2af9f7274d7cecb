"""Fields that the public schema of the LCMS gateway (0.12.1) demands of each shape, and the values it allows."""

from __future__ import annotations

from collections.abc import Mapping

REQUIRED: Mapping[str, frozenset[str]] = {
    "Activity": frozenset(
        {
            "id",
            "name",
            "organisation",
            "created",
            "modified",
            "status",
            "type",
            "isTemplate",
            "read",
            "defaultTab",
            "gripLevel",
            "isReadOnly",
            "involvedOrganisations",
            "involvedPartnerProfiles",
            "involvedProfiles",
            "template",
            "location",
            "secluded",
            "reoccurring",
        }
    ),
    "Organisation": frozenset({"id", "code", "name", "displayName", "partnerOrganisation"}),
    "View": frozenset(
        {
            "uuid",
            "name",
            "domainCode",
            "organisation",
            "screenTitle",
            "alias",
            "templateUuid",
            "position",
            "read",
            "customPage",
            "empty",
            "sourceActivityUuid",
            "category",
            "header",
            "lastChangeTime",
            "lastStructuralChangeTime",
            "visible",
        }
    ),
    "Field": frozenset(
        {
            "uuid",
            "contents",
            "templateUuid",
            "screenTitle",
            "read",
            "position",
            "empty",
            "hasHistory",
            "hasNonDefaultContent",
            "historyAvailable",
            "lastChangeTime",
            "category",
            "type",
            "lock",
            "attachments",
            "changes",
            "lastChangeDateString",
            "lastChangeByUser",
        }
    ),
    "FieldLock": frozenset(
        {"locked", "isOwnLock", "isGmsLock", "lockedSince", "lockExpirationTime", "permanent", "removable"}
    ),
}
STATUS = frozenset({"RUNNING", "REOPENED", "ARCHIVED", "DELETED"})
TYPE = frozenset({"PUBLIC", "SECLUDED", "PREPARED", "PREPARED_REOCURRING"})
GRIP = frozenset({"G0", "G1", "G2", "G3", "G4", "G5"})
VIEW_CATEGORY = frozenset({"REGULAR", "EXTERNAL", "GUEST", "SITUATIEBEELD"})
