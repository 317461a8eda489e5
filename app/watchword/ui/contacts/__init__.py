"""The contact list (F6): finding, adding, renaming, removing and blocking people, talking to them."""
