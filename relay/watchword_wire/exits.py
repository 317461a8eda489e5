"""How a relay that cannot run ends: its exit status, for the program that started it.

A desktop that runs the bundled relay tells its user the cause in words of their own (`core.local_relay`); a
script reads the same from `docs/operate/relay.md`. The relay's own words, on standard error, are for people
who run one.
"""

import enum


class Exit(enum.IntEnum):
    """Exit statuses; all but the first are none that Python or a shell uses by itself."""

    UNFIT = 1
    """Something else; standard error says what."""
    PORT_TAKEN = 11
    PORT_FORBIDDEN = 12
    """This user may not listen there."""
    FOLDER_UNWRITABLE = 13
    FOLDER_FOREIGN = 14
    """The data folder holds somebody else's files, or is none."""
    FOLDER_IN_USE = 15
    """Another relay runs with it."""
    DISK_FULL = 16
    DATA_UNFIT = 17
    """The database is damaged, of a newer version, or another program's."""
