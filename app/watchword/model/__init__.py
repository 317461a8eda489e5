"""Plain frozen data shared by window, core and store.

Nothing here acts, and nothing here is secret but the texts themselves.
"""
