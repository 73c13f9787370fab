"""Records get a state; accesses leave traces that nothing can alter; sessions of those who sign in.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_KEPT = ("traces", "traced_documents")


def upgrade() -> None:
    op.add_column("records", sa.Column("state", sa.String(16), nullable=False, server_default="open"))
    op.create_table(
        "traces",
        sa.Column("id", _KEY, primary_key=True, autoincrement=True),
        sa.Column("record_id", _KEY, sa.ForeignKey("records.id"), nullable=False),
        sa.Column("at", sa.String(20), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("interface", sa.String(16), nullable=False),
        sa.Column("actor_kind", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(256), nullable=False),
        sa.Column("structure", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("role", sa.String(128), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("detail", sa.String(64), nullable=False),
    )
    op.create_index("traces_of_a_record", "traces", ["record_id", "id"])
    op.create_table(
        "traced_documents",
        sa.Column("trace_id", _KEY, sa.ForeignKey("traces.id"), primary_key=True),
        sa.Column("unique_id", sa.String(64), primary_key=True),
    )
    op.create_index("traces_of_a_document", "traced_documents", ["unique_id", "trace_id"])
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("started", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
    )
    for statement in _guards(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for table in ("sessions", "traced_documents", "traces"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION dmpstore_append_only()")
    op.drop_column("records", "state")


def _guards(dialect: str) -> list[str]:
    """Triggers that refuse to change or remove a trace, whoever asks."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'traces are append-only'); END"
            for table in _KEPT
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE FUNCTION dmpstore_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'traces are append-only'; END $$",
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION dmpstore_append_only()"
            for table in _KEPT
        ),
    ]
