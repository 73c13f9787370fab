"""The rules of plain reports, as data: R.IMG.01 to .19 for HL7 messages, R.IMG.44 to .47 for DICOM files."""

from __future__ import annotations

from gateway.model import Rule, Severity

_E, _W = Severity.ERROR, Severity.WARNING

IMG_01 = Rule(
    "R.IMG.01",
    "HL7 2.5 §2.15.9.12",
    _E,
    "Cette version d'HL7 n'est pas lue pour un compte rendu sans CDA. Mettre 2.3.1 à 2.6 en MSH-12.",
    "This HL7 version is not read for a report without CDA. Send 2.3.1 to 2.6 in MSH-12.",
    "203",
)
IMG_02 = Rule(
    "R.IMG.02",
    "HL7 2.5 §9.5",
    _E,
    "Cet événement ne porte pas de document à déposer. Envoyer MDM^T02 (nouveau), MDM^T10 (remplacement) ou"
    " MDM^T04 (suppression).",
    "This event carries no document to deposit. Send MDM^T02 (new), MDM^T10 (replacement) or MDM^T04"
    " (deletion).",
    "201",
)
IMG_03 = Rule(
    "R.IMG.03",
    "HL7 2.5 §7.4.2.5 et §9.6.2",
    _E,
    "Le message ne contient aucun compte rendu. Mettre le texte (TX, FT) ou le PDF (ED) en OBX-5.",
    "The message holds no report. Put the text (TX, FT) or the PDF (ED) in OBX-5.",
    "101",
)
IMG_04 = Rule(
    "R.IMG.04",
    "CI-SIS structuration minimale, nonXMLBody",
    _E,
    "Le message porte plusieurs PDF : un document n'en a qu'un. Les réunir, ou envoyer un message par compte"
    " rendu.",
    "The message carries several PDFs: a document has one. Merge them, or send one message per report.",
    "198",
)
IMG_05 = Rule(
    "R.IMG.05",
    "CI-SIS structuration minimale, nonXMLBody",
    _E,
    "Le document joint (ED) n'est pas un PDF lisible. Joindre le compte rendu en PDF et en Base64 (OBX-5.4 ="
    " Base64).",
    "The embedded document (ED) is not a readable PDF. Embed the report as a PDF in Base64 (OBX-5.4 ="
    " Base64).",
    "102",
)
IMG_06 = Rule(
    "R.IMG.06",
    "HL7 2.5 §7.4.2.11 (table 0085) et §7.4.1.25 (table 0123)",
    _E,
    "Ce compte rendu n'est pas validé : le DMP ne reçoit que des comptes rendus définitifs. Envoyer le"
    " message"
    " quand tout est en F (définitif) ou C (corrigé).",
    "This report is not validated: the DMP takes final reports only. Send the message when everything is F"
    " (final) or C (corrected).",
    "103",
)
IMG_07 = Rule(
    "R.IMG.07",
    "HL7 2.5 §9.6.1.17 (table 0271)",
    _E,
    "Ce document n'est pas authentifié. L'envoyer quand TXA-17 vaut AU (authentifié) ou LA (authentifié"
    " légalement).",
    "This document is not authenticated. Send it when TXA-17 is AU (authenticated) or LA (legally"
    " authenticated).",
    "103",
)
IMG_08 = Rule(
    "R.IMG.08",
    "HL7 2.5 §7.4.2.11 (table 0085) et §4.5.1.1 (table 0119)",
    _E,
    "Ce message retire ou annule un compte rendu : rien n'est déposé. Pour le supprimer du DMP, envoyer"
    " MDM^T04 avec son numéro en TXA-12.",
    "This message withdraws or cancels a report: nothing is deposited. To delete it from the DMP, send"
    " MDM^T04 with its number in TXA-12.",
    "103",
)
IMG_09 = Rule(
    "R.IMG.09",
    "JDV_J66-TypeCode-DMP",
    _E,
    "Rien ne dit de quel type est ce document. Mettre un code LOINC de type de document en OBX-3 ou en TXA-2,"
    " ou déclarer le code de l'émetteur dans « document_types » (fichier des établissements).",
    "Nothing says of which type this document is. Put a LOINC document type in OBX-3 or TXA-2, or declare the"
    " sender's own code in “document_types” (facilities file).",
    "103",
)
IMG_10 = Rule(
    "R.IMG.10",
    "HL7 2.5 §7.4.1.3 et §9.6.1.12",
    _E,
    "Le compte rendu n'a pas de numéro. Mettre celui du document en TXA-12 (MDM), ou celui de l'examen en"
    " OBR-3 ou OBR-18 (ORU) : il relie les versions.",
    "The report has no number. Send that of the document in TXA-12 (MDM), or that of the examination in OBR-3"
    " or OBR-18 (ORU): it links the versions.",
    "101",
)
IMG_11 = Rule(
    "R.IMG.11",
    "HL7 2.5 §9.6.1.13",
    _E,
    "Le remplacement ne dit pas quel document il remplace. Mettre le numéro de celui-ci en TXA-13, et un"
    " numéro"
    " nouveau en TXA-12.",
    "The replacement does not say which document it replaces. Put the number of that one in TXA-13, and a new"
    " number in TXA-12.",
    "101",
)
IMG_12 = Rule(
    "R.IMG.12",
    "HL7 2.5 §2.A.75 (TS)",
    _E,
    "Date ou heure illisible. Envoyer AAAAMMJJ[HHMM[SS]][+/-ZZZZ].",
    "Unreadable date or time. Send YYYYMMDD[HHMM[SS]][+/-ZZZZ].",
    "102",
)
IMG_13 = Rule(
    "R.IMG.13",
    "HL7 2.5 §7.4.1.4",
    _E,
    "L'acte n'est pas nommé. Mettre en OBR-4 son code (CCAM, LOINC ou local) et son libellé.",
    "The act is not named. Send its code (CCAM, LOINC or local) and its text in OBR-4.",
    "101",
)
IMG_14 = Rule(
    "R.IMG.14",
    "HL7 2.5 §7.4.2.2 (table 0125)",
    _E,
    "Ce type de valeur (un lien, par exemple) ne peut pas devenir du texte : il manquerait au document"
    " déposé."
    " Joindre le contenu lui-même, en TX, FT ou ED.",
    "This type of value (a link, for instance) cannot become text: the deposited document would lack it. Send"
    " the content itself, as TX, FT or ED.",
    "103",
)
IMG_15 = Rule(
    "R.IMG.15",
    "CI-SIS CDA-HL7v2 2.1 (T04) et HL7 2.5 §9.6.1.19 (table 0273)",
    _E,
    "MDM^T04 demande une suppression, et TXA-19 dit que le document est disponible. Mettre CA en TXA-19 pour"
    " supprimer, ou envoyer MDM^T02 ou T10 pour déposer.",
    "MDM^T04 asks for a deletion, and TXA-19 says that the document is available. Send CA in TXA-19 to"
    " delete,"
    " or MDM^T02 or T10 to deposit.",
    "103",
)
IMG_16 = Rule(
    "R.IMG.16",
    "HL7 2.5 §9.5",
    _E,
    "Le segment TXA manque : rien ne dit quel est ce document ni s'il est authentifié. Le placer avant les"
    " OBX.",
    "Segment TXA is missing: nothing says which document this is, nor whether it is authenticated. Put it"
    " before the OBX.",
    "100",
)
IMG_17 = Rule(
    "R.IMG.17",
    "LOINC, forme et clé des codes",
    _W,
    "Le code d'acte annoncé comme LOINC n'en est pas un : il est gardé comme code local. Corriger le code, ou"
    " annoncer le système local.",
    "The code of the act announced as LOINC is none: it is kept as a local code. Mend the code, or announce"
    " the local system.",
    "103",
)
IMG_18 = Rule(
    "R.IMG.18",
    "HL7 2.5 §9.6.1.18 (table 0272)",
    _E,
    "La confidentialité n'est pas de la table 0272. Mettre U (usuelle), R (restreinte) ou V (très restreinte)"
    " en TXA-18, ou le laisser vide.",
    "The confidentiality is not of table 0272. Send U (usual), R (restricted) or V (very restricted) in"
    " TXA-18, or leave it empty.",
    "103",
)
IMG_19 = Rule(
    "R.IMG.19",
    "CI-SIS structuration minimale, nonXMLBody",
    _W,
    "Le message porte le compte rendu en PDF et du texte : c'est le PDF qui est déposé, tel que reçu, sans le"
    " texte. Vérifier que le PDF dit tout.",
    "The message carries the report as a PDF and text: the PDF is deposited, as received, without the text."
    " Check that the PDF says everything.",
)
IMG_44 = Rule(
    "R.IMG.44",
    "DICOM PS3.3 C.7.1.1 ; RNIV",
    _E,
    "Le fichier DICOM ne porte pas l'INS du patient. La mettre en PatientID (0010,0020) ou dans"
    " OtherPatientIDsSequence (0010,1002), avec l'OID de l'INS comme autorité (0010,0021 ou 0010,0024).",
    "The DICOM file does not carry the patient's INS. Put it in PatientID (0010,0020) or in"
    " OtherPatientIDsSequence (0010,1002), with the OID of the INS as issuer (0010,0021 or 0010,0024).",
    "207",
    "906",
)
IMG_45 = Rule(
    "R.IMG.45",
    "DICOM PS3.3 C.7.1.1 ; RNIV, traits stricts",
    _E,
    "Un trait d'identité manque au fichier DICOM. Le renseigner ; le lieu de naissance n'a pas d'attribut en"
    " DICOM : envoyer le compte rendu en HL7 (MDM^T02), ou déclarer « birthplace_from_ins » si l'émetteur"
    " tient"
    " ses INS du téléservice INSi.",
    "A trait of the identity is missing from the DICOM file. Fill it in; DICOM has no attribute for the"
    " birthplace: send the report by HL7 (MDM^T02), or declare “birthplace_from_ins” if the sender has its"
    " INS"
    " from the INSi service.",
    "207",
    "906",
)
IMG_46 = Rule(
    "R.IMG.46",
    "RNIV ; R.DMP.01",
    _E,
    "DICOM ne dit pas si l'identité est qualifiée. Envoyer le compte rendu en HL7 avec PID-32 = VALI, ou"
    " déclarer"
    " « qualified_identity_by_default » si l'émetteur n'envoie que des identités qualifiées.",
    "DICOM does not say whether the identity is qualified. Send the report by HL7 with PID-32 = VALI, or"
    " declare"
    " “qualified_identity_by_default” if the sender sends qualified identities only.",
    "207",
    "906",
)
IMG_47 = Rule(
    "R.IMG.47",
    "DICOM PS3.3 C.17.2 et C.24.2 (CompletionFlag, PreliminaryFlag, VerificationFlag)",
    _E,
    "Ce compte rendu DICOM n'est pas définitif : il doit être complet (COMPLETE), vérifié (VERIFIED) et non"
    " provisoire. L'envoyer une fois signé.",
    "This DICOM report is not final: it must be COMPLETE, VERIFIED and not PRELIMINARY. Send it once it is"
    " signed.",
    "207",
    "906",
)
