"""A party of an exercise with paho-mqtt: waits for the clock, and tells the level at which it works.

Usage: python party_paho.py CREDENTIALS PARTY ACTIVITY LEVEL
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import paho.mqtt.client as mqtt

credentials, party, activity, level = sys.argv[1:]
keys = json.loads(Path(credentials).read_text())
root, failed = keys["root"], []


def on_connect(client, userdata, flags, reason_code, properties):
    client.subscribe(root + "clock", qos=1)


def on_message(client, userdata, message):
    """Take the time of the exercise from its clock, and speak."""
    client.unsubscribe(root + "clock")
    clock = json.loads(message.payload)
    event = {
        "specversion": "1.0",
        "id": f"{party}-paho-1",  # the party, a dash, and a word that is no number
        "source": f"/party/{party}",
        "type": "nl.beeld.scaling",
        "time": clock["time"],
        "exercisems": clock["exercisems"],
        "sequence": 1,
        "data": {"message": "scaling", "level": level},
    }
    topic = f"{root}activity/{activity}/scaling/{party}"
    client.publish(topic, json.dumps(event), qos=1, retain=True)


def on_publish(client, userdata, mid, reason_code, properties):
    """Hear what the broker says of it: a refusal is an answer like another."""
    print("accepted" if not reason_code.is_failure else f"refused: {reason_code}")
    failed.append(reason_code.is_failure)
    client.disconnect()


client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
client.username_pw_set(keys["prefix"] + party, keys["accounts"][party])
if keys["tls"]:
    client.tls_set(keys["ca"])  # without a file: those that this machine trusts
client.on_connect, client.on_message, client.on_publish = on_connect, on_message, on_publish
client.connect(keys["host"], keys["port"])
client.loop_forever()
sys.exit(any(failed))
