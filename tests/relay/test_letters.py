"""The form and bounds of what a terminal sends, in either frame."""

import os

import pytest

from support.posts import ACME, message_data, only, post
from watchword_relay.letters import Letter, of_post, of_send
from watchword_wire import frames, limits
from watchword_wire.errors import PeerError
from watchword_wire.timing import MESSAGE_KEPT

ID = bytes(range(16))


def test_an_envelope_goes_to_terminals() -> None:
    letter = of_send(frames.Send(ID, ["bo/1", "cy/2"], b"sealed"))
    assert letter == Letter(ID, ["bo/1", "cy/2"], b"sealed", None, 0, too_large=False)


def test_message_data_go_to_accounts_and_stay_as_they_came() -> None:
    data = message_data("ada/1", "cy", "bo", message_id=ID)
    letter = of_post(frames.Post(data, 3_600), "ada/1")
    conversation = b"conversation 16b"
    assert letter == Letter(
        ID,
        ("bo", "cy", "ada"),
        data,
        ACME,
        3_600,
        too_large=False,
        conversation=conversation,
        everybody=("bo", "cy"),
    )


def test_a_repeat_for_some_goes_to_these_alone() -> None:
    sent = post("ada/1", "cy", "bo", "陈")
    letter = of_post(only(sent, "陈", "ada"), "ada/1")
    assert (letter.targets, set(letter.others)) == (("陈", "ada"), {"bo", "cy"})
    for wrong in (b"\0", b"\x08", b"\x80\0", b"\x81"):
        with pytest.raises(PeerError):
            of_post(frames.Post(sent.data, only=wrong), "ada/1")


@pytest.mark.parametrize(
    ("asked", "kept"), [(0, 0), (1, 1), (MESSAGE_KEPT - 1, MESSAGE_KEPT - 1), (MESSAGE_KEPT, 0), (2**62, 0)]
)
def test_nothing_is_kept_longer_than_the_relay_keeps_anything(asked: int, kept: int) -> None:
    assert of_post(frames.Post(message_data("ada/1", "bo"), asked), "ada/1").keep == kept


@pytest.mark.parametrize(("asked", "kept"), [(0, 0), (1, 1), (90, 90), (91, 90), (2**62, 90)])
def test_nothing_roams_longer_than_the_relay_lets_it(asked: int, kept: int) -> None:
    assert of_post(frames.Post(message_data("ada/1", "bo"), 0, asked), "ada/1", 90).roam == kept


@pytest.mark.parametrize("sender", ["ada/2", "ada/11", "bo/1", "Ada/1"])
def test_nobody_posts_in_anothers_name(sender: str) -> None:
    with pytest.raises(PeerError, match="name"):
        of_post(frames.Post(message_data("ada/1", "cy")), sender)


@pytest.mark.parametrize(
    "frame",
    [
        frames.Post(b""),
        frames.Post(message_data("ada/1", "bo")[:-1]),
        frames.Post(message_data("ada/1", "bo") + b"\0"),
        frames.Post(message_data("ada/1", "bo/1")),
        frames.Post(message_data("ada/1", "ada")),
        frames.Post(message_data("ada/1")),
        frames.Post(message_data("ada/1", "bo", message_id=bytes(15))),
        frames.Post(message_data("ada/1", "bo"), -1),
        frames.Post(message_data("ada/1", "bo"), 0, -1),
        frames.Post(message_data("ada/1", *(f"m{number}" for number in range(limits.DATA_TARGETS + 1)))),
        frames.Post(message_data("ada/1", "bo", sealed=bytes(limits.SEALED_BYTES + 1))),
    ],
)
def test_what_has_no_form_is_a_peers_error(frame: frames.Post) -> None:
    with pytest.raises(PeerError):
        of_post(frame, "ada/1")


def test_what_is_too_long_is_not_looked_at() -> None:
    assert of_post(frames.Post(os.urandom(limits.DATA_BYTES + 1)), "ada/1").too_large
    longest = message_data("ada/1", "bo", sealed=bytes(limits.SEALED_BYTES))
    assert not of_post(frames.Post(longest), "ada/1").too_large


def test_too_large_an_envelope_is_no_broken_frame() -> None:
    many = [f"bo/{number}" for number in range(1, limits.TARGETS + 2)]
    assert of_send(frames.Send(ID, many, b"")).too_large
    assert of_send(frames.Send(ID, ["bo/1"], bytes(limits.BODY_BYTES + 1))).too_large
    assert not of_send(frames.Send(ID, many[:-1], bytes(limits.BODY_BYTES))).too_large
