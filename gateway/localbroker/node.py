"""The files, the ports and the environment of one private node: nothing of the machine's own broker."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.localbroker.loopback import HOST

# Set by a surrounding shell or service, these would reach into a node that is not theirs.
_FOREIGN = ("RABBITMQ_", "ERL_", "EPMD_")


@dataclass(frozen=True)
class Node:
    """One node: ``folder`` holds its data, logs, configuration and Erlang cookie."""

    folder: Path
    name: str
    amqp_port: int
    distribution_port: int
    epmd_port: int

    @property
    def url(self) -> str:
        """RabbitMQ lets ``guest`` in from the loopback interface only, the one this node listens on."""
        return f"amqp://guest:guest@{HOST}:{self.amqp_port}/%2F"

    @property
    def output(self) -> Path:
        """What the node printed while it started (its log is in the same folder)."""
        return self.folder / "log" / "output.log"

    def write_files(self) -> None:
        """Create the folders and the configuration; existing data is kept."""
        for part in ("data", "log", "config"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        (self.folder / "enabled_plugins").write_text("[].\n", encoding="ascii")
        (self.folder / "rabbitmq.conf").write_text(self._configuration(), encoding="ascii")

    def environment(self, inherited: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of the Erlang node, derived from ours."""
        source = os.environ if inherited is None else inherited
        kept = {name: value for name, value in source.items() if not name.startswith(_FOREIGN)}
        return kept | self._erlang() | self._rabbitmq()

    def _configuration(self) -> str:
        return "\n".join(
            (
                f"listeners.tcp.1 = {HOST}:{self.amqp_port}",
                "log.console = false",
                "log.file.level = info",
                # It runs beside everything else on a laptop: alarms only when space is really gone.
                "disk_free_limit.absolute = 64MB",
                "vm_memory_high_watermark.relative = 0.4",
                # The write-ahead log of the quorum queues is otherwise allowed to grow to 512 MB.
                "raft.wal_max_size_bytes = 64000000",
                "",
            )
        )

    def _erlang(self) -> dict[str, str]:
        return {
            "HOME": str(self.folder),  # the Erlang cookie is kept in the home folder
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_AFLAGS": "-start_epmd false",  # ours is running: no daemon that outlives us
            "ERL_CRASH_DUMP_SECONDS": "0",  # a crash dump would hold message bodies
        }

    def _rabbitmq(self) -> dict[str, str]:
        return {
            "RABBITMQ_NODENAME": f"{self.name}@localhost",
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "config"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_CONFIG_FILES": str(self.folder / "config"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            # The start script then becomes the Erlang machine (exec) instead of staying in front of it:
            # the process we started is the one to signal. "-noinput" takes back what the name suggests.
            "RABBITMQ_ALLOW_INPUT": "1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "-noinput +B i -kernel inet_dist_use_interface {127,0,0,1}"
            ),
        }
