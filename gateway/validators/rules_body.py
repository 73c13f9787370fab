"""Rules of the body of a document, R.BDY.01 to .16: level 1 content, embedded files, narrative."""

from __future__ import annotations

from gateway.model import Rule, Severity

_N1 = "CI-SIS structuration minimale, nonXMLBody"
_N3 = "CI-SIS structuration minimale, structuredBody; CDA R2 §4.3.4"
_ACTIVE = "CI-SIS structuration minimale, nonXMLBody (PDF/A-1); ISO 19005-1 §6.6"


def _row(number: int, clause: str, text_fr: str, text_en: str, severity: Severity = Severity.ERROR) -> Rule:
    return Rule(f"R.BDY.{number:02d}", clause, severity, text_fr, text_en, "207", "906")


BDY_01 = _row(
    1,
    _N1,
    "Le type de média du corps n'est pas admis. Envoyez application/pdf, text/plain, text/rtf, image/jpeg ou"
    " image/tiff et dites-le dans mediaType.",
    "The media type of the body is not allowed. Send application/pdf, text/plain, text/rtf, image/jpeg or"
    " image/tiff and say so in mediaType.",
)
BDY_02 = _row(
    2,
    _N1,
    "Le corps n'est pas annoncé en Base64. Codez le contenu en Base64 et mettez representation à B64.",
    "The body is not declared as Base64. Encode the content in Base64 and set representation to B64.",
)
BDY_03 = _row(
    3,
    "RFC 4648 §4",
    "Le contenu n'est pas du Base64 correct. Codez les octets du fichier en Base64 standard, avec ses"
    " signes = de fin et sans autre caractère.",
    "The content is not correct Base64. Encode the bytes of the file in standard Base64, with its final ="
    " signs and no other character.",
)
BDY_04 = _row(
    4,
    _N1,
    "Le corps est vide. Joignez le contenu du document.",
    "The body is empty. Attach the content of the document.",
)
BDY_05 = _row(
    5,
    _N1,
    "Le contenu n'est pas du type annoncé dans mediaType, ou il est tronqué. Corrigez mediaType ou joignez le"
    " fichier entier.",
    "The content is not of the type declared in mediaType, or it is cut short. Correct mediaType or attach"
    " the whole file.",
)
BDY_06 = _row(
    6,
    _N1 + "; ISO 32000-1 §7.5",
    "Le PDF ne s'ouvre pas : sa structure est abîmée ou il n'a aucune page. Produisez-le à nouveau.",
    "The PDF does not open: its structure is damaged or it has no page. Produce it again.",
)
BDY_07 = _row(
    7,
    "ISO 19005-1 §6.1.3",
    "Le PDF est chiffré ou protégé. Produisez-le sans mot de passe ni restriction.",
    "The PDF is encrypted or protected. Produce it without password or restriction.",
)
BDY_08 = _row(
    8,
    _ACTIVE,
    "Le PDF agit sur le poste du lecteur (script, lancement de programme, envoi de données). Produisez-le"
    " sans aucune action.",
    "The PDF acts on the reader's machine (script, program launch, sending of data). Produce it without any"
    " action.",
)
BDY_09 = _row(
    9,
    "ISO 19005-1 §6.1.11",
    "Le fichier renferme un programme ou un objet exécutable. Retirez-le.",
    "The file encloses a program or an executable object. Remove it.",
)
BDY_10 = _row(
    10,
    "ISO 19005-1 §6.5.3, §6.9",
    "Le PDF est un formulaire dynamique (XFA) ou contient du son, de la vidéo ou de la 3D : un lecteur"
    " ordinaire ne peut pas le montrer. Aplatissez-le.",
    "The PDF is a dynamic form (XFA) or holds sound, video or 3D: an ordinary reader cannot show it. Flatten"
    " it.",
)
BDY_11 = _row(
    11,
    "ISO 19005-1 §6.1.11",
    "Le PDF porte un fichier joint, que les lecteurs du DMP ne verront pas. Déposez-le comme un document à"
    " part.",
    "The PDF carries an attached file, which readers of the DMP will not see. Deposit it as a document of its"
    " own.",
    Severity.WARNING,
)
BDY_12 = _row(
    12,
    _N1 + " (PDF/A-1); ISO 19005-1 §6.7.11",
    "Le PDF ne se déclare pas PDF/A-1 (pdfaid:part dans ses métadonnées XMP). Réglez l'export en PDF/A-1.",
    "The PDF does not claim to be PDF/A-1 (pdfaid:part in its XMP metadata). Set the export to PDF/A-1.",
    Severity.WARNING,
)
BDY_13 = _row(
    13,
    _N1,
    "Le texte ne se décode pas ou contient des caractères de commande. Envoyez un texte en UTF-8.",
    "The text does not decode or holds control characters. Send a text in UTF-8.",
)
BDY_14 = _row(
    14,
    "gateway limit",
    "Le PDF est trop complexe pour être vérifié. Produisez-le plus simplement (aplatir, réduire).",
    "The PDF is too complex to be checked. Produce it in a simpler way (flatten, reduce).",
)
BDY_15 = _row(
    15,
    _N3,
    "La section a des entrées codées mais aucun texte lisible. Donnez dans text ce que les entrées disent.",
    "The section has coded entries but no readable text. Say in text what the entries say.",
)
BDY_16 = _row(
    16,
    _N3,
    "La section n'a pas de titre. Donnez-lui un title.",
    "The section has no title. Give it a title.",
    Severity.WARNING,
)

RULES: tuple[Rule, ...] = (
    BDY_01,
    BDY_02,
    BDY_03,
    BDY_04,
    BDY_05,
    BDY_06,
    BDY_07,
    BDY_08,
    BDY_09,
    BDY_10,
    BDY_11,
    BDY_12,
    BDY_13,
    BDY_14,
    BDY_15,
    BDY_16,
)
