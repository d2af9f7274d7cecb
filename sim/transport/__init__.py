"""Carries messages for the parties of a session: in memory, or over MQTT."""
