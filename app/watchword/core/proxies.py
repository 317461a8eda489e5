"""The proxy on the way to the relay: what is chosen, and which one an address needs.

The only user of `net.proxy` and `net.system_proxy`. The password stays here, in the sealed store, and in what
is said to the proxy itself.
"""

import msgspec

from watchword.crypto.secret import Secret
from watchword.model.errors import Kind, RefusedBy
from watchword.model.proxy import ProxyChoice, ProxyShown, ProxyTyped
from watchword.net import system_proxy
from watchword.net.address import Address
from watchword.net.proxy import ProxyAddress, parse_proxy, with_sign_in
from watchword.store.proxy import KeptProxy


class Proxies:
    """What one profile goes through."""

    def __init__(self) -> None:
        self.kept = KeptProxy()
        """To be put into the store by whoever has one."""

    @property
    def shown(self) -> ProxyShown:
        """The choice, without the password."""
        kept = self.kept
        return ProxyShown(kept.choice, kept.address, kept.user, kept.password is not None)

    def read(self, typed: ProxyTyped) -> KeptProxy:
        """Understand what a person typed; what was named before stays with the choices that need no name.

        Raises:
            RefusedBy: PROXY_FORM, PROXY_SCHEME.
        """
        if typed.choice is not ProxyChoice.THIS:
            return msgspec.structs.replace(self.kept, choice=typed.choice)
        if not typed.address.strip():
            raise RefusedBy(Kind.PROXY_FORM)
        proxy = parse_proxy(typed.address)
        if typed.user or typed.password:
            password = Secret(typed.password.encode()) if typed.password else None
            proxy = with_sign_in(proxy, typed.user, password)
        same = (str(proxy), proxy.user) == (self.kept.address, self.kept.user)
        if typed.password is None and proxy.password is None and same:
            proxy = msgspec.structs.replace(proxy, password=self.kept.password)
        return KeptProxy(ProxyChoice.THIS, str(proxy), proxy.user, proxy.password)

    async def towards(self, address: Address, trial: ProxyTyped | None = None) -> ProxyAddress | None:
        """Return the proxy to reach an address through; this computer itself is always reached directly.

        Args:
            address: where to.
            trial: what to suppose instead of what is chosen.

        Raises:
            RefusedBy: PROXY_FORM, PROXY_SCHEME.
        """
        kept = self.kept if trial is None else self.read(trial)
        match kept.choice:
            case _ if address.on_this_computer:
                return None
            case ProxyChoice.NONE:
                return None
            case ProxyChoice.SYSTEM:
                return await system_proxy.find(address)
            case ProxyChoice.THIS:
                return with_sign_in(parse_proxy(kept.address), kept.user, kept.password)
