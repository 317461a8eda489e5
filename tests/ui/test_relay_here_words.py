"""A relay that does not start here: each cause has its own sentence, with what a person needs to act."""

import pytest

from watchword.model.setup import LocalRelayCause as Cause
from watchword.ui import relay_here_words

FACTS = {"port": 8765, "folder": "ada/relay", "log": "ada/relay.log", "code": 99}


def test_no_two_causes_read_alike() -> None:
    said = {relay_here_words.sentence({**FACTS, "cause": cause.value}) for cause in Cause}
    assert len(said) == len(Cause)


@pytest.mark.parametrize(
    ("cause", "named"),
    [
        (Cause.PORT_TAKEN, "8765"),
        (Cause.FOLDER_UNWRITABLE, "ada/relay "),
        (Cause.FOLDER_FOREIGN, "ada/relay "),
        (Cause.DISK_FULL, "ada/relay "),
        (Cause.ENDED, "code 99"),
        (Cause.ENDED, "ada/relay.log"),
    ],
)
def test_it_names_what_is_to_be_looked_at(cause: Cause, named: str) -> None:
    assert named in relay_here_words.sentence({**FACTS, "cause": cause.value})
