"""What a RabbitMQ node decides, asked of the very function that it asks itself: many decisions in one call."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from brokers.rabbitmq.accounts import EXCHANGE
from brokers.rabbitmq.cluster import Cluster
from brokers.rabbitmq.config import node_environment
from brokers.rabbitmq.rights import routing_key

Case = tuple[str, str, str]
"""Username, "write" or "read", and an MQTT topic or filter."""

_PATIENCE_S = 300.0

# Each case is user, access and routing key on three lines; the answer is one letter for each.
_ERLANG = """
{{ok, Text}} = file:read_file("{cases}"),
Resource = rabbit_misc:r(<<"/">>, topic, <<"{exchange}">>),
Decide = fun(Name, Access, Key) ->
  User = {{user, Name, [], [{{rabbit_auth_backend_internal, fun() -> none end}}]}},
  Variables = #{{<<"username">> => Name, <<"vhost">> => <<"/">>, <<"client_id">> => Name}},
  Context = #{{routing_key => Key, variable_map => Variables}},
  case catch rabbit_access_control:check_topic_access(User, Resource, binary_to_atom(Access), Context) of
    ok -> $y;
    {{'EXIT', {{amqp_error, access_refused, _, _}}}} -> $n;
    _ -> $?
  end
end,
Each = fun Each([Name, Access, Key | Rest], Said) -> Each(Rest, [Decide(Name, Access, Key) | Said]);
           Each(_, Said) -> lists:reverse(Said) end,
file:write_file("{answers}", Each(binary:split(Text, <<"\\n">>, [global]), [])).
"""


def decide(cluster: Cluster, node: int, cases: Sequence[Case]) -> list[bool]:
    """Return whether a node allows each case."""
    installation = cluster._installation
    folder = installation.inside(cluster.folder)
    told, answers = cluster.folder / "1" / "cases", cluster.folder / "1" / "answers"
    told.write_text(
        "\n".join(f"{user}\n{access}\n{routing_key(topic)}" for user, access, topic in cases), "utf-8"
    )
    _hand_over(cluster, told)
    asked = _ERLANG.format(cases=f"{folder}/1/cases", answers=f"{folder}/1/answers", exchange=EXCHANGE)
    command = installation.command(installation.script.replace("rabbitmq-server", "rabbitmqctl"))
    environment = node_environment(node, cluster._ports, cluster._epmd_port, folder)
    done = subprocess.run(
        [*command, "eval", asked],
        env=environment,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, (done.stdout, done.stderr)
    letters = answers.read_text("utf-8")
    answers.unlink()
    assert len(letters) == len(cases), (len(letters), len(cases))
    assert set(letters) <= {"y", "n"}, "a decision that is neither"
    return [letter == "y" for letter in letters]


def _hand_over(cluster: Cluster, path: Path) -> None:
    owner = cluster._installation.owner()
    if owner is not None:
        os.chown(path, owner, owner)
