"""One relay as several nodes over one store: what each node does that a single one need not."""
