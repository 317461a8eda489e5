"""Receipts for a company's texts: sealed and put out in the transaction that saves the texts they are for.

So is the note by which the own account's other desktops learn that a text was taken back.

No provider is asked, so nothing of a receipt ever waits for a token, a PIN or a plugin. See
`docs/protocol/company.md`, Receipts.
"""

import secrets

from watchword.core import sessions
from watchword.core.company import acquisition
from watchword.core.company.membership import Member
from watchword.crypto.primitives import nonce_new
from watchword.crypto.secret import Secret
from watchword.protocol import content
from watchword.protocol.company import receipt
from watchword.protocol.company.receipt import Drawn
from watchword.providers.contract import CONTENT_KEY_BYTES
from watchword.store import posts
from watchword.store.transaction import Tx
from watchword_wire.limits import MESSAGE_ID_BYTES


def put(tx: Tx, member: Member, writer: str, texts: tuple[content.Text, ...]) -> bool:
    """Tell the writer of texts, an account, that they are here; False if nothing could be said.

    Where the policy asks for a session besides, the receipt goes inside the one with the writer; without one
    none goes, and none to who is not a member any more.
    """
    if member.profile.member(writer) is None:
        return False
    session = None
    if member.profile.policy.session:
        session = sessions.open_with(tx, writer)
        if session is None:
            return False
    drawn = _drawn()
    h = None if session is None else session.h
    data = receipt.seal(member.author, member.profile.organisation, writer, texts, drawn, h)
    if data is None:
        return False
    if session is None:
        posts.put_sealed(tx, drawn.id, acquisition.conversation(member, (writer,)), (writer,), data)
    else:
        sessions.seal(tx, session, content.encode(content.Data(data)))
    return True


def tell_own(tx: Tx, member: Member, said: content.Recalled, targets: tuple[str, ...]) -> bool:
    """Tell the own account's other desktops what was taken back from these accounts, and nobody else.

    False if nothing could be said.
    """
    named = next((target for target in targets if member.profile.member(target) is not None), None)
    if named is None:
        return False
    drawn = _drawn()
    data = receipt.note(
        member.author, member.profile.organisation, named, member.membership.member, said, drawn
    )
    posts.put_sealed(tx, drawn.id, acquisition.conversation(member, (named,)), (named,), data)
    posts.lack(tx, drawn.id, (member.account,))
    return True


def _drawn() -> Drawn:
    return Drawn(
        secrets.token_bytes(MESSAGE_ID_BYTES), Secret(secrets.token_bytes(CONTENT_KEY_BYTES)), nonce_new()
    )
