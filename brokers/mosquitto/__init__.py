"""Mosquitto 2 with its dynamic-security plugin: as a process of its own for one run, or as a server that stands."""

from brokers.mosquitto.bridge import RegionServer
from brokers.mosquitto.broker import MosquittoBroker
from brokers.mosquitto.federation import FederatedMosquitto
from brokers.mosquitto.folder import default_folder
from brokers.mosquitto.keys import is_address, keys_for, parse_address
from brokers.mosquitto.standing import StandingMosquitto

__all__ = [
    "FederatedMosquitto",
    "MosquittoBroker",
    "RegionServer",
    "StandingMosquitto",
    "default_folder",
    "is_address",
    "keys_for",
    "parse_address",
]
