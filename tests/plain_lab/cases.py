"""Varied plain laboratory messages, each with how many results and embedded PDF it holds."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from fixtures.build.pdf import pdf
from tests.plain_lab.samples import HB, HOME, MSH, ORC, PID, PRESCRIBER, message, obr, obx, segment

PDF = pdf("Compte rendu", [("text", "Hémoglobine 11,4 g/dL")])
PDF_64 = base64.b64encode(PDF).decode()


@dataclass(frozen=True)
class Case:
    body: bytes = field(repr=False)
    results: int
    files: int = 0
    facility: str = "labo-exemple"


def _old(version: str) -> str:
    return MSH.replace("|2.5", f"|{version}")


def antibiogram() -> bytes:
    """A urine culture with two germs, each with its antibiogram as a child order."""
    culture = obr(1, "630-4^Culture des urines^LN", "MB")
    child = {2: "P002^HIS", 3: "L2026-002^LIS", 4: "18769-0^Antibiogramme^LN", 7: "20261005083000",
             22: "20261007101500", 24: "MB", 25: "F", 29: "P001&HIS^L2026-001&LIS"}  # fmt: skip
    first = segment("OBR", {1: "2", **child, 26: "630-4&Germe&LN^1^Escherichia coli"})
    second = segment("OBR", {1: "3", **child, 26: "630-4&Germe&LN^2"})
    return message(
        ORC, culture,
        obx(1, "CE", "5778-6^Couleur^LN", "^paille"),
        obx(2, "SN", "30405-5^Leucocytes^LN", ">^500000", "/mL", "< 10000", "H"),
        obx(3, "CWE", "630-4^Germe^LN", "112283007^Escherichia coli^SCT", sub="1"),
        obx(4, "NM", "51480-2^Dénombrement^LN", "100000", "UFC/mL", sub="1"),
        obx(5, "CE", "630-4^Germe^LN", "ENTFAE^Enterococcus faecalis^L", sub="2"),
        ORC, first,
        obx(6, "SN", "20-8^Amoxicilline^LN", ">=^8", "ug/mL", flag="R"),
        obx(7, "SN", "18928-2^Gentamicine^LN", "<^1", "ug/mL", flag="S"),
        obx(8, "ST", "AUG^Amoxicilline + acide clavulanique^L", "8", "µg/mL", flag="I"),
        ORC, second,
        obx(9, "NM", "VAN^Vancomycine^L", "1", "mg/L", flag="S"),
    )  # fmt: skip


CASES: dict[str, Case] = {
    "one number": Case(message(ORC, obr(), HB), 1),
    "blood count in HL7 2.3.1 without MSH-18": Case(
        message(
            obr(section="HM"),
            obx(1, "NM", "789-8^Hématies^LN", "4.31", "T/L", "3.80 - 5.20", "N"),
            obx(2, "NM", "HB^Hémoglobine^L", "11,4", "g/dL", "11,5 à 16,0", "L"),
            obx(3, "NM", "777-3^Plaquettes^LN", "271", "G/L", "150-400"),
            msh=_old("2.3.1"),
        ),
        3,
    ),
    "two orders of two chapters with comments": Case(
        message(
            ORC, obr(1, "IONO^Ionogramme^L", "CH"), "NTE|1||Sérum limpide",
            obx(1, "NM", "NA^Sodium^L", "139", "mmol/L", "136-145", "N"), "NTE|1||Contrôlé~deux fois",
            obx(2, "NM", "K^Potassium^L", "6.1", "mmol/L", "3.5-5.1", "HH"), "NTE|1||Résultat téléphoné",
            ORC, obr(2, "TP^Taux de prothrombine^L", "HM"),
            obx(3, "NM", "5894-1^Taux de prothrombine^LN", "92", "%", "> 70"),
        ),
        3,
    ),
    "every data type": Case(
        message(
            ORC, obr(1, "DIV^Divers^L", "CH"),
            obx(1, "NM", "2951-2^Sodium^LN", "139", "mmol/L"),
            obx(2, "SN", "1988-5^CRP^LN", "<^0.5", "mg/L", "< 5"),
            obx(3, "SN", "TIT^Titre d'anticorps^L", "^1^:^128"),
            obx(4, "SN", "FOUR^Fourchette^L", "^5^-^10", "/champ"),
            obx(5, "SN", "CROIX^Protéinurie^L", "^2^+"),
            obx(6, "ST", "ASP^Aspect^L", "limpide"),
            obx(7, "TX", "CONC^Conclusion^L", "Première ligne~Seconde ligne & fin <b>"),
            obx(8, "FT", "INT^Interprétation^L", "Ligne une\\.br\\Ligne deux \\H\\grasse\\N\\"),
            obx(9, "CE", "HBS^Antigène HBs^L", "260385009^Négatif^SCT"),
            obx(10, "CWE", "SEROL^Sérologie^L", "POS^Positif^L~260373001^Détecté^SCT", flag="A"),
            obx(11, "DT", "DDR^Date des dernières règles^L", "20260901"),
            obx(12, "TM", "HEURE^Heure de la prise^L", "0745"),
            obx(13, "TS", "INJ^Date d'injection^L", "20261005074500"),
        ),
        13,
    ),
    "units that are not UCUM, and none": Case(
        message(
            ORC, obr(),
            obx(1, "NM", "X1^Titre^L", "12", "dilutions", "0-40"),
            obx(2, "NM", "6301-6^INR^LN", "2.4", "", "2.0-3.0"),
            obx(3, "SN", "X2^Charge^L", "<^20", "copies maison", "< 20"),
            obx(4, "NM", "X3^Score^L", "-1.5"),
        ),
        4,
    ),
    "ranges as words": Case(
        message(
            ORC, obr(),
            obx(1, "NM", "2276-4^Ferritine^LN", "14", "µg/L", "Femme : 15 à 150", "L"),
            obx(2, "NM", "4548-4^HbA1c^LN", "6.1", "%", "[4.0 ; 6.0]", "H"),
            obx(3, "NM", "13457-7^LDL^LN", "1.52", "g/L", "inférieur à 1,30 selon le risque"),
            obx(4, "NM", "1751-7^Albumine^LN", "41", "g/L", "≥ 35"),
        ),
        4,
    ),
    "not obtained, and a value only in a comment": Case(
        message(
            ORC, obr(),
            obx(1, "NM", "2823-3^Potassium^LN", "", status="X"), "NTE|1||Tube hémolysé",
            obx(2, "ST", "REM^Remarque^L", ""), "NTE|1||Voir le compte rendu du centre de référence",
            "OBX|3||DIV^Divers^L||||||||X",
        ),
        3,
    ),
    "culture with two antibiograms by parent": Case(antibiogram(), 9),
    "antibiogram by sub-id in one order": Case(
        message(
            ORC, obr(1, "HEMOC^Hémoculture^L", "MB"),
            obx(1, "ST", "ASPECT^Aspect^L", "trouble"),
            obx(2, "CE", "600-7^Germe^LN", "3092008^Staphylococcus aureus^SCT", sub="A"),
            obx(3, "NM", "OXA^Oxacilline^L", "0.25", "mg/L", flag="S", sub="A"),
            obx(4, "ST", "PEN^Pénicilline G^L", "R", flag="R", sub="A"),
            obx(5, "ST", "600-7^Germe^LN", "Candida albicans", sub="B"),
            obx(6, "SN", "FLU^Fluconazole^L", "<^0.5", "mg/L", flag="S", sub="B"),
        ),
        6,
    ),
    "an embedded PDF beside the results": Case(
        message(ORC, obr(), HB, f"OBX|2|ED|PDF^Compte rendu^L||^application^pdf^Base64^{PDF_64}||||||F"), 1, 1
    ),
    "a specimen in SPM with results after it (2.5.1)": Case(
        message(
            ORC, obr(1, "ECBU^ECBU^L", "MB"),
            "SPM|1|S-1&HIS^S-778&LIS||122575003^Urine^SCT||||^Milieu de jet||||||||"
            "|20261005074500|20261005090000",
            obx(1, "NM", "30391-7^Érythrocytes^LN", "200", "/mL"),
            msh=_old("2.5.1"),
        ),
        1,
    ),
    "HL7 2.6 with offsets": Case(
        message(
            ORC.replace("RE", "RE|P001^HIS|L2026-001^LIS||CM||||20261004"),
            "OBR|1|||14749-6^Glucose^LN|||20261005083000+0200|||||||20261005084500+0200||"
            f"{PRESCRIBER}||||||20261005110000+0200||CH|F",
            obx(1, "NM", "14749-6^Glucose^LN", "6.4", "mmol/L", "3.9-6.1", "H",
                extra="|||20261005090000+0200||10001112223^PS-TECHNIQUE^Ana|SPECTRO^Spectrophotométrie^L"),
            msh=_old("2.6").replace("20261005153100", "20261005153100+0200"),
        ),
        1,
    ),
    "bytes of windows-1252": Case(
        message(ORC, obr(), obx(1, "TX", "CONC^Conclusion^L", "Coût : 3 € — « cœur »"))
        .decode().encode("cp1252"),
        1,
    ),
    "a corrected report": Case(
        message(ORC, obr(status="C"), obx(1, "NM", "718-7^Hémoglobine^LN", "12.4", "g/dL", status="C")), 1
    ),
    "performer, method, interpreter": Case(
        message(
            ORC, obr(extra="|||||||10001112223&PS-VALIDEUR&Inès"),
            obx(1, "NM", "3016-3^TSH^LN", "2.1", "mUI/L", "0.4-4.0", "N",
                extra="|||20261006|LABREF^Laboratoire de référence^L||ECL^Électrochimiluminescence^L"),
        ),
        1,
    ),
    "nine chapters": Case(
        message(*[
            line
            for number, section in enumerate(("CH", "HM", "MB", "SR", "BG", "BLB", "TX", "VR", "LAB"), 1)
            for line in (ORC, obr(number, f"E{number}^Examen {number}^L", section),
                         obx(number, "NM", f"T{number}^Test {number}^L", str(number), "g/L"))
        ]),
        9,
    ),
    "a hospital inpatient with a comment on the whole": Case(
        message(
            "NTE|1||Prélèvement difficile", "PV1|1|I|||||||||||||||||V101^^^CH&1.2.250.1.999.2.1&ISO^VN",
            ORC, obr(), HB,
            msh=MSH.replace("LABO-EXEMPLE", "CH-EXEMPLE"),
        ),
        1, facility="hopital-exemple",
    ),
    "signs that XML and PDF find hard": Case(
        message(
            ORC, obr(1, "SPE^Électrophorèse α\\T\\β <γ>^L", "CH"),
            obx(1, "TX", "C^Commentaire (a)\\E\\^L", "≤ 5 → α2-globulines « ℃ » \x01 \\X0D\\ fin"),
            obx(2, "NM", "A1^α1-globulines^L", "2.9", "g/L", "≤ 4"),
        ),
        2,
    ),
    "an order of a reflex test whose parent is elsewhere": Case(
        message(ORC, obr(extra="||||P900&HIS^L900&LIS"), HB), 1
    ),
    "no date but that of the results": Case(
        message(
            ORC, "OBR|1||L7|GLY^Glycémie^L|||||||||||||||||||||F",
            obx(1, "NM", "GLU^Glucose^L", "5.1", "mmol/L", extra="|||20261005"),
        ),
        1,
    ),
    "two hundred results": Case(
        message(ORC, obr(), *[obx(n, "NM", f"T{n}^Test^L", f"{n}.5", "g/L", "1-200") for n in range(1, 201)]),
        200,
    ),
    "identity without home or telephone": Case(
        message(
            ORC, obr(), HB,
            pid=PID.replace(f"{HOME}~", "").replace("0299000000", ""),
        ),
        1,
    ),
    "a prescriber without a number": Case(
        message(ORC, obr().replace(PRESCRIBER, "^PS-SANS-NUMERO^Ève"), HB), 1
    ),
}  # fmt: skip
