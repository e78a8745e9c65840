"""A version is read once a second, whatever the readers, and outlives a failure for a while."""

import threading

from ckanext.patiodigital.edge.core import version
from ckanext.patiodigital.edge.core.route import Version
from ckanext.patiodigital.edge.core.version import KEEP_FOR, VersionMemo


def test_is_read_once_a_second(data, clock):
    memo = VersionMemo(data.version, clock)
    for _ in range(100):
        assert memo.current().token == "v1"
    assert data.reads == 1
    data.token = "v2"
    clock.now += 0.99
    assert memo.current().token == "v1"
    clock.now += 0.01
    assert memo.current().token == "v2"
    assert data.reads == 2


def test_a_failure_keeps_the_last_for_a_stated_time(data, clock, monkeypatch):
    said = []
    monkeypatch.setattr(version.log, "warning", lambda text, *values: said.append(text % values))
    memo = VersionMemo(data.version, clock)
    memo.current()
    data.error = OSError("database down")
    clock.now += KEEP_FOR
    assert memo.current().token == "v1"
    assert "OSError: database down" in said[0]
    clock.now += 0.1
    assert memo.current() is None


def test_a_failing_source_is_asked_once_a_second_and_comes_back(data, clock):
    data.error = OSError("database down")
    memo = VersionMemo(data.version, clock)
    for _ in range(10):
        assert memo.current() is None
    assert data.reads == 1
    data.error = None
    clock.now += 1
    assert memo.current().token == "v1"


def test_while_one_reads_the_others_go_on_with_the_last(clock):
    entered, go = threading.Event(), threading.Event()
    tokens = iter(["v1", "v2"])

    def read():
        token = next(tokens)
        if token == "v2":
            entered.set()
            assert go.wait(10)
        return Version(token)

    memo = VersionMemo(read, clock)
    memo.current()
    clock.now += 1
    slow = threading.Thread(target=memo.current)
    slow.start()
    assert entered.wait(10)
    clock.now += 5
    assert memo.current() == Version("v1")
    go.set()
    slow.join(10)
    assert memo._reading.version == Version("v2")


def test_the_first_readers_wait_for_one_reading(clock):
    go, reads, got, started = threading.Event(), [], [], threading.Semaphore(0)

    def read():
        reads.append(1)
        assert go.wait(10)
        return Version("v1")

    memo = VersionMemo(read, clock)

    def ask():
        started.release()
        got.append(memo.current())

    readers = [threading.Thread(target=ask) for _ in range(6)]
    for reader in readers:
        reader.start()
        assert started.acquire(timeout=10)
    go.set()
    for reader in readers:
        reader.join(10)
    assert got == [Version("v1")] * 6
    assert len(reads) == 1
