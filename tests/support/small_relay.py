"""The relay as it is, with limits that a test reaches within a moment.

    python -m support.small_relay LIMITS serve ...

LIMITS is JSON: the fields of `watchword_relay.limits.Limits` that are to be other than usual.
"""

import json
import sys
from unittest import mock

from watchword_relay import __main__ as product
from watchword_relay.limits import Limits


def main(words: list[str]) -> int:
    """Run the relay's command line."""
    others, *rest = words
    with mock.patch.object(product, "Limits", return_value=Limits(**json.loads(others))):
        return product.main(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
