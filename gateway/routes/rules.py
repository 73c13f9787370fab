"""The rules of classification (R.CLS) and of the metadata of a deposit (R.SUB), as data.

ERR-3 is 207 with ERR-5 906 (another application error) unless table 0533 has a code of its own.
"""

from __future__ import annotations

from gateway.model import Rule, Severity


def _error(number: str, clause: str, text_fr: str, text_en: str, application_code: str = "906") -> Rule:
    return Rule(f"R.{number}", clause, Severity.ERROR, text_fr, text_en, "207", application_code)


def _warning(number: str, clause: str, text_fr: str, text_en: str) -> Rule:
    return Rule(f"R.{number}", clause, Severity.WARNING, text_fr, text_en)


TYPE_NOT_ACCEPTED = _error(
    "CLS.01",
    "JDV_J66-TypeCode-DMP; JDV_J07-XdsTypeCode-CISIS",
    "Le type du document n'est pas accepté par la destination. Donnez dans ClinicalDocument/code un code et"
    " un système du jeu de valeurs.",
    "The destination does not accept this document type. Give ClinicalDocument/code a code and a system of"
    " the value set.",
)
FORMAT_NOT_ACCEPTED = _error(
    "CLS.02",
    "JDV_J60-FormatCode-DMP; ASS_A11",
    "Le modèle du document mène à un format que la destination n'accepte pas. Envoyez le document dans un"
    " modèle accepté ou en CDA niveau 1.",
    "The model of the document leads to a format that the destination does not accept. Send it in an"
    " accepted model or as CDA level 1.",
)
MEDIA_TYPE_WITHOUT_FORMAT = _error(
    "CLS.03",
    "ASS_A12; CI-SIS structuration minimale, nonXMLBody",
    "Le type de média du corps non structuré n'a pas de format. Utilisez application/pdf, text/plain,"
    " text/rtf, image/jpeg ou image/tiff.",
    "The media type of the unstructured body has no format. Use application/pdf, text/plain, text/rtf,"
    " image/jpeg or image/tiff.",
)
TYPE_WITHOUT_RUBRIQUE = _error(
    "CLS.04",
    "schemas/nomenclatures/rubriques.csv",
    "Ce type n'a pas de rubrique : c'est un document technique (signature), qu'un logiciel n'envoie pas"
    " seul.",
    "This type has no rubrique: it is a technical document (signature) that is not sent on its own.",
)
SEVERAL_MODELS = _warning(
    "CLS.05",
    "ASS_A11",
    "Le document déclare plusieurs modèles de même rang qui mènent à des formats différents ; le dernier"
    " déclaré a été retenu. Ne déclarez qu'un modèle de document.",
    "The document declares several models of the same rank that lead to different formats; the last one was"
    " taken. Declare one document model.",
)
NO_BODY = _error(
    "CLS.06",
    "CDA R2 §4.3; CI-SIS structuration minimale",
    "Le document n'a ni nonXMLBody ni structuredBody : son format est inconnu. Ajoutez un corps.",
    "The document has neither nonXMLBody nor structuredBody: its format is unknown. Add a body.",
)
TYPE_WITHOUT_CLASS = _error(
    "CLS.07",
    "ASS_X16-CorrespondanceType-Classe-DMP; ASS_X04",
    "Aucune association ne donne la classe de ce type de document. Mettez à jour les nomenclatures.",
    "No association gives the class of this document type. Bring the nomenclatures up to date.",
)
MODEL_OUTSIDE_PROFILES = _warning(
    "CLS.08",
    "ASS_A11; JDV_J60 modelesHorsProfils",
    "Aucun modèle connu parmi les templateId du document structuré : il est déposé comme modèle hors"
    " profils.",
    "No known model among the templateIds of the structured document: it is deposited as outside profiles.",
)

