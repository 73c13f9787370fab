"""The command line: ``dmp-gateway``. Errors are one clear line on standard error and exit status 2."""

from gateway.cli.app import main

__all__ = ["main"]
