"""Plain laboratory messages written for these tests, as a laboratory system sends them."""

from __future__ import annotations

INS = "258043523899174^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS"
AUTHORITY = "LABO-EXEMPLE&1.2.250.1.999.2.2&ISO"
HOME = "12 rue du Bel-Exemple^^EXEMPLEVILLE^^99000^FRA^H"


def segment(name: str, fields: dict[int, str]) -> str:
    """A segment from its numbered fields."""
    return "|".join([name, *[fields.get(number, "") for number in range(1, max(fields) + 1)]])


PID = segment("PID", {
    1: "1", 3: f"{INS}~1000001^^^{AUTHORITY}^PI", 7: "19580412", 8: "F",
    5: "PAT-EXEMPLE^CAMILLE^CAMILLE MARIE JOSEPHE^^^^L~PAT-MARIEE^CAMILLE^^^^^D",
    11: f"{HOME}~^^RENNES^^^^BDL^^35238", 13: "0299000000", 18: f"DV201^^^{AUTHORITY}^AN", 32: "VALI",
})  # fmt: skip
MSH = "MSH|^~\\&|SIL-EXEMPLE|LABO-EXEMPLE|DMP|GATEWAY|20261005153100||ORU^R01|LAB-0001|T|2.5"
PRESCRIBER = "10003456789^PS-GENERALISTE^Marc^^^Dr^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO"


def message(*segments: str, msh: str = MSH, pid: str = PID) -> bytes:
    return "".join(f"{line}\r" for line in (msh, pid, *segments)).encode()


def obr(
    number: int = 1, code: str = "NFS^Numération^L", section: str = "HM", status: str = "F", extra: str = ""
) -> str:
    return (
        f"OBR|{number}|P{number:03d}^HIS|L2026-{number:03d}^LIS|{code}|||20261005083000|||||||20261005091500"
        f"|BLD&Sang&HL70070|{PRESCRIBER}||||||20261005152500||{section}|{status}{extra}"
    )


def obx(
    number: int, kind: str, code: str, value: str, unit: str = "", ref: str = "", flag: str = "",
    sub: str = "", status: str = "F", extra: str = "",
) -> str:  # fmt: skip
    return f"OBX|{number}|{kind}|{code}|{sub}|{value}|{unit}|{ref}|{flag}|||{status}{extra}"


ORC = "ORC|RE"
HB = obx(1, "NM", "718-7^Hémoglobine^LN", "11.4", "g/dL", "11.5-16.0", "L")
VALID = message(ORC, obr(), HB)
