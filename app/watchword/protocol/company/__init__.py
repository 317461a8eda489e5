"""Company encryption's formats, sans-I/O (rows F1, F2, F4): message data, ring, profile, company file.

What a relay may see of them stands in `watchword_wire.message_data`. See `docs/protocol/company.md`.
"""
