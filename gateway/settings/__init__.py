"""Settings from the environment (prefix ``GATEWAY_``) or a file of secrets, checked whole at start-up."""

from gateway.settings.facilities import FacilityDirectory, load_facilities
from gateway.settings.model import Settings, load_settings

__all__ = ["FacilityDirectory", "Settings", "load_facilities", "load_settings"]
