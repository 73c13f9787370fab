"""What every ordinary message must say in MSH, whether it carries results or a report."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.model import Finding, Rule
from gateway.model.timestamps import is_timestamp
from gateway.validators import rules_header
from gateway.validators.index import MessageIndex, place

VERSIONS = frozenset({"2.3.1", "2.4", "2.5", "2.5.1", "2.6"})


def judge_plain_header(index: MessageIndex, version: Rule) -> Iterator[Finding]:
    """MSH of an ordinary message; ``version`` is the rule of a version that is not read."""
    msh = index.msh
    if msh.value(12) not in VERSIONS:
        yield version.at(place(msh, 12, 1), hl7_code=None if msh.value(12) else "101")
    if not is_timestamp(msh.value(7), at_least=8):
        yield rules_header.MSH_02.at(place(msh, 7), hl7_code=None if msh.value(7) else "101")
    if not msh.value(10) or len(msh.value(10)) > 199:
        yield rules_header.MSH_07.at(place(msh, 10), hl7_code=None if msh.value(10) else "101")
    served = {"P"} if index.settings.environment == "production" else {"P", "T", "D"}
    if msh.value(11) not in index.settings.processing_ids & served:
        yield rules_header.MSH_09.at(place(msh, 11, 1), hl7_code=None if msh.value(11) else "101")
