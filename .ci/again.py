"""A second look at what failed in the whole run: each by itself, and only if it is few (docs/decisions/0099).

Ends with 0 if all that failed beside the others holds by itself, and names it; otherwise with 1.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FEW = 3
"""More than these are no accident of what ran beside them."""


def failed(root: Path) -> list[str]:
    """The tests that the last run left as failed, as pytest names them."""
    left = root / ".pytest_cache" / "v" / "cache" / "lastfailed"
    return sorted(json.loads(left.read_text("utf-8"))) if left.is_file() else []


def main(root: Path = ROOT) -> int:
    """Look again."""
    names = failed(root)
    if not 0 < len(names) <= FEW:
        return 1
    for name in names:
        alone = [sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", name]
        if subprocess.run(alone, cwd=root, check=False).returncode:  # noqa: S603 - names from the run before
            return 1
    for name in names:
        sys.stdout.write(f"ci: failed beside others, holds by itself; to be mended: {name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
