"""A party of an exercise with aiomqtt: waits for the clock, and tells the level at which it works.

aiomqtt 2 does not tell whether the broker accepted a publication (MQTT 5, PUBACK): so this listens to what it may read
itself. Usage: python party_aiomqtt.py CREDENTIALS PARTY ACTIVITY LEVEL
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from pathlib import Path

import aiomqtt


async def main(keys: dict, party: str, activity: str, level: str) -> None:
    root = keys["root"]
    client = aiomqtt.Client(
        keys["host"],
        keys["port"],
        username=keys["prefix"] + party,
        password=keys["accounts"][party],
        protocol=aiomqtt.ProtocolVersion.V5,
        tls_context=ssl.create_default_context(cafile=keys["ca"]) if keys["tls"] else None,
    )
    topic = f"{root}activity/{activity}/scaling/{party}"
    async with client, asyncio.timeout(30):
        await client.subscribe(root + "clock", qos=1)
        await client.subscribe(topic, qos=1)
        async for message in client.messages:
            event = json.loads(message.payload)
            if message.topic.matches(topic):
                if event["id"] == f"{party}-aiomqtt-1":
                    print("accepted")
                    return
                continue
            await client.unsubscribe(root + "clock")
            said = {
                "specversion": "1.0",
                "id": f"{party}-aiomqtt-1",  # the party, a dash, and a word that is no number
                "source": f"/party/{party}",
                "type": "nl.beeld.scaling",
                "time": event["time"],
                "exercisems": event["exercisems"],
                "sequence": 1,
                "data": {"message": "scaling", "level": level},
            }
            await client.publish(topic, json.dumps(said), qos=1, retain=True)


credentials, *said = sys.argv[1:]
asyncio.run(main(json.loads(Path(credentials).read_text()), *said))
