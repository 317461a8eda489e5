"""Who got a message and who did not: the exceptions first, a number and a search where there are many."""

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from support.widgets import model_rows
from watchword.model.chat import Delivery
from watchword.model.company import Missed, Recipient
from watchword.model.room import Unreached
from watchword.ui.company.reached import Reached

SHORT = 0.05


def rows(reached: Reached) -> list[str]:
    role = Qt.ItemDataRole.AccessibleTextRole
    return [str(row.data(role)) for row in model_rows(reached.people)]


def test_who_got_nothing_stands_first_with_the_reason(qapp: QApplication) -> None:
    reached = Reached()
    recipients = (
        Recipient("bo", "Bo", delivered=True),
        Recipient("cy", "Cy", delivered=False),
        Recipient("dee", "Dee", delivered=False, no_room=True),
    )
    missed = (
        Missed("eve", "Eve", Unreached.NO_SESSION),
        Missed("eve-2", "Eve", Unreached.BLOCKED),
        Missed("flo", "Flo"),
    )
    reached.tell("How far it came", recipients, missed, Delivery.RELAYED)
    assert rows(reached) == [
        "Eve, Not reached: no session with you",
        "Eve, Not reached: blocked by you",
        "Flo, Did not get it: not reached",
        "Cy, At the relay",
        "Dee, Waits here: their mailbox at the relay is full",
        "Bo, Delivered",
    ]
    assert reached.search.isHidden(), "six people need none"
    reached.close()


def test_of_what_another_computer_sent_long_ago_nobody_is_said_not_to_have_it(qapp: QApplication) -> None:
    reached = Reached()
    reached.show()
    recipients = tuple(Recipient(f"p{number}", f"Person {number}", delivered=False) for number in range(9))
    reached.tell("How far it came", recipients, (), Delivery.FETCHED)
    assert reached.counted.isHidden()
    assert rows(reached)[0] == "Person 0, Sent; whether it arrived is not known here"
    reached.close()


def test_of_a_thousand_some_are_found_without_a_stop(qapp: QApplication) -> None:
    reached = Reached()
    reached.show()
    recipients = tuple(
        Recipient(f"p{number}", f"Person {number:04}", delivered=number >= 3) for number in range(1000)
    )
    times = []
    for work in (
        lambda: reached.tell("How far it came", recipients, (), Delivery.RELAYED),
        reached.grab,
        lambda: reached.search.setText("at the relay"),
    ):
        began = time.thread_time()
        work()
        times.append(time.thread_time() - began)
    assert reached.counted.text() == "997 of 1,000 have it."
    assert rows(reached) == [f"Person {number:04}, At the relay" for number in range(3)]
    assert max(times) < SHORT, times
    reached.close()
