"""What a company file shows outside, in both languages."""

from PySide6.QtWidgets import QApplication

from support.windows import played, speak
from watchword.model.company import CompanyOutside
from watchword.settings import Language
from watchword.ui.company.outside_card import OutsideCard


def test_account_and_digits_stand_there_as_they_are_read_aloud(qapp: QApplication) -> None:
    async def play() -> None:
        card = OutsideCard()
        card.show()
        card.show_file(CompanyOutside("12345678901234567890", 3, "ada"))
        assert card.digits.text() == "12345 67890 12345 67890"
        assert card.account.text() == "For the id ada"
        speak(Language.CHINESE)
        assert "ada" in card.account.text()
        assert "id ada" not in card.compare.text()
        assert card.digits.accessibleName() == "公司的数字"
        card.show_file(CompanyOutside("0" * 20, 4, "b\u202eo"))
        assert "\u2068b\u202eo\u2069" in card.account.text(), "it turns no other words around"
        card.close()

    played(qapp, play())
