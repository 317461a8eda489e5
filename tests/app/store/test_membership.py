"""The one row of the company: kept whole, replaced, forgotten."""

import pytest
from msgspec.structs import replace

from support.firm import PHRASE, Firm
from watchword.protocol.company import company_file
from watchword.store import membership
from watchword.store.transaction import Tx
from watchword_wire.errors import PeerError


def test_a_membership_is_kept_replaced_and_forgotten(tx: Tx) -> None:
    firm = Firm()
    firm.knows("ada")
    assert membership.get(tx) is None
    joined = company_file.join(firm.join_file("ada"), PHRASE, None)
    membership.keep(tx, joined)
    assert membership.get(tx) == joined
    newer = replace(joined, serial=joined.serial + 1)
    membership.keep(tx, newer)
    assert membership.get(tx) == newer
    membership.forget(tx)
    assert membership.get(tx) is None
    membership.forget(tx)


def test_a_damaged_row_is_said_to_be_so(tx: Tx) -> None:
    tx.execute("insert into membership (one, session, packed) values (1, 0, x'00')")
    with pytest.raises(PeerError):
        membership.get(tx)
