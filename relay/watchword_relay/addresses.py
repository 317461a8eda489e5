"""Addresses as they count here: one of IPv4 is the same however it is written, a zone is no part of one."""

import ipaddress
from collections.abc import Iterable

THIS_COMPUTER = "this computer"
"""The source of every loopback address; whoever sits there is not kept from registering."""


def ip_of(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address as a number; None of what is none, such as a pipe's name."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    return ip


def source_of(address: str) -> str:
    """What counts as one source: an IPv4 address, an IPv6 network of 64 bits, or this computer."""
    ip = ip_of(address)
    if ip is None:
        return address
    if ip.is_loopback:
        return THIS_COMPUTER
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


class Networks:
    """Some networks."""

    def __init__(self, names: Iterable[str]) -> None:
        self._networks = tuple(ipaddress.ip_network(name) for name in names)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Networks) and self._networks == other._networks

    def __hash__(self) -> int:
        return hash(self._networks)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._networks)

    def __contains__(self, address: str) -> bool:
        """Whether an address is in one of them."""
        if not self._networks:
            return False
        ip = ip_of(address)
        return ip is not None and any(ip in network for network in self._networks)
