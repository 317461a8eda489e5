"""`make demo`: two people meet, a company brings its own encryption, and a room of its people talks.

With a screen: a relay on a free loopback port and the windows of ada and bo, for a person to play with; it
ends when both windows are closed. Without one, or with --play: the whole script on a virtual screen, a line
per step, a picture per step in build/demo. Ends with `demo: ok` and 0, or with a reason and 1.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

_TESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(_TESTS))

from plays.act import StepFailed  # noqa: E402 - the tests' folder is found first
from plays.company_act import CompanyAct  # noqa: E402 - the tests' folder is found first
from plays.room_act import RoomAct  # noqa: E402 - the tests' folder is found first
from plays.script import Script  # noqa: E402 - the tests' folder is found first
from support.nodes import as_asked  # noqa: E402 - after plays
from support.relay import RelayProcess  # noqa: E402 - after plays
from support.screen import Screen  # noqa: E402 - after plays
from watchword import settings  # noqa: E402 - after plays
from watchword.core.profile import Profile  # noqa: E402 - after plays
from watchword.paths import Paths  # noqa: E402 - after plays
from watchword.settings import Settings  # noqa: E402 - after plays

BUILD = _TESTS.parent / "build" / "demo"


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def has_screen() -> bool:
    """Whether windows can appear here."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def empty(folder: Path) -> Path:
    """Make the folder anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def play() -> int:
    """The script on a virtual screen."""
    began = time.monotonic()
    folder = empty(BUILD)
    with ExitStack() as stack:
        stack.enter_context(as_asked())
        screen = Screen()
        stack.callback(screen.stop)
        try:
            with closing(Script(folder, screen.environment, say, watched=False)) as first:
                first.ada.opens()
                say(f"    first window after {time.monotonic() - began:.1f} s")
                first.play()
            number = first.last + 1
            for later in (CompanyAct, RoomAct):
                with closing(later(folder, screen.environment, say, watched=False, first=number)) as act:
                    act.play()
                    number = act.last + 1
        except StepFailed as failed:
            say(f"demo: {failed}")
            return 1
    say(f"    pictures in {folder.relative_to(_TESTS.parent)}")
    say("demo: ok")
    return 0


async def make_account(name: str, profile: Path, address: str) -> None:
    """Go through first start without a window; the secret goes into the keyring.

    A window that is closed ends its program, also where there is a tray: the demo ends with them.
    """
    paths = Paths.of(profile)
    client = await Profile(paths).create(
        name=name.capitalize(), address=address, account=name, invite=None, master=None
    )
    await client.close()
    settings.save(paths.settings, Settings(close_to_tray=False))


@contextmanager
def accounts(folder: Path, address: str) -> Iterator[list[Path]]:
    """Profiles of ada and bo; their entries leave the keyring at the end."""
    profiles = [folder / f"watchword-demo-{name}" for name in ("ada", "bo")]
    try:
        for name, profile in zip(("ada", "bo"), profiles, strict=True):
            asyncio.run(make_account(name, profile, address))
        yield profiles
    finally:
        for profile in profiles:
            subprocess.run([sys.executable, "-m", "support.forget", str(profile)], cwd=_TESTS, check=False)


def windows() -> int:
    """Two windows for a person."""
    folder = empty(BUILD)
    with RelayProcess(folder / "relay") as relay, accounts(folder, relay.address) as profiles:
        say(f"The relay is {relay.address}")
        say("Ada and Bo have a window each; bo does not know ada. In one, choose New conversation,")
        say("type the other's id, and then the phrase in the dialog that pops up. Close both windows to end.")
        running = [
            subprocess.Popen([sys.executable, "-m", "watchword", "--profile", str(profile)])
            for profile in profiles
        ]
        codes = [program.wait() for program in running]
    say("demo: ok" if not any(codes) else f"demo: a window ended with {max(codes)}")
    return max(codes)


def main() -> int:
    """Choose by the screen."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--play", action="store_true", help="play the script even where there is a screen")
    chosen = parser.parse_args()
    return windows() if has_screen() and not chosen.play else play()


if __name__ == "__main__":
    sys.exit(main())
