"""Any bytes after a DICOM preamble give a reading: no exception, no hang, and never a value in a finding."""

from __future__ import annotations

import logging
import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.parsers import read
from tests.plain_imaging.dicoms import encapsulated, sr
from tests.plain_imaging.judged import judged

FILES = [sr(), encapsulated()]


@given(st.binary(max_size=600))
@settings(max_examples=100, deadline=None)
def test_any_bytes_after_the_preamble_are_read(tail: bytes) -> None:
    reading = read(bytes(128) + b"DICM" + tail)
    assert [finding.is_error for finding in reading.findings]


@pytest.mark.parametrize("seed", range(150))
def test_a_damaged_file_never_raises_nor_logs(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    chosen = random.Random(seed)
    body = bytearray(FILES[seed % 2])
    for _ in range(chosen.randrange(1, 8)):
        body[chosen.randrange(132, min(len(body), 2500))] = chosen.randrange(256)
    with caplog.at_level(logging.DEBUG):
        found = judged(bytes(body[: chosen.choice([len(body), chosen.randrange(140, len(body))])]))
    assert found.verdict.accepted or all(str(finding.location) for finding in found.verdict.errors)
    assert caplog.records == []


def test_sequences_nested_without_end_do_not_exhaust_the_stack() -> None:
    opening = struct.pack("<HH2sHI", 0x0040, 0xA730, b"SQ", 0, 0xFFFFFFFF)
    opening += struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    found = judged(sr() + opening * 20_000)
    assert [finding.rule for finding in found.verdict.errors] == ["R.IMG.40"]
