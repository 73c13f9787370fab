"""The rules that reading can break, as data.

``R.*`` are rules of the French interface. ``X.*`` are ours, for what the guide does not name:

=============  ==========================================================================
X.EMPTY        the message has no bytes, or only blanks
X.MANY         the body holds more than one message, or a batch (FHS, BHS)
X.SEGMENT      a line is not a segment
X.STRUCTURE    more segments, fields or repetitions than any real message
X.DOCUMENTS    more documents than the gateway reads in one message
X.ENCODING     a CDA that decodes, but is not in UTF-8 (warning)
=============  ==========================================================================
"""

from __future__ import annotations

from gateway.model import Rule, Severity

ERROR, WARNING = Severity.ERROR, Severity.WARNING
GUIDE = "CI-SIS CDA-HL7v2 2.1"

MLLP_FRAME = Rule(
    "R.ENC.01",
    "HL7 MLLP",
    ERROR,
    "Le bloc MLLP doit commencer par 0x0B et se terminer par 0x1C 0x0D.",
    "An MLLP block must begin with 0x0B and end with 0x1C 0x0D.",
    hl7_code="199",
)
NOT_A_MESSAGE = Rule(
    "R.ENC.02",
    "HL7 2.5 ch. 2",
    ERROR,
    "Le contenu n'est ni un message HL7v2 (il commencerait par MSH) ni un document XML.",
    "The content is neither an HL7v2 message (it would begin with MSH) nor an XML document.",
    hl7_code="100",
)
SEGMENT_END = Rule(
    "R.ENC.03",
    "HL7 2.5 ch. 2",
    WARNING,
    "Les segments doivent se terminer par CR (0x0D) ; LF et CRLF sont tolérés.",
    "Segments must end with CR (0x0D); LF and CRLF are tolerated.",
    hl7_code="199",
)
DELIMITERS = Rule(
    "R.ENC.04",
    f"{GUIDE}, MSH",
    ERROR,
    "MSH-1 doit être | et MSH-2 exactement ^~\\& en ASCII : corriger le paramétrage de l'émetteur.",
    "MSH-1 must be | and MSH-2 exactly ^~\\& in ASCII characters: correct the settings of the sender.",
    hl7_code="199",
)
UNDECODABLE = Rule(
    "R.ENC.06",
    f"{GUIDE}, MSH-18",
    ERROR,
    "Des octets ne se décodent pas dans le jeu de caractères annoncé en MSH-18 : "
    "annoncer le jeu réellement utilisé ou corriger l'encodage.",
    "Some bytes cannot be decoded with the character set declared in MSH-18: "
    "declare the set really used or correct the encoding.",
    hl7_code="102",
)
ESCAPE = Rule(
    "R.ENC.07",
    "HL7 2.5 §2.7",
    WARNING,
    "Séquence d'échappement inconnue ou non terminée, gardée telle quelle.",
    "Unknown or unterminated escape sequence, kept as it is.",
    hl7_code="199",
)
SIZE = Rule(
    "R.ENC.10",
    "gateway limit (R.ENC.10)",
    ERROR,
    "La taille dépasse la limite de la passerelle : réduire le document ou relever la limite.",
    "The size exceeds the limit of the gateway: make the document smaller or raise the limit.",
    hl7_code="199",
)
BASE64 = Rule(
    "R.DOC.09",
    f"{GUIDE}, OBX-5.5; RFC 4648 §4",
    ERROR,
    "OBX-5.5 n'est pas du Base64 correct.",
    "OBX-5.5 is not correct Base64.",
    hl7_code="102",
)
NOT_A_CDA = Rule(
    "R.DOC.10",
    f"{GUIDE}, OBX-5.5; CDA R2",
    ERROR,
    "Le document n'est pas un CDA lisible.",
    "The document is not a readable CDA.",
    hl7_code="207",
    application_code="906",
)
EMPTY = Rule(
    "X.EMPTY",
    "gateway",
    ERROR,
    "Le message est vide.",
    "The message is empty.",
    hl7_code="100",
)
MANY = Rule(
    "X.MANY",
    "gateway; HL7 2.5 §2.10.3",
    ERROR,
    "Le contenu porte plusieurs messages ou un lot (FHS, BHS) : envoyer les messages un par un.",
    "The content holds several messages or a batch (FHS, BHS): send the messages one by one.",
    hl7_code="198",
)
SEGMENT = Rule(
    "X.SEGMENT",
    "HL7 2.5 §2.5.2",
    ERROR,
    "Cette ligne n'est pas un segment (trois caractères A-Z ou 0-9 puis le séparateur de champs) ; "
    "un saut de ligne dans un texte s'écrit \\.br\\.",
    "This line is not a segment (three characters A-Z or 0-9, then the field separator); "
    "a line break inside a text is written \\.br\\.",
    hl7_code="100",
)
STRUCTURE = Rule(
    "X.STRUCTURE",
    "gateway limit",
    ERROR,
    "Le message compte plus de segments, de champs ou de répétitions que la passerelle n'en lit.",
    "The message has more segments, fields or repetitions than the gateway reads.",
    hl7_code="199",
)
DOCUMENTS = Rule(
    "X.DOCUMENTS",
    "gateway limit",
    ERROR,
    "Le message porte plus de documents que la passerelle n'en lit.",
    "The message holds more documents than the gateway reads.",
    hl7_code="198",
)
ENCODING = Rule(
    "X.ENCODING",
    "CI-SIS structuration minimale §3.2.1",
    WARNING,
    "L'encodage UTF-8 est obligatoire pour un CDA ; celui-ci en déclare un autre.",
    "A CDA must be encoded in UTF-8; this one declares another encoding.",
    hl7_code="207",
    application_code="906",
)

RULES: tuple[Rule, ...] = (
    MLLP_FRAME,
    NOT_A_MESSAGE,
    SEGMENT_END,
    DELIMITERS,
    UNDECODABLE,
    ESCAPE,
    SIZE,
    BASE64,
    NOT_A_CDA,
    EMPTY,
    MANY,
    SEGMENT,
    STRUCTURE,
    DOCUMENTS,
    ENCODING,
)
