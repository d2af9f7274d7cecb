"""Mosquitto 2 with its dynamic-security plugin, as a process of its own."""

from brokers.mosquitto.broker import MosquittoBroker

__all__ = ["MosquittoBroker"]
