"""RabbitMQ 4 as a cluster of three nodes, for exercises that outgrow one server."""

from brokers.rabbitmq.accounts import ID_SEPARATOR
from brokers.rabbitmq.broker import RabbitMQBroker
from brokers.rabbitmq.installation import ROOT_VARIABLE

__all__ = ["ID_SEPARATOR", "ROOT_VARIABLE", "RabbitMQBroker"]
