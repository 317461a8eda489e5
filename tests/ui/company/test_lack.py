"""Who keeps a conversation from being written in: no session, a held one, not in the directory."""

from msgspec.structs import replace

from support.shelf import chat
from watchword.model.chat import Chat, Contact, Protection, SessionState
from watchword.ui.company import lack

BO, CY, DI = (Contact(name, name.title()) for name in ("bo", "cy", "di"))
BOTH = chat(
    id=9, contact=Contact("", "Bo, Cy, Di"), protection=Protection.BOTH, members=(BO, CY, DI),
    session=SessionState.NONE,
)  # fmt: skip


def with_each(**states: SessionState) -> list[Chat]:
    return [
        chat(id=number, contact=Contact(account, account), session=state)
        for number, (account, state) in enumerate(states.items(), 1)
    ]


def test_each_is_where_their_session_is() -> None:
    found = lack.of(BOTH, with_each(bo=SessionState.OPEN, cy=SessionState.HELD), {"bo", "cy", "di"})
    assert (found.without, found.held, found.gone) == ((DI,), (CY,), ())


def test_who_left_the_directory_is_not_asked_for_a_session() -> None:
    found = lack.of(BOTH, [], {"bo", "cy"})
    assert (found.without, found.gone) == ((BO, CY), (DI,))


def test_before_the_directory_is_known_nobody_has_left() -> None:
    assert lack.of(BOTH, [], None).gone == ()


def test_without_the_policy_sessions_do_not_matter() -> None:
    company = replace(BOTH, protection=Protection.COMPANY)
    assert lack.of(company, [], {"bo", "cy", "di"}) == lack.Lack()
    assert lack.of(BOTH, [], {"bo", "cy", "di"}, sessions=False) == lack.Lack()
