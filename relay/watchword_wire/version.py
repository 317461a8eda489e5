"""Which wire this is. See `docs/protocol/wire.md`, section Versions."""

WIRE_VERSION = 1
SUBPROTOCOL = "watchword.1"
"""The WebSocket subprotocol; a relay that does not select it speaks something else."""
