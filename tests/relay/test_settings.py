"""Where a relay's settings come from, and what is said of those that are none."""

import tomllib
from pathlib import Path

import pytest

from watchword_relay import settings
from watchword_relay.config import Address, Unfit
from watchword_relay.settings import Found, Values, fields, load, sample, values_of
from watchword_wire.frames import Registration

NOWHERE = {"HOME": "/nowhere", "XDG_DATA_HOME": "/share"}


def found(toml: str = "", environment: dict[str, str] | None = None, **given: object) -> Found:
    return load(None, {**_of(toml), **given}, NOWHERE | (environment or {}))


def _of(toml: str) -> Values:
    return settings._flat(tomllib.loads(toml), "")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "relay.toml"


# --- the file -------------------------------------------------------------------------------------


def test_the_sample_changes_nothing(file: Path) -> None:
    file.write_text(sample())
    assert load(file, {}, NOWHERE) == Found(load(None, {}, NOWHERE).config, {})


def test_the_sample_holds_every_setting_as_it_is_by_default(file: Path) -> None:
    lines = []
    for line in sample().splitlines():
        name, equals, _ = line.removeprefix("#").partition(" = ")
        lines.append(line.removeprefix("#") if equals and name.isidentifier() else line)
    file.write_text("\n".join(lines))
    written = load(file, {}, NOWHERE)
    assert set(written.origin) == {field.name for field in fields()}
    assert written.config == load(None, {}, NOWHERE).config
    assert set(values_of(written.config)) == set(written.origin)


def test_every_setting_is_explained() -> None:
    assert all(len(field.said) > 10 for field in fields())
    assert len({field.variable for field in fields()}) == len(fields())


