"""What is shipped for whoever runs a relay: the service, rated by systemd itself, and the container."""

import re
import shlex
import subprocess
from pathlib import Path

from watchword_relay import settings
from watchword_relay.commands.parser import parser
from watchword_wire.exits import Exit

SHIPPED = Path(__file__).parents[2] / "packaging" / "relay"
UNIT = SHIPPED / "watchword-relay.service"
BEST = 1.5
"""What the project promises; systemd rates from 0, nothing to fear, to 10."""


def said(name: str) -> list[str]:
    """What the unit says under a name, line by line."""
    lines = UNIT.read_text().splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{name}=")]


def test_the_service_is_rated_as_promised() -> None:
    words = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)]
    rated = subprocess.run(words, capture_output=True, text=True, check=True, timeout=30)
    (exposure,) = re.findall(r"Overall exposure level for watchword-relay\.service: ([0-9.]+)", rated.stdout)
    assert float(exposure) <= BEST


def test_the_service_s_commands_and_names_are_the_relays() -> None:
    for command in (*said("ExecStart"), *said("ExecStartPre")):
        program, *words = shlex.split(command)
        assert Path(program).name == "watchword-relay"
        parser().parse_args(words)
    (environment,) = said("Environment")
    assert environment.partition("=")[0] == settings.FILE
    # Those that no second try mends.
    (given,) = said("RestartPreventExitStatus")
    helpless = set(Exit) - {Exit.UNFIT, Exit.DISK_FULL}
    assert set(map(int, given.split())) == set(map(int, helpless))


def test_the_container_s_variables_and_command_are_the_relays() -> None:
    text = (SHIPPED / "Containerfile").read_text()
    given = dict(re.findall(rf"({settings.PREFIX}[A-Z_]+)=(\S+)", text))
    config = settings.load(None, {}, given).config
    assert str(config.data) == "/data"
    assert f"EXPOSE {config.listen.port}\n" in text
    assert config.watch.listen is not None
    assert config.watch.listen.loopback
    assert f"http://{config.watch.listen}/readyz" in text
    (command,) = re.findall(r'^CMD \["(\w+)"\]', text, re.MULTILINE)
    parser().parse_args([command])
    root = SHIPPED.parents[1]
    copied = [
        word for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE) for word in line.split()
    ]
    assert copied
    assert all((root / one).exists() for one in copied)


def test_the_balancer_looks_and_leads_where_a_node_is() -> None:
    """It passes TCP through, says whose connections it brings, and cuts nobody off."""
    text = (SHIPPED / "haproxy.cfg").read_text()
    said = [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]
    listen = settings.load(None, {}, {}).config.listen
    container = (SHIPPED / "Containerfile").read_text()
    (watched,) = re.findall(r"WATCHWORD_RELAY_WATCH_LISTEN=127\.0\.0\.1:(\d+)", container)
    assert f"bind :{listen.port}" in said
    assert {one.rpartition(":")[2] for one in said if one.startswith("server ")} == {str(listen.port)}
    assert {"mode tcp", "option httpchk GET /readyz"} < set(said)
    (nodes,) = (one.split() for one in said if one.startswith("default-server "))
    assert nodes[nodes.index("port") + 1] == watched
    assert "send-proxy-v2" in nodes
    assert not any("shutdown-sessions" in one for one in said)
