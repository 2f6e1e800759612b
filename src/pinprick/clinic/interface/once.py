"""A form that is sent twice, by a double click or after the back button, does its work once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect

from pinprick.clinic.interface import autosave
from pinprick.clinic.interface.models import SavedRequest
from pinprick.clinic.people.access import MemberRequest

P = ParamSpec("P")
View = Callable[Concatenate[MemberRequest, P], HttpResponse]


def once(view: View[P]) -> View[P]:
    """Answer a form that was carried out before with where it led, and do nothing again.

    Every page that is shown carries another masked token against forged requests. The same token with the same fields
    is therefore the same form, sent again; a new page with the same words is a new wish. What was refused leaves its
    key free. The view and the key are written in one transaction, and a second request waits for the first.
    """

    @wraps(view)
    def guarded(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST" or not request.POST.get("csrfmiddlewaretoken"):
            return view(request, *args, **kwargs)
        digest, organisation = _digest(request), request.member.organisation_id
        key = UUID(digest[:32])
        with transaction.atomic():
            known = autosave.claim(organisation, key, digest)
            if known is not None:
                return redirect(known.answer["to"])
            response = view(request, *args, **kwargs)
            row = SavedRequest.objects.filter(organisation_id=organisation, key=key)
            if "Location" in response.headers:
                row.update(answer={"to": response.headers["Location"]})
            else:
                row.delete()
            return response

    return guarded


def _digest(request: MemberRequest) -> str:
    files = [
        (name, *((file.name, file.size) for file in request.FILES.getlist(name))) for name in sorted(request.FILES)
    ]
    asked = (str(request.member.pk), request.path, sorted(request.POST.lists()), files)
    return hashlib.sha256(repr(asked).encode()).hexdigest()
