"""Sans-I/O machines of the protocol: `step(state, event, now) -> (new state, effects)`, and pure codecs.

No clock, dice, socket or log here: time and randomness arrive in events.
"""
