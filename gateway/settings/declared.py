"""The parts of a ``[[facility]]`` table that complete messages without a CDA, checked one by one."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from gateway.model import Code
from gateway.model.facility import FacilityAddress, FacilityPerson
from gateway.nomenclature import value_set

LOINC = "2.16.840.1.113883.6.1"
_LOINC_CODE = re.compile(r"[0-9]{1,5}-[0-9]")
_STRICT = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class DeclaredPerson(BaseModel):
    """``[facility.responsible]`` and ``[facility.author]``."""

    model_config = _STRICT

    id: str = Field(pattern=r"^[0-9A-Z][0-9A-Za-z/.-]{8,63}$")
    family: str = Field(min_length=1, max_length=100)
    given: str = Field(min_length=1, max_length=100)
    specialty: str
    prefix: str = ""

    @field_validator("specialty")
    @classmethod
    def _known(cls, value: str) -> str:
        if not value_set("J56").by_code(value):
            raise ValueError("not a specialty of J56, for instance G15_10/SM03")
        return value

    def person(self) -> FacilityPerson:
        return FacilityPerson(self.id, self.family, self.given, self.specialty, self.prefix)


class DeclaredAddress(BaseModel):
    """``[facility.address]``."""

    model_config = _STRICT

    street: str = Field(min_length=1)
    postcode: str = Field(min_length=1)
    city: str = Field(min_length=1)
    country: str = "FRANCE"
    phone: str = Field("", pattern=r"^(\+?[0-9 .]+)?$")
    mail: str = Field("", pattern=r"^([^@\s]+@[^@\s]+)?$")

    def address(self) -> FacilityAddress:
        return FacilityAddress(self.street, self.postcode, self.city, self.country, self.phone, self.mail)


class DeclaredLoinc(BaseModel):
    """One entry of ``[facility.loinc]``: a local test code to its LOINC code and display."""

    model_config = _STRICT

    code: str
    display: str = Field(min_length=1)

    @field_validator("code")
    @classmethod
    def _shape(cls, value: str) -> str:
        if not _LOINC_CODE.fullmatch(value):
            raise ValueError("not a LOINC code, for instance 2345-7")
        return value

    def concept(self) -> Code:
        return Code(self.code, LOINC, self.display)


def _type_of_document(value: str) -> str:
    if len(value_set("J66").by_code(value)) != 1:
        raise ValueError("not a document type of J66, for instance 11490-0")
    return value


DocumentType = Annotated[str, AfterValidator(_type_of_document)]
"""One entry of ``document_types``: the code of J66 for a type that the sender names in its own way."""


def document_type(code: str) -> Code:
    """The coded type; ``code`` was checked as a :data:`DocumentType`."""
    return value_set("J66").by_code(code)[0].coded
