"""Own content for a company's conversation: in order, with its reason, sealed once."""

from msgspec import structs

from watchword.model.company import Closed, Reason
from watchword.store import chats, contacts, messages, posts
from watchword.store.transaction import Tx

PLACE = b"c" * 16
DOWN = Closed(Reason.PROVIDER_DOWN, "Staff", 1, (1,))


def text(tx: Tx, number: int) -> bytes:
    """A text to bo that waits."""
    contacts.meet(tx, "bo")
    chat = chats.meet_company(tx, PLACE, ("bo",), 1)
    key = number.to_bytes(16)
    message = messages.add_text(tx, chat, "hi", mine=True, at=number, key=key)
    assert message is not None
    posts.put(tx, key, PLACE, ("bo",), b"content", message.id)
    return key


def test_content_waits_in_the_order_of_writing(tx: Tx) -> None:
    keys = [text(tx, number) for number in range(3)]
    found = posts.unsealed(tx, 2)
    assert [post.id for post in found] == keys[:2]
    assert [post.id for post in posts.unsealed(tx, 2, found[-1].seq)] == keys[2:]
    assert posts.sealed(tx) == []


def test_what_is_sealed_is_sealed_once_and_keeps_no_content(tx: Tx) -> None:
    key = text(tx, 1)
    [post] = posts.unsealed(tx, 9)
    assert posts.seal(tx, post, b"first")
    assert not posts.seal(tx, post, b"second")
    [sealed] = posts.sealed(tx)
    assert (sealed.id, sealed.data, sealed.content) == (key, b"first", None)
    assert posts.unsealed(tx, 9) == []


def test_the_reason_stands_until_it_is_sealed(tx: Tx) -> None:
    text(tx, 1)
    [post] = posts.unsealed(tx, 9)
    assert posts.close(tx, post, DOWN)
    assert not posts.close(tx, post, DOWN)
    assert posts.reason(tx, PLACE) == DOWN
    chat = chats.find_company(tx, PLACE)
    assert chat is not None
    shown = chats.get(tx, chat)
    assert shown is not None
    assert shown.unsent == DOWN
    posts.seal(tx, post, b"data")
    assert posts.reason(tx, PLACE) is None


def test_a_receipt_waits_for_nothing(tx: Tx) -> None:
    text(tx, 1)
    posts.put_sealed(tx, b"r" * 16, PLACE, ("bo",), b"data")
    assert [post.message is None for post in posts.unsealed(tx, 9)] == [False]
    [post] = posts.sealed(tx)
    assert (post.id, post.targets, post.message, post.data) == (b"r" * 16, ("bo",), None, b"data")


def test_what_is_for_nobody_else_is_left_out_and_what_stands_before_is_not_read_again(tx: Tx) -> None:
    for number, targets in enumerate((("bo",), ("bo", "cy"), ("bo",))):
        posts.put_sealed(tx, number.to_bytes(16), PLACE, targets, b"data")
    first, both, third = posts.sealed(tx)
    assert posts.sealed(tx, without=("bo", "ada"), me="ada") == [both]
    assert posts.sealed(tx, without=("bo", "cy", "ada"), me="ada") == []
    assert posts.sealed(tx, without=("bo", "cy"), me="ada") == [first, both, third]
    assert posts.sealed(tx, after=first.seq, limit=1) == [both]
    assert posts.sealed(tx, after=both.seq, without=("cy", "ada"), me="ada") == [third]
    assert (third.lane, third.size) == (first.lane, 4)


def test_who_lacks_it_is_kept_and_counts_alone_from_then_on(tx: Tx) -> None:
    posts.put_sealed(tx, b"r" * 16, PLACE, ("bo", "cy"), b"data")
    posts.lack(tx, b"r" * 16, ("ada", "cy"))
    [post] = posts.sealed(tx, without=("bo", "ada"), me="ada")
    assert (post.targets, post.missing) == (("bo", "cy"), ("ada", "cy"))
    assert posts.sealed(tx, without=("cy", "ada"), me="ada") == []


