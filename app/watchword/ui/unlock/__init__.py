"""Before the main window: first start as one conversation, unlocking, and what can keep a profile shut."""
