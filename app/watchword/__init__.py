"""Watchword's desktop client. `docs/architecture.md` shows the rooms and who may call whom."""
