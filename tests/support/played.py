"""A whole handshake between two bare terminals."""

import hashlib
import os

from support.terminal import Terminal
from watchword_wire import frames


async def handshake(ada: Terminal, bo: Terminal) -> bytes:
    """Play the five steps. Returns h."""
    request = ada.request("bo")
    h = hashlib.sha256(request).digest()
    await ada.send(frames.Step("bo/1", request, "the usual place"))
    noted = await ada.sees(frames.StepNoted)
    assert (noted.h, noted.step) == (h, 1)
    asked = await bo.sees(frames.StepFrom)
    assert (asked.sender, asked.body, asked.hint) == ("ada/1", request, "the usual place")
    steps = [
        (bo, ada, b"\x02" + h + os.urandom(1217 - 33)),
        (ada, bo, b"\x03" + h + os.urandom(64)),
        (bo, ada, b"\x04" + h + os.urandom(176)),
        (ada, bo, b"\x05" + h + os.urandom(348)),
    ]
    for sender, receiver, body in steps:
        await sender.send(frames.Step(receiver.name, body))
        got = await receiver.sees(frames.StepFrom)
        assert (got.sender, got.body) == (sender.name, body)
    return h
