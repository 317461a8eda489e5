"""Token buckets and the low-water mark."""

from pathlib import Path

import pytest

from support.disks import tiny_disk
from watchword_relay.limits import Buckets, DiskWatch, Limits, TokenBucket
from watchword_relay.store.space import Space


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = TokenBucket(3, 0.5, now=100.0)
    assert [bucket.take(1, 100.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert bucket.take(1, 100.0) == pytest.approx(2.0)
    assert bucket.take(1, 101.0) == pytest.approx(1.0)
    assert bucket.take(1, 102.0) == 0.0
    assert bucket.take(3, 1_000.0) == 0.0
    assert bucket.take(1, 1_000.0) == pytest.approx(2.0)


def test_what_was_not_needed_is_given_back_and_no_more_than_there_may_be() -> None:
    bucket = TokenBucket(2, 1, 0.0)
    assert [bucket.take(1, 0.0) for _ in range(2)] == [0.0, 0.0]
    bucket.give_back(1)
    assert bucket.take(1, 0.0) == 0.0
    bucket.give_back(5)
    assert [bucket.take(1, 0.0) for _ in range(3)] == [0.0, 0.0, pytest.approx(1.0)]


def test_looking_takes_nothing() -> None:
    bucket = TokenBucket(1, 0.5, now=0.0)
    assert [bucket.is_empty(0.0) for _ in range(3)] == [0.0] * 3
    bucket.take(1, 0.0)
    assert bucket.is_empty(0.0) == pytest.approx(2.0)


def test_the_buckets_of_the_longest_unseen_are_forgotten() -> None:
    buckets = Buckets((1, 1.0), most=2)
    buckets.of("a", 0.0).take(1, 0.0)
    buckets.of("b", 0.0).take(1, 0.0)
    buckets.of("a", 0.0)
    buckets.of("c", 0.0)
    assert buckets.of("a", 0.0).is_empty(0.0) > 0
    assert buckets.of("b", 0.0).is_empty(0.0) == 0.0


def test_names_are_forgotten_once_nothing_counts_against_them() -> None:
    buckets = Buckets((2, 1.0))
    for name, taken in (("a", 1), ("b", 2), ("c", 1)):
        buckets.of(name, 0.0).take(taken, 0.0)
    buckets.forget(0.5)
    assert [*buckets._buckets] == ["a", "b", "c"]
    buckets.forget(1.0)
    assert [*buckets._buckets] == ["b", "c"]
    buckets.forget(2.0)
    assert not buckets._buckets


def refuses(watch: DiskWatch) -> bool:
    return watch.low


def test_what_was_spent_without_asking_is_a_debt_for_a_while() -> None:
    bucket = TokenBucket(2, 4, 10.0)
    bucket.spend(2, 10.0)
    assert bucket.until <= 10.0
    assert bucket.spent == 2
    bucket.spend(1, 10.0)
    assert bucket.until == 11.0  # less would be asked again for every token
    bucket.spend(10, 11.0)
    assert bucket.until == 13.0
    bucket.spend(0, 13.5)
    assert bucket.spent == 0


def test_mail_is_refused_below_the_low_water_mark(tmp_path: Path) -> None:
    plenty = DiskWatch(tmp_path, Limits(low_water_bytes=1, reserve_bytes=4_096))
    plenty.look(Space())
    assert not refuses(plenty)
    assert (tmp_path / "reserve").stat().st_size == 4_096
    plenty.give_up_reserve()
    assert refuses(plenty)
    assert not (tmp_path / "reserve").exists()
    plenty.look(Space())
    assert not refuses(plenty)
    assert (tmp_path / "reserve").exists()
    scarce = DiskWatch(tmp_path, Limits(low_water_bytes=2**62, low_water_part=2.0))
    scarce.look(Space())
    assert refuses(scarce)


def test_the_mark_is_the_smaller_of_bytes_and_part(tmp_path: Path) -> None:
    watch = DiskWatch(tmp_path, Limits(low_water_bytes=2**62, low_water_part=0.0, reserve_bytes=1))
    watch.look(Space())
    assert not refuses(watch)


def test_a_reserve_that_finds_no_room_is_given_up(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk", 1_024) as disk:
        watch = DiskWatch(disk.folder, Limits(low_water_bytes=1, reserve_bytes=2 * 1_024 * 1_024))
        watch.look(Space())
        assert refuses(watch)
        assert not (disk.folder / "reserve").exists()


def test_room_in_the_store_is_room_while_its_log_has_some(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk", 1_024) as disk:
        # Some 500 KiB are left, and the mark is all of the disk.
        (disk.folder / "file").write_bytes(bytes(512 * 1_024))
        watch = DiskWatch(disk.folder, Limits(low_water_bytes=2**62, low_water_part=1.0, reserve_bytes=1))
        for freed, log, low in ((400, 0, True), (600, 0, False), (600, 400, False), (600, 600, True)):
            watch.look(Space(freed * 1_024, log * 1_024))
            assert refuses(watch) is low, (freed, log)
