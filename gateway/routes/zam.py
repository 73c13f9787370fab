"""The business acknowledgement ZAM^Z01^ZAM_Z01: what the DMP answered to one request (PFI guide §11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.model import Kind, Message, Reading
from gateway.routes.ack import answer_header, charset_of, encode, timestamp
from gateway.routes.replies import APPLICATION_LABELS, OTHER
from gateway.routes.skeletons import escape, zam_skeletons

DMP_SYSTEM, APPLICATION_SYSTEM = "DMP_ERROR_CODE", "applicationErrorCondition"

# Codes of the DMP's answers (ITI TF-3 §4.2.4; SESAM-Vitale annex A7-1 is not public) in our words.
DMP_LABELS = {
    "DMPClosed": "DMP fermé",
    "DMPAccessDeniedByRightsService": "Accès au DMP refusé par le service des droits",
    "DMPInvalidCertificate": "Certificat de la structure refusé",
    "XDSUnknownPatientId": "Patient sans DMP ou inconnu du DMP",
    "XDSPatientIdDoesNotMatch": "Patient du document différent de celui du lot",
    "XDSRegistryMetadataError": "Métadonnées refusées par le DMP",
    "XDSRepositoryMetadataError": "Métadonnées refusées par le DMP",
    "XDSMissingDocument": "Document absent du lot",
    "XDSMissingDocumentMetadata": "Document sans métadonnées",
    "XDSDuplicateUniqueIdInRegistry": "Identifiant de document déjà présent",
    "XDSRegistryDuplicateUniqueIdInMessage": "Identifiant en double dans le lot",
    "XDSRepositoryDuplicateUniqueIdInMessage": "Identifiant en double dans le lot",
    "XDSNonIdenticalHash": "Identifiant déjà présent pour un autre contenu",
    "XDSNonIdenticalSize": "Identifiant déjà présent pour un autre contenu",
    "XDSRegistryDeprecatedDocumentError": "Le document à remplacer n'est plus à jour",
    "XDSReplaceFailed": "Remplacement impossible",
    "XDSDocumentUniqueIdError": "Document inconnu du DMP",
    "UnresolvedReferenceException": "Document à modifier inconnu du DMP",
    "InvalidDocumentContent": "Contenu du document refusé",
    "LocalPolicyRestrictionError": "Dépôt refusé par la politique du DMP",
    "XDSRegistryError": "Erreur interne du DMP",
    "XDSRepositoryError": "Erreur interne du DMP",
    "XDSRegistryBusy": "DMP occupé",
    "XDSRepositoryBusy": "DMP occupé",
    "soap-fault": "Le DMP a répondu par une erreur SOAP",
}
_REFUSED = "Dépôt refusé par le DMP"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no deposit: ERR-5 of a negative ZAM."""

    code: str
    label: str
    system: str = DMP_SYSTEM


def refused_by_dmp(reason: str) -> Failure:
    """The failure for a code of the DMP's answer."""
    return Failure(reason, DMP_LABELS.get(reason, _REFUSED))


def not_delivered(label: str = "") -> Failure:
    """A failure that is no answer of the DMP: 906 with what happened in a few words (table HL70533)."""
    return Failure(OTHER, label or APPLICATION_LABELS[OTHER], APPLICATION_SYSTEM)


def wants_zam(reading: Reading) -> bool:
    """True when the sender asked to be told of the DMP's answer (R.ZAM.01)."""
    asked = reading.flags.destdmp and reading.flags.ack_reception
    return asked and reading.message is not None and reading.kind is not Kind.ACKNOWLEDGEMENT


def zam_z01(request: Message, failure: Failure | None, moment: datetime, control_id: str) -> bytes:
    """The ZAM^Z01 for ``request``: ``Y`` without a failure, else ``N`` with one ERR.

    ``moment`` (aware) is the date and time of the deposit, for MSH-7 and EVN-2; ``control_id`` is MSH-10 (at
    most 20 characters here). The same arguments give the same bytes.
    """
    skeletons, charset = zam_skeletons(), charset_of(request)
    header = answer_header(request.msh, moment, control_id) | {18: charset}
    status = "Y" if failure is None else "N"
    lines = [
        skeletons.fill("MSH", header),
        skeletons.fill("EVN", {2: timestamp(moment)}),
        skeletons.fill("OBX", {4: escape(request.msh.value(10)), 5: f"{status}^^expandedYes-NoIndicator"}),
    ]
    if failure is not None:
        detail = "^".join(map(escape, (failure.code, failure.label, failure.system)))
        lines.append(skeletons.fill("ERR", {5: detail}))
    return encode(lines, charset)
