"""The suite itself: each check notices the provider that it is there for."""

import pytest

from support.plugins.bending import KEY, bent
from watchword.protocol import content
from watchword.protocol.company.message_data import padded
from watchword.providers.conformance import CHECKS, SIZES, Subject, examine
from watchword.providers.contract import CONTENT_BYTES, KeyName, Mode

BY_NAME = {check.name: check for check in CHECKS}


@pytest.mark.parametrize("mode", list(Mode))
async def test_a_straight_provider_passes(mode: Mode) -> None:
    plugin = bent("straight", mode)
    for check in CHECKS:
        assert await examine(Subject(plugin, mode, KEY), check) is None
    await plugin.close()


@pytest.mark.parametrize(
    ("way", "check", "says"),
    [
        ("shortens", "round trip", "65535 bytes came back as others"),
        ("hides nothing", "hidden", "what was sealed stands in the clear in what came back"),
        ("repeats itself", "never the same", "sealing the same twice gave the same bytes"),
        ("binds nothing", "other context", "another organisation in the context is not refused"),
        (
            "blames the token",
            "other context",
            "another organisation in the context: token-missing instead of altered",
        ),
        ("takes any key", "other key", "sealing under a key that it does not have is not refused"),
        ("checks all but a byte", "damaged", "is not refused"),
        ("blames the token", "damaged", "byte 0 of 96 altered: token-missing instead of altered"),
        ("says key unknown", "parallel", "a call that must work failed: key-unknown"),
    ],
)
async def test_a_bent_provider_is_told_what_it_did(way: str, check: str, says: str) -> None:
    plugin = bent(way, Mode.CONTENT)
    problem = await examine(Subject(plugin, Mode.CONTENT, KEY), BY_NAME[check])
    assert problem is not None
    assert says in problem
    await plugin.close()


async def test_health_must_name_the_key_that_is_used() -> None:
    plugin = bent("straight")
    problem = await examine(Subject(plugin, Mode.WRAP, KeyName(b"--------", 1)), BY_NAME["health"])
    assert problem == "health does not name the key under test among the keys it can seal with"
    await plugin.close()


def test_what_is_tried_is_as_long_as_the_longest_content() -> None:
    """Statements for a room are: an invitation to a large one is full of them."""
    parts = [bytes(content.STATEMENTS_BYTES // content.MOST_STATEMENTS)] * content.MOST_STATEMENTS
    longest = padded(content.encode(content.Statements(bytes(16), tuple(parts), ())))
    assert max(SIZES) == CONTENT_BYTES == len(longest)
