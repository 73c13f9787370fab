"""Rules between message and document, and what the DMP needs of the patient: R.CDA.01, .02, R.DMP.*."""

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
DMP_02 = Rule(
    "R.DMP.02",
    _CODES + ", 903",
    _E,
    "Le document ne porte pas l'INS du patient : l'ajouter à recordTarget/patientRole/id avec son OID.",
    "The document does not carry the patient's INS: add it to recordTarget/patientRole/id with its OID.",
    "207",
    "903",
)
DMP_03 = Rule(
    "R.DMP.03",
    _CODES + ", 905",
    _E,
    "Un des cinq traits de l'INS manque au document : donner nom de naissance, prénoms de naissance, date de"
    " naissance au jour, sexe et code INSEE du lieu de naissance.",
    "One of the five INS traits is missing in the document: give birth family name, birth given names, birth"
    " date to the day, sex and the INSEE code of the birthplace.",
    "207",
    "905",
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
DMP_05 = Rule(
    "R.DMP.05",
    _GUIDE + ", identifiant du document (point d'attention)",
    _E,
    "L'identifiant du document a une extension, que le DMP n'accepte pas : mettre tout l'identifiant dans"
    " id/@root.",
    "The document id has an extension, which the DMP does not accept: put the whole identifier in id/@root.",
    "207",
    "906",
)
DMP_06 = Rule(
    "R.DMP.06",
    _GUIDE + ", remplacement",
    _E,
    "Le remplacement ne dit pas quel document il remplace : mettre un relatedDocument RPLC avec un seul"
    " parentDocument/id, différent de l'identifiant du document.",
    "The replacement does not say which document it replaces: put a relatedDocument RPLC with one"
    " parentDocument/id, different from the document id.",
    "207",
    "906",
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

RULES: tuple[Rule, ...] = (CDA_01, CDA_02, DMP_01, DMP_02, DMP_03, DMP_04, DMP_05, DMP_06, DMP_09)
