"""dmp-gateway: a message-driven gateway from French care systems to the DMP."""

__version__ = "0.1.0"
