"""Messages and documents.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("message_id", sa.String(255), nullable=False),
        sa.Column("control_id", sa.String(199), nullable=False),
        sa.Column("facility", sa.String(64), nullable=False),
        sa.Column("routing_key", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("message_type", sa.String(32), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("findings", sa.JSON, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
    )
    for column in ("control_id", "facility", "outcome", "first_seen"):
        op.create_index(f"ix_messages_{column}", "messages", [column])
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("message_key", sa.String(64), sa.ForeignKey("messages.key"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("unique_id", sa.String(128), nullable=False),
        sa.Column("submission_set_id", sa.String(64), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("type_code", sa.String(64), nullable=False),
        sa.Column("class_code", sa.String(64), nullable=False),
        sa.Column("format_code", sa.String(128), nullable=False),
        sa.Column("rubrique", sa.String(32), nullable=False),
        sa.Column("sha1", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.UniqueConstraint("message_key", "position"),
    )
    op.create_index("ix_documents_unique_id", "documents", ["unique_id"])


def downgrade() -> None:
    op.drop_table("documents")
    op.drop_table("messages")
