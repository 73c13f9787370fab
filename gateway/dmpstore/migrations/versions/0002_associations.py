"""Associations get a table of their own, filled from what the documents tell; an index for FindDocuments.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_HAS_MEMBER = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
_RPLC = "urn:ihe:iti:2007:AssociationType:RPLC"
_ORIGINAL = json.dumps({"SubmissionSetStatus": ["Original"]})
_MANY = 1000
_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_DOCUMENTS = sa.text(
    "SELECT d.id, d.entry_uuid, d.replaces, d.record_id, d.set_id, s.entry_uuid AS set_uuid FROM documents d "
    "JOIN submission_sets s ON s.id = d.set_id WHERE d.id > :after ORDER BY d.id LIMIT :many"
)


def upgrade() -> None:
    table = op.create_table(
        "associations",
        sa.Column("id", _KEY, primary_key=True, autoincrement=True),
        sa.Column("entry_uuid", sa.String(64), nullable=False, unique=True),
        sa.Column("type", sa.String(128), nullable=False),
        sa.Column("source", sa.String(64), nullable=False, index=True),
        sa.Column("target", sa.String(64), nullable=False, index=True),
        sa.Column("record_id", _KEY, sa.ForeignKey("records.id"), nullable=False, index=True),
        sa.Column("set_id", _KEY, sa.ForeignKey("submission_sets.id"), nullable=False, index=True),
        sa.Column("slots", sa.Text, nullable=False),
    )
    op.create_index("documents_to_find", "documents", ["record_id", "status"])
    after = 0
    while rows := op.get_bind().execute(_DOCUMENTS, {"after": after, "many": _MANY}).all():
        op.bulk_insert(table, [each for row in rows for each in _associations(row)])
        after = rows[-1].id


def downgrade() -> None:
    op.drop_index("documents_to_find", "documents")
    op.drop_table("associations")


def _associations(row: sa.Row[Any]) -> Iterator[dict[str, Any]]:
    yield _association(row, _HAS_MEMBER, row.set_uuid, row.entry_uuid, _ORIGINAL)
    if row.replaces:
        yield _association(row, _RPLC, row.entry_uuid, row.replaces, "{}")


def _association(row: sa.Row[Any], kind: str, source: str, target: str, slots: str) -> dict[str, Any]:
    return {
        "entry_uuid": uuid.uuid4().urn,
        "type": kind,
        "source": source,
        "target": target,
        "record_id": row.record_id,
        "set_id": row.set_id,
        "slots": slots,
    }
