"""What the tests use of jeepney, which carries no types of its own."""

class DBusErrorResponse(Exception):
    name: str
