"""The system packages that Watchword needs beside Python, by group, and how they come onto the machine.

Runs on any Python >= 3.11 before anything is installed: standard library only. What counts is whether the
library, program or font is there, not which package brought it. What is missing is installed by apt where
that needs no question (as root, or with `sudo -n`); elsewhere the exact command is printed and the exit code
is 1.

    python packaging/system_packages.py GROUP...        groups: see GROUPS
"""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

VENV_PACKAGE = f"python3.{sys.version_info.minor}-venv"
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
SYSTEMD_RUNS = Path("/run/systemd/system")


def library(soname: str) -> Callable[[], bool]:
    """Whether the dynamic linker finds this library."""

    def present() -> bool:
        try:
            ctypes.CDLL(soname)
        except OSError:
            return False
        return True

    return present


def program(name: str) -> Callable[[], bool]:
    """Whether a program of this name can be started (servers live in sbin, which few users' PATH has)."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    return lambda: shutil.which(name, path=path) is not None


def font(*patterns: str) -> Callable[[], bool]:
    """Whether a font file of one of these names is installed for everybody or for this user."""
    return lambda: any(any(folder.rglob(pattern)) for folder in FONT_FOLDERS for pattern in patterns)


def perl_modules(*names: str) -> Callable[[], bool]:
    """Whether Perl is here with these modules of its core; Debian's smallest Perl is without some."""

    def present() -> bool:
        words = ["perl", *(f"-M{name}" for name in names), "-e", "1"]
        return shutil.which("perl") is not None and not subprocess.run(words, check=False).returncode

    return present


def softhsm() -> bool:
    """Whether the software token and its tool are here."""
    places = (root / "softhsm/libsofthsm2.so" for root in (Path("/usr/lib"), Path("/usr/lib64")))
    return program("softhsm2-util")() and any(place.exists() for place in places)


def postgresql() -> bool:
    """Whether PostgreSQL's server programs are here, of any version; Debian keeps them out of the PATH."""
    return program("initdb")() or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def module(name: str) -> Callable[[], bool]:
    """Whether this Python has the module."""
    return lambda: importlib.util.find_spec(name) is not None


Needs = dict[str, Callable[[], bool]]

VENV: Needs = {VENV_PACKAGE: module("ensurepip")}
RUN: Needs = {
    "libgl1": library("libGL.so.1"),
    "libegl1": library("libEGL.so.1"),
    "libdbus-1-3": library("libdbus-1.so.3"),
    "libfontconfig1": library("libfontconfig.so.1"),
    "libglib2.0-0": library("libglib-2.0.so.0"),
    "libxkbcommon0": library("libxkbcommon.so.0"),
    "libxcb-cursor0": library("libxcb-cursor.so.0"),
    "libxkbcommon-x11-0": library("libxkbcommon-x11.so.0"),
    "libxcb-icccm4": library("libxcb-icccm.so.4"),
    "libxcb-keysyms1": library("libxcb-keysyms.so.1"),
    "libxcb-shape0": library("libxcb-shape.so.0"),
    "libwayland-cursor0": library("libwayland-cursor.so.0"),
}
SCREEN: Needs = {
    "xvfb": program("Xvfb"),
    "openbox": program("openbox"),
    "trayer": program("trayer"),
    "dunst": program("dunst"),
    "libx11-6": library("libX11.so.6"),
}
KEYRING: Needs = {
    "dbus-daemon": program("dbus-daemon"),
    "gnome-keyring": program("gnome-keyring-daemon"),
}
FONTS: Needs = {
    "fonts-wqy-microhei": font("NotoSansCJK*", "NotoSansSC*", "SourceHanSans*", "wqy-microhei*"),
    "fonts-noto-color-emoji": font("NotoColorEmoji*"),
}
COMPILER: Needs = {"gcc": program("gcc"), "libc6-dev": lambda: Path("/usr/include/stdio.h").exists()}
HSM: Needs = {"softhsm2": softhsm}
PLUGINS: Needs = {
    "perl": perl_modules("Digest::SHA", "JSON::PP", "MIME::Base64"),
    "nodejs": program("node"),
}
PROXIES: Needs = {
    "tinyproxy-bin": program("tinyproxy"),
    "microsocks": program("microsocks"),
    "libglib2.0-bin": program("gsettings"),
    "gsettings-desktop-schemas": lambda: Path(
        "/usr/share/glib-2.0/schemas/org.gnome.system.proxy.gschema.xml"
    ).exists(),
}
POSTGRES: Needs = {"postgresql": postgresql}
BALANCER: Needs = {"haproxy": program("haproxy")}
UNITS: Needs = {"systemd": program("systemd-analyze")}
PEERS: Needs = {
    "prosody": program("prosody"),
    "ejabberd": program("ejabberdctl"),
    "mosquitto": program("mosquitto"),
}

GROUPS = {
    "venv": VENV,
    "run": RUN,
    "screen": SCREEN,
    "keyring": KEYRING,
    "fonts": FONTS,
    "compiler": COMPILER,
    "hsm": HSM,
    "plugins": PLUGINS,
    "proxies": PROXIES,
    "units": UNITS,
    "postgres": POSTGRES,
    "balancer": BALANCER,
    "peers": PEERS,
}


def missing(groups: Iterable[str]) -> list[str]:
    """The Debian packages of these groups whose content is not on this machine."""
    return [package for group in groups for package, present in GROUPS[group].items() if not present()]


def apt() -> list[str] | None:
    """How apt-get is started here without a question being asked, or None."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if shutil.which("sudo") is None:
        return None
    if not subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode:
        return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    return None


def install(command: list[str], packages: list[str]) -> bool:
    """Install with apt; the lists are fetched only now that something is missing."""
    print("system packages: installing", *packages, flush=True)
    patient = [*command, "-o", "DPkg::Lock::Timeout=300"]
    for step in (
        [*patient, "update", "-qq"],
        [*patient, "install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(step, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode:
            print(f"$ {' '.join(step)}\n{done.stdout}{done.stderr}", file=sys.stderr)
            return False
    return True


def main(groups: list[str]) -> int:
    """Bring the groups onto the machine; 0 when all is there in the end."""
    unknown = [group for group in groups if group not in GROUPS]
    if unknown or not groups:
        print(f"usage: system_packages.py GROUP...   groups: {' '.join(GROUPS)}", file=sys.stderr)
        return 2
    packages = missing(groups)
    if not packages:
        return 0
    # A packaged server starts with its machine: nobody who only wants figures asked for that.
    unwanted = "peers" in groups and SYSTEMD_RUNS.exists()
    command = None if unwanted else apt()
    if command is not None and install(command, packages):
        packages = missing(groups)
        if not packages:
            return 0
    print("system packages missing:", *packages, file=sys.stderr)
    print("on Debian or Ubuntu: sudo apt-get update && sudo apt-get install", *packages, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
