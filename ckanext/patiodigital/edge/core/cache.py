"""Whole answers in memory, bounded in bytes, and one thread that makes a missing one."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Event, Lock

from ckanext.patiodigital.edge.core.answer import Answer

PROVEN_SHARE = 0.75  # of the bytes, for answers that were asked for again
WAIT = 10.0  # seconds that a reader waits for another's answer before making its own


class _Segment:
    """Answers in the order of their last use, within `max_bytes`."""

    def __init__(self, max_bytes: int) -> None:
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._max_bytes = max_bytes
        self.bytes_held = 0

    def get(self, key: Hashable) -> Answer | None:
        if (answer := self._answers.get(key)) is not None:
            self._answers.move_to_end(key)
        return answer

    def put(self, key: Hashable, answer: Answer) -> None:
        self.pop(key)
        self._answers[key] = answer
        self.bytes_held += answer.size
        while self.bytes_held > self._max_bytes:
            _, oldest = self._answers.popitem(last=False)
            self.bytes_held -= oldest.size

    def pop(self, key: Hashable) -> Answer | None:
        if (answer := self._answers.pop(key, None)) is not None:
            self.bytes_held -= answer.size
        return answer


class AnswerCache:
    """Answers by key.

    A new answer has to be asked for a second time before it may push out one that was: whoever asks for a
    million different things, each once, empties only the newcomers' share. Safe for threads.
    """

    def __init__(self, max_bytes: int) -> None:
        self._lock = Lock()
        self._proven = _Segment(int(max_bytes * PROVEN_SHARE))
        self._new = _Segment(max_bytes - int(max_bytes * PROVEN_SHARE))

    def get(self, key: Hashable) -> Answer | None:
        """The answer kept under `key`; now in use, so that it is kept longer."""
        with self._lock:
            if (answer := self._proven.get(key)) is not None:
                return answer
            if (answer := self._new.pop(key)) is not None:
                self._proven.put(key, answer)
            return answer

    def put(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer that was just made."""
        with self._lock:
            self._new.put(key, answer)

    @property
    def bytes_held(self) -> int:
        """Bytes in use, as `Answer.size` counts them."""
        with self._lock:
            return self._proven.bytes_held + self._new.bytes_held


class Flight:
    """An answer in the making."""

    def __init__(self) -> None:
        self._landed = Event()
        self._answer: Answer | None = None

    def wait(self) -> Answer | None:
        """The answer once it is made; None if that failed, took longer than `WAIT`, or it can't be shared."""
        self._landed.wait(WAIT)
        return self._answer

    def land(self, answer: Answer | None) -> None:
        self._answer = answer
        self._landed.set()


class Flights:
    """At most one thread makes the answer to one key. Safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._flights: dict[Hashable, Flight] = {}

    def join(self, key: Hashable) -> tuple[Flight, bool]:
        """The flight for `key`, and whether the caller leads it: it then must call `land`, come what may."""
        with self._lock:
            if (flight := self._flights.get(key)) is not None:
                return flight, False
            flight = self._flights[key] = Flight()
            return flight, True

    def land(self, key: Hashable, answer: Answer | None) -> None:
        """Give the answer to those who wait; None sends each to make its own."""
        with self._lock:
            flight = self._flights.pop(key)
        flight.land(answer)
