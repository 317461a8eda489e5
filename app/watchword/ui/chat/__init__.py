"""One chat: the painted view over a window of rows from the store, the composer, the page."""
