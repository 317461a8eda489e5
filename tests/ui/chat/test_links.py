"""What may be opened from a text, and what never."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.ui.chat.links import find


@pytest.mark.parametrize(
    ("text", "address", "host"),
    [
        ("see https://example.org/a?b=2 there", "https://example.org/a?b=2", "example.org"),
        ("看https://example.org/路径，好吗", "https://example.org/路径", "example.org"),
        ("(https://example.org/x_(y))", "https://example.org/x_(y)", "example.org"),
        ("HTTPS://EXAMPLE.ORG.", "HTTPS://EXAMPLE.ORG", "example.org"),
        (
            "https://user:secret@evil.example/@bank.example",
            "https://user:secret@evil.example/@bank.example",
            "evil.example",
        ),
        ("https://раураl.com/", "https://раураl.com/", "xn--l-7sba6dbr.com"),
        ("mailto:bo@example.org!", "mailto:bo@example.org", "bo@example.org"),
    ],
)
def test_links_are_found_and_their_host_is_the_real_one(text: str, address: str, host: str) -> None:
    (link,) = find(text)
    assert link.address == address
    assert text[link.start : link.end] == address
    assert link.host == host


@pytest.mark.parametrize(
    "text",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ftp://example.org",
        "smb://server/share",
        "data:text/html,x",
        "vbscript:x",
        "https://",
        "http://example.org",
        "https:///path",
        "https://[broken",
        "mailto:",
        "example.org",
    ],
)
def test_nothing_else_is_a_link(text: str) -> None:
    assert find(text) == []


def test_marks_that_turn_the_writing_end_a_link() -> None:
    (link,) = find("https://example.org/\u202egpj.exe")
    assert link.address == "https://example.org/"


@given(st.text(alphabet=st.sampled_from("htps:/.@[]()% \u202eaб漢😀#?"), max_size=60))
def test_any_text_has_links_in_order_or_none(text: str) -> None:
    end = 0
    for link in find("https://" + text):
        assert end <= link.start < link.end
        assert link.address.lower().startswith(("https://", "mailto:"))
        assert link.host
        end = link.end
