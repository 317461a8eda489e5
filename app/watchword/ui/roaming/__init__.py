"""What roams between the desktops of one account, in the window: taking back, and earlier messages."""
