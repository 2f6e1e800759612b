"""How many requests are answered: few for an address that nobody is signed in at, many for a member.

A member's limit stops a script that copies the records or a page that has gone wild, never a person: a slider and
saving as typed send some requests a second at most. It is counted in each process of the server by itself, without the
database, so that counting costs a request nothing.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

# Requests of one address that nobody is signed in for; a waiting room's phones share one.
ANONYMOUS_A_MINUTE = 300
# Requests of one account: as many at once, and afterwards as many a second, in each process of the server.
MEMBER_AT_ONCE = 600
MEMBER_A_SECOND = 20.0
_MOST_ACCOUNTS = 10_000
_UNCOUNTED = ("/static/", "/health", "/ready")


class Buckets:
    """Counts by token buckets: each holds `most` requests and fills again at a steady pace.

    Args:
        most: requests at once.
        a_second: requests that come back every second.
    """

    def __init__(self, most: int, a_second: float) -> None:
        self.most, self.a_second = most, a_second
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._guard = Lock()

    def take(self, whose: str, now: float) -> bool:
        """Take one request out of somebody's bucket; return whether there was one.

        Args:
            whose: key of the bucket.
            now: seconds of a clock that never goes back.
        """
        with self._guard:
            left, then = self._left.pop(whose, (float(self.most), now))
            left = min(self.most, left + (now - then) * self.a_second)
            self._left[whose] = (left - 1 if left >= 1 else left, now)
            # Whoever has not asked for longest has a full bucket again, and need not be remembered.
            if len(self._left) > _MOST_ACCOUNTS:
                self._left.popitem(last=False)
            return left >= 1


class Rate:
    """Slows down whoever asks too often: guessed links and scripts, signed in or not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.members = Buckets(MEMBER_AT_ONCE, MEMBER_A_SECOND)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or ask to wait."""
        if request.path.startswith(_UNCOUNTED):
            return self.get_response(request)
        if request.user.is_authenticated:
            good, wait = self.members.take(str(request.user.pk), time.monotonic()), 5
        else:
            good, wait = _anonymous(address(request)), 60
        if good:
            return self.get_response(request)
        return HttpResponse(
            _("Too many requests. Wait a minute and try again."), status=429, headers={"Retry-After": str(wait)}
        )


def address(request: HttpRequest) -> str:
    """Return the address that a request comes from: what our own proxy says, and no header where there is no proxy."""
    said = request.headers.get("X-Forwarded-For", "") if settings.ENVIRONMENT.behind_proxy else ""
    # A proxy appends whom it heard; what stands before that, anybody may have written.
    return said.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def _anonymous(whose: str) -> bool:
    # In the cache, which all processes share: somebody who guesses links must not gain by their number.
    key = f"rate:{hashlib.sha256(whose.encode()).hexdigest()}:{int(time.time() // 60)}"
    return cache.add(key, 1, 120) or cache.incr(key) <= ANONYMOUS_A_MINUTE
