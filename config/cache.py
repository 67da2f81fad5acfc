"""The cache of several processes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

P, T = ParamSpec("P"), TypeVar("T")
logger = logging.getLogger(__name__)


def _or(nothing: T) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Answer `nothing` where Redis does not answer."""

    def wrapped(method: Callable[P, T]) -> Callable[P, T]:
        @wraps(method)
        def answer(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return method(*args, **kwargs)
            except RedisError as error:
                logger.warning("Redis does not answer, nothing is kept: %s", error)
                return nothing

        return answer

    return wrapped


class RedisOrNothing(RedisCache):
    """Django's cache in Redis; while Redis is away, nothing is found and pages are counted anew each time."""

    get: Callable[..., Any] = _or(None)(RedisCache.get)
    set: Callable[..., Any] = _or(None)(RedisCache.set)
    delete_many: Callable[..., Any] = _or(None)(RedisCache.delete_many)
