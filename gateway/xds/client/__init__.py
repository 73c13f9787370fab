"""The only part of ``gateway.xds`` with a socket: an XDS.b repository over HTTP."""

from gateway.xds.client.repository import XdsRepository
from gateway.xds.client.security import SetSigner, VihfSecurity
from gateway.xds.client.transport import ClientSettings

__all__ = ["ClientSettings", "SetSigner", "VihfSecurity", "XdsRepository"]