NO_DOCUMENT = _error(
    "SUB.01",
    "ITI TF-2 §3.41.4.1.2",
    "Le message ne porte aucun document CDA lisible à déposer.",
    "The message carries no readable CDA document to deposit.",
)
UNIQUE_ID = _error(
    "SUB.02",
    "CI-SIS structuration minimale, ClinicalDocument/id",
    "L'identifiant du document doit être un OID seul, sans extension, de 64 caractères au plus.",
    "The document id must be an OID alone, without extension, of at most 64 characters.",
)
PATIENT_ID = _error(
    "SUB.03",
    "CI-SIS partage de documents, patientId",
    "Le document ne porte pas d'INS (NIR ou NIA). Ajoutez-le à recordTarget/patientRole/id.",
    "The document carries no INS (NIR or NIA). Add it to recordTarget/patientRole/id.",
    "903",
)
PATIENT_NAME = _error(
    "SUB.04",
    "CI-SIS partage de documents, sourcePatientInfo",
    "Le nom de naissance du patient manque. Ajoutez un nom de famille de qualificatif BR.",
    "The birth name of the patient is missing. Add a family name with qualifier BR.",
    "905",
)
TITLE = _error(
    "SUB.05",
    "CI-SIS structuration minimale, title",
    "Le titre du document manque ou dépasse 128 caractères.",
    "The document title is missing or longer than 128 characters.",
)
LANGUAGE = _error(
    "SUB.06",
    "CI-SIS structuration minimale, languageCode",
    "La langue du document doit être fr-FR (la casse compte).",
    "The document language must be fr-FR (case matters).",
)
CREATION_TIME = _error(
    "SUB.07",
    "CI-SIS partage de documents, creationTime",
    "La date de création du document manque ou n'est pas une date HL7.",
    "The creation time of the document is missing or is not an HL7 timestamp.",
)
SERVICE_START = _error(
    "SUB.08",
    "CI-SIS partage de documents, serviceStartTime",
    "Le début de l'acte principal manque ou n'est pas une date HL7.",
    "The start of the main service event is missing or is not an HL7 timestamp.",
)
CONFIDENTIALITY = _error(
    "SUB.09",
    "JDV_J58-ConfidentialityCode-DMP",
    "La confidentialité du document doit être N, R ou V du système HL7.",
    "The confidentiality of the document must be N, R or V of the HL7 system.",
)
FACILITY_TYPE = _error(
    "SUB.10",
    "JDV_J61-HealthcareFacilityTypeCode-DMP",
    "Le secteur d'activité manque ou n'est pas dans le jeu de valeurs du DMP. Corrigez"
    " healthCareFacility/code, ou déclarez-le pour l'établissement s'il manque.",
    "The facility type is missing or outside the value set of the DMP. Mend healthCareFacility/code, or"
    " declare it for the facility when it is missing.",
)
PRACTICE_SETTING = _error(
    "SUB.11",
    "JDV_J62-PracticeSettingCode-DMP",
    "Le cadre d'exercice manque ou n'est pas dans le jeu de valeurs du DMP. Corrigez"
    " standardIndustryClassCode, ou déclarez-le pour l'établissement s'il manque.",
    "The practice setting is missing or outside the value set of the DMP. Mend standardIndustryClassCode, or"
    " declare it for the facility when it is missing.",
)
NO_AUTHOR = _error(
    "SUB.12",
    "CI-SIS partage de documents, author",
    "Le document n'a pas d'auteur.",
    "The document has no author.",
)
NAMELESS = _error(
    "SUB.13",
    "CI-SIS partage de documents, authorPerson",
    "L'auteur ou le responsable n'a pas de nom. Donnez le nom de la personne ou du dispositif.",
    "The author or the legal authenticator has no name. Name the person or the device.",
)
LEGAL_AUTHENTICATOR = _error(
    "SUB.14",
    "CI-SIS partage de documents, legalAuthenticator",
    "Le responsable du document (legalAuthenticator) manque.",
    "The legal authenticator of the document is missing.",
)
SPECIALTY = _warning(
    "SUB.15",
    "JDV_J56-AuthorSpecialty-DMP",
    "La spécialité d'un auteur n'est pas dans le jeu de valeurs du DMP : elle n'est pas transmise.",
    "The specialty of an author is outside the value set of the DMP: it is left out.",
)
CONTENT_TYPE = _error(
    "SUB.16",
    "JDV_J59-ContentTypeCode-DMP",
    "Le type d'activité déclaré pour l'établissement (default_content_type) n'est pas un code unique du jeu"
    " de valeurs du DMP.",
    "The content type declared for the facility (default_content_type) is not one code of the value set of"
    " the DMP.",
)
TWO_PATIENTS = _error(
    "SUB.17",
    "ITI TF-3 §4.2.3.3.8",
    "Les documents du message n'ont pas le même INS. Envoyez un message par patient.",
    "The documents of the message do not have the same INS. Send one message per patient.",
    "904",
)
SAME_ID_TWICE = _error(
    "SUB.18",
    "ITI TF-2 §3.41.4.1.3",
    "Deux documents du message ont le même identifiant.",
    "Two documents of the message have the same id.",
)
MIXED_ACTIONS = _error(
    "SUB.19",
    "CI-SIS CDA-HL7v2, ORC-1",
    "Les documents du message ne demandent pas la même action.",
    "The documents of the message do not ask for the same action.",
)
PREDECESSOR = _error(
    "SUB.20",
    "CI-SIS CDA-HL7v2, remplacement; ITI TF-3 §4.2.2.2.3",
    "Un remplacement doit nommer le document remplacé : relatedDocument RPLC avec un OID seul, autre que le"
    " sien.",
    "A replacement must name the document it replaces: relatedDocument RPLC with an OID alone, not its own.",
)
SERVICE_STOP = _warning(
    "SUB.21",
    "CI-SIS partage de documents, serviceStopTime",
    "La fin de l'acte principal n'est pas une date HL7 : elle n'est pas transmise.",
    "The end of the main service event is not an HL7 timestamp: it is left out.",
)
SENDING_STRUCTURE = _error(
    "SUB.22",
    "CI-SIS partage de documents, SubmissionSet sourceId et author",
    "L'établissement déclaré n'a pas de source_id (OID) ou d'identifiant de structure. Complétez sa"
    " déclaration.",
    "The declared facility lacks a source_id (OID) or a structure identifier. Complete its declaration.",
)
PATIENT_CLASS = _warning(
    "SUB.23",
    "CI-SIS CDA-HL7v2, lot de soumission; R.DMP.07",
    "PV1-2 n'est pas une classe de venue connue : le type d'activité déclaré pour l'établissement est"
    " transmis.",
    "PV1-2 is not a known patient class: the content type declared for the facility is sent.",
)
UNKNOWABLE_PREDECESSOR = _warning(
    "SUB.24",
    "CI-SIS structuration minimale, relatedDocument; DMP, uniqueId",
    "Le document dit en remplacer un autre, mais pas par un OID seul : le DMP ne peut pas le connaître, et ce"
    " document est déposé comme nouveau.",
    "The document says that it replaces another one, but not by an OID alone: the DMP cannot know that one,"
    " and this document is deposited as new.",
)
