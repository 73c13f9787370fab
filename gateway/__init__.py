"""dmp-gateway: a message-driven gateway from French care systems to the DMP."""

import logging

__version__ = "0.1.0"

# What pypdf warns about can quote the file: patient data has no way into a log (DESIGN, security rules).
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
# What signxml writes at level debug is the whole assertion, with the patient's INS.
logging.getLogger("signxml").setLevel(logging.WARNING)
