"""The command `watchword-provider-check`: runs the conformance suite against anybody's plugin.

It prints one line for each check, in plain words. See `docs/protocol/plugin.md`.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import shutil
import signal
import sys
from pathlib import Path

from watchword import log
from watchword.providers.conformance import CHECKS, Check, Subject, examine
from watchword.providers.contract import Cause, Health, KeyName, Mode
from watchword.providers.framing import MODES
from watchword.providers.plugin import Plugin

_DONE, _FAILED, _USAGE = 0, 1, 2
_KEY_ID_BYTES = 8
_WORDS = {
    Cause.PROVIDER_DOWN: "it ended, or says that it cannot work now",
    Cause.PROVIDER_SLOW: "it did not answer in time",
}


class PluginDisturbance:
    """Stops, kills and lets go of a plugin's process, as an unlucky day would."""

    when_cut = Cause.PROVIDER_DOWN

    def __init__(self, plugin: Plugin) -> None:
        self._plugin = plugin

    async def stall(self) -> None:
        """Stop the process."""
        self._signal("SIGSTOP")

    def under_way(self) -> bool:
        """Whether a call waits for its answer."""
        return self._plugin.busy

    async def cut(self) -> None:
        """Kill the process."""
        self._signal("SIGKILL")

    async def mend(self) -> None:
        """Nothing: the next call starts another process."""

    def _signal(self, name: str) -> None:
        pid = self._plugin.pid
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.Signals[name])


def main(arguments: list[str] | None = None) -> int:
    """Run the command line. Returns 0 if every check holds, 1 if one does not, 2 if it is misused."""
    options = _parser().parse_args(arguments)
    try:
        settings = dict(_pair(text) for text in options.set)
        key = None if options.key is None else _key_name(options.key)
    except ValueError as error:
        sys.stderr.write(f"watchword-provider-check: {error}\n")
        return _USAGE
    program = shutil.which(options.program)
    if program is None:
        sys.stderr.write(f"watchword-provider-check: {options.program}: no such program, or not executable\n")
        return _FAILED
    log.start(None, level=logging.ERROR)  # the lines below say it better
    modes = [MODES[options.mode]] if options.mode else list(Mode)
    return asyncio.run(_check([str(Path(program).absolute())], settings, modes, key))


async def _check(command: list[str], settings: dict[str, str], modes: list[Mode], key: KeyName | None) -> int:
    failed = 0
    for mode in modes:
        # Its standard error is shown to whoever wrote it.
        plugin = Plugin(command, settings, mode, errors=sys.stderr.fileno())
        health = await plugin.health()
        if mode not in plugin.modes and len(modes) > 1 and plugin.modes:
            _say(f"mode {mode.name.lower()}: not among the plugin's modes, left out")
            continue
        _say(f"mode {mode.name.lower()}: {health.detail or Path(command[0]).name}")
        under = key or (health.keys[0] if health.keys else None)
        if under is None:
            failed += 1
            _say(f"  FAILED  {_no_key(health, plugin.problem)}")
        else:
            failed += await _run(Subject(plugin, mode, under, PluginDisturbance(plugin)))
        await plugin.close()
    _say("everything holds" if not failed else f"failed: {failed}")
    return _FAILED if failed else _DONE


async def _run(subject: Subject) -> int:
    failed = 0
    for check in _possible(CHECKS):
        problem = await examine(subject, check)
        if problem is not None:
            failed += 1
            await subject.provider.close()  # the next check begins with a fresh program
        _say(f"  ok      {check.says}" if problem is None else f"  FAILED  {check.says}\n          {problem}")
    return failed


def _possible(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """Without those that need a process to be stopped, where there is no way to."""
    return checks if hasattr(signal, "SIGSTOP") else tuple(one for one in checks if not one.disturbs)


def _no_key(health: Health, problem: str) -> str:
    if health.fault is not None:
        why = problem or _WORDS.get(health.fault, "")
        return f"it does not work: {health.fault.value}" + (f" ({why})" if why else "")
    return "health names no key that it can seal with: name one with --key ID/VERSION"


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise ValueError(f"--set {text}: NAME=VALUE is meant")
    return name, value


def _key_name(text: str) -> KeyName:
    """16 hex digits, a slash, a version.

    Raises:
        ValueError: it is not that.
    """
    identity, _, version = text.partition("/")
    try:
        name = KeyName(bytes.fromhex(identity), int(version or "1"))
    except ValueError:
        name = KeyName(b"", 0)
    if len(name.id) != _KEY_ID_BYTES or name.version < 1:
        raise ValueError(f"--key {text}: 16 hex digits are meant, a slash and a version")
    return name


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="watchword-provider-check",
        description="Run the checks that every provider of company encryption must pass against a plugin.",
    )
    parser.add_argument("program", metavar="PROGRAM", help="the plugin")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a setting told in hello"
    )
    parser.add_argument(
        "--mode", choices=sorted(MODES), help="this mode only; without it every mode that it has"
    )
    parser.add_argument(
        "--key", metavar="ID/VERSION", help="the key to use; without it the first that it names"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
