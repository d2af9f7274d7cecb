"""Retained messages of one run, taken off a standing server: nothing of a run outlives it there."""

from __future__ import annotations

import asyncio
import secrets
from typing import Final

from aiomqtt import Client, MqttError, ProtocolVersion
from paho.mqtt.subscribeoptions import SubscribeOptions

from brokers.adapter import Account, Action, BrokerError, Endpoint, Right
from brokers.mosquitto.admin import AdminConnection
from brokers.mosquitto.security import account_commands, remove_account_commands

_TIMEOUT: Final = 30.0
_NAME: Final = "sweeper"


async def sweep(admin: AdminConnection, endpoint: Endpoint, root: str, note: str) -> None:
    """Take away every retained message below a root, by an account that is made for it and goes afterwards.

    Args:
        admin: The administrator's connection.
        endpoint: Where clients of the run connect; its prefix stands before the name of the account.
        root: What the topics of the run begin with.
        note: What is kept with the account.

    Raises:
        BrokerError: The server refuses, or does not answer.
    """
    everything = root + "#"
    username, password = f"{endpoint.prefix}{_NAME}", secrets.token_urlsafe(24)
    rights = (Right(Action.READ, everything), Right(Action.PUBLISH, everything))
    await admin.send(account_commands(Account(username, password, rights), note))
    try:
        async with asyncio.timeout(_TIMEOUT):
            await _sweep(endpoint, username, password, root)
    except (MqttError, TimeoutError) as error:
        reason = str(error) or "no answer"
        raise BrokerError(f"what mosquitto retained could not be taken away: {reason}") from error
    finally:
        await admin.send(remove_account_commands(username))


async def _sweep(endpoint: Endpoint, username: str, password: str, root: str) -> None:
    client = Client(
        endpoint.host,
        endpoint.port,
        username=username,
        password=password,
        protocol=ProtocolVersion.V5,
        tls_context=endpoint.tls.context() if endpoint.tls is not None else None,
        timeout=_TIMEOUT,
    )
    end = f"{root}swept/{secrets.token_hex(8)}"
    retained: list[str] = []
    async with client:
        await client.subscribe(root + "#", options=SubscribeOptions(qos=1))
        # The server sends what it retained at the subscription, and this after it.
        await client.publish(end, b".", qos=1)
        async for message in client.messages:
            if message.topic.value == end:
                break
            if message.retain:
                retained.append(message.topic.value)
        await client.unsubscribe(root + "#")
        for topic in retained:
            await client.publish(topic, b"", qos=1, retain=True)
