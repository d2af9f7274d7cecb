"""Mosquitto as it is installed here, seen by plain clients that know nothing of this product."""

from __future__ import annotations

import asyncio
import os
import queue
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from brokers.adapter import Account, Action, Attempt, Broker, BrokerError, Denial, Endpoint, Right
from brokers.mosquitto import MosquittoBroker
from brokers.mosquitto.launch import PLUGIN_VARIABLE, free_endpoint, unprivileged_user

REASON = MosquittoBroker.available()
pytestmark = [pytest.mark.mosquitto, pytest.mark.skipif(REASON is not None, reason=str(REASON))]

TIMEOUT = 10.0
NOT_AUTHORIZED = 0x87
ADMINISTRATIVE_ACTION = 0x98

AL = Account("al", "password-of-al", (Right(Action.PUBLISH, "ex/al/#"), Right(Action.READ, "ex/+/public")))
BO = Account("bo", "password-of-bo", (Right(Action.PUBLISH, "ex/#"), Right(Action.READ, "fence")))
HUB = Account("hub", "password-of-hub", (Right(Action.PUBLISH, "#"), Right(Action.READ, "#")))
READ_BO = (Right(Action.READ, "ex/bo/#"),)


class Plain:
    """A paho client with its callbacks turned into answers that can be waited for."""

    def __init__(self, endpoint: Endpoint, client_id: str, protocol: int) -> None:
        self.endpoint = endpoint
        self.protocol = protocol
        self.answers: queue.Queue[Any] = queue.Queue()
        self.messages: queue.Queue[mqtt.MQTTMessage] = queue.Queue()
        self.closed: queue.Queue[int] = queue.Queue()
        self.session_present = False
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=MQTTProtocolVersion(protocol),
            reconnect_on_failure=False,
        )
        self.client.on_connect = self._on_connect
        self.client.on_disconnect = lambda *args: self.closed.put(args[3].value)
        self.client.on_publish = lambda *args: self.answers.put(args[3].value)
        self.client.on_subscribe = lambda *args: self.answers.put([code.value for code in args[3]])
        self.client.on_message = lambda *args: self.messages.put(args[2])

    def connect(self, username: str, password: str, *, lasting: bool) -> int:
        self.client.username_pw_set(username, password)
        if self.protocol == mqtt.MQTTv5:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = 600 if lasting else 0
            self.client.connect(
                self.endpoint.host, self.endpoint.port, clean_start=not lasting, properties=properties
            )
        else:
            self.client.connect(self.endpoint.host, self.endpoint.port)
        self.client.loop_start()
        return int(self.answers.get(timeout=TIMEOUT))

    def subscribe(self, *filters: str) -> list[int]:
        if self.protocol == mqtt.MQTTv5:
            self.client.subscribe([(each, SubscribeOptions(qos=1)) for each in filters])
        else:
            self.client.subscribe([(each, 1) for each in filters])
        return list(self.answers.get(timeout=TIMEOUT))

    def publish(self, topic: str, payload: str = "x", *, retain: bool = False) -> int:
        self.client.publish(topic, payload, qos=1, retain=retain)
        return int(self.answers.get(timeout=TIMEOUT))

    def receive(self) -> str:
        return self.messages.get(timeout=TIMEOUT).topic

    def cut(self) -> int:
        """Wait until the server has closed the connection; return its reason."""
        return self.closed.get(timeout=TIMEOUT)

    def _on_connect(self, *args: Any) -> None:
        self.session_present = args[2].session_present
        self.answers.put(args[3].value)


@contextmanager
def plain(
    endpoint: Endpoint,
    account: Account,
    client_id: str = "",
    *,
    password: str | None = None,
    expect: int = 0,
    lasting: bool = False,
    protocol: int = mqtt.MQTTv5,
) -> Iterator[Plain]:
    client = Plain(endpoint, client_id or f"client-of-{account.username}", protocol)
    try:
        assert client.connect(account.username, password or account.password, lasting=lasting) == expect
        yield client
    finally:
        client.client.disconnect()
        client.client.loop_stop()
        client.client._reset_sockets(sockpair_only=True)  # which loop_stop leaves to the garbage collector


