"""The languages of the window, switchable while it runs.

Every widget makes its words in `retranslate` and calls that again on QEvent.LanguageChange. Sentences
that are chosen by data stand in `words`. Dates and times follow the same choice, through `locale()`.
"""

import datetime

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from watchword import paths
from watchword.settings import Language

NAMES = {Language.ENGLISH: "English", Language.CHINESE: "简体中文"}
"""How each language calls itself."""


class _Current:
    """The locale in use; one per program, like the translators of Qt."""

    locale: QLocale = QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)


def locale() -> QLocale:
    """The locale in use."""
    return _Current.locale


def spoken(language: Language) -> Language:
    """The language that a choice means on this computer: English or Chinese."""
    if language is not Language.SYSTEM:
        return language
    chinese = QLocale.system().language() == QLocale.Language.Chinese
    return Language.CHINESE if chinese else Language.ENGLISH


class Languages:
    """Puts the translators into the program and takes them out again."""

    def __init__(self, application: QApplication, language: Language = Language.SYSTEM) -> None:
        self._application = application
        self._language = language
        self._installed: list[QTranslator] = []
        self.choose(language)

    @property
    def language(self) -> Language:
        """What the user chose."""
        return self._language

    def choose(self, language: Language) -> None:
        """Speak a language from now on; every widget hears LanguageChange."""
        self._language = language
        while self._installed:
            self._application.removeTranslator(self._installed.pop())
        chinese = spoken(language) is Language.CHINESE
        _Current.locale = (
            QLocale(QLocale.Language.Chinese, QLocale.Country.China)
            if chinese
            else QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
        )
        QLocale.setDefault(_Current.locale)
        if not chinese:
            return
        ours = str(paths.resource("translations"))
        qts = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        for name, folder in (("qtbase_zh_CN", qts), ("watchword_zh_CN", ours)):
            translator = QTranslator(self._application)
            if translator.load(name, folder):
                self._application.installTranslator(translator)
                self._installed.append(translator)


def _moment(at: int) -> QDateTime:
    return QDateTime.fromMSecsSinceEpoch(at)


def clock(at: int) -> str:
    """The time of day of a wall clock moment in milliseconds: "14:05"."""
    return _moment(at).toString("HH:mm")


def day(at: int) -> str:
    """The day for a separator: "Today", "Yesterday", "Friday, 20 November 2026"."""
    date = _moment(at).date()
    ago = date.daysTo(QDate.currentDate())
    if ago == 0:
        return QCoreApplication.translate("Dates", "Today")
    if ago == 1:
        return QCoreApplication.translate("Dates", "Yesterday")
    return locale().toString(date, QLocale.FormatType.LongFormat)


def short(at: int) -> str:
    """The moment for a list: time today, "Yesterday", weekday this week, else day and month."""
    date = _moment(at).date()
    today = QDate.currentDate()
    ago = date.daysTo(today)
    if ago <= 0:
        return clock(at)
    if ago == 1:
        return QCoreApplication.translate("Dates", "Yesterday")
    if ago < 7:  # noqa: PLR2004 - the days of a week
        return locale().dayName(date.dayOfWeek(), QLocale.FormatType.ShortFormat)
    if date.year() == today.year():
        return locale().toString(date, QCoreApplication.translate("Dates", "d MMM"))
    return locale().toString(date, QLocale.FormatType.ShortFormat)


def until(at: int) -> str:
    """A moment ahead, with its day where that is not today: "14:05", "23 Nov 14:05"."""
    now = datetime.datetime.now(tz=datetime.UTC).timestamp() * 1000
    if _moment(at).date() == _moment(int(now)).date():
        return clock(at)
    return f"{short(at)} {clock(at)}" if at < now else f"{_month(at)} {clock(at)}"


def _month(at: int) -> str:
    return locale().toString(_moment(at).date(), QCoreApplication.translate("Dates", "d MMM"))


def date_key(at: int) -> str:
    """The day of a moment as a word to compare, in this computer's time zone."""
    return datetime.date.fromtimestamp(at / 1000).isoformat()  # noqa: DTZ012 - local time is what is asked
