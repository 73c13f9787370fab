"""Plain reports written for these tests, as radiology and hospital systems send them."""

from __future__ import annotations

import base64

from fixtures.build.pdf import pdf
from tests.plain_lab.samples import HOME, INS, segment

PDF = pdf("Compte rendu", [("text", "Pas d'anomalie décelée.")])
PDF_64 = base64.b64encode(PDF).decode()
AUTHORITY = "IMAGERIE-EXEMPLE&1.2.250.1.999.2.3&ISO"
PID = segment("PID", {
    1: "1", 3: f"{INS}~1000001^^^{AUTHORITY}^PI", 7: "19580412", 8: "F",
    5: "PAT-EXEMPLE^CAMILLE^CAMILLE MARIE JOSEPHE^^^^L~PAT-MARIEE^CAMILLE^^^^^D",
    11: f"{HOME}~^^RENNES^^^^BDL^^35238", 13: "0299000000", 18: f"DV201^^^{AUTHORITY}^AN", 32: "VALI",
})  # fmt: skip
MSH = "MSH|^~\\&|RIS-EXEMPLE|IMAGERIE-EXEMPLE|DMP|GATEWAY|20261019143100||ORU^R01|IMG-0001|T|2.5"
MDM_MSH = MSH.replace("ORU^R01", "MDM^T02^MDM_T02")
PV1 = segment("PV1", {2: "O", 19: f"DV201^^^{AUTHORITY}^VN"})
EVN = "EVN||20261019143100"
PRESCRIBER = "10003456789^PS-GENERALISTE^Marc^^^Dr^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO"
INTERPRETER = "99000000033&PS-RADIOLOGUE&Karim"
ACT = "ZBQK002^Radiographie du thorax^CCAM"
STUDY = "1.2.250.1.999.20.1"


def message(*segments: str, msh: str = MSH, pid: str = PID) -> bytes:
    return "".join(f"{line}\r" for line in (msh, pid, *segments)).encode()


def obr(
    number: int = 1, act: str = ACT, section: str = "RAD", status: str = "F", **changes: str
) -> str:  # ``f7="..."`` replaces a field
    fields = {
        1: str(number), 2: f"P{number:03d}^HIS", 3: f"A2026-{number:03d}^RIS", 4: act, 7: "20261019102000",
        16: PRESCRIBER, 22: "20261019142500", 24: section, 25: status, 32: INTERPRETER,
    }  # fmt: skip
    fields |= {int(name[1:]): value for name, value in changes.items()}
    return segment("OBR", fields)


def obx(number: int, kind: str, code: str, value: str, status: str = "F", unit: str = "") -> str:
    return segment("OBX", {1: str(number), 2: kind, 3: code, 5: value, 6: unit, 11: status})


def txa(kind: str = "DI", **changes: str) -> str:
    fields = {
        1: "1", 2: kind, 3: "TX", 4: "20261019102000", 6: "20261019141000",
        9: "99000000033^PS-RADIOLOGUE^Karim^^^Dr^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO",
        12: "CR-2026-001^RIS", 17: "LA", 19: "AV",
    }  # fmt: skip
    fields |= {int(name[1:]): value for name, value in changes.items()}
    return segment("TXA", fields)


def mdm(*segments: str, event: str = "T02", pid: str = PID, msh: str = MDM_MSH) -> bytes:
    return message(EVN.replace("EVN|", "EVN|"), *segments, msh=msh.replace("T02", event), pid=pid)


ORC = "ORC|RE"
TEXT = obx(1, "TX", "18748-4^Compte rendu^LN", "Parenchyme pulmonaire sans anomalie.~Pas d'épanchement.")
REPORT_PDF = obx(1, "ED", "18748-4^Compte rendu^LN", f"^application^pdf^Base64^{PDF_64}")
VALID = message(PV1, ORC, obr(), TEXT)
VALID_MDM = mdm(PV1, ORC, obr(), txa(), REPORT_PDF)
