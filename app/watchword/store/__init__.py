"""The encrypted store: what the client keeps on disk. See `docs/protocol/store.md`.

`database` runs plain functions in transactions, in threads of its own; each other module answers one
question about one table, over a transaction, and knows nothing of threads or the network.
"""
