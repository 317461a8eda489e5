"""Why the relay on this computer did not start: a sentence for each cause, with what to do.

`ui.words` asks for it. The relay's own words are English and for operators: they stay in its log.
"""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from watchword.model.setup import LocalRelayCause as Cause


def sentence(facts: Mapping[str, object]) -> str:
    """The sentence for the facts of a LOCAL_RELAY."""
    named = {"port": "…", "folder": "…", "log": "…", "code": "…", **facts}
    return _sources()[Cause(str(facts.get("cause", Cause.ENDED)))].format_map(named)


def _sources() -> dict[Cause, str]:
    return {
        Cause.PORT_TAKEN: QCoreApplication.translate(
            "RelayHere",
            "The relay on this computer did not start: another program uses its port {port}. "
            "Close that program and try again.",
        ),
        Cause.PORT_FORBIDDEN: QCoreApplication.translate(
            "RelayHere",
            "The relay on this computer did not start: this computer does not allow it port {port}.",
        ),
        Cause.FOLDER_UNWRITABLE: QCoreApplication.translate(
            "RelayHere",
            "The relay on this computer did not start: its folder {folder} cannot be written. "
            "Give yourself the right to write there and try again.",
        ),
        Cause.FOLDER_FOREIGN: QCoreApplication.translate(
            "RelayHere",
            "The relay on this computer did not start: {folder} holds something that is not the relay's. "
            "Move that elsewhere and try again.",
        ),
        Cause.FOLDER_IN_USE: QCoreApplication.translate(
            "RelayHere",
            "The relay on this computer did not start: another relay runs with its folder {folder}. "
            "Stop that one and try again.",
        ),
        Cause.DISK_FULL: QCoreApplication.translate(
            "RelayHere",
            "The relay on this computer did not start: the disk that holds {folder} is full. "
            "Make room and try again.",
        ),
        Cause.DATA_UNFIT: QCoreApplication.translate(
            "RelayHere",
            "The relay on this computer did not start: its data in {folder} are damaged, or were "
            "written by a newer Watchword. Nothing was overwritten.",
        ),
        Cause.PROGRAM_MISSING: QCoreApplication.translate(
            "RelayHere",
            "The relay on this computer did not start: its program is missing or cannot be run. "
            "Install Watchword again.",
        ),
        Cause.SILENT: QCoreApplication.translate(
            "RelayHere",
            "The relay on this computer did not start in time. Try again once the computer is less busy.",
        ),
        Cause.ENDED: QCoreApplication.translate(
            "RelayHere",
            "The relay on this computer ended at once, with the code {code}. The reason stands in {log}.",
        ),
    }
