"""The key owner's tool, `watchword-org`: a company's keys, members and policy, and the files it hands out.

No Qt, no core, no network. See `docs/protocol/company.md` and, for its user, `docs/operate/company.md`.
"""
