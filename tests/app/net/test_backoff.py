from watchword.net.backoff import delay

ALMOST_ONE = 1 - 2**-20


def test_a_short_cut_is_mended_within_seconds() -> None:
    assert delay(0.0, ALMOST_ONE) <= 1.0
    assert delay(60.0, ALMOST_ONE) <= 4.0


def test_a_relay_gone_for_days_is_asked_about_once_a_minute() -> None:
    assert 15.0 <= delay(3 * 86_400.0, 0.0) <= delay(3 * 86_400.0, ALMOST_ONE) <= 60.0


def test_no_two_desktops_come_back_together() -> None:
    assert delay(0.0, 0.0) > 0.2
    assert delay(0.0, 0.9) - delay(0.0, 0.1) > 0.5


def test_what_the_relay_asks_for_is_waited_for_at_least() -> None:
    assert delay(0.0, 0.0, least=30.0) > 30.0
