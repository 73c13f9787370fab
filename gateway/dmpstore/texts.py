"""The sentences and dates of the pages, in French and English."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from gateway.dmpstore.wording import WORDING
from gateway.model import Rubrique

_ZONE = ZoneInfo("Europe/Paris")
_MONTHS = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_PATTERNS = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}

_FR = {
    "store": "Entrepôt DMP d’essai",
    "skip": "Aller au contenu",
    "colon": " : ",
    "language": "English",
    "language_code": "en",
    "records": "Dossiers",
    "overview_title": "Dossiers alimentés récemment",
    "overview_lead": "Chaque dossier réunit les documents déposés pour une personne, rangés dans les neuf "
    "rubriques du DMP.",
    "trial": "Environnement d’essai : identités fictives uniquement.",
    "record": "Dossier",
    "record_count_one": "1 dossier",
    "record_count_many": "{n} dossiers",
    "ins": "INS",
    "ins_masked": "Matricule INS masqué, commence par",
    "reference": "réf. {id}",
    "last_fed": "Dernier dépôt",
    "older": "Dossiers plus anciens",
    "newest": "Revenir aux plus récents",
    "no_record": "Aucun dossier pour l’instant",
    "no_record_hint": "Déposez un document (transaction ITI-41) : son dossier apparaîtra ici.",
    "documents_one": "1 document",
    "documents_many": "{n} documents",
    "documents_none": "Aucun document",
    "previous_one": "1 version remplacée ou archivée",
    "previous_many": "{n} versions remplacées ou archivées",
    "rubriques": "Les neuf rubriques",
    "empty": "Aucun document dans cette rubrique.",
    "see_all": "Voir les {n} documents de la rubrique",
    "whole_record": "Tout le dossier",
    "author": "Auteur",
    "version": "Version {n}",
    "Approved": "En vigueur",
    "Deprecated": "Remplacé",
    "Archived": "Archivé",
    "MASQUE_PS": "Masqué aux professionnels",
    "INVISIBLE_PATIENT": "Pas encore visible du patient",
    "INVISIBLE_REPRESENTANTS_LEGAUX": "Masqué aux représentants légaux",
    "download": "Télécharger",
    "page_of": "Page {n} sur {total}",
    "page_before": "Page précédente",
    "page_after": "Page suivante",
    "not_found": "Page introuvable",
    "not_found_hint": "Ce dossier ou cette page n’existe pas dans cet entrepôt.",
    "back": "Revenir aux dossiers",
    "test_ins": "INS de test",
    "demo_ins": "INS de démonstration",
    "nir_ins": "INS-NIR",
    "nia_ins": "INS-NIA",
}
_EN = {
    "store": "Trial DMP store",
    "skip": "Skip to content",
    "colon": ": ",
    "language": "Français",
    "language_code": "fr",
    "records": "Records",
    "overview_title": "Recently fed records",
    "overview_lead": "Each record gathers the documents deposited for one person, sorted into the nine "
    "sections (rubriques) of the DMP.",
    "trial": "Trial environment: fictitious identities only.",
    "record": "Record",
    "record_count_one": "1 record",
    "record_count_many": "{n} records",
    "ins": "INS",
    "ins_masked": "Masked INS number, starts with",
    "reference": "ref. {id}",
    "last_fed": "Last deposit",
    "older": "Older records",
    "newest": "Back to the newest",
    "no_record": "No record yet",
    "no_record_hint": "Deposit a document (transaction ITI-41): its record will appear here.",
    "documents_one": "1 document",
    "documents_many": "{n} documents",
    "documents_none": "No document",
    "previous_one": "1 replaced or archived version",
    "previous_many": "{n} replaced or archived versions",
    "rubriques": "The nine sections",
    "empty": "No document in this section.",
    "see_all": "See all {n} documents of this section",
    "whole_record": "Whole record",
    "author": "Author",
    "version": "Version {n}",
    "Approved": "In force",
    "Deprecated": "Replaced",
    "Archived": "Archived",
    "MASQUE_PS": "Hidden from professionals",
    "INVISIBLE_PATIENT": "Not yet visible to the patient",
    "INVISIBLE_REPRESENTANTS_LEGAUX": "Hidden from legal representatives",
    "download": "Download",
    "page_of": "Page {n} of {total}",
    "page_before": "Previous page",
    "page_after": "Next page",
    "not_found": "Page not found",
    "not_found_hint": "This record or page does not exist in this store.",
    "back": "Back to the records",
    "test_ins": "Test INS",
    "demo_ins": "Demonstration INS",
    "nir_ins": "INS-NIR",
    "nia_ins": "INS-NIA",
}
_INS_KINDS = {
    "1.2.250.1.213.1.4.8": "nir_ins",
    "1.2.250.1.213.1.4.9": "nia_ins",
    "1.2.250.1.213.1.4.10": "test_ins",
    "1.2.250.1.213.1.4.11": "demo_ins",
}


_FR |= {key: french for key, (french, _) in WORDING.items()}
_EN |= {key: english for key, (_, english) in WORDING.items()}


class Texts:
    """The sentences of one language: ``t.records``, ``t.count("documents", 3)``, ``t.date("20260312")``."""

    def __init__(self, language: str) -> None:
        self.language = "en" if language == "en" else "fr"
        self._texts = _EN if self.language == "en" else _FR

    def __getitem__(self, key: str) -> str:
        return self._texts[key]

    def fill(self, key: str, **values: object) -> str:
        return self._texts[key].format(**values)

    def known(self, key: str) -> str:
        """The text of a code, or empty when pages say nothing about it."""
        return self._texts.get(key, "")

    def count(self, noun: str, number: int) -> str:
        if number == 0 and f"{noun}_none" in self._texts:
            return self._texts[f"{noun}_none"]
        return self._texts[f"{noun}_one"] if number == 1 else self.fill(f"{noun}_many", n=number)

    def rubrique(self, rubrique: Rubrique) -> str:
        return rubrique.label_en if self.language == "en" else rubrique.label_fr

    def rubrique_named(self, name: str) -> str:
        """The label of a rubrique as the database names it."""
        return self.rubrique(Rubrique(name))

    def ins_kind(self, authority: str) -> str:
        return self._texts[_INS_KINDS.get(authority, "ins")]

    def date(self, dtm: str) -> str:
        """A UTC DTM as people in France read it; a day stays that day, an unreadable value is empty."""
        moment = _local(dtm)
        if moment is None:
            return ""
        month = _MONTHS[self.language][moment.month - 1]
        day = "1er" if moment.day == 1 and self.language == "fr" else str(moment.day)
        parts = [day, month, str(moment.year)][{4: 2, 6: 1}.get(len(dtm), 0) :]
        clock = f"{moment:%H:%M}" if len(dtm) > 8 else ""
        return " ".join(parts) + (f"{' à ' if self.language == 'fr' else ', '}{clock}" if clock else "")

    def size(self, number: int) -> str:
        units = ("o", "ko", "Mo") if self.language == "fr" else ("B", "kB", "MB")
        if number < 1000:
            return f"{number} {units[0]}"
        scaled, unit = (number / 1e3, units[1]) if number < 1e6 else (number / 1e6, units[2])
        text = f"{scaled:.0f}" if scaled >= 10 else f"{scaled:.1f}"
        return f"{text.replace('.', ',') if self.language == 'fr' else text} {unit}"


def iso_date(dtm: str) -> str:
    """The value for ``<time datetime>``, in local time with its offset when there is a time."""
    moment = _local(dtm)
    if moment is None:
        return ""
    if len(dtm) > 8:
        return moment.isoformat(timespec="minutes")
    return f"{moment:%Y-%m-%d}"[: {4: 4, 6: 7}.get(len(dtm), 10)]


def _local(dtm: str) -> datetime | None:
    try:
        moment = datetime.strptime(dtm, _PATTERNS[len(dtm)]).replace(tzinfo=UTC)
    except (KeyError, ValueError):
        return None
    return moment.astimezone(_ZONE) if len(dtm) > 8 else moment
