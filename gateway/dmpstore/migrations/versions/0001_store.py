"""Sets, documents and their bytes, as the store had them before it had migrations.

A database made in those days is taken as it is.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

metadata = MetaData()
_KEY = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER keys count up by themselves in SQLite

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

records = Table(
    "records",
    metadata,
    Column("id", _KEY, primary_key=True, autoincrement=True),
    Column("public_id", String(32), nullable=False, unique=True),
    Column("authority", String(64), nullable=False),
    Column("ins", String(64), nullable=False),
    Column("fed", BigInteger, nullable=False, index=True),
    Column("fed_at", String(20), nullable=False),
    UniqueConstraint("ins", "authority", name="one_record_per_ins"),
)

submission_sets = Table(
    "submission_sets",
    metadata,
    Column("id", _KEY, primary_key=True, autoincrement=True),
    Column("entry_uuid", String(64), nullable=False, unique=True),
    Column("unique_id", String(64), nullable=False, unique=True),
    Column("record_id", ForeignKey("records.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("submission_time", String(14), nullable=False),
    Column("stored_at", String(20), nullable=False),
    Column("content", Text, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", _KEY, primary_key=True, autoincrement=True),
    Column("entry_uuid", String(64), nullable=False, unique=True),
    Column("logical_id", String(64), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("unique_id", String(64), nullable=False, index=True),
    Column("status", String(16), nullable=False),
    Column("record_id", ForeignKey("records.id"), nullable=False),
    Column("set_id", ForeignKey("submission_sets.id"), nullable=False, index=True),
    Column("sha256", ForeignKey("blobs.sha256"), nullable=False, index=True),
    Column("sha1", String(40), nullable=False),
    Column("size", Integer, nullable=False),
    Column("mime_type", String(128), nullable=False),
    Column("type_code", String(64), nullable=False),
    Column("class_code", String(64), nullable=False),
    Column("format_code", String(256), nullable=False),
    Column("practice_setting", String(64), nullable=False),
    Column("facility_type", String(64), nullable=False),
    Column("rubrique", String(32), nullable=True),
    Column("title", Text, nullable=False),
    Column("type_display", Text, nullable=False),
    Column("author_institution", Text, nullable=False),
    Column("confidentiality", Text, nullable=False),
    Column("creation_time", String(14), nullable=False),
    Column("service_start_time", String(14), nullable=False),
    Column("service_stop_time", String(14), nullable=False),
    Column("replaces", String(64), nullable=True, index=True),
    Column("replaced_by", String(64), nullable=True),
    Column("revision", Integer, nullable=False),
    Column("entry", Text, nullable=False),
    Index("documents_of_a_record", "record_id", "rubrique", "status"),
    Index("documents_by_rubrique", "rubrique"),
)

deposits = Table(
    "deposits",
    metadata,
    Column("id", _KEY, primary_key=True, autoincrement=True),
    Column("set_id", ForeignKey("submission_sets.id"), nullable=False, index=True),
    Column("stored_at", String(20), nullable=False),
    Column("documents", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
)


def upgrade() -> None:
    metadata.create_all(op.get_bind())


def downgrade() -> None:
    metadata.drop_all(op.get_bind())
