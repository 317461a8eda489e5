"""What a desktop brings after its first paint, imported once for those that a nursery forks.

It takes each of them more than half a second of work, in some hundred starts the same. That the windows go on
meanwhile is looked at where the program starts by its command line: `make demo`'s first act and
`test_stretches`. The ratchet is left out: it comes when it is needed, in many ways (`core.ratchet_library`).
"""

import importlib
import linecache

from PySide6 import QtWidgets

from watchword import assemble

_LIBRARIES = ("keyring", "secretstorage", "desktop_notifier", "dbus_fast.aio")

for _name in (*assemble._LATER, assemble._AT_FIRST, *_LIBRARIES):
    importlib.import_module(_name)
for _name in dir(QtWidgets):
    getattr(QtWidgets, _name)
linecache.clearcache()
