"""Every route, every role, and a foreign organisation: nobody reaches what the table of rights does not give."""

import uuid

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from pinprick.clinic.people.access import PUBLIC
from pinprick.clinic.people.roles import Role, holds

# Sign-in, sign-out and second factors are the library's own pages; static and language switch hold nothing personal.
LIBRARY = ("allauth.",)


def routes():
    """Every pattern with its view, arguments filled with identifiers of nothing."""
    found = []

    def walk(patterns, prefix):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, prefix + str(pattern.pattern))
            elif isinstance(pattern, URLPattern):
                found.append((prefix + str(pattern.pattern), pattern))

    walk(get_resolver().url_patterns, "/")
    return found


FILL = {
    "uuid": lambda: str(uuid.uuid4()),
    "str": lambda: "nothing",
    "int": lambda: "1",
    "slug": lambda: "nothing",
    "path": lambda: "nothing",
    "date": lambda: "2026-01-01",
}


def address(route):
    """Return a path that matches a route."""
    parts = []
    for piece in route.replace("^", "").replace("$", "").replace("\\Z", "").split("/"):
        if piece.startswith("<") and piece.endswith(">"):
            kind = piece[1:-1].split(":")[0]
            parts.append(FILL.get(kind, FILL["str"])())
        elif "<" in piece:
            head, _, rest = piece.partition("<")
            parts.append(head + FILL.get(rest.split(":")[0], FILL["str"])() + rest.partition(">")[2])
        else:
            parts.append(piece)
    return "/".join(parts)


OURS = [(route, pattern) for route, pattern in routes() if not pattern.callback.__module__.startswith(LIBRARY)]


def test_every_view_names_its_permission():
    without = [route for route, pattern in OURS if not hasattr(pattern.callback, "permission") and "api/" not in route]
    assert not without


@pytest.mark.parametrize(("route", "pattern"), OURS, ids=[route for route, _ in OURS])
def test_each_role_reaches_what_it_may_and_nothing_else(route, pattern, as_role, client, db):
    permission = getattr(pattern.callback, "permission", None)
    if permission is None or permission == PUBLIC:
        pytest.skip("looks after its own protection")
    path = address(route)
    # A method that a page does not take is refused before anybody is asked who they are; one of the two is taken.
    for method in ("get", "post"):
        answer = getattr(client, method)(path)
        assert answer.status_code in (302, 401, 405), (path, answer.status_code)
    for role in Role:
        member = as_role(role)
        first = member.get(path).status_code
        # Where a page is refused, so is what it posts: one try is enough; what is allowed is tried both ways.
        second = member.post(path).status_code if first != 403 else 403
        taken = {status for status in (first, second) if status != 405}
        assert taken, path
        if holds(role, permission):
            # An identifier of nothing is not found; a right that is held is never refused.
            assert not {401, 403, 500} & taken, (role, taken)
        else:
            assert taken == {403}, (role, taken)
