"""The statuses of a DocumentEntry: short names in the database, URNs on the wire (JDV_J52)."""

from __future__ import annotations

from gateway.xds import names

APPROVED, DEPRECATED, ARCHIVED, DELETED = "Approved", "Deprecated", "Archived", "Deleted"
STATUS_URNS = {
    APPROVED: names.STATUS_APPROVED,
    DEPRECATED: names.STATUS_DEPRECATED,
    ARCHIVED: names.STATUS_ARCHIVED,
    DELETED: names.STATUS_DELETED,
}
STATUS_NAMES = {urn: name for name, urn in STATUS_URNS.items()}
