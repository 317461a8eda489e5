"""The quiet link to a proxy: there where one may help, gone where not, and open once it was opened."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from support.windows import find
from watchword.core.profile import Profile
from watchword.model.company import LinkReason
from watchword.model.errors import Kind, RefusedBy, Situation
from watchword.model.proxy import ProxyChoice
from watchword.paths import Paths
from watchword.ui.unlock.proxy_offer import ProxyOffer


def of_link(reason: LinkReason) -> Situation:
    return Situation(Kind.COMPANY_LINK, {"reason": reason.value})


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(Paths.of(tmp_path / "p"))


@pytest.fixture
def offer(qapp: QApplication, profile: Profile) -> Iterator[ProxyOffer]:
    made = ProxyOffer(profile)
    yield made
    made.close()
    made.deleteLater()


@pytest.mark.parametrize(
    ("problem", "helps"),
    [
        (Situation(Kind.RELAY_DNS), True),
        (Situation(Kind.PROXY_UNREACHABLE), True),
        (of_link(LinkReason.UNREACHABLE), True),
        (of_link(LinkReason.SLOW), True),
        (of_link(LinkReason.MISSING), False),
        (of_link(LinkReason.FILE_MISSING), False),
        (Situation(Kind.INVITE_NEEDED), False),
        (None, False),
    ],
)
def test_it_is_offered_where_it_may_help(offer: ProxyOffer, problem: Situation | None, helps: bool) -> None:
    offer.offer(Situation(Kind.RELAY_TCP))
    offer.offer(problem)
    assert offer.isVisible() is helps


def test_what_was_opened_stays_and_holds_once_it_is_used(offer: ProxyOffer, profile: Profile) -> None:
    offer.use()
    assert profile.proxies.shown.choice is ProxyChoice.SYSTEM, "nothing was chosen"
    offer.offer(Situation(Kind.RELAY_TCP))
    find(offer, "proxyButton", QAbstractButton).click()
    offer.offer(None)
    assert offer.isVisible()
    address = find(offer, "proxyAddress", QLineEdit)
    address.setText("ftp://gate.example")
    with pytest.raises(RefusedBy) as refused:
        offer.use()
    assert offer.refuse(refused.value.situation)
    assert offer.form is not None
    assert offer.form.address.note.text()
    assert not offer.refuse(Situation(Kind.RELAY_TCP))
    address.setText("gate.example:3128")
    offer.use()
    assert profile.proxies.shown.address == "http://gate.example:3128"
    assert offer.where_to_mend(Situation(Kind.PROXY_UNREACHABLE)) is address
    find(offer, "proxyPassword", QLineEdit).setText("secret")
    offer.forget()
    assert find(offer, "proxyPassword", QLineEdit).text() == ""
