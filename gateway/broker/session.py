"""What a broker connection consists of while it lives, and how missing parts are opened again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pika

from gateway.broker.connection import Connection
from gateway.broker.consuming import ConsumeChannel, Consumption, InFlight
from gateway.broker.declaring import declare
from gateway.broker.publishing import PublishChannel
from gateway.errors import BrokerUnavailable
from gateway.topology import Topology


class Session:
    """One connection with a channel for publishing and one for consuming: an error on one spares the other.

    ``on_loss`` is called whenever a part is lost; ``repair`` then opens what is missing.
    """

    def __init__(
        self,
        parameters: pika.URLParameters,
        topology: Topology | None,
        prefetch: int,
        clock: Callable[[], datetime],
        on_loss: Callable[[], None],
    ) -> None:
        self._parameters = parameters
        self._topology = topology
        self._prefetch = prefetch
        self._clock = clock
        self._on_loss = on_loss
        self._connection: Connection | None = None
        self._publishing: PublishChannel | None = None
        self._consuming: ConsumeChannel | None = None
        self.in_flight = InFlight()

    @property
    def connection(self) -> Connection | None:
        """The connection, when it is open."""
        return self._connection if self._connection is not None and self._connection.is_open else None

    @property
    def publishing(self) -> PublishChannel | None:
        """The channel for publishing, when it is open."""
        return self._publishing if self._publishing is not None and self._publishing.is_open else None

    @property
    def consuming(self) -> ConsumeChannel | None:
        """The channel for consuming, when it is open."""
        return self._consuming if self._consuming is not None and self._consuming.is_open else None

    def whole(self, consumption: Consumption | None) -> bool:
        """True when nothing is missing."""
        consumed = consumption is None or (self.consuming is not None and self.consuming.subscribed)
        return self.connection is not None and self.publishing is not None and consumed

    async def repair(self, consumption: Consumption | None) -> None:
        """Open what is missing. Raises BrokerUnavailable or ConfigurationError (see ``declare``)."""
        connection = self.connection or await self._connect()
        if self.publishing is None:
            self._publishing = await PublishChannel.open(connection, self._on_loss)
        if consumption is not None:
            await self.subscribe(consumption)

    async def subscribe(self, consumption: Consumption) -> None:
        """Start the consumers, if they are not there. Raises BrokerUnavailable, ChannelRefused."""
        if self.connection is None:
            raise BrokerUnavailable("not connected to the broker")
        if self.consuming is None:
            self._consuming = await ConsumeChannel.open(
                self.connection, self._prefetch, self.in_flight, self._clock, self._on_loss
            )
        if self.consuming is not None and not self.consuming.subscribed:
            await self.consuming.subscribe(consumption)

    async def close(self) -> None:
        """Cancel the handlers that still run and say goodbye. Never raises."""
        await self.in_flight.cancel()
        if self._connection is not None:
            await self._connection.close()

    async def _connect(self) -> Connection:
        connection = await Connection.open(self._parameters, self._on_loss)
        try:
            if self._topology is not None:
                await declare(connection, self._topology)
        except BaseException:
            await connection.close()
            raise
        self._connection = connection
        return connection
