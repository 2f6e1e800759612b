"""What the people of `benchmarks/clinic.py` do, as Locust takes it."""

from __future__ import annotations

import json
import os
import random
import re
import uuid
from pathlib import Path

from locust import HttpUser, between, task

FOUND = json.loads(Path(os.environ["PINPRICK_LOAD"]).read_text())
_OPEN = list(FOUND["open"])
# Twelve zones make a whole record; those that the plan does not hold are departures, which cost most.
ZONES = (
    "forehead", "glabella", "temple", "periorbital", "cheek", "nose", "upper_lip", "chin", "jawline", "neck", "chest",
    "scalp",
)  # fmt: skip


class Member(HttpUser):
    """A signed-in member, thinking for some seconds between two screens as people do."""

    wait_time = between(2, 8)

    def on_start(self) -> None:
        """Sign in."""
        page = self.client.get("/account/login/", name="sign in, page").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        given = {"csrfmiddlewaretoken": token, "login": "load@load.example", "password": "a long password for the load"}
        self.client.post("/account/login/", given, name="sign in", headers={"Referer": self.host})
        self.session_pk = _OPEN.pop() if _OPEN else None
        self.version = None

    def token(self) -> dict[str, str]:
        """The header that a change needs."""
        return {"X-CSRFToken": self.client.cookies.get("csrftoken", ""), "Referer": f"{self.host}/"}

    @task(3)
    def register(self) -> None:
        """Register somebody."""
        number = uuid.uuid4().hex[:10]
        given = {
            "given_names": f"Test {number}", "family_names": f"Person {number[::-1]}",
            "birth_date": f"19{random.randint(50, 99)}-0{random.randint(1, 9)}-1{random.randint(0, 9)}",
        }  # fmt: skip
        with self.client.post(
            "/api/patients", json=given, headers=self.token(), name="register", catch_response=True
        ) as answer:
            answer.success() if answer.status_code in (201, 409) else answer.failure(str(answer.status_code))

    @task(6)
    def search(self) -> None:
        """Find somebody by a name with a slip of the finger."""
        name = random.choice(FOUND["names"])
        at = random.randrange(max(1, len(name) - 1))
        self.client.get("/patients/", params={"q": name[:at] + name[at + 1 :]}, name="search")

    @task(6)
    def chart(self) -> None:
        """Open a chart."""
        self.client.get(f"/patients/{random.choice(FOUND['patients'])}/", name="chart")

    @task(3)
    def save(self) -> None:
        """Save a whole session record."""
        if self.session_pk is None:
            return
        page = f"/treatment/sessions/{self.session_pk}/"
        if self.version is None:
            found = re.search(r'data-version="(\d+)"', self.client.get(page, name="session page").text)
            self.version = int(found[1]) if found else 1
        zones = {
            zone: {
                "state": "treated",
                "needle_length_mm": 1.0,
                "pass_count": random.randint(3, 5),
                "endpoint": "redness",
            }
            for zone in ZONES
        }
        pains = {str(uuid.uuid4()): {"value": random.randint(0, 8), "at": "2026-11-21T10:00:00+00:00"}}
        body = {
            "key": str(uuid.uuid4()), "version": self.version,
            "record": {"zones": zones, "notes": f"Calm {random.random():.6f}.", "pains": pains},
        }  # fmt: skip
        with self.client.post(
            f"{page}record/", json=body, headers=self.token(), name="session record", catch_response=True
        ) as answer:
            if answer.status_code == 200:
                self.version = answer.json()["version"]
            elif answer.status_code == 409:
                self.version = answer.json().get("version")
            else:
                answer.failure(answer.text[:200])

    @task(4)
    def what_if(self) -> None:
        """Move a slider."""
        if not FOUND["plans"]:
            return
        place = f"/planning/{random.choice(FOUND['plans'])}/"
        given = {
            "device": "skinpen-precision", "length_cheek": random.choice(["0.5", "1.0", "1.5", "2.0"]),
            "length_temple": "0.5", "pass_count": str(random.randint(2, 6)), "sessions": str(random.randint(2, 5)),
            "interval": "28", "downtime": "14", "budget": "",
        }  # fmt: skip
        self.client.post(f"{place}answer/", given, headers=self.token(), name="what-if")
