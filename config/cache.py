"""The cache of several processes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _or_nothing(method: Callable[..., Any]) -> Callable[..., Any]:
    """Let `method` answer None where Redis does not answer."""

    @wraps(method)
    def answer(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except RedisError as error:
            logger.warning("Redis does not answer, nothing is kept: %s", error)
            return None

    return answer


class RedisOrNothing(RedisCache):
    """Django's cache in Redis; while Redis is away, nothing is found and pages are counted anew each time."""

    get = _or_nothing(RedisCache.get)
    set = _or_nothing(RedisCache.set)
    delete_many = _or_nothing(RedisCache.delete_many)
