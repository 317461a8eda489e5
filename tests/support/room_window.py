"""Rooms at somebody's desktop: words of a play over `support.desktop`."""

from support.desktop import DIALOG, WINDOW, Desktop

DETAILS = "roomDetails"
INVITING = "inviteWindow"
ROOM = "Harvest"


def creates(person: Desktop, name: str, *others: str) -> None:
    """*New conversation*, *New room…*: a name, the people, *Create the room*."""
    window = person.window
    window.click(f"{WINDOW}/newConversation")
    window.wait(DIALOG, visible=True)
    window.click(f"{DIALOG}/newRoom")
    window.wait(f"{DIALOG}/candidates", visible=True)
    window.write(f"{DIALOG}/roomName", name)
    for other in others:
        window.wait(f"{DIALOG}/candidates", contains=other)
        window.choose(f"{DIALOG}/candidates", other)
        window.wait(f"{DIALOG}/picked-{other.lower()}", visible=True)
    window.wait(f"{DIALOG}/foundRoom", enabled=True)
    window.click(f"{DIALOG}/foundRoom")
    window.wait(DIALOG, visible=False)
    window.wait("contactName", text=name)
    window.wait("roomClosed", visible=True, contains="Nobody else is in this room now.")


def is_invited(person: Desktop, by: str, name: str = ROOM) -> None:
    """The invitation stands in the list, and opens."""
    person.window.wait("chatList", row=[name, f"{by} invites you"])
    person.window.choose("chatList", name)
    person.window.wait("invitationFrom", visible=True, contains=f"{by} invites you to “{name}”")


def joins(person: Desktop, by: str, name: str = ROOM) -> None:
    """*Join*: the composer is there."""
    is_invited(person, by, name)
    person.window.click("joinRoom")
    person.chat_opens()
    person.is_told("You joined.")


def invites(person: Desktop, whom: str) -> None:
    """*Invite people…* in the menu of the chat."""
    window = person.window
    window.click("chatMenu")
    window.choose("chatActions", "Invite people")
    window.wait(f"{INVITING}/candidates", visible=True, contains=whom)
    window.choose(f"{INVITING}/candidates", whom)
    window.wait(f"{INVITING}/sendInvitations", enabled=True)
    window.click(f"{INVITING}/sendInvitations")
    window.wait(INVITING, visible=False)


def opens_details(person: Desktop) -> None:
    """Everybody who is in the room."""
    person.window.click("chatMenu")
    person.window.choose("chatActions", "Details")
    person.window.wait(f"{DETAILS}/members", visible=True)


def does_with(person: Desktop, whom: str, deed: str) -> None:
    """Choose somebody in the details, what to do, and confirm."""
    window = person.window
    window.choose(f"{DETAILS}/members", whom)
    window.wait("memberActions", visible=True)
    window.choose("memberActions", deed)
    window.wait("memberActions", visible=False)
    window.wait("question/confirm", visible=True)
    window.click("question/confirm")
    window.wait("question", visible=False)


def leaves(person: Desktop) -> None:
    """*Leave the room…* in the menu of the chat."""
    person.window.click("chatMenu")
    person.window.choose("chatActions", "Leave the room")
    person.window.wait("chatActions", visible=False)


def says_and_reads(writer: Desktop, text: str, *readers: Desktop) -> None:
    """What one writes, the others read."""
    writer.says(text)
    for reader in readers:
        reader.reads(text)
