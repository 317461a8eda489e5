"""What an account has at its relay beside its queues: messages that are taken back, and roaming history."""
