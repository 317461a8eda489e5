"""Networks that tried too much: for a day, and no longer."""

from watchword_relay import suspects
from watchword_relay.suspects import Suspect, Suspects

HOUR = 3_600


class Time:
    now = 10.0 * HOUR

    def __call__(self) -> float:
        return self.now


def test_who_tried_most_comes_first() -> None:
    noted = Suspects(Time())
    for source, failed, refused in (("a", 1, 0), ("b", 2, 3), ("c", 0, 2)):
        for _ in range(failed):
            noted.failed(source)
        for _ in range(refused):
            noted.refused(source)
    assert noted.told() == [Suspect("b", 2, 3), Suspect("c", 0, 2), Suspect("a", 1, 0)]


def test_an_address_is_forgotten_within_a_day() -> None:
    time = Time()
    noted = Suspects(time)
    noted.failed("192.0.2.7")
    time.now += 5 * HOUR
    noted.failed("192.0.2.8")
    noted.failed("192.0.2.7")
    time.now += 19 * HOUR - 1
    assert noted.told() == [Suspect("192.0.2.7", 2, 0), Suspect("192.0.2.8", 1, 0)]
    time.now += 1
    assert noted.told() == [Suspect("192.0.2.7", 1, 0), Suspect("192.0.2.8", 1, 0)]
    time.now += 5 * HOUR
    assert noted.told() == []
    assert not noted._hours


def test_it_is_forgotten_without_anybody_asking() -> None:
    time = Time()
    noted = Suspects(time)
    noted.refused("192.0.2.7")
    time.now += 24 * HOUR
    noted.forget()
    assert not noted._hours


def test_made_up_networks_take_little() -> None:
    noted = Suspects(Time())
    for number in range(suspects.MOST_OF_AN_HOUR + 10):
        noted.refused(str(number))
    noted.refused("0")
    assert len(noted._hours[0][1]) == suspects.MOST_OF_AN_HOUR
    assert noted.told()[0] == Suspect("0", 0, 2)
    assert len(noted.told()) == suspects.MOST_TOLD
