"""The settings: one page, each choice applied at once, no control before it works."""
