"""The ledger: one row per message and per document, so that every message can be accounted for."""

from gateway.ledger.consents import SqlConsents
from gateway.ledger.patients import PatientHasher, patient_hasher
from gateway.ledger.queries import LedgerReader
from gateway.ledger.schema import open_database
from gateway.ledger.sql import SqlLedger

__all__ = ["LedgerReader", "PatientHasher", "SqlConsents", "SqlLedger", "open_database", "patient_hasher"]
