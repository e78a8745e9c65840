"""Tell ckanext-harvest that a long stage is alive.

Its ``ckan harvester run`` takes an object that began more than 180 seconds ago for lost and queues it
again, running or not. It goes by a time stamp in Redis, which is renewed here.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from ckanext.harvest import queue
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

#: Seconds between two beats.
INTERVAL = 60


@contextmanager
def beating(harvest_object_id: str) -> Iterator[None]:
    """Renew the object's time stamp while the body runs."""
    redis = queue.get_connection_redis()
    key = f"{queue.get_fetch_routing_key()}:{harvest_object_id}"
    stopped = threading.Event()

    def beat() -> None:
        while not stopped.wait(INTERVAL):
            try:
                # xx: only where a consumer set it. The form is the one that ckanext-harvest reads: local, naive.
                redis.set(key, datetime.now().strftime("%Y-%m-%d %H:%M:%S.%f"), xx=True)  # noqa: DTZ005
            except RedisError:  # noqa: PERF203 (a beat that fails must not end the next ones)
                log.warning("No heartbeat for harvest object %s: Redis does not answer.", harvest_object_id)

    thread = threading.Thread(target=beat, name=f"heartbeat-{harvest_object_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
