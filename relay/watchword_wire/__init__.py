"""The contract between desktop and relay: all that a relay can ever see is this one folder.

Frames, sign-in, limits, times and identifiers stand here, and the layout of what the relay
passes on. What people say to each other never does: the relay cannot even import it.
`docs/protocol` describes every byte.
"""