def test_who_has_it_is_not_sent_it_again_when_it_is_for_others(tx: Tx) -> None:
    posts.put_sealed(tx, b"r" * 16, PLACE, ("bo", "cy", "dee"), b"data")
    assert posts.address(tx, b"r" * 16, ("bo", "cy"))
    assert [post.missing for post in posts.sealed(tx)] == [None]
    posts.lack(tx, b"r" * 16, ("ada", "cy"))
    assert posts.address(tx, b"r" * 16, ("bo", "eve"))
    [post] = posts.sealed(tx)
    assert (post.targets, post.missing) == (("bo", "eve"), ("ada", "eve"))
    posts.lack(tx, b"r" * 16, ("eve",))
    assert not posts.address(tx, b"r" * 16, ("bo",))
    assert posts.sealed(tx) == []


def test_what_went_is_gone(tx: Tx) -> None:
    key = text(tx, 1)
    dropped = posts.drop(tx, key)
    assert dropped is not None
    assert dropped.targets == ("bo",)
    assert posts.drop(tx, key) is None


def test_the_reasons_of_all_that_waits_are_told_once_each(tx: Tx) -> None:
    assert posts.reasons(tx) == frozenset()
    for number in range(3):
        text(tx, number)
    first, second, third = posts.unsealed(tx, 9)
    posts.close(tx, first, DOWN)
    posts.close(tx, second, DOWN)
    revoked = Closed(Reason.REVOKED, "Staff", 1, (1,))
    posts.close(tx, third, revoked)
    assert posts.reasons(tx) == {DOWN, revoked}
    assert posts.seal(tx, first, b"data")
    assert posts.seal(tx, second, b"data")
    assert posts.reasons(tx) == {revoked}


def test_what_is_sealed_anew_stands_where_it_stood(tx: Tx) -> None:
    keys = [text(tx, number) for number in range(3)]
    first, second, third = posts.unsealed(tx, 9)
    for post in (first, second):
        posts.seal(tx, post, b"data")
    posts.put_sealed(tx, b"r" * 16, PLACE, ("bo",), b"receipt")
    assert [post.id for post in posts.made(tx, 9)] == [*keys[:2], b"r" * 16]
    assert [post.id for post in posts.made(tx, 1, first.seq)] == [keys[1]]
    posts.unseal(tx, first, b"content")
    assert not posts.seal(tx, third, b"data"), "nothing overtakes what waits again"
    assert [(post.id, post.content, post.data) for post in posts.unsealed(tx, 9)] == [
        (keys[0], b"content", None),
        (keys[2], b"content", None),
    ]
    assert posts.seal(tx, first, b"anew")
    assert [post.data for post in posts.sealed(tx)] == [b"anew", b"data", b"receipt"]
    assert third.seq > second.seq


def test_what_envelopes_carry_is_not_sent_and_goes_with_the_last_of_them(tx: Tx) -> None:
    key = text(tx, 1)
    [post] = posts.unsealed(tx, 9)
    assert posts.seal(tx, post, b"data", inside=True)
    assert posts.sealed(tx) == posts.unsealed(tx, 9) == []
    [made] = posts.made(tx, 9)
    assert (made.id, made.inside) == (key, True)
    assert post.message is not None
    carried = posts.carried(tx, post.message)
    assert carried is not None
    assert carried.id == key
    assert posts.carried(tx, post.message) is None
    assert posts.made(tx, 9) == []


def test_the_first_that_waits_of_each_conversation_is_next(tx: Tx) -> None:
    for number in range(2):
        text(tx, number)
    first, second = posts.unsealed(tx, 9)
    other = structs.replace(second, conversation=b"d" * 16)
    assert [posts.is_next(tx, post) for post in (first, second, other)] == [True, False, True]
    posts.seal(tx, first, b"data")
    assert posts.is_next(tx, second)
