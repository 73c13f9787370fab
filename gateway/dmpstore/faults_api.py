"""``/api/faults``: GET lists the faults in force, PUT replaces them, DELETE clears them. Trials only.

::

    {"trial": true, "seed": 0, "faults": [{"kind": "slow", "transaction": "iti41", "milliseconds": 500,
                                          "rate": 1.0, "times": 3, "fired": 0, ...}]}

PUT takes the same object (``fired`` and ``trial`` are not read); a fault needs ``kind`` only.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.dmpstore.faults import TRANSACTIONS, Fault, FaultDesk, FaultKind

_LONGEST_BODY = 64 * 1024
_MOST = 100
# Whole groups of eight: a bare INS (15 digits) sent by mistake is refused.
_HASH = re.compile(r"(?:[0-9a-f]{8}){1,8}")
_LONGEST_WAIT = 600_000

Check = tuple[Callable[[Any], bool], str]


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 200 and value.isprintable()


def _whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


_CHECKS: Mapping[str, Check] = {
    "kind": (lambda value: value in list(FaultKind), "one of " + ", ".join(FaultKind)),
    "transaction": (lambda value: value in ("", *TRANSACTIONS), "one of " + ", ".join(TRANSACTIONS)),
    "structure": (_text, "a Struct_IdNat"),
    "patient_hash": (
        lambda value: value == "" or (isinstance(value, str) and _HASH.fullmatch(value) is not None),
        "the first 8, 16... or all 64 hexadecimal digits of the SHA-256 of an INS",
    ),
    "type_code": (_text, "a type code"),
    "rate": (
        lambda value: isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1,
        "a number from 0 to 1",
    ),
    "times": (lambda value: value is None or _whole(0, 10**9)(value), "a whole number, or null for no end"),
    "milliseconds": (_whole(0, _LONGEST_WAIT), f"a whole number up to {_LONGEST_WAIT}"),
    "code": (_text, "an error code"),
    "text": (_text, "a sentence of at most 200 characters"),
    "status": (_whole(200, 599), "an HTTP status"),
}


class WrongFaults(Exception):
    """A list of faults cannot be understood; ``problems`` has one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def fault_routes(desk: FaultDesk, *, trial: bool) -> list[Route]:
    async def faults(request: Request) -> Response:
        if not trial:
            return _refused(403, ["faults on demand are for trials only / pannes réservées aux essais"])
        if request.method == "DELETE":
            desk.set(())
        elif request.method == "PUT":
            try:
                wanted, seed = read_faults(await _body(request))
            except WrongFaults as error:
                return _refused(400, error.problems)
            desk.set(wanted, seed)
        return JSONResponse(_shown(desk, trial=trial))

    return [Route("/api/faults", faults, methods=["GET", "PUT", "DELETE"])]


def read_faults(data: Any) -> tuple[list[Fault], int]:
    """The faults and the seed of a decoded PUT body. Raises WrongFaults with everything that is wrong."""
    rows = data.get("faults") if isinstance(data, dict) else None
    if not isinstance(rows, list) or len(rows) > _MOST:
        raise WrongFaults([f'an object with "faults", a list of at most {_MOST}, is expected'])
    seed = data.get("seed", 0)
    problems = [] if _whole(0, 2**63)(seed) else ["seed: a whole number"]
    problems += [f"faults[{number}] {each}" for number, row in enumerate(rows) for each in _problems(row)]
    if problems:
        raise WrongFaults(problems)
    return [_fault(row) for row in rows], seed


def _problems(row: Any) -> Iterator[str]:
    if not isinstance(row, dict):
        yield "is not an object"
        return
    yield from (f"{name}: not known" for name in row if name not in _CHECKS and name != "fired")
    yield from (
        f"{name}: {rule}" for name, (holds, rule) in _CHECKS.items() if name in row and not holds(row[name])
    )
    if "kind" not in row:
        yield "kind: missing"
    elif row["kind"] == FaultKind.REGISTRY_ERROR and not row.get("code"):
        yield "code: needed by registry-error"
    elif row["kind"] in (FaultKind.SLOW, FaultKind.SLOW_ANSWER) and not row.get("milliseconds"):
        yield f"milliseconds: needed by {row['kind']}"


def _fault(row: Mapping[str, Any]) -> Fault:
    given = {name: value for name, value in row.items() if name in _CHECKS}
    return Fault(**{**given, "kind": FaultKind(given["kind"])})


async def _body(request: Request) -> Any:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_BODY:
            raise WrongFaults([f"at most {_LONGEST_BODY} bytes"])
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise WrongFaults(["not JSON"]) from None


def _shown(desk: FaultDesk, *, trial: bool) -> dict[str, Any]:
    return {"trial": trial, "seed": desk.seed, "faults": [dataclasses.asdict(each) for each in desk.faults]}


def _refused(status: int, problems: list[str]) -> Response:
    return JSONResponse({"error": "; ".join(problems), "problems": problems}, status_code=status)
