"""The least that a window in PySide6 can be; what the desktop's start and memory are compared with."""

import sys

from PySide6.QtWidgets import QApplication, QLabel


def main() -> int:
    """Show one label until the process is ended."""
    application = QApplication(sys.argv)
    label = QLabel("A window")
    label.resize(960, 640)
    label.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
