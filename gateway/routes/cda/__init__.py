"""CDA R2 documents built from messages that carry none. Pure and deterministic: same facts, same bytes."""
