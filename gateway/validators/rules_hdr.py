"""Rules of the CDA header, for every document, bare or carried: R.HDR.01 to .28.

What the XDS metadata are made from is an error; what only the minimal structure asks is a warning in this
version. ``SEVERITIES`` is the one place that decides.
"""

from __future__ import annotations

from gateway.model import Rule, Severity

_E, _W = Severity.ERROR, Severity.WARNING

SEVERITIES: dict[str, Severity] = {
    "R.HDR.01": _E,
    "R.HDR.02": _E,
    "R.HDR.03": _E,
    "R.HDR.04": _E,
    "R.HDR.05": _E,
    "R.HDR.06": _W,  # an official message that must get AA has effectiveTime without offset
    "R.HDR.07": _E,
    "R.HDR.08": _E,
    "R.HDR.09": _W,
    "R.HDR.10": _E,
    "R.HDR.11": _E,
    "R.HDR.12": _W,  # see INS_KEY_SEVERITY
    "R.HDR.13": _E,
    "R.HDR.14": _E,
    "R.HDR.15": _E,
    "R.HDR.16": _E,
    "R.HDR.17": _E,
    "R.HDR.18": _W,
    "R.HDR.19": _E,
    "R.HDR.20": _E,
    "R.HDR.21": _E,
    "R.HDR.22": _E,
    "R.HDR.23": _W,
    "R.HDR.24": _W,
    "R.HDR.25": _W,
    "R.HDR.26": _W,
    "R.HDR.27": _W,
    "R.HDR.28": _W,
}

INS_KEY_SEVERITY: dict[str, Severity] = {
    "1.2.250.1.213.1.4.8": _W,  # NIR
    "1.2.250.1.213.1.4.9": _W,  # NIA
    "1.2.250.1.213.1.4.10": _W,  # test NIR
    "1.2.250.1.213.1.4.11": _W,  # demonstration NIR
}
"""What a wrong key costs in a CDA, by INS authority."""


def _hdr(number: str, place: str, text_fr: str, text_en: str) -> Rule:
    rule_id = f"R.HDR.{number}"
    clause = f"CI-SIS structuration minimale 1.16.8, {place}"
    return Rule(rule_id, clause, SEVERITIES[rule_id], text_fr, text_en, "207", "906")


