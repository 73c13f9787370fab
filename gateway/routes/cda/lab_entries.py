"""The coded half of a laboratory report (IHE XD-LAB, CI-SIS CR-BIO 2024.01): one observation for each OBX."""

from __future__ import annotations

from dataclasses import dataclass

from lxml.etree import _Element

from gateway.model import Code, Facility
from gateway.model.lab import LabOrder, LabResult
from gateway.model.lab_tree import Group, Isolate
from gateway.model.plain import PlainConcept, PlainPerson
from gateway.nomenclature.loinc import NAMES, is_loinc
from gateway.routes.cda.lab_narrative import row_of, value_text
from gateway.routes.cda.lab_values import (
    concept_element,
    interpretation_elements,
    known_code,
    reference_element,
    system_of,
    value_elements,
)
from gateway.routes.cda.markup import LOINC, coded, el, original, reference, templates
from gateway.routes.cda.people import professional_id
from gateway.routes.cda.times import cda_time

OBSERVATION = "1.3.6.1.4.1.19376.1.3.1.6"
_OBSERVATION = (OBSERVATION, "1.2.250.1.213.1.1.3.80")
_DATA = ("1.3.6.1.4.1.19376.1.3.1", "1.2.250.1.213.1.1.3.21")
_SPECIMEN = ("1.3.6.1.4.1.19376.1.3.1.2", "1.2.250.1.213.1.1.3.77")
_RECEIVED = ("1.3.6.1.4.1.19376.1.3.1.3", "1.2.250.1.213.1.1.3.107")
_BATTERY = ("1.3.6.1.4.1.19376.1.3.1.4", "1.2.250.1.213.1.1.3.78")
_ISOLATE = ("1.3.6.1.4.1.19376.1.3.1.5", "1.2.250.1.213.1.1.3.79")
_VALIDATED = ("1.3.6.1.4.1.19376.1.3.3.1.5", "1.2.250.1.213.1.1.3.109")
_COMMENT = ("2.16.840.1.113883.10.20.1.40", "1.3.6.1.4.1.19376.1.5.3.1.4.2", "1.2.250.1.213.1.1.3.32")
_RECEPTION = Code("SPRECEIVE", "1.3.5.1.4.1.19376.1.5.3.2", "Échantillon reçu")
_COMMENT_CODE = Code("48767-8", LOINC, "Commentaire")


