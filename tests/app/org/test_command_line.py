"""What can be said on the command line, and that no secret can."""

import pytest

from support.options import options_of
from watchword.org.command_line import parser

SAID = [
    ["init", "ACME"],
    ["passphrase"],
    ["member", "add", "ada", "Ada"],
    ["member", "remove", "ada"],
    ["member", "rename", "ada", "Ada"],
    ["member", "list"],
    ["key", "new", "hr"],
    ["key", "rotate", "hr"],
    ["key", "retire", "hr"],
    ["key", "revoke", "hr", "--version", "1"],
    ["key", "list"],
    ["profile", "show"],
    ["profile", "set", "--pin", "ask"],
    ["ring", "export", "update", "--out", "u"],
    ["ring", "export", "join", "ada", "--out", "j"],
    ["verify", "u"],
    ["inspect", "m"],
    ["search", "x"],
    ["journal"],
]


@pytest.mark.parametrize("words", SAID, ids=" ".join)
def test_every_command_has_a_vault_and_a_form_for_machines(words: list[str]) -> None:
    options = parser().parse_args([*words, "--vault", "v", "--json"])
    assert options.json
    assert callable(options.run)


@pytest.mark.parametrize(
    "words", [["key", "revoke", "hr"], ["key"], ["init"], [], ["profile", "set", "--pin", "x"]]
)
def test_half_a_command_is_none(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([*words, "--vault", "v"])
    assert ended.value.code == 2
    assert "usage: watchword-org" in capsys.readouterr().err


def test_every_option_says_what_it_is() -> None:
    assert not [one.option_strings or one.dest for one in options_of(parser()) if not one.help]


def test_no_option_takes_a_secret() -> None:
    for words in SAID:
        options = vars(parser().parse_args([*words, "--vault", "v"]))
        assert not {"passphrase", "phrase", "pin", "secret"} & set(options) - (
            {"phrase", "pin"} if words[:2] == ["profile", "set"] else set()
        )


@pytest.mark.parametrize(
    "words",
    [
        ["key", "list", "--passphrase", "four words are enough"],
        ["verify", "u", "--phrase", "six words that nobody would guess"],
        ["key", "new", "hr", "--pin", "1234"],
    ],
)
def test_a_secret_typed_where_none_belongs_is_not_taken_for_a_file_s_name(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([*words, "--vault", "v"])
    assert ended.value.code == 2
    assert "unrecognized" in capsys.readouterr().err
