"""Rules of the document OBX, R.DOC.01 to .13; R.DOC.09 and .10 are applied by the parsers."""

from __future__ import annotations

from gateway.model import Rule, Severity

_OBX = "CI-SIS CDA-HL7v2 2.1.3, OBX du document"
_TWO = "CI-SIS CDA-HL7v2 2.1.3, ORU à deux documents"

DOC_01 = Rule(
    "R.DOC.01",
    "CI-SIS CDA-HL7v2 2.1.3, OBX-1",
    Severity.WARNING,
    "OBX-1 ne suit pas le précédent : numéroter tous les OBX du message 1, 2, 3… sans trou.",
    "OBX-1 does not follow the previous one: number all OBX of the message 1, 2, 3... without a gap.",
    "102",
)
DOC_02 = Rule(
    "R.DOC.02",
    _OBX + ", OBX-2",
    Severity.ERROR,
    "Le type de valeur du document n'est pas ED : mettre ED dans OBX-2.",
    "The value type of the document is not ED: put ED in OBX-2.",
    "103",
)
DOC_03 = Rule(
    "R.DOC.03",
    _OBX + ", OBX-3 = OBR-4",
    Severity.ERROR,
    "Le type de document d'OBX-3 n'est pas celui d'OBR-4 : recopier les trois composants d'OBR-4.",
    "The document type in OBX-3 is not the one in OBR-4: copy the three components of OBR-4.",
    "199",
)
DOC_04 = Rule(
    "R.DOC.04",
    _OBX + ", OBX-3",
    Severity.ERROR,
    "Le type de document est incomplet : donner dans OBX-3 le code, le libellé et le système (LN ou"
    " TRE_A05).",
    "The document type is incomplete: give code, label and coding system (LN or TRE_A05) in OBX-3.",
    "103",
)
DOC_05 = Rule(
    "R.DOC.05",
    _OBX + ", OBX-5.2",
    Severity.ERROR,
    "Le type de données d'OBX-5.2 n'est pas celui attendu : mettre TEXT dans un ORU, text dans un MDM.",
    "The type of data in OBX-5.2 is not the expected one: put TEXT in an ORU, text in an MDM.",
    "103",
)
DOC_06 = Rule(
    "R.DOC.06",
    _OBX + ", OBX-5.3",
    Severity.ERROR,
    "Le sous-type d'OBX-5.3 n'est pas XML : seul un document CDA est transporté, mettre XML.",
    "The data subtype in OBX-5.3 is not XML: only a CDA document is carried, put XML.",
    "103",
)
DOC_07 = Rule(
    "R.DOC.07",
    _OBX + ", OBX-5.4",
    Severity.ERROR,
    "Le codage d'OBX-5.4 n'est pas Base64 : coder le document en Base64, sans texte échappé.",
    "The encoding in OBX-5.4 is not Base64: encode the document in Base64, without escaped text.",
    "103",
)
DOC_08 = Rule(
    "R.DOC.08",
    _OBX + ", OBX-5.5",
    Severity.ERROR,
    "OBX-5.5 est vide : joindre le document CDA, y compris pour une demande de suppression.",
    "OBX-5.5 is empty: attach the CDA document, also for a request to delete.",
    "101",
)
DOC_11 = Rule(
    "R.DOC.11",
    _OBX + ", OBX-11 (table 0085)",
    Severity.ERROR,
    "OBX-11 ne dit pas ce qui est demandé : mettre F (initial), C (remplacement) ou D (suppression).",
    "OBX-11 does not say what is asked: put F (initial), C (replacement) or D (deletion).",
    "103",
)
DOC_12 = Rule(
    "R.DOC.12",
    _TWO,
    Severity.ERROR,
    "Les deux documents du message ne portent pas la même demande : donner aux deux le même OBX-3 et OBX-11.",
    "The two documents of the message do not carry the same request: give both the same OBX-3 and OBX-11.",
    "199",
)
DOC_13 = Rule(
    "R.DOC.13",
    _TWO,
    Severity.ERROR,
    "Les deux documents ne forment pas une paire : il faut deux identifiants différents, un niveau 1 et un"
    " niveau 3, et le même patient.",
    "The two documents do not make a pair: two different ids, one level 1 and one level 3, and the same"
    " patient are needed.",
    "207",
    "906",
)

RULES: tuple[Rule, ...] = (
    DOC_01,
    DOC_02,
    DOC_03,
    DOC_04,
    DOC_05,
    DOC_06,
    DOC_07,
    DOC_08,
    DOC_11,
    DOC_12,
    DOC_13,
)
