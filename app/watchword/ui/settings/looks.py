"""Settings: appearance and language, notifications, the tray, who may ask."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from watchword.model.errors import Situation
from watchword.settings import Language, Notifications, Settings, Theme
from watchword.ui import words
from watchword.ui.controls.button import Button
from watchword.ui.controls.choice import CheckBox
from watchword.ui.controls.label import Label, Role
from watchword.ui.i18n import NAMES
from watchword.ui.settings.section import Choices, Section


class Appearance(Section):
    """Light or dark."""

    chosen = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices = Choices([theme.value for theme in Theme], settings.theme.value, "theme")
        self.choices.chosen.connect(lambda name: self.chosen.emit(Theme(name)))
        self.add(self.choices)
        self.retranslate()

    def retranslate(self) -> None:
        """Name the choices."""
        self.heading.setText(self.tr("Appearance"))
        self.choices.set_words(
            system=self.tr("Like the system"), light=self.tr("Light"), dark=self.tr("Dark")
        )


class Tongue(Section):
    """The language of the windows; each calls itself by its own name."""

    chosen = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        names = [language.value for language in Language]
        self.choices = Choices(names, settings.language.value, "language")
        self.choices.chosen.connect(lambda name: self.chosen.emit(Language(name)))
        self.add(self.choices)
        self.retranslate()

    def retranslate(self) -> None:
        """Name the choices."""
        self.heading.setText(self.tr("Language"))
        own = {language.value: name for language, name in NAMES.items()}
        self.choices.set_words(system=self.tr("Like the system"), **own)


class Notices(Section):
    """What a notification shows, and whether closing the window leaves the program in the tray."""

    chosen = Signal(object)
    tray_chosen = Signal(bool)
    quit_asked = Signal()

    def __init__(self, settings: Settings, *, tray: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tray = tray
        names = [notifications.value for notifications in Notifications]
        self.explanation = Label(role=Role.SOFT)
        self.choices = Choices(names, settings.notifications.value, "notifications")
        self.choices.chosen.connect(lambda name: self.chosen.emit(Notifications(name)))
        self.close_to_tray = CheckBox()
        self.close_to_tray.setObjectName("closeToTray")
        self.close_to_tray.setChecked(settings.close_to_tray)
        self.close_to_tray.clicked.connect(self.tray_chosen)
        self.why = Label(role=Role.META)
        self.why.setObjectName("trayNote")
        self.quit = Button()
        self.quit.setObjectName("quitProgram")
        self.quit.clicked.connect(self.quit_asked)
        self.add(self.explanation, self.choices, self.close_to_tray, self.why)
        self.card.column.addWidget(self.quit, 0, Qt.AlignmentFlag.AlignLeft)
        self.retranslate()

    def retranslate(self) -> None:
        """Name the choices."""
        self.heading.setText(self.tr("Notifications"))
        self.explanation.setText(self.tr("A notification of a message shows"))
        self.choices.set_words(
            text=self.tr("name and text"),
            name=self.tr("the name only"),
            nothing=self.tr("neither name nor text"),
        )
        self.close_to_tray.setText(
            self.tr("Stay in the tray when the window is closed")
            if self._tray
            else self.tr("Stay in the taskbar when the window is closed")
        )
        self.close_to_tray.updateGeometry()
        self.why.setText(
            self.tr("Messages and requests keep arriving. Quit from the tray's menu or with Ctrl+Q.")
            if self._tray
            else self.tr(
                "This desktop has no tray, so the closed window waits in the taskbar; "
                "messages and requests keep arriving. Quit with Ctrl+Q."
            )
        )
        self.quit.setText(self.tr("Quit Watchword"))
        self.quit.updateGeometry()


class Privacy(Section):
    """Who may ask for a conversation."""

    contacts_only_chosen = Signal(bool)

    def __init__(self, *, contacts_only: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.contacts_only = CheckBox()
        self.contacts_only.setObjectName("contactsOnly")
        self.contacts_only.setChecked(contacts_only)
        self.contacts_only.clicked.connect(self._choose)
        self.explanation = Label(role=Role.META)
        self.problem = Label(role=Role.DANGER)
        self.problem.setObjectName("settingsProblem")
        self._problem: Situation | None = None
        self.add(self.contacts_only, self.explanation, self.problem)
        self.retranslate()

    def refuse(self, problem: Situation, *, contacts_only: bool) -> None:
        """Say beside the choice why it does not hold, and show what does."""
        self._problem = problem
        self.contacts_only.setChecked(contacts_only)
        self.retranslate()

    def _choose(self, contacts_only: bool) -> None:
        self._problem = None
        self.retranslate()
        self.contacts_only_chosen.emit(contacts_only)

    def retranslate(self) -> None:
        """Name the choice."""
        self.heading.setText(self.tr("Requests"))
        self.contacts_only.setText(self.tr("Only my contacts may ask me for a conversation"))
        self.contacts_only.updateGeometry()
        self.explanation.setText(
            self.tr("Others are met with silence: they see that nobody answered, and you see nothing.")
        )
        self.problem.setText("" if self._problem is None else words.sentence(self._problem))
        self.problem.setVisible(self._problem is not None)
