"""What must not be in the tree: paths of a machine, addresses of registries, odd file modes."""

import re
import stat
import tomllib

from house.files import ROOT, every_file, short, text_files

MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:root|work|home/\w+|Users/\w+|tmp/\w+)/|[A-Z]:\\Users\\")
REGISTRIES = re.compile(r"pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|debian[.]org/debian")
REQUIREMENT = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)


def lock() -> str:
    """The lock file's text."""
    return (ROOT / "requirements.lock").read_text()


def test_no_path_of_a_machine_and_no_registry_stands_in_a_file() -> None:
    assert MACHINE_PATHS.search("see /" + "home/ada/x")
    assert REGISTRIES.search("py" + "pi.org")
    found = [
        f"{short(path)}:{number}"
        for path in text_files()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if MACHINE_PATHS.search(line) or REGISTRIES.search(line)
    ]
    assert not found


def test_files_are_plain_or_programs_that_say_what_runs_them() -> None:
    odd = []
    for path in every_file():
        mode = path.lstat().st_mode
        strange = not stat.S_ISREG(mode) or mode & 0o7002
        if strange or (mode & 0o111 and not path.read_bytes().startswith(b"#!")):
            odd.append(short(path))
    assert not odd


def test_no_private_key_lies_in_the_tree() -> None:
    header = "-----BEGIN (?:[A-Z]+ )?PRIVATE " + "KEY-----"
    assert not [short(path) for path in text_files() if re.search(header, path.read_text(errors="replace"))]


def test_the_lock_names_no_host_and_hashes_everything() -> None:
    text = lock()
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text
    entries = re.split(r"\n(?=[a-z0-9])", text)[1:]
    assert len(entries) > 50
    assert not [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry]


def test_the_lock_holds_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *[line for extra in project["project"]["optional-dependencies"].values() for line in extra],
        *project["dependency-groups"]["dev"],
    ]
    locked = {name for name, _version in REQUIREMENT.findall(lock())}
    names = {re.split(r"[^A-Za-z0-9._-]", line)[0].lower().replace("_", "-") for line in asked}
    assert names - {"watchword"} <= locked
