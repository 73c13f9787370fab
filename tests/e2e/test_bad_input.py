"""Bad input is normal input: a dead letter with rule and place for each, and the worker goes on."""

from __future__ import annotations

import base64
import json

from gateway.resources import fixtures
from gateway.routes.letters import read_dead_letter
from tests.e2e.harness import Stack

MEBIBYTE = 1024 * 1024


def _valid(name: str) -> bytes:
    return (fixtures() / "valid" / name).read_bytes()


def _with_payload(message: bytes, payload: bytes) -> bytes:
    """The same ORU with other bytes in OBX-5.5."""
    start = message.index(b"^Base64^") + len(b"^Base64^")
    end = message.index(b"|", start)
    return message[:start] + base64.b64encode(payload) + message[end:]


def bad_inputs() -> dict[str, tuple[bytes, str]]:
    """Each wrong in one way, with the rule that must say so."""
    message, document = _valid("lab-oru-nfs-glycemie.hl7"), _valid("cda-synthese-medicale.xml")
    ins = document.index(b'root="1.2.250.1.213.1.4.10"')
    start, end = document.rindex(b"<id", 0, ins), document.index(b"/>", ins) + 2
    return {
        "truncated": (message[: len(message) // 2], "R.DOC.10"),
        "wrong delimiters": (message.replace(b"|^~\\&|", b"|^#\\&|", 1), "R.ENC.04"),
        "undecodable": (message.replace(b"PAT", b"\xe9T", 1), "R.ENC.06"),
        "nothing": (b"", "X.EMPTY"),
        "30 MB": (message + b"ZZZ|" + b"A" * (30 * MEBIBYTE), "R.ENC.10"),
        "not XML": (_with_payload(message, b"Ceci n'est pas un document."), "R.DOC.10"),
        "not a CDA": (_with_payload(message, b"<rapport/>"), "R.DOC.10"),
        "a DOCTYPE": (_with_payload(message, b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "R.DOC.10"),
        "bare, not a CDA": (b"<rapport/>", "R.DOC.10"),
        "no INS": (document[:start] + document[end:], "R.DMP.02"),
        "unknown type": (document.replace(b'code="SYNTH"', b'code="INCONNU"', 1), "R.HDR.03"),
    }


async def test_each_bad_input_is_a_dead_letter_with_rule_and_place(stack: Stack) -> None:
    worker = stack.start_worker()
    inputs = bad_inputs()
    sent = {await stack.publish(body, "lab.labo-exemple"): name for name, (body, _) in inputs.items()}
    rows = await stack.settled(len(sent))
    good = await stack.publish(_valid("cda-synthese-medicale.xml"), "lab.labo-exemple")
    rows = await stack.settled(len(sent) + 1)
    assert rows[good]["outcome"] == "submitted"
    assert worker.poll() is None

    letters = {letter.message_id: letter for letter in await stack.dead_letters()}
    assert {sent[name] for name in set(sent) - set(letters)} == set()
    for message_id, name in sent.items():
        body, rule = inputs[name]
        letter, facts = letters[message_id], read_dead_letter(letters[message_id])
        assert letter.body == body, name
        rules = {finding["rule"] for finding in facts.findings if finding["severity"] == "error"}
        assert rule in rules, (name, rules)
        assert facts.location, name
        assert (facts.attempts, facts.facility) == (1, "labo-exemple"), name
        assert facts.stage in ("parsed", "validated", "classified"), name
        assert facts.first_seen, name
        assert all(finding["text_fr"] and finding["text_en"] for finding in facts.findings), name
        assert "PAT" not in json.dumps(dict(letter.headers), default=str), name
