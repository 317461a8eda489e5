"""What a service manager is told, over a socket as it gives one."""

import socket
from pathlib import Path

import pytest

from support.relay import RelayProcess
from watchword_relay import notify


@pytest.mark.parametrize("abstract", [False, True])
def test_it_is_told_where_it_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, abstract: bool) -> None:
    name = f"@{tmp_path}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind("\0" + name[1:] if abstract else name)
        line.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        notify.tell(notify.READY)
        assert line.recv(64) == b"READY=1"


def test_nobody_has_to_listen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify.tell(notify.READY)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    notify.tell(notify.READY)


def test_a_relay_says_when_it_serves_and_when_it_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        with RelayProcess(tmp_path / "relay"):
            assert line.recv(64) == b"READY=1"
        assert line.recv(64) == b"STOPPING=1"
