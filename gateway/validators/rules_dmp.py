"""Rules between message and document, and what the DMP needs of the patient in a message.

R.CDA.01 and .02, R.DMP.01, .04 and .09; what the DMP needs of the document itself (R.DMP.02, .03, .05 and
.06) is in ``rules_cda_header``.
"""

from __future__ import annotations

from gateway.model import Rule, Severity

_GUIDE = "CI-SIS CDA-HL7v2 2.1.3"
_CODES = _GUIDE + ", codes d'erreur (table 0533)"
_E, _W = Severity.ERROR, Severity.WARNING

CDA_01 = Rule(
    "R.CDA.01",
    _GUIDE + ", PID-3 et recordTarget",
    _W,
    "Cet identifiant local du patient n'est que d'un côté : mettre les mêmes identifiants dans PID-3 et dans"
    " recordTarget/patientRole/id.",
    "This local identifier of the patient is on one side only: put the same identifiers in PID-3 and in"
    " recordTarget/patientRole/id.",
    "199",
)
CDA_02 = Rule(
    "R.CDA.02",
    _GUIDE + ", OBX-3 et ClinicalDocument/code",
    _E,
    "Le type annoncé par OBX-3 n'est pas celui du document : mettre le même code et le même système dans"
    " les deux.",
    "The type announced by OBX-3 is not that of the document: put the same code and system in both.",
    "207",
    "906",
)
DMP_01 = Rule(
    "R.DMP.01",
    _GUIDE + ", préconditions (identité qualifiée)",
    _E,
    "Le DMP demande une identité qualifiée : une INS dans PID-3 (type INS) et VALI dans PID-32.",
    "The DMP requires a qualified identity: one INS in PID-3 (type INS) and VALI in PID-32.",
    "207",
    "903",
)
DMP_04 = Rule(
    "R.DMP.04",
    _CODES + ", 904",
    _E,
    "Le patient du message et celui du document diffèrent sur ce point : vérifier que le document est bien"
    " celui de ce patient, puis accorder les deux identités.",
    "The patient of the message and that of the document differ on this point: check that the document"
    " belongs to this patient, then make both identities agree.",
    "207",
    "904",
)
DMP_09 = Rule(
    "R.DMP.09",
    _GUIDE + ", matricule INS-NIR",
    _E,
    "La seule INS est un NIA (identifiant d'attente) : attendre le NIR du patient avant d'alimenter le DMP.",
    "The only INS is a NIA (waiting number): wait for the patient's NIR before feeding the DMP.",
    "207",
    "906",
)

RULES: tuple[Rule, ...] = (CDA_01, CDA_02, DMP_01, DMP_04, DMP_09)
