"""The tables of the store, as ``migrations`` makes them.

Exact bytes are kept in ``blobs``, addressed by their SHA-256, inside the database: one transaction then
covers metadata and bytes, so a submission is stored whole or not at all and no orphan file can exist.
``deposits`` has one row for every accepted SubmissionSet, so that "stored twice" can be counted.
``traces`` only ever grows: triggers of the database refuse changes and deletions.
"""

from __future__ import annotations

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

metadata = MetaData()
_KEY = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER keys count up by themselves in SQLite

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

# ``public_id`` is random: the INS never appears in a URL. ``fed`` grows with each deposit into the record; in
# a record that was opened before anything came it is negative. ``state`` is one of ``states.State``.
records = Table(
    "records",
    metadata,
    Column("id", _KEY, primary_key=True, autoincrement=True),
    Column("public_id", String(32), nullable=False, unique=True),
    Column("authority", String(64), nullable=False),
    Column("ins", String(64), nullable=False),
    Column("fed", BigInteger, nullable=False, index=True),
    Column("fed_at", String(20), nullable=False),
    Column("state", String(16), nullable=False, server_default="open"),
    UniqueConstraint("ins", "authority", name="one_record_per_ins"),
)

# ``kind`` is the transaction: ``deposit`` (ITI-41) or ``update`` (ITI-57). ``content`` is the set as JSON.
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

# ``entry`` is the whole DocumentEntry as JSON; the other columns are what is searched or listed.
# ``version`` counts metadata versions of one ``logical_id`` (ITI-57): each is a row of its own over the same
# bytes, and only the last one is not Deprecated. ``revision`` counts documents along a chain of RPLC.
# ``replaces`` and ``replaced_by`` are entryUUIDs.
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
    Index("documents_to_find", "record_id", "status"),
    Index("documents_by_rubrique", "rubrique"),
)

# Every association that was accepted; ``source`` and ``target`` are entryUUIDs, ``slots`` is JSON.
associations = Table(
    "associations",
    metadata,
    Column("id", _KEY, primary_key=True, autoincrement=True),
    Column("entry_uuid", String(64), nullable=False, unique=True),
    Column("type", String(128), nullable=False),
    Column("source", String(64), nullable=False, index=True),
    Column("target", String(64), nullable=False, index=True),
    Column("record_id", ForeignKey("records.id"), nullable=False, index=True),
    Column("set_id", ForeignKey("submission_sets.id"), nullable=False, index=True),
    Column("slots", Text, nullable=False),
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

# One access to one record: when (UTC), what was done by which interface, who. ``actor_kind`` is assertion,
# claim, account or trial; ``actor`` a name, ``structure`` and ``person`` national ids, ``role`` as the
# assertion says it; ``purpose`` its access mode (normal, bris_de_glace, centre_15).
traces = Table(
    "traces",
    metadata,
    Column("id", _KEY, primary_key=True, autoincrement=True),
    Column("record_id", ForeignKey("records.id"), nullable=False),
    Column("at", String(20), nullable=False),
    Column("action", String(16), nullable=False),
    Column("interface", String(16), nullable=False),
    Column("actor_kind", String(16), nullable=False),
    Column("actor", String(256), nullable=False),
    Column("structure", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("role", String(128), nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("detail", String(64), nullable=False),
    Index("traces_of_a_record", "record_id", "id"),
)

traced_documents = Table(
    "traced_documents",
    metadata,
    Column("trace_id", ForeignKey("traces.id"), primary_key=True),
    Column("unique_id", String(64), primary_key=True),
    Index("traces_of_a_document", "unique_id", "trace_id"),
)

# Who is signed in: only the SHA-256 of the cookie is kept. Times are seconds since 1970.
sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("started", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
)