Start = Callable[..., Awaitable[tuple[MosquittoBroker, Endpoint]]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    brokers: list[MosquittoBroker] = []

    async def start_one(*accounts: Account) -> tuple[MosquittoBroker, Endpoint]:
        broker = MosquittoBroker()
        brokers.append(broker)
        return broker, await broker.start(accounts or (AL, BO, HUB))

    yield start_one
    for broker in brokers:
        await broker.stop()


def pid_of(broker: MosquittoBroker) -> int:
    assert broker.pid is not None
    return broker.pid


def folder_of(broker: MosquittoBroker) -> Path:
    assert broker.folder is not None
    return broker.folder


def wait_for_end(pid: int) -> None:
    """Wait until a child of ours has ended, and leave its status to its owner."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def owner_of(pid: int) -> int:
    """Return the id of the user a process runs as."""
    return Path(f"/proc/{pid}").stat().st_uid


# Starting and stopping


async def test_it_is_a_broker_that_cuts_connections_on_change() -> None:
    broker: Broker = MosquittoBroker()
    assert (broker.name, broker.manners.disconnects_on_change, broker.running()) == ("mosquitto", True, False)
    assert broker.take_denials() == []
    await broker.stop()


async def test_start_and_stop(start: Start) -> None:
    broker, endpoint = await start()
    folder = folder_of(broker)
    assert broker.running()
    assert endpoint.host == "127.0.0.1"
    with plain(endpoint, AL):
        pass

    await broker.stop()
    await broker.stop()
    assert not broker.running()
    assert not folder.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((endpoint.host, endpoint.port))


async def test_it_starts_again_after_a_stop(start: Start) -> None:
    broker, _ = await start()
    await broker.grant("al", "g", READ_BO)
    await broker.stop()
    endpoint = await broker.start([AL])
    await broker.grant("al", "g", READ_BO)
    with plain(endpoint, AL):
        pass


async def test_a_second_start_is_refused(start: Start) -> None:
    broker, _ = await start()
    with pytest.raises(BrokerError, match="started already"):
        await broker.start([AL])
    assert broker.running()


async def test_a_port_that_was_taken_is_given_up_for_another(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as holder:
        # Bound but not listening: whoever connects is refused, and nobody else can listen.
        holder.bind(("127.0.0.1", 0))
        taken, free = Endpoint(*holder.getsockname()), free_endpoint()
        offered = iter([taken, free])
        monkeypatch.setattr("brokers.mosquitto.broker.free_endpoint", lambda: next(offered))
        _, endpoint = await start()
        assert endpoint == free


async def test_a_server_that_cannot_start_tells_why(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "plugin.so"
    broken.write_text("no plugin")
    monkeypatch.setenv(PLUGIN_VARIABLE, str(broken))
    with pytest.raises(BrokerError, match=r"ended at its start: .*plugin"):
        await start()


async def test_a_server_that_is_killed_does_not_run(start: Start) -> None:
    broker, _ = await start()
    os.kill(pid_of(broker), signal.SIGKILL)
    wait_for_end(pid_of(broker))
    assert not broker.running()
    with pytest.raises(BrokerError):
        await broker.grant("al", "g", READ_BO)


async def test_a_start_that_is_given_up_leaves_nothing() -> None:
    broker = MosquittoBroker()
    starting = asyncio.create_task(broker.start([AL]))
    await asyncio.sleep(0)
    folder = folder_of(broker)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not broker.running()
    assert not folder.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_the_server_goes_when_its_session_is_killed() -> None:
    script = (
        "import asyncio, sys\n"
        "from brokers.mosquitto import MosquittoBroker\n"
        "async def main():\n"
        "    broker = MosquittoBroker()\n"
        "    await broker.start([])\n"
        "    print(broker.pid, broker.folder, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as session:
        assert session.stdout is not None
        pid, folder = session.stdout.readline().split()
        watch = os.pidfd_open(int(pid))
        session.kill()
        ended, _, _ = select.select([watch], [], [], TIMEOUT)
        os.close(watch)
    shutil.rmtree(folder)
    assert ended


# Secrets


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_no_secret_is_on_a_command_line_or_in_a_file(start: Start) -> None:
    broker, _ = await start()
    assert broker._admin is not None
    process = Path(f"/proc/{broker.pid}")
    seen = [process / "cmdline", process / "environ", *folder_of(broker).iterdir()]
    contents = [path.read_bytes() for path in seen]
    assert b"mosquitto" in contents[0]
    for secret in (broker._admin._password, AL.password):
        assert not any(secret.encode() in content for content in contents)


async def test_the_folder_is_the_servers_alone(start: Start) -> None:
    broker, _ = await start()
    # After a change, since the server then writes its file anew.
    await broker.grant("al", "g", READ_BO)
    folder = folder_of(broker)
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in (folder, *folder.iterdir()):
        assert path.stat().st_mode & 0o077 == 0
        assert path.owner() == (unprivileged_user() if os.geteuid() == 0 else folder.owner())


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_the_server_never_runs_as_root(start: Start) -> None:
    broker, _ = await start()
    assert owner_of(pid_of(broker)) != 0


# Rights


async def test_a_wrong_password_is_refused(start: Start) -> None:
    _, endpoint = await start()
    with plain(endpoint, AL, password="wrong", expect=NOT_AUTHORIZED):
        pass
    with plain(endpoint, Account("nobody", "x"), expect=NOT_AUTHORIZED):
        pass


async def test_rights_to_publish_subscribe_and_receive(start: Start) -> None:
    _, endpoint = await start()
    with plain(endpoint, AL) as al, plain(endpoint, BO) as bo:
        assert al.subscribe("ex/+/public", "ex/bo/secret", "ex/bo/public") == [1, NOT_AUTHORIZED, 1]
        assert bo.publish("ex/bo/secret") < 0x80
        assert bo.publish("ex/bo/public") < 0x80
        assert al.receive() == "ex/bo/public"
        assert al.publish("ex/al/x") < 0x80
        assert al.publish("ex/bo/x") == NOT_AUTHORIZED
        assert al.publish("$CONTROL/dynamic-security/v1", "{}") == NOT_AUTHORIZED


COMPARED = [
    # pattern, filter, granted
    ("a/#", "a/+/c", True),
    ("a/#", "a/#", True),
    ("a/#", "a/b", True),
    ("a/#", "a", True),
    ("a/#", "#", False),
    ("a/#", "+/b", False),
    ("a/+", "a/+", True),
    ("a/+", "a/#", False),
    ("a/+/c", "a/#", False),
    ("a/+/c", "a/+/+", False),
    ("a/+/c", "a/b/c", True),
    ("a/b", "a/+", False),
    ("a/#", "$share/g/a/b", False),
    # What it lets through too much; the next test shows that nothing is delivered under it.
    ("/#", "#", True),
    ("#", "$SYS/#", True),
    ("#", "$CONTROL/#", True),
]


async def test_how_subscriptions_are_compared_with_rights(start: Start) -> None:
    patterns = sorted({pattern for pattern, _, _ in COMPARED})
    accounts = {
        pattern: Account(f"user{number}", "x", (Right(Action.READ, pattern),))
        for number, pattern in enumerate(patterns)
    }
    _, endpoint = await start(*accounts.values())
    for pattern, account in accounts.items():
        cases = [(each, granted) for right, each, granted in COMPARED if right == pattern]
        with plain(endpoint, account) as client:
            answers = client.subscribe(*(each for each, _ in cases))
        assert [(each, code < 0x80) for (each, _), code in zip(cases, answers, strict=True)] == cases


async def test_what_is_let_through_too_much_is_not_delivered(start: Start) -> None:
    narrow = Account("narrow", "x", (Right(Action.READ, "/#"),))
    broker, endpoint = await start(narrow, AL, HUB)
    with plain(endpoint, HUB) as hub:
        assert hub.publish("secret/retained", retain=True) < 0x80
        assert hub.publish("/retained", retain=True) < 0x80
    with plain(endpoint, HUB) as hub, plain(endpoint, narrow) as client:
        assert client.subscribe("#") == [1]
        assert client.receive() == "/retained"
        assert hub.subscribe("$SYS/#", "$CONTROL/#", "#") == [1, 1, 1]
        await broker.grant("al", "g", READ_BO)
        hub.publish("secret/live")
        hub.publish("/live")
        assert client.receive() == "/live"
        received = {hub.receive() for _ in range(4)}
        assert received == {"secret/retained", "/retained", "secret/live", "/live"}


# Changes of rights


async def test_a_grant_lets_subscribe_and_brings_what_was_retained(start: Start) -> None:
    broker, endpoint = await start()
    with plain(endpoint, BO) as bo:
        assert bo.publish("ex/bo/status", retain=True) < 0x80
    with plain(endpoint, AL) as al:
        assert al.subscribe("ex/bo/#") == [NOT_AUTHORIZED]
        await broker.grant("al", "inc7", READ_BO)
        assert al.cut() == ADMINISTRATIVE_ACTION
    with plain(endpoint, AL) as al:
        assert al.subscribe("ex/bo/#") == [1]
        assert al.receive() == "ex/bo/status"


async def test_after_a_revoke_a_lasting_session_gets_nothing_more(start: Start) -> None:
    broker, endpoint = await start()
    fence = (Right(Action.READ, "fence"),)
    await broker.grant("al", "fence", fence)
    await broker.grant("al", "inc7", READ_BO)
    with plain(endpoint, AL, lasting=True) as al, plain(endpoint, HUB) as hub:
        assert al.subscribe("ex/bo/#", "fence") == [1, 1]
        hub.publish("ex/bo/1")
        assert al.receive() == "ex/bo/1"
    with plain(endpoint, HUB) as hub:
        hub.publish("ex/bo/queued before the revoke", retain=True)
        await broker.revoke("al", "inc7")
        hub.publish("ex/bo/queued after the revoke")
        with plain(endpoint, AL, lasting=True) as al:
            assert al.session_present
            hub.publish("ex/bo/live")
            hub.publish("fence")
            assert al.receive() == "fence"
            assert al.subscribe("ex/bo/#") == [NOT_AUTHORIZED]
            assert al.messages.empty()


async def test_a_revoke_cuts_the_connection_and_leaves_other_grants(start: Start) -> None:
    broker, endpoint = await start()
    await broker.grant("al", "one", READ_BO)
    await broker.grant("al", "two", READ_BO)
    with plain(endpoint, AL) as al, plain(endpoint, BO) as bo:
        await broker.revoke("al", "one")
        assert al.cut() == ADMINISTRATIVE_ACTION
        assert bo.publish("ex/bo/x") < 0x80
    with plain(endpoint, AL) as al:
        assert al.subscribe("ex/bo/#") == [1]
        await broker.revoke("al", "two")
    with plain(endpoint, AL) as al:
        assert al.subscribe("ex/bo/#") == [NOT_AUTHORIZED]
        assert al.subscribe("ex/+/public") == [1]


async def test_many_changes_at_the_same_time(start: Start) -> None:
    broker, endpoint = await start()
    names = [f"grant {number}" for number in range(50)]
    await asyncio.gather(
        *(broker.grant("al", name, [Right(Action.PUBLISH, f"more/{name}")]) for name in names)
    )
    await asyncio.gather(*(broker.revoke("al", name) for name in names[1:]))
    with plain(endpoint, AL) as al:
        assert al.publish(f"more/{names[0]}") < 0x80
        assert al.publish(f"more/{names[1]}") == NOT_AUTHORIZED


async def test_changes_that_make_no_sense_are_refused(start: Start) -> None:
    broker, _ = await start()
    await broker.grant("al", "g", READ_BO)
    with pytest.raises(BrokerError, match="nobody is called 'cy'"):
        await broker.grant("cy", "g", READ_BO)
    with pytest.raises(BrokerError, match="already holds"):
        await broker.grant("al", "g", READ_BO)
    with pytest.raises(BrokerError, match="holds no grant 'h'"):
        await broker.revoke("al", "h")
    await broker.revoke("al", "g")
    with pytest.raises(BrokerError, match="holds no grant 'g'"):
        await broker.revoke("al", "g")
    await broker.stop()
    with pytest.raises(BrokerError, match="not running"):
        await broker.grant("al", "g", READ_BO)


async def test_a_change_under_way_ends_with_the_broker(start: Start) -> None:
    broker, _ = await start()
    os.kill(pid_of(broker), signal.SIGSTOP)
    granting = asyncio.create_task(broker.grant("al", "g", READ_BO))
    await asyncio.sleep(0)
    assert not granting.done()
    os.kill(pid_of(broker), signal.SIGKILL)
    with pytest.raises(BrokerError, match="did not carry out a change of rights"):
        await asyncio.wait_for(granting, TIMEOUT / 2)


async def test_an_error_of_the_server_is_told(start: Start) -> None:
    broker, _ = await start()
    assert broker._admin is not None
    with pytest.raises(BrokerError, match="mosquitto refuses deleteRole: Role not found"):
        await broker._admin.send([{"command": "deleteRole", "rolename": "nowhere"}])


async def test_a_lost_administrators_connection_is_made_anew(start: Start) -> None:
    broker, endpoint = await start()
    assert broker._admin is not None
    client, reader = broker._admin._client, broker._admin._reader
    assert client is not None
    assert reader is not None
    client._client.socket().shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
    await asyncio.wait_for(reader, TIMEOUT)

    await broker.grant("al", "g", READ_BO)
    with plain(endpoint, AL) as al:
        assert al.subscribe("ex/bo/#") == [1]


# Denials


async def test_denials_of_a_plain_client(start: Start) -> None:
    broker, endpoint = await start()
    with plain(endpoint, BO) as bo:
        bo.publish("ex/bo/public", retain=True)
    with plain(endpoint, AL, "an intruder") as al:
        al.subscribe("ex/+/public", "#", "ex/bo/secret")
        assert al.receive() == "ex/bo/public"
        al.publish("ex/bo/x")
        al.publish("ex/al/x")
        assert broker.take_denials() == [
            Denial("al", "an intruder", Attempt.SUBSCRIBE, "#", NOT_AUTHORIZED),
            Denial("al", "an intruder", Attempt.SUBSCRIBE, "ex/bo/secret", NOT_AUTHORIZED),
            Denial("al", "an intruder", Attempt.PUBLISH, "ex/bo/x", NOT_AUTHORIZED),
        ]
        assert broker.take_denials() == []


async def test_denials_of_an_older_protocol(start: Start) -> None:
    broker, endpoint = await start()
    with plain(endpoint, AL, "old", protocol=mqtt.MQTTv311) as al:
        assert al.subscribe("#") == [0x80]
        assert al.publish("ex/bo/x") == 0
    assert broker.take_denials() == [
        Denial("al", "old", Attempt.SUBSCRIBE, "#", 0x80),
        Denial("al", "old", Attempt.PUBLISH, "ex/bo/x", None),
    ]


async def test_long_topics_are_reported_as_far_as_the_log_tells_them(start: Start) -> None:
    broker, endpoint = await start()
    long = "é" * 700
    with plain(endpoint, HUB) as hub, plain(endpoint, AL) as al:
        assert hub.subscribe(f"ex/{long}") == [1]
        assert al.subscribe(long) == [NOT_AUTHORIZED]
        assert al.publish(long) == NOT_AUTHORIZED
    denials = broker.take_denials()
    assert [denial.attempt for denial in denials] == [Attempt.SUBSCRIBE, Attempt.PUBLISH]
    assert all(long.startswith(denial.topic) and len(denial.topic) > 400 for denial in denials)


async def test_the_server_is_not_held_up_by_its_log(start: Start) -> None:
    broker, endpoint = await start()
    # Well over what a pipe holds, while the event loop does nothing but wait for these clients.
    with plain(endpoint, AL) as al:
        for number in range(1500):
            assert al.publish(f"ex/bo/{number}") == NOT_AUTHORIZED
    denials = broker.take_denials()
    assert [denial.topic for denial in denials] == [f"ex/bo/{number}" for number in range(1500)]
