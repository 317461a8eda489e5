"""The acknowledgement contract has the same words in the protocol, in the code and in the tests of it."""

import re
from pathlib import Path

from house.files import ROOT

TABLE = ROOT / "docs" / "protocol" / "wire.md"
SAID = {
    "`SEND id` → `OK id`": "sent when",
    "nothing within 10 s, or connection lost": "means",
    "`ACK ids` client → relay": "sent when",
    "delivery receipt (sealed, like a message)": "sent when",
    "refusals: quota, retry-after, full": "means",
}
"""Which of a row's words are those that the others repeat."""


def contract() -> dict[str, str]:
    """Those words, by row."""
    section = TABLE.read_text().partition("### Acknowledgement\n")[2].partition("\n## ")[0]
    head, _, *rows = (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("|")
    )
    return {row[0]: row[head.index(SAID[row[0]])] for row in rows}


def texts(*folders: str) -> list[str]:
    """What stands in the code of these folders, each file in one line."""
    paths = (path for folder in folders for path in (ROOT / folder).rglob("*.py") if path != Path(__file__))
    return [re.sub(r"[\s#]+", " ", path.read_text()) for path in paths]


def test_the_words_of_the_contract_stand_beside_what_keeps_it_and_what_tries_it() -> None:
    wanted = contract()
    assert wanted.keys() == SAID.keys()
    for folders in (("app", "relay"), ("tests",)):
        said = texts(*folders)
        missing = [words for words in wanted.values() if not any(words in one for one in said)]
        assert not missing, folders
