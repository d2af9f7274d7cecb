"""Mosquitto 2 with its dynamic-security plugin: as a process of its own for one run, or as a server that stands."""

from brokers.mosquitto.bridge import Site
from brokers.mosquitto.broker import MosquittoBroker
from brokers.mosquitto.federation import FederatedMosquitto
from brokers.mosquitto.folder import default_folder
from brokers.mosquitto.keys import is_address, keys_for, parse_address
from brokers.mosquitto.standing import StandingMosquitto

__all__ = [
    "FederatedMosquitto",
    "MosquittoBroker",
    "Site",
    "StandingMosquitto",
    "default_folder",
    "is_address",
    "keys_for",
    "parse_address",
]
