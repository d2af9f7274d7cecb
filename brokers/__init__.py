"""Launch and configure MQTT brokers. Nothing here knows the domain: rights are patterns on topics."""
