"""Consent messages made from the fixture by changing one thing, and documents for the same patient."""

from __future__ import annotations

from gateway.resources import fixtures

INO_DATE = "20261026091500+0100"


def fixture(name: str) -> bytes:
    return (fixtures() / "valid" / name).read_bytes()


def admission(
    control_id: str,
    feeding: str = "INO",
    collected: str = INO_DATE,
    *,
    event: str = "A01",
    action: str = "INSERT",
    movement: str = "MV301",
    stated: str = INO_DATE,
) -> bytes:
    """The admission of the fixture (patient CAMILLE) with another position, date, movement or event."""
    lines = fixture("consent-adt-a01-non-opposition.hl7").decode().split("\r")
    made = []
    for line in lines:
        fields = line.split("|")
        if fields[0] == "MSH":
            fields[8], fields[9] = f"ADT^{event}^ADT_A01", control_id
        elif fields[0] == "EVN":
            fields[2] = stated
        elif fields[0] == "ZBE":
            fields[1], fields[4] = f"{movement}^CH-EXEMPLE", action
            fields[6] = "" if action == "INSERT" else "A01"
        elif fields[0] == "ZFA":
            fields[9], fields[10] = feeding, collected
        made.append("|".join(fields))
    return "\r".join(made).encode()


def without_zfa(message: bytes) -> bytes:
    return b"\r".join(line for line in message.split(b"\r") if not line.startswith(b"ZFA"))


def report(control_id: str = "LABO-0001") -> bytes:
    """The laboratory report of the fixtures for the same patient, under another MSH-10."""
    return fixture("lab-oru-nfs-glycemie.hl7").replace(b"|LABO-0001|", f"|{control_id}|".encode(), 1)
