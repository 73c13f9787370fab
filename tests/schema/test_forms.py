"""Every simple type of the schema has words for what it asks, restricted lists included."""

from __future__ import annotations

from pathlib import Path

import xmlschema

from gateway.resources import schemas
from gateway.validators.schema_forms import fits, form_of


def test_every_simple_type_and_every_attribute_can_be_explained() -> None:
    schema = xmlschema.XMLSchema(str(Path(str(schemas() / "cda" / "cda.xsd"))))
    explained = 0
    for kind in schema.maps.types.values():
        attributes = getattr(kind, "attributes", None) or {}
        simple = [kind] if kind.is_simple() else []
        simple += [
            each.type for name, each in attributes.items() if name is not None and hasattr(each, "type")
        ]
        for one in simple:
            sentence = form_of(one)
            assert sentence.fr
            assert sentence.en
            fits(one, "not one of them")
            explained += 1
    assert explained > 500
