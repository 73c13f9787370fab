"""The embedded DMP store: an XDS.b repository and registry with its own database and pages, for trials.

It talks to the gateway only over the wire. ``create_app`` builds it, ``gateway.dmpstore.server`` serves it.
"""

from gateway.dmpstore.app import create_app
from gateway.dmpstore.settings import StoreSettings

__all__ = ["StoreSettings", "create_app"]
