"""The sidebar: every chat with its person, last line, time and unread count; search over them."""
