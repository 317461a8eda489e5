"""What the tests use of jeepney, which carries no types of its own."""

import enum

class DBusErrorResponse(Exception):
    name: str

class HeaderFields(enum.Enum):
    sender = 7
    member = 3

class MessageType(enum.Enum):
    method_call = 1
    method_return = 2

class Header:
    message_type: MessageType
    fields: dict[HeaderFields, str]

class Message:
    header: Header
    body: tuple[str, ...]

class DBusAddress:
    def __init__(self, object_path: str, *, bus_name: str | None = None, interface: str) -> None: ...

def new_method_call(
    remote_obj: DBusAddress, method: str, signature: str | None = None, body: tuple[object, ...] = ()
) -> Message: ...
def new_method_return(
    parent_msg: Message, signature: str | None = None, body: tuple[object, ...] = ()
) -> Message: ...
def new_error(
    parent_msg: Message, error_name: str, signature: str | None = None, body: tuple[object, ...] = ()
) -> Message: ...
def new_signal(
    emitter: DBusAddress, signal: str, signature: str | None = None, body: tuple[object, ...] = ()
) -> Message: ...