def test_a_file_says_what_counts(file: Path) -> None:
    file.write_text(
        'data = "/srv/relay"\nlisten = "[::]:443"\nregistration = "closed"\n'
        '[tls]\ncertificate = "c.pem"\nkey = "k.pem"\n[limits]\nrequests = [5, 1]\nkept_days = 7\n'
    )
    config = load(file, {}, NOWHERE).config
    assert (config.data, config.listen) == (Path("/srv/relay"), Address("::", 443))
    assert config.admits is Registration.CLOSED
    assert (config.tls.certificate, config.tls.key) == (Path("c.pem"), Path("k.pem"))
    assert (config.limits.requests, config.limits.kept) == ((5, 1), 7 * 86_400)
    assert config.limits.connections == 10_000


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("lisen = 'x:1'", "unknown setting lisen; did you mean listen?"),
        ("[limits]\nconections = 5", "unknown setting limits.conections; did you mean limits.connections?"),
        ("[tsl]\nkey = 'k'", "unknown setting tsl.key; did you mean tls.key?"),
        (
            "[limit.connections]\nx = 1",
            "unknown setting limit.connections.x; did you mean limits.connections?",
        ),
        ("listen = ", "is no TOML"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest(file: Path, toml: str, said: str) -> None:
    file.write_text(toml)
    with pytest.raises(Unfit) as caught:
        load(file, {}, NOWHERE)
    assert said in str(caught.value)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("listen = 8470", "listen"),
        ("listen = '8470'", "wants HOST:PORT"),
        ("registration = 'maybe'", "registration"),
        ("[limits]\nconnections = 0", "limits.connections"),
        ("[limits]\nconnections = 1.5", "limits.connections"),
        ("[limits]\nrequests = [0, 1]", "limits.requests"),
        ("[limits]\nrequests = [1, 0]", "limits.requests"),
        # Whoever is put off would be told a time that no frame can hold.
        ("[limits]\nrequests = [1, 1e-300]", "limits.requests"),
        ("[limits]\nrequests = 5", "limits.requests"),
        ("[limits]\nkept_days = inf", "limits.kept_days"),
        ("[handshake]\nt1 = nan", "handshake.t1"),
        ("[handshake]\nt1 = 200", "handshake.t1"),
        # A desktop ends it by itself after 900 s, whatever the relay says.
        ("[handshake]\nt1 = 100\nt2 = 901", "handshake.t2"),
        ("[limits]\nkept_days = 1e300", "limits.kept_days"),
        ("[limits]\nreserve_bytes = 9223372036854775807", "limits.reserve_bytes"),
        ("[history]\ndays = -1", "history.days"),
        ("[history]\ndays = 1e9", "history.days"),
        ("[history]\naccount_mib = -1", "history.account_mib"),
        ("[history]\nmib = 8796093022208", "history.mib"),
        ("tls = 5", "tls is a table of settings, written [tls]"),
        ("[[limits]]\nconnections = 5", "limits is a table of settings"),
        ("registration = 'maybe'", "open, invite or closed"),
        ("data = '~nobody-of-this-name/x'", "data names a home that there is not"),
        ("data = ['x']", "data"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(file: Path, toml: str, said: str) -> None:
    file.write_text(toml)
    with pytest.raises(Unfit) as caught:
        load(file, {}, NOWHERE)
    assert said in str(caught.value)


def test_a_path_may_begin_at_home(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/srv/ada")
    file.write_text('data = "~/relay"\n')
    assert load(file, {}, NOWHERE).config.data == Path("/srv/ada/relay")


def test_a_file_that_cannot_be_read(file: Path) -> None:
    with pytest.raises(Unfit, match="No such file"):
        load(file, {}, NOWHERE)
    file.write_bytes(b"\xff")
    with pytest.raises(Unfit, match="no TOML"):
        load(file, {}, NOWHERE)


# --- the environment and the command line -----------------------------------------------------------


def test_the_command_line_counts_more_than_the_environment_and_that_more_than_the_file(file: Path) -> None:
    file.write_text("[handshake]\nt1 = 30\nt2 = 50\n[limits]\nconnections = 7\n")
    environment = {"WATCHWORD_RELAY_HANDSHAKE_T1": "31", "WATCHWORD_RELAY_HANDSHAKE_T2": "51"}
    both = load(None, {"handshake.t2": 52.0}, NOWHERE | environment | {settings.FILE: str(file)})
    assert (both.config.handshake.t1, both.config.handshake.t2) == (31, 52)
    assert both.config.limits.connections == 7
    assert both.origin == {
        "handshake.t1": "environment",
        "handshake.t2": "command line",
        "limits.connections": str(file),
    }


def test_what_the_environment_says_is_read_as_in_the_file() -> None:
    made = found(
        environment={
            "WATCHWORD_RELAY_LISTEN": "127.0.0.1:1",
            "WATCHWORD_RELAY_LIMITS_REQUESTS": "[4, 0.5]",
            "WATCHWORD_RELAY_PROXY_TRUSTED": '["192.0.2.0/24"]',
        }
    )
    assert made.config.listen == Address("127.0.0.1", 1)
    assert made.config.limits.requests == (4.0, 0.5)
    assert made.config.proxy.trusted == ("192.0.2.0/24",)


def test_an_empty_text_undoes_what_the_file_says(file: Path) -> None:
    file.write_text('public = "relay.example:443"\n')
    assert load(file, {}, NOWHERE).config.public == Address("relay.example", 443)
    assert load(file, {}, NOWHERE | {"WATCHWORD_RELAY_PUBLIC": ""}).config.public is None
    file.write_text('[limits]\nconnections = 7\n[proxy]\ntrusted = ["192.0.2.1"]\n[log]\njson = true\n')
    names = ("LIMITS_CONNECTIONS", "PROXY_TRUSTED", "LOG_JSON")
    undone = load(file, {}, NOWHERE | {f"WATCHWORD_RELAY_{name}": "" for name in names}).config
    assert (undone.limits.connections, undone.proxy.trusted, undone.log.json) == (10_000, (), False)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://relay@db1:5432,db2/watchword", "postgresql://relay@db1:5432,db2/watchword"),
        ("postgresql://relay:s3cret@db1:5432,db2/watchword", "postgresql://relay:...@db1:5432,db2/watchword"),
        ("postgresql://relay:s3c@ret@db1/watchword", "postgresql://relay:...@db1/watchword"),
        ("postgresql://db1/watchword?user=relay&password=s3cret", "..."),
        ("host=db1 user=relay PASSWORD = 's3 cret'", "..."),
    ],
)
def test_what_is_shown_holds_no_password(url: str, shown: str) -> None:
    """The service's journal has what `check-config` prints."""
    made = found(environment={"WATCHWORD_RELAY_STORE_URL": url})
    assert made.config.store.url == url
    assert values_of(made.config)["store.url"] == shown


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("WATCHWORD_RELAY_LISEN", "x", "did you mean WATCHWORD_RELAY_LISTEN?"),
        ("WATCHWORD_RELAY_LIMITS_REQUESTS", "many", "WATCHWORD_RELAY_LIMITS_REQUESTS"),
    ],
)
def test_a_variable_that_cannot_be(name: str, text: str, said: str) -> None:
    with pytest.raises(Unfit) as caught:
        found(environment={name: text})
    assert said in str(caught.value)


def test_without_any_setting_the_folder_is_the_users_own() -> None:
    given = {"STATE_DIRECTORY": "/var/lib/private/relay:/other"}
    assert found(environment=given).config.data == Path("/var/lib/private/relay")
    assert found().config.data.name == "watchword-relay"
