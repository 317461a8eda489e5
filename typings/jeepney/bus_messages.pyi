"""The messages of the bus itself."""

class DBus: ...

message_bus: DBus
