"""Units: what laboratories write, as UCUM. A unit that is not known stays text; it is never guessed."""

from __future__ import annotations

from gateway.model.plain import PlainConcept

_SAME = """
% g g/L g/dL mg/L mg/dL mg/mL mg ug/L ug/mL ug/dL ng/L ng/mL ng/dL pg/mL pg/L pg g/(24.h) mg/(24.h) mg/g
mol/L mmol/L umol/L nmol/L pmol/L fmol/L mmol/mol umol/mol mg/mmol mmol/(24.h) umol/(24.h) mmol mol/kg mmol/kg
L L/L mL uL fL mL/min L/(24.h) mL/(24.h) mL/min/{1.73_m2} /mL /uL /L /(24.h) /[HPF] /[LPF] 10*3/uL 10*3/mL
10*6/uL 10*6/L 10*9/L 10*12/L 10*6/mL 10*3/L 10*5/mL U/L U/mL kU/L mU/L uU/mL [IU]/L [IU]/mL k[IU]/L m[IU]/L
m[IU]/mL u[IU]/mL k[IU]/mL mm/h mm s min h d a Cel mm[Hg] kPa mosm/kg mosm/L meq/L meq/(24.h) ukat/L nkat/L
{INR} {ratio} {copies}/mL {CFU}/mL [CFU]/mL {titer} [pH] kg cm m2 kg/m2 1
"""
_SPELLINGS = {
    "µg/L": "ug/L", "µg/l": "ug/L", "mcg/L": "ug/L", "µg/mL": "ug/mL", "µg/ml": "ug/mL", "mcg/mL": "ug/mL",
    "µg/dL": "ug/dL", "µmol/L": "umol/L", "µmol/l": "umol/L", "g/l": "g/L", "g/dl": "g/dL", "g/100mL": "g/dL",
    "mg/l": "mg/L", "mg/dl": "mg/dL", "mg/ml": "mg/mL", "ng/ml": "ng/mL", "ng/l": "ng/L", "pg/ml": "pg/mL",
    "mmol/l": "mmol/L", "umol/l": "umol/L", "nmol/l": "nmol/L", "pmol/l": "pmol/L", "mol/l": "mol/L",
    "U/l": "U/L", "UI/L": "[IU]/L", "UI/l": "[IU]/L", "IU/L": "[IU]/L", "UI/mL": "[IU]/mL",
    "UI/ml": "[IU]/mL", "IU/mL": "[IU]/mL", "mUI/L": "m[IU]/L", "mUI/l": "m[IU]/L", "mIU/L": "m[IU]/L",
    "mUI/mL": "m[IU]/mL", "mUI/ml": "m[IU]/mL", "mIU/mL": "m[IU]/mL", "µUI/mL": "u[IU]/mL",
    "µUI/ml": "u[IU]/mL", "uIU/mL": "u[IU]/mL", "kUI/L": "k[IU]/L", "kUI/l": "k[IU]/L",
    "G/L": "10*9/L", "G/l": "10*9/L", "Giga/L": "10*9/L", "10^9/L": "10*9/L", "10E9/L": "10*9/L",
    "x10^9/L": "10*9/L", "10**9/L": "10*9/L", "T/L": "10*12/L", "T/l": "10*12/L", "Tera/L": "10*12/L",
    "10^12/L": "10*12/L", "10E12/L": "10*12/L", "x10^12/L": "10*12/L", "10^3/uL": "10*3/uL",
    "10^3/µL": "10*3/uL", "10^6/uL": "10*6/uL", "10^6/µL": "10*6/uL", "/mm3": "/mm3", "/µL": "/uL",
    "/ml": "/mL", "fl": "fL", "µL": "uL", "ml": "mL", "l": "L", "l/l": "L/L", "ml/min": "mL/min",
    "mL/min/1.73m2": "mL/min/{1.73_m2}", "mL/min/1,73m2": "mL/min/{1.73_m2}",
    "mL/min/1,73 m²": "mL/min/{1.73_m2}", "mL/min/1.73m²": "mL/min/{1.73_m2}",
    "ml/min/1,73m2": "mL/min/{1.73_m2}", "ml/min/1.73m2": "mL/min/{1.73_m2}",
    "mL/mn/1,73m2": "mL/min/{1.73_m2}",
    "mg/24h": "mg/(24.h)", "g/24h": "g/(24.h)", "mmol/24h": "mmol/(24.h)", "mL/24h": "mL/(24.h)",
    "sec": "s", "sec.": "s", "seconde": "s", "secondes": "s", "°C": "Cel", "mmHg": "mm[Hg]",
    "mm Hg": "mm[Hg]",
    "mEq/L": "meq/L", "mEq/l": "meq/L", "mosmol/kg": "mosm/kg", "mOsm/kg": "mosm/kg", "mm/1h": "mm/h",
    "UFC/mL": "{CFU}/mL", "UFC/ml": "{CFU}/mL", "CFU/mL": "{CFU}/mL", "copies/mL": "{copies}/mL",
    "copies/ml": "{copies}/mL", "/champ": "/[HPF]", "mg/mmol": "mg/mmol", "pH": "[pH]", "kat/L": "kat/L",
}  # fmt: skip
_UCUM = frozenset(_SAME.split()) | frozenset(_SPELLINGS.values())
_SYSTEMS = frozenset({"UCUM", "2.16.840.1.113883.6.8"})


def ucum(unit: PlainConcept | None) -> str:
    """The UCUM code of OBX-6; empty without a unit, or when it is not known to be UCUM."""
    if unit is None:
        return ""
    for code in unit.codings:
        if code.system in _SYSTEMS and not any(sign.isspace() for sign in code.code):
            return code.code
    return next((found for code in unit.codings if (found := _known(code.code))), "")


def unit_text(unit: PlainConcept | None) -> str:
    """What people read: the code, for it is what laboratories print."""
    if unit is None:
        return ""
    return unit.original or unit.code.code or unit.text


def _known(text: str) -> str:
    return text if text in _UCUM else _SPELLINGS.get(text.replace("μ", "µ"), "")
