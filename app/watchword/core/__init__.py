"""The client's core: asyncio, no Qt. Commands go down, events come up; usable headless."""
