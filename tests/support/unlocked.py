"""A profile that stands, opened as its window would: not one that still waits to be approved."""

from watchword.core.client import Client
from watchword.core.profile import Profile


async def unlocked(profile: Profile, master: str | None = None) -> Client:
    """Open it."""
    client = await profile.unlock(master)
    assert isinstance(client, Client), "it still waits to be approved"
    return client