HDR_01 = _hdr(
    "01",
    "id",
    "L'identifiant du document manque ou n'est pas un OID : mettre dans id/@root un OID de 64 caractères au"
    " plus (pas d'UUID), il devient l'uniqueId XDS.",
    "The document id is missing or is not an OID: put in id/@root an OID of at most 64 characters (no"
    " UUID), it becomes the XDS uniqueId.",
)
HDR_02 = _hdr(
    "02",
    "code",
    "Le type du document manque : donner code/@code et code/@codeSystem.",
    "The document type is missing: give code/@code and code/@codeSystem.",
)
HDR_03 = _hdr(
    "03",
    "code (JDV_J66 pour le DMP, JDV_J07 sinon)",
    "Le type du document n'est pas dans le jeu de valeurs demandé (JDV_J66 pour le DMP, JDV_J07 sinon) :"
    " choisir un type de cette liste, avec son système de codage.",
    "The document type is not in the value set required (JDV_J66 for the DMP, JDV_J07 otherwise): choose a"
    " type from that list, with its code system.",
)
HDR_04 = _hdr(
    "04",
    "title",
    "Le titre est vide ou dépasse 128 caractères : donner un titre de 1 à 128 caractères.",
    "The title is empty or longer than 128 characters: give a title of 1 to 128 characters.",
)
HDR_05 = _hdr(
    "05",
    "effectiveTime",
    "La date du document manque ou n'est pas une date HL7 : la mettre dans effectiveTime/@value.",
    "The date of the document is missing or is not an HL7 timestamp: put it in effectiveTime/@value.",
)
HDR_06 = _hdr(
    "06",
    "dates et heures",
    "Cette heure n'a pas de décalage avec UTC ; elle est lue dans le fuseau de l'établissement : ajouter le"
    " décalage (+0100 par exemple).",
    "This time has no offset from UTC; it is read in the time zone of the facility: add the offset (+0100 for"
    " example).",
)
HDR_07 = _hdr(
    "07",
    "confidentialityCode",
    "La confidentialité n'est pas N, R ou V du système 2.16.840.1.113883.5.25 : corriger"
    " confidentialityCode.",
    "The confidentiality is not N, R or V of system 2.16.840.1.113883.5.25: mend confidentialityCode.",
)
HDR_08 = _hdr(
    "08",
    "languageCode",
    "La langue du document manque : mettre fr-FR dans languageCode/@code.",
    "The language of the document is missing: put fr-FR in languageCode/@code.",
)
HDR_09 = _hdr(
    "09",
    "languageCode",
    "La langue du document n'est pas fr-FR : vérifier languageCode.",
    "The language of the document is not fr-FR: check languageCode.",
)
HDR_10 = _hdr(
    "10",
    "recordTarget",
    "Le document n'a pas exactement un patient : mettre un et un seul recordTarget/patientRole, avec une"
    " seule INS par OID.",
    "The document does not have exactly one patient: put one and only one recordTarget/patientRole, with"
    " one INS for each OID.",
)
HDR_11 = _hdr(
    "11",
    "recordTarget/patientRole/id (INS)",
    "L'INS n'a pas la forme attendue : 15 caractères avec la clé (5 chiffres, 2 chiffres ou 2A/2B, 8"
    " chiffres).",
    "The INS does not have the expected form: 15 characters with the key (5 digits, 2 digits or 2A/2B, 8"
    " digits).",
)
HDR_12 = _hdr(
    "12",
    "recordTarget/patientRole/id (INS)",
    "La clé de l'INS ne correspond pas à ses 13 premiers caractères : vérifier l'INS auprès d'INSi.",
    "The key of the INS does not match its first 13 characters: check the INS with INSi.",
)
HDR_13 = _hdr(
    "13",
    "recordTarget/patientRole/id (INS)",
    "Une INS de test ou de démonstration n'entre pas dans le DMP de production : envoyer ce document à un"
    " environnement d'essai.",
    "A test or demonstration INS does not enter the production DMP: send this document to a trial"
    " environment.",
)
HDR_14 = _hdr(
    "14",
    "author",
    "Le document n'a pas d'auteur daté : mettre au moins un author avec author/time.",
    "The document has no dated author: put at least one author with author/time.",
)
HDR_15 = _hdr(
    "15",
    "author/assignedAuthor",
    "L'auteur n'est pas identifié : donner assignedAuthor/id (root et extension) et le nom de la personne"
    " ou le dispositif.",
    "The author is not identified: give assignedAuthor/id (root and extension) and the person's family name"
    " or the device.",
)
HDR_16 = _hdr(
    "16",
    "custodian",
    "L'organisation qui conserve le document manque : mettre un custodian avec son identifiant.",
    "The organisation that keeps the document is missing: put one custodian with its id.",
)
HDR_17 = _hdr(
    "17",
    "legalAuthenticator",
    "Le responsable légal du document manque ou n'est pas identifié : mettre un legalAuthenticator avec"
    " assignedEntity/id et le nom de famille.",
    "The legal authenticator of the document is missing or not identified: put one legalAuthenticator with"
    " assignedEntity/id and the family name.",
)
HDR_18 = _hdr(
    "18",
    "legalAuthenticator/signatureCode",
    "Le document n'est pas marqué comme signé : mettre S dans legalAuthenticator/signatureCode.",
    "The document is not marked as signed: put S in legalAuthenticator/signatureCode.",
)
HDR_19 = _hdr(
    "19",
    "documentationOf/serviceEvent/effectiveTime",
    "La date de l'acte documenté manque ou n'est pas une date HL7 : donner serviceEvent/effectiveTime/low (et"
    " high, s'il est là, bien formé).",
    "The date of the documented act is missing or is not an HL7 timestamp: give"
    " serviceEvent/effectiveTime/low (and a well-formed high, when it is there).",
)
HDR_20 = _hdr(
    "20",
    "documentationOf/serviceEvent/performer (JDV_J62 pour le DMP, JDV_J04 sinon)",
    "Le cadre d'exercice manque ou n'est pas dans le jeu de valeurs (JDV_J62 pour le DMP, JDV_J04 sinon) :"
    " corriger standardIndustryClassCode de l'exécutant de l'acte principal.",
    "The practice setting is missing or is not in the value set (JDV_J62 for the DMP, JDV_J04 otherwise):"
    " mend standardIndustryClassCode of the performer of the main act.",
)
HDR_21 = _hdr(
    "21",
    "componentOf/encompassingEncounter/location (JDV_J61 pour le DMP, JDV_J02 sinon)",
    "Le secteur d'activité manque ou n'est pas dans le jeu de valeurs (JDV_J61 pour le DMP, JDV_J02 sinon) :"
    " corriger healthCareFacility/code.",
    "The facility type is missing or is not in the value set (JDV_J61 for the DMP, JDV_J02 otherwise): mend"
    " healthCareFacility/code.",
)
HDR_22 = _hdr(
    "22",
    "component",
    "Le document n'a pas un et un seul corps : mettre soit nonXMLBody (niveau 1), soit structuredBody"
    " (niveau 3).",
    "The document does not have exactly one body: put either nonXMLBody (level 1) or structuredBody (level"
    " 3).",
)
HDR_23 = _hdr(
    "23",
    "realmCode",
    "realmCode n'est pas FR : mettre un realmCode FR.",
    "realmCode is not FR: put one realmCode FR.",
)
HDR_24 = _hdr(
    "24",
    "typeId",
    "typeId n'est pas celui de CDA R2 : mettre 2.16.840.1.113883.1.3 et POCD_HD000040.",
    "typeId is not the one of CDA R2: put 2.16.840.1.113883.1.3 and POCD_HD000040.",
)
HDR_25 = _hdr(
    "25",
    "templateId",
    "Il manque un templateId de la structuration minimale : déclarer 2.16.840.1.113883.2.8.2.1 et"
    " 1.2.250.1.213.1.1.1.1.",
    "A templateId of the minimal structure is missing: declare 2.16.840.1.113883.2.8.2.1 and"
    " 1.2.250.1.213.1.1.1.1.",
)
HDR_26 = _hdr(
    "26",
    "setId",
    "L'identifiant du lot de versions manque : mettre setId/@root, le même pour toutes les versions.",
    "The identifier of the set of versions is missing: put setId/@root, the same for all versions.",
)
HDR_27 = _hdr(
    "27",
    "versionNumber",
    "Le numéro de version manque ou n'est pas un entier à partir de 1 : corriger versionNumber/@value.",
    "The version number is missing or is not a whole number from 1: mend versionNumber/@value.",
)
HDR_28 = _hdr(
    "28",
    "relatedDocument",
    "Le lien vers un autre document n'est pas un remplacement bien formé : un seul relatedDocument RPLC,"
    " avec un parentDocument/id qui soit un OID sans extension.",
    "The link to another document is not a well-formed replacement: one relatedDocument RPLC, with one"
    " parentDocument/id that is an OID without extension.",
)
RULES: tuple[Rule, ...] = (
    *(HDR_01, HDR_02, HDR_03, HDR_04, HDR_05, HDR_06, HDR_07, HDR_08, HDR_09, HDR_10),
    *(HDR_11, HDR_12, HDR_13, HDR_14, HDR_15, HDR_16, HDR_17, HDR_18, HDR_19, HDR_20),
    *(HDR_21, HDR_22, HDR_23, HDR_24, HDR_25, HDR_26, HDR_27, HDR_28),
)
