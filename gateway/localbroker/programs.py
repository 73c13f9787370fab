"""Where RabbitMQ's own start script and Erlang's port mapper are installed."""

from __future__ import annotations

import shutil
from pathlib import Path

from gateway.errors import MissingProgram

INSTALL = "apt-get install rabbitmq-server"

# Debian's /usr/sbin/rabbitmq-server changes user and writes to /var/log; the script below it does neither.
DEBIAN_SCRIPT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


def server_script() -> Path:
    """The start script of the RabbitMQ distribution itself. Raises MissingProgram."""
    if DEBIAN_SCRIPT.is_file():
        return DEBIAN_SCRIPT
    found = shutil.which("rabbitmq-server")
    if found is not None:
        script = Path(found).resolve()
        if script.name != "rabbitmq-script-wrapper":
            return script
    raise MissingProgram("rabbitmq-server", INSTALL)


def port_mapper() -> Path:
    """Erlang's ``epmd``, without which RabbitMQ does not boot. Raises MissingProgram."""
    found = shutil.which("epmd")
    if found is None:
        # erlang-base, of which epmd is a part, comes with rabbitmq-server.
        raise MissingProgram("epmd", INSTALL)
    return Path(found)
