"""The proxy that the system names for a relay, if any, asked anew for every connection.

In this order: environment variables (`WSS_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` in either case, `NO_PROXY`; on
macOS and Windows the system's own settings stand behind them), then GNOME's settings where such a desktop
runs. A proxy that a script would choose (PAC) is not found.
"""

import ast
import asyncio
import ipaddress
import os
import re
import shutil
import subprocess
import urllib.request

from watchword import log
from watchword.crypto.secret import Secret
from watchword.net.address import Address
from watchword.net.proxy import ProxyAddress, parse_proxy, with_sign_in

_NAMES = ("wss", "https", "all", "socks")
_GNOME_LIKE = {"GNOME", "Unity", "X-Cinnamon", "Budgie", "MATE", "Pantheon"}
_SCHEMA = "org.gnome.system.proxy"
_GSETTINGS_DEADLINE = 3.0
_LINE = re.compile(r"(\S+) (\S+) (?:@as )?(.+)")

Values = dict[str, str | int | bool | list[str]]


async def find(address: Address) -> ProxyAddress | None:
    """Return the proxy for an address.

    Raises:
        RefusedBy: PROXY_FORM, PROXY_SCHEME: what the system names is no proxy that can be used.
    """
    if address.on_this_computer:
        return None
    named = urllib.request.getproxies()
    typed = next((named[name] for name in _NAMES if named.get(name)), None)
    if typed is not None:
        # The system names its SOCKS proxy as if it spoke HTTP (macOS, Windows).
        if typed == named.get("socks") and "socks" not in typed.partition("://")[0]:
            typed = "socks5h://" + typed.rpartition("://")[2]
        bypassed = urllib.request.proxy_bypass(address.host)
        return None if bypassed else parse_proxy(typed)
    if not _GNOME_LIKE & set(os.environ.get("XDG_CURRENT_DESKTOP", "").split(":")):
        return None
    return of_gnome(await asyncio.to_thread(_gnome_settings), address)


def of_gnome(values: Values, address: Address) -> ProxyAddress | None:
    """Read GNOME's settings, `{"schema key": value}`, as GNOME's own programs do.

    Raises:
        RefusedBy: PROXY_FORM.
    """
    if values.get(f"{_SCHEMA} mode") != "manual":
        return None
    spared = values.get(f"{_SCHEMA} ignore-hosts", [])
    if isinstance(spared, list) and any(_fits(address.host, pattern) for pattern in spared):
        return None
    for scheme, group in (("http", "https"), ("http", "http"), ("socks5h", "socks")):
        host, port = values.get(f"{_SCHEMA}.{group} host"), values.get(f"{_SCHEMA}.{group} port")
        if not isinstance(host, str) or not host.strip() or not port:
            continue
        host = host.strip()
        proxy = parse_proxy(f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}")
        if scheme == "http" and values.get(f"{_SCHEMA}.http use-authentication") is True:
            user = str(values.get(f"{_SCHEMA}.http authentication-user", ""))
            password = str(values.get(f"{_SCHEMA}.http authentication-password", ""))
            return with_sign_in(proxy, user, Secret(password.encode()) if user and password else None)
        return proxy
    return None


def _gnome_settings() -> Values:
    program = shutil.which("gsettings")
    if program is None:
        return {}
    command = [program, "list-recursively", _SCHEMA]
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system, with fixed words
            command, capture_output=True, text=True, check=True, timeout=_GSETTINGS_DEADLINE
        )
    except (OSError, subprocess.SubprocessError):
        log.trouble("settings of the desktop not read")
        return {}
    return dict(filter(None, map(_value, done.stdout.splitlines())))


def _value(line: str) -> tuple[str, str | int | bool | list[str]] | None:
    """One line of `gsettings`: SCHEMA KEY VALUE, the value in GVariant's text form."""
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    schema, key, text = found.groups()
    if text in {"true", "false"}:
        return f"{schema} {key}", text == "true"
    try:
        value = ast.literal_eval(text)  # GVariant writes these types as Python does
    except (ValueError, SyntaxError):
        return None
    return (f"{schema} {key}", value) if isinstance(value, str | int | list) else None


def _fits(host: str, pattern: str) -> bool:
    """Whether a host is among those that go without proxy: name, `*.domain`, address, network, `*`."""
    host, pattern = host.lower().rstrip("."), str(pattern).strip().lower()
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        if pattern.startswith(("*.", ".")):
            return host.endswith(pattern.removeprefix("*"))
        return pattern in {"*", host}
    try:
        return number in ipaddress.ip_network(pattern, strict=False)
    except ValueError:
        return pattern == "*"
