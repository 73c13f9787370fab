"""Consents, and what the rules that need memory ask of messages and documents.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DOCUMENT_COLUMNS = (("patient_hash", 64), ("structure_id", 128), ("author_structures", 255))


def upgrade() -> None:
    op.add_column("messages", sa.Column("sender_key", sa.String(64), nullable=False, server_default=""))
    op.create_index("ix_messages_sender_key", "messages", ["sender_key", "content_hash"])
    for name, length in _DOCUMENT_COLUMNS:
        op.add_column("documents", sa.Column(name, sa.String(length), nullable=False, server_default=""))
    op.add_column("documents", sa.Column("level", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "replacements",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("message_key", sa.String(64), sa.ForeignKey("messages.key"), nullable=False),
        sa.Column("predecessor", sa.String(128), nullable=False),
        sa.Column("successor", sa.String(128), nullable=False),
        sa.UniqueConstraint("message_key", "predecessor", "successor"),
    )
    op.create_index("ix_replacements_predecessor", "replacements", ["predecessor"])
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("message_key", sa.String(64), sa.ForeignKey("messages.key"), nullable=False),
        sa.Column("patient_hash", sa.String(64), nullable=False),
        sa.Column("feeding", sa.String(3), nullable=False),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consultation", sa.String(3), nullable=False),
        sa.Column("consultation_at", sa.DateTime(timezone=True)),
        sa.Column("visit_hash", sa.String(64), nullable=False),
        sa.Column("movement_hash", sa.String(64), nullable=False),
        sa.Column("movement_action", sa.String(8), nullable=False),
        sa.Column("dmp_status", sa.String(16), nullable=False),
        sa.Column("dmp_status_at", sa.DateTime(timezone=True)),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("message_key", "patient_hash"),
    )
    op.create_index("ix_consents_patient_hash", "consents", ["patient_hash"])
    op.create_table(
        "ledger_facts",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.String(255), nullable=False),
    )


def downgrade() -> None:
    for table in ("ledger_facts", "consents", "replacements"):
        op.drop_table(table)
    op.drop_index("ix_messages_sender_key", "messages")
    op.drop_column("messages", "sender_key")
    for name in ("level", *(name for name, _ in reversed(_DOCUMENT_COLUMNS))):
        op.drop_column("documents", name)
