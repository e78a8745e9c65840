"""Counts senders against quotas in Redis, for all processes together."""

import hashlib
import hmac
import logging

from redis import Redis
from redis.exceptions import RedisError

from ckanext.patiodigital import clock
from ckanext.patiodigital.edge.core.quota import Count, Quota, Taken

log = logging.getLogger(__name__)

#: Seconds that counting may take. An answer waits no longer for it, and is then made uncounted.
TIMEOUT = 0.5


def counter(redis_url: str, site_id: str, secret: str) -> Count:
    """The function that counts for one portal. Its keys end with their window, and tell nobody's address."""
    redis = Redis.from_url(redis_url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)

    def count(quota: Quota, sender: str) -> Taken | None:
        window, passed = divmod(int(clock.now().timestamp()), quota.seconds)
        nameless = hmac.new(secret.encode(), sender.encode(), hashlib.sha256).hexdigest()[:32]
        key = f"patiodigital:{site_id}:quota:{quota.name}:{window}:{nameless}"
        try:
            with redis.pipeline() as pipeline:
                pipeline.incr(key)
                pipeline.expire(key, quota.seconds)
                used, _ = pipeline.execute()
        except RedisError as error:
            log.warning("Requests are not counted: %s: %s", type(error).__name__, error)
            return None
        return Taken(quota.most - used, quota.seconds - passed)

    return count
