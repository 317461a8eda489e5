"""Where a version of a key is to live, as said on the command line: ring, token or plugin.

See `docs/protocol/company.md`, The profile and Keys on a token.
"""

import argparse
import os
from pathlib import PurePath

from watchword.crypto.secret import Secret
from watchword.org import keys, typed
from watchword.org.contents import Contents
from watchword.org.desk import Desk
from watchword.org.folder import new_seed
from watchword.org.keys import Material
from watchword.org.report import moment
from watchword.protocol.company.profile import Kind, Method
from watchword.providers.choose import MODULE, PLUGIN, SERIAL, TOKEN
from watchword.providers.contract import KeyName
from watchword.providers.framing import MODES
from watchword.providers.pkcs11 import find_module
from watchword.providers.plugin import is_plugin_name
from watchword_wire.errors import Refused
from watchword_wire.message_data import METHOD_BYTES, MODE_WRAP


def material(
    contents: Contents, options: argparse.Namespace, today: Method | None
) -> tuple[Contents, Material]:
    """Where the new version is to live: as said, else where the last one does, whose method `today` is.

    Returns the contents with that method in the profile.

    Raises:
        Refused: what is said is half of it, or goes with something else.
    """
    kind, where = _place(options, today)
    if options.generate and kind is not Kind.PKCS11:
        raise Refused("--generate makes a key on a token: --token LABEL --module FILE.")
    if options.pin_file and not options.generate:
        raise Refused("--pin-file belongs to --generate: without it no token is asked for anything.")
    if (options.module or options.token_serial) and options.token is None:
        raise Refused("--module and --token-serial belong to --token LABEL.")
    if options.set and options.plugin is None:
        raise Refused("--set belongs to --plugin NAME.")
    mode = MODES[options.mode] if options.mode else MODE_WRAP
    if today is not None and options.mode is None and (kind, where) == (today.kind, today.where):
        mode = today.mode
    wanted = Method(os.urandom(METHOD_BYTES), kind, mode, where)
    contents, method = keys.with_method(contents, wanted)
    secret = new_seed() if kind is Kind.RING else Secret(b"")
    return contents, Material(method, secret, moment(options.begins), moment(options.ends))


def settle(after: Contents, key: bytes, made: Material, options: argparse.Namespace, desk: Desk) -> str:
    """Make a key on its token where that is asked for; else say what has to be there: a sentence.

    Raises:
        Refused, Trouble: the token does not take it; nothing is changed then.
    """
    newest, where = keys.newest(after, key), made.method.where
    if made.method.kind is Kind.RING:
        return "Its secret is in the ring, which goes to every member, sealed."
    if made.method.kind is Kind.PLUGIN:
        return f"The plugin {where[PLUGIN]} has to know key {key.hex()}, version {newest.version}."
    identity = (key + newest.version.to_bytes(4, "big")).hex()
    if not options.generate:
        return (
            f"The token {where[TOKEN]} has to hold an AES key of 256 bits with CKA_ID {identity}, sensitive, "
            "not extractable, to encrypt and decrypt; --generate makes it there."
        )
    module = find_module(where[MODULE])
    if module is None:
        raise Refused(f"The module {where[MODULE]} is not in the system's folders on this computer.")
    pin = typed.secret(options.pin_file, f"PIN of {where[TOKEN]}: ", "--pin-file", desk.warn)
    name = KeyName(key, newest.version)
    generate = desk.token_generator()
    fresh = generate(module, where[TOKEN], where.get(SERIAL, ""), pin, name, newest.name)
    there = "is made on" if fresh else "was on"
    return f"The key {there} the token {where[TOKEN]}, with CKA_ID {identity}; it never leaves it."


def _place(options: argparse.Namespace, today: Method | None) -> tuple[Kind, dict[str, str]]:
    if options.token is not None:
        if not options.module or PurePath(options.module).name != options.module:
            raise Refused("A token needs its module's file name, too: --module libsofthsm2.so, for instance.")
        serial = {SERIAL: options.token_serial} if options.token_serial else {}
        return Kind.PKCS11, {MODULE: options.module, TOKEN: options.token, **serial}
    if options.plugin is not None:
        if not is_plugin_name(options.plugin):
            raise Refused("A plugin's name is lower case letters, digits and -, at most 64.")
        return Kind.PLUGIN, {PLUGIN: options.plugin, **dict(map(_pair, options.set))}
    if today is not None and not options.ring:
        return today.kind, today.where
    return Kind.RING, {}


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or name == PLUGIN:
        raise Refused(f"--set {text}: NAME=VALUE is meant.")
    return name, value
