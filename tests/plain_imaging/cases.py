"""Varied plain reports, each with the sender it is from and the media type of its document."""

from __future__ import annotations

from dataclasses import dataclass, field

from fixtures.build import plain_report
from tests.plain_imaging.dicoms import basic_text_sr
from tests.plain_imaging.samples import (
    MSH,
    ORC,
    PDF_64,
    PID,
    PV1,
    REPORT_PDF,
    STUDY,
    TEXT,
    mdm,
    message,
    obr,
    obx,
    txa,
)
from tests.plain_lab.samples import HOME, segment

TEXTUAL, PRINTED = "text/plain", "application/pdf"
RPPS = "ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO"
HOSPITAL_MSH = MSH.replace("RIS-EXEMPLE|IMAGERIE-EXEMPLE", "DPI-EXEMPLE|CH-EXEMPLE")
STAY = segment("PV1", {2: "I", 44: "20261001080000", 45: "20261009110000"})


@dataclass(frozen=True)
class Case:
    body: bytes = field(repr=False)
    media_type: str = TEXTUAL
    sender: str = "imagerie-exemple"
    type_code: str = "18748-4"


def _hospital(kind: str, *segments: str, msh: str = HOSPITAL_MSH) -> bytes:
    head = msh.replace("ORU^R01", "MDM^T02")
    return message("EVN||20261009120000", STAY, txa(kind, f9="", f5=""), *segments, msh=head)


CASES: dict[str, Case] = {
    "an ORU with text lines": Case(message(PV1, ORC, obr(), TEXT)),
    "an ORU of 2.3.1 with formatted text": Case(
        message(
            obr(section="CT"),
            obx(1, "FT", "SCAN^Scanner^L", r"\.ce\TDM\.br\\.in+3\Foie \H\normal\N\.\.sp2\Fin \T\ \S\ \X41\."),
            msh=MSH.replace("|2.5", "|2.3.1"),
        )
    ),
    "an ORU with sections, a dose and a comment": Case(
        message(
            PV1, ORC, obr(section="CT", f4="24627-2^CT Chest^LN"),
            obx(1, "TX", "55115-0^Indication^LN", "Toux"),
            obx(2, "TX", "59776-5^Résultats^LN", "Nodule de 4 mm & <b>rien d'autre</b>"),
            obx(3, "NM", "DLP^Produit dose longueur^L", "312", unit="mGy.cm"),
            obx(4, "CE", "BIRADS^Classification^L", "1^ACR 1^L"),
            "NTE|1||Comparé à 2024~sans changement",
        )
    ),
    "an ORU with a PDF": Case(message(PV1, ORC, obr(section="US"), REPORT_PDF), PRINTED),
    "an ORU with a bare PDF announcement": Case(
        message(ORC, obr(), obx(1, "ED", "PDF^PDF^L", f"^^PDF^Base64^{PDF_64}")), PRINTED
    ),
    "an ORU with a study in ZDS and a region": Case(
        message(
            PV1, ORC,
            obr(section="MR", f15="^^^67734004&Thorax&SCT", f18="A2026-001", f8="20261019104000"),
            TEXT, f"ZDS|{STUDY}^RIS^Application^DICOM",
        )
    ),
    "two acts in one report": Case(
        message(
            PV1, ORC, obr(1, "ZBQK002^Radiographie du thorax^CCAM"),
            ORC, obr(2, "ZCQM008^Échographie de l'abdomen^CCAM", "US"), TEXT,
        )
    ),
    "a local act code, by its sender's own authority": Case(
        message(PV1, ORC, obr(f2="P1^HIS^1.2.250.1.999.3.9^ISO", f4="RXTHX^Thorax de face^L"), TEXT)
    ),
    "a corrected ORU": Case(message(PV1, ORC, obr(status="C"), TEXT)),
    "an MDM with a PDF": Case(mdm(PV1, ORC, obr(), txa(), REPORT_PDF), PRINTED),
    "an MDM without order, of 2.4": Case(
        mdm(PV1, txa(f18="R"), TEXT, msh=MSH.replace("ORU^R01", "MDM^T02").replace("|2.5", "|2.4"))
    ),
    "a replacement": Case(mdm(PV1, txa(f12="CR-2026-002^RIS", f13="CR-2026-001^RIS"), TEXT, event="T10")),
    "HL7 2.6 with offsets, signed by another": Case(
        mdm(
            PV1,
            txa(f4="20261019102000+0200", f22=f"10001234567^PS-AUTRE^Anne^^^^^^{RPPS}^^^^^^20261019150000"),
            TEXT, msh=MSH.replace("ORU^R01", "MDM^T02^MDM_T02").replace("|2.5", "|2.6"),
        )
    ),
    "a discharge letter by declared type": Case(
        _hospital("DS", obx(1, "TX", "L^Lettre^L", "Cher confrère,")), TEXTUAL, "hopital-exemple", "11490-0"
    ),
    "a hospital report": Case(
        _hospital("CRH", obx(1, "TX", "L^Compte rendu^L", "Séjour simple.")),
        TEXTUAL, "hopital-exemple", "34112-3",
    ),
    "an operation report with its act": Case(
        _hospital("OP", ORC, obr(act="HFFC018^Gastrectomie^CCAM", section=""), REPORT_PDF),
        PRINTED, "hopital-exemple", "34874-8",
    ),
    "a consultation report named in LOINC": Case(
        _hospital("11488-4^Consultation^LN", obx(1, "FT", "C^Consultation^L", r"Vu ce jour.\.br\RAS.")),
        TEXTUAL, "hopital-exemple", "11488-4",
    ),
    "a consultation report in an ORU": Case(
        message(
            STAY, ORC, obr(act="11488-4^Consultation^LN", section=""), TEXT.replace("18748-4", "11488-4"),
            msh=HOSPITAL_MSH,
        ),
        TEXTUAL, "hopital-exemple", "11488-4",
    ),
    "an identity without home or telephone": Case(
        message(ORC, obr(), TEXT, pid=PID.replace(f"{HOME}~", "").replace("0299000000", ""))
    ),
    "a PDF encapsulated in DICOM": Case(plain_report.ultrasound(), PRINTED),
    "a basic text SR": Case(basic_text_sr()),
}  # fmt: skip
