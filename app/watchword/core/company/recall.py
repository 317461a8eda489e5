"""F7, sending: what was sealed by an older company file and has not left is sealed anew, or stays.

Whatever a newer file would not seal so now, under these keys, for these people, inside a session or not,
is taken back, in the envelopes of sessions too, and waits as content once more, in its place. What the newer
file would seal in the same way stays: nobody types a PIN for it again. See `docs/protocol/store.md`, Outbox.
"""

from watchword.core import sessions
from watchword.core.company import acquisition, encryption
from watchword.core.company.membership import Member
from watchword.model.chat import Delivery
from watchword.model.company import Closed
from watchword.model.events import Event
from watchword.protocol.company.profile import SealingKey
from watchword.store import chats, messages, outbox, posts, sealings
from watchword.store.posts import Post
from watchword.store.transaction import Tx
from watchword_wire import message_data as wire

PAGE = 16
"""So many message data are read at once."""


def take_back(tx: Tx, member: Member, now: float) -> list[Event]:
    """Let everything wait again that this member would seal otherwise at `now`, seconds since 1970."""
    keys = encryption.keys_now(member, now)
    taken: set[bytes] = set()
    after = 0
    while found := posts.made(tx, PAGE, after):
        after = found[-1].seq
        for post in found:
            if post.missing == (member.account,) and post.message is None and post.said is None:
                stays = True  # a note to the own account's other desktops, and to nobody who is named in it
            elif any(member.profile.member(target) is None for target in post.targets):
                stays = False
            elif post.said is not None:
                stays = _would_be_the_same(member, keys, post)
            elif post.message is None:
                stays = True  # a receipt is never weaker than the text it is for
            else:  # behind what is sealed anew nothing leaves sooner
                stays = post.conversation not in taken and _would_be_the_same(member, keys, post)
            if not stays:
                taken.add(post.conversation)
                _take_back(tx, member, post)
    found_chats = [chats.find_company(tx, conversation) for conversation in taken]
    return [event for chat in found_chats if chat is not None for event in sessions.changed(tx, chat)]


def _would_be_the_same(member: Member, keys: tuple[SealingKey, ...] | Closed, post: Post) -> bool:
    if isinstance(keys, Closed) or post.inside is not member.profile.policy.session:
        return False
    head = wire.decode(post.data or b"").head
    sealed_by = [(tag.method, tag.key, tag.version) for tag in head.alternatives]
    return (
        head.certificate == member.author.certificate
        and head.mode == keys[0].method.mode
        and sealed_by == [(key.method.id, key.key, key.version) for key in keys]
    )


def _take_back(tx: Tx, member: Member, post: Post) -> None:
    if post.said is not None:
        left = tuple(target for target in post.targets if member.profile.member(target) is not None)
        posts.unseal(tx, post, post.said)
        if not (left and posts.address(tx, post.id, left)):
            posts.drop(tx, post.id)
        return
    put_back(tx, member, post)


def put_back(tx: Tx, member: Member, post: Post) -> None:
    """Let a text wait once more, where it stood; what is on its way already, or no text, goes."""
    message = None if post.message is None else messages.get(tx, post.message)
    left = post.inside and message is not None and not outbox.drop_message(tx, message.id)
    gone = message is not None and message.delivery is not Delivery.WAITING and post.missing is None
    if message is None or left or gone:
        posts.drop(tx, post.id)
        return
    sealings.forget(tx, message.id)
    if post.room is not None and post.missing is None:
        sealings.leave_all_out(tx, message.id)
    elif post.room is not None:
        for account in post.missing or ():  # all others have it
            sealings.leave_out(tx, message.id, account)
    posts.unseal(tx, post, acquisition.said(member, message, post.id))
