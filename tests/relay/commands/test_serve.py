"""What a relay runs on."""

import asyncio
import sys

import pytest
import uvloop

from watchword_relay.commands import serve


@pytest.mark.parametrize("there", [True, False])
def test_the_loop_is_uvloops_where_it_is_installed(monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    if not there:
        monkeypatch.setitem(sys.modules, "uvloop", None)
    loop = serve._new_loop()
    assert isinstance(loop, uvloop.Loop) is there
    assert isinstance(loop, asyncio.AbstractEventLoop)
    loop.close()