@dataclass(frozen=True)
class EntryWriter:
    """Writes the entries of one report; ``facility`` gives time zone, LOINC mapping and local code system."""

    facility: Facility

    @property
    def zone(self) -> str:
        return self.facility.time_zone

    def entry(self, group: Group, chapter: Code) -> _Element:
        """``entry`` of one root order, with everything that came from it."""
        order = group.order
        parts = [self._comp(self._procedure(order))] if _has_specimen(order) else []
        # An act must hold something: an order without results of its own still has its (empty) battery.
        if group.loose or not (group.isolates or group.orders):
            parts.append(self._comp(self._battery(order, group.loose)))
        parts += [self._comp(self._isolate(order, isolate)) for isolate in group.isolates]
        parts += [self._comp(self._battery(child, list(child.results))) for child in group.orders]
        targets = [f"o{order.sequence}-c{n}" for n in range(1, len(order.comments) + 1)]
        targets += [
            f"o{o.sequence}-c{n}" for o in group.all_orders[1:] for n in range(1, len(o.comments) + 1)
        ]
        act = el(
            "act",
            coded("code", chapter),
            el("statusCode", code="aborted" if order.status == "X" else "completed"),
            *[self._validated(one) for one in group.all_orders if one.interpreter is not None],
            *parts,
            *[self._comment(target) for target in targets],
            classCode="ACT",
            moodCode="EVN",
        )
        return el("entry", *templates(*_DATA), act, typeCode="DRIV")

    def _validated(self, order: LabOrder) -> _Element:
        """Who interpreted the results (OBR-32), and when they were released."""
        who = order.interpreter or PlainPerson()
        known = professional_id(who.identifier)
        moment = cda_time(order.reported, self.zone)
        names = [el(tag, text) for tag, text in (("given", who.given), ("family", who.family)) if text]
        role = el(
            "participantRole",
            el("id", root=known.root, extension=known.extension) if known else el("id", nullFlavor="UNK"),
            el("addr", nullFlavor="UNK"),
            el("telecom", nullFlavor="UNK"),
            el("playingEntity", el("name", *names)) if names else None,
        )
        time = el("time", el("high", value=moment)) if moment else el("time", nullFlavor="UNK")
        return el("participant", *templates(*_VALIDATED), time, role, typeCode="AUTHEN")

    def _comp(self, child: _Element) -> _Element:
        return el("entryRelationship", child, typeCode="COMP")

    def _battery(self, order: LabOrder, results: list[LabResult]) -> _Element:
        return el(
            "organizer",
            *templates(*_BATTERY),
            self._code(order.service, f"o{order.sequence}"),
            el("statusCode", code="aborted" if order.status == "X" else "completed"),
            *[el("component", self.observation(result, order)) for result in results],
            classCode="BATTERY",
            moodCode="EVN",
        )

    def _isolate(self, order: LabOrder, isolate: Isolate) -> _Element:
        """A germ with what was counted and tested of it."""
        head = isolate.head
        concept = next((value.concept for value in head.values if value.concept is not None), None)
        target = f"r{head.sequence}-v"
        known = known_code(concept) if concept else None
        # Without a national code the words alone: a translation here must be of NCBI (IHE XD-LAB).
        germ = coded("code", known, original(target)) if known else _words("code", target)
        playing = el("specimenPlayingEntity", germ, classCode="MIC")
        batteries = [self._battery(child, list(child.results)) for child in isolate.orders]
        about = [self.observation(result, order) for result in (head, *isolate.members)]
        return el(
            "organizer",
            *templates(*_ISOLATE),
            el("statusCode", code="completed"),
            self._time(head.observed or order.observed),
            el("specimen", el("specimenRole", playing, classCode="SPEC"), typeCode="SPC"),
            *[el("component", part) for part in (*about, *batteries)],
            classCode="CLUSTER",
            moodCode="EVN",
        )

    def observation(self, result: LabResult, order: LabOrder) -> _Element:
        """The observation of one OBX; not obtained is ``aborted`` without a value."""
        anchor = f"r{result.sequence}"
        notes = [a for a, _ in row_of(result, order, self.zone).notes if a.startswith(f"{anchor}-c")]
        shown = f"{anchor}-v" if value_text(result, self.zone) else anchor
        specimen = order.specimen.collected if order.specimen else ""
        return el(
            "observation",
            *templates(*_OBSERVATION),
            self._code(result.concept, anchor),
            el("text", reference(shown)),
            el("statusCode", code="aborted" if result.status == "X" else "completed"),
            self._time(result.observed or order.observed or specimen),
            *value_elements(result, f"{anchor}-v", self.zone),
            *interpretation_elements(result),
            concept_element("methodCode", result.method, f"{anchor}-m") if result.method else None,
            *[self._comment(note) for note in notes],
            reference_element(result, f"{anchor}-n"),
            classCode="OBS",
            moodCode="EVN",
        )

    def _code(self, concept: PlainConcept | None, target: str) -> _Element:
        """LOINC when the message or the facility's declaration says so; other codes are translations."""
        pointer = original(target)
        if concept is None:
            return el("code", pointer, nullFlavor="UNK")
        translations = [self._translation(code, concept) for code in concept.codings if not _is_loinc(code)]
        loinc = self.loinc(concept)
        if loinc is None:
            return el("code", pointer, *translations, nullFlavor="UNK")
        return coded("code", loinc, pointer, *translations)

    def loinc(self, concept: PlainConcept) -> Code | None:
        """The LOINC code of a test."""
        for code in concept.codings:
            if _is_loinc(code):
                return Code(code.code, LOINC, code.display or concept.text)
        return next((found for code in concept.codings if (found := self.facility.loinc_of(code.code))), None)

    def _translation(self, code: Code, concept: PlainConcept) -> _Element:
        known = "" if code.system in NAMES else system_of(code)
        local = "" if known or code.system in NAMES else self.facility.local_code_root
        return el(
            "translation",
            code=code.code,
            displayName=code.display or concept.text,
            codeSystem=known or local,
            codeSystemName="" if known else code.system,
        )

    def _procedure(self, order: LabOrder) -> _Element:
        """The taking of the specimen, and when the laboratory received it."""
        specimen, anchor = order.specimen, f"o{order.sequence}"
        concept = specimen.concept if specimen else None
        playing = el("playingEntity", concept_element("code", concept, f"{anchor}-s")) if concept else None
        number = specimen.identifier if specimen else ""
        root = self.facility.order_root
        known = el("id", root=root, extension=number) if number and root else el("id", nullFlavor="UNK")
        role = el("participantRole", known, playing, classCode="SPEC")
        taken = (specimen.collected if specimen else "") or order.observed
        moment = cda_time(order.received, self.zone)
        received = el(
            "act", *templates(*_RECEIVED), coded("code", _RECEPTION), el("effectiveTime", value=moment),
            classCode="ACT", moodCode="EVN",
        )  # fmt: skip
        return el(
            "procedure",
            *templates(*_SPECIMEN),
            el("code", original(anchor), nullFlavor="UNK"),
            self._time(taken),
            concept_element("targetSiteCode", specimen.site, f"{anchor}-site")
            if specimen and specimen.site
            else None,
            el("participant", role, typeCode="PRD"),
            self._comp(received) if moment else None,
            classCode="PROC",
            moodCode="EVN",
        )

    def _time(self, text: str) -> _Element | None:
        moment = cda_time(text, self.zone)
        return el("effectiveTime", value=moment) if moment else None

    def _comment(self, target: str) -> _Element:
        act = el(
            "act",
            *templates(*_COMMENT),
            coded("code", _COMMENT_CODE),
            el("text", reference(target)),
            el("statusCode", code="completed"),
            classCode="ACT",
            moodCode="EVN",
        )
        return el("entryRelationship", act, typeCode="SUBJ", inversionInd="true")


def _is_loinc(code: Code) -> bool:
    return system_of(code) == LOINC and is_loinc(code.code)


def _words(tag: str, target: str) -> _Element:
    return el(tag, original(target), nullFlavor="OTH")


def _has_specimen(order: LabOrder) -> bool:
    return order.specimen is not None or bool(order.received)
