"""What an operator asks of a relay and tells it: tables for people, JSON for programs."""
