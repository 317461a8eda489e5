"""Where a version of a key is to live: what goes together, and what is half of it."""

import pytest

from support.company import PROFILE, RING, RING_METHOD, ROOT, TOKEN_METHOD
from watchword.org import placement
from watchword.org.command_line import parser
from watchword.org.contents import Contents
from watchword.org.keys import Material
from watchword.protocol.company.profile import Kind, Method
from watchword_wire.errors import Refused

ACME = Contents(1, ROOT, PROFILE, RING, {})
BY_RING, BY_TOKEN, BY_PLUGIN = PROFILE.methods


def placed(*words: str, today: Method | None = None) -> Material:
    options = parser().parse_args(["key", "rotate", "hr", "--vault", "v", *words])
    return placement.material(ACME, options, today)[1]


def test_a_version_lives_where_the_last_one_did() -> None:
    assert placed(today=BY_RING).method.id == RING_METHOD
    assert placed(today=BY_TOKEN).method.id == TOKEN_METHOD
    assert placed(today=BY_PLUGIN).method == BY_PLUGIN
    assert placed("--ring", today=BY_PLUGIN).method == BY_RING


def test_only_the_ring_holds_a_secret() -> None:
    assert len(placed().secret) == 32
    assert placed().secret != placed().secret
    assert len(placed("--plugin", "acme").secret) == 0


def test_a_place_is_what_a_desktop_looks_for() -> None:
    token = placed(
        "--token", "acme", "--module", "libx.so", "--token-serial", "7", "--mode", "content"
    ).method
    assert (token.kind, token.mode) == (Kind.PKCS11, 2)
    assert token.where == {"module": "libx.so", "token": "acme", "serial": "7"}
    plugin = placed("--plugin", "north", "--set", "site=a=b").method
    assert (plugin.kind, plugin.mode, plugin.where) == (Kind.PLUGIN, 1, {"plugin": "north", "site": "a=b"})


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--token", "acme"], "--module"),
        (["--token", "acme", "--module", "../evil.so"], "file name"),
        (["--module", "x.so"], "belong to --token"),
        (["--token-serial", "7"], "belong to --token"),
        (["--generate"], "--token LABEL"),
        (["--plugin", "acme", "--generate"], "--token LABEL"),
        (["--plugin", "../evil"], "lower case"),
        (["--set", "a=b"], "belongs to --plugin"),
        (["--plugin", "acme", "--set", "a"], "NAME=VALUE"),
        (["--plugin", "acme", "--set", "plugin=other"], "NAME=VALUE"),
        (["--from", "soon"], "is no date"),
    ],
)
def test_half_a_place_is_refused(words: list[str], says: str) -> None:
    with pytest.raises(Refused, match=says):
        placed(*words)
