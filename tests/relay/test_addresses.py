"""Addresses: what counts as one source, and which networks they are in."""

import pytest

from watchword_relay.addresses import THIS_COMPUTER, Networks, source_of


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("127.0.0.1", THIS_COMPUTER),
        ("127.9.9.9", THIS_COMPUTER),
        ("::1", THIS_COMPUTER),
        ("::ffff:127.0.0.1", THIS_COMPUTER),
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_what_counts_as_one_source(address: str, source: str) -> None:
    assert source_of(address) == source


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("192.0.2.7", True),
        ("::ffff:192.0.2.7", True),
        ("192.0.3.7", False),
        ("2001:db8:0:1::5", True),
        ("2001:db8:0:1::5%eth0", True),
        ("2001:db8:0:2::5", False),
        ("", False),
        ("a pipe", False),
    ],
)
def test_an_address_is_in_its_network(address: str, inside: bool) -> None:
    assert (address in Networks(["192.0.2.0/24", "2001:db8:0:1::/64"])) is inside
    assert address not in Networks([])
