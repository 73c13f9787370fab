"""Official rule packs (CI-SIS): installed beside ours, compiled once, run by ``check`` and the workers.

Plumbing: files and a Saxon process. What it gives to the pipeline is a callable from a document to findings.
"""

from gateway.packs.choosing import volet_of
from gateway.packs.engine import Engine, EngineFailed
from gateway.packs.judging import Bench, open_bench
from gateway.packs.manifest import Mode, Pack, PackFile, Part
from gateway.packs.store import PackStore

__all__ = [
    "Bench",
    "Engine",
    "EngineFailed",
    "Mode",
    "Pack",
    "PackFile",
    "PackStore",
    "Part",
    "open_bench",
    "volet_of",
]
