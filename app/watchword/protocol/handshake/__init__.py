"""The passphrase session `watchword/1` as one machine per run (P1–P9, P11).

`table.step` is the door. Files are named after the modules of the method (P10): `request`, `response`,
`confirmation`, `timeout`. The core feeds events and performs effects; see `effects` for how.
"""
