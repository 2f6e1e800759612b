"""Kills the server and PostgreSQL with signal 9 while sessions are saved, starts them again, and looks what is left.

Each save writes one whole record: a number in the notes, in the note of every zone and in the number of passes. After
every restart no session may hold two numbers at once (half written), and none may hold a smaller number than the last
one that was acknowledged (acknowledged and gone).

    python tests/clinic/crash.py --saves 1000 --kills 50
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PASSWORD = "a long password for the crash"
ZONES = (
    "forehead",
    "glabella",
    "temple",
    "periorbital",
    "cheek",
    "nose",
    "upper_lip",
    "chin",
    "jawline",
    "neck",
    "chest",
    "back",
)
# The embedded PostgreSQL is given ten seconds to recover by the package that brings it; a busy machine needs more.
STARTS = 5
SERVE = "from pinprick.cli.main import run; run()"
SEED = """
import json, os, sys
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from pinprick.clinic import server
with ExitStack() as stack:
    server.prepare(server.Place(data=Path(sys.argv[1])), stack, lambda line: None)
    from pinprick.clinic.consent.models import Consent, Template
    from pinprick.clinic.patients import services as patients
    from pinprick.clinic.people import tenancy
    from pinprick.clinic.people.models import Membership, Organisation, Site, User
    from pinprick.clinic.plans.frozen import canonical, digest
    from pinprick.clinic.plans.models import Plan, Revision
    from pinprick.clinic.screening import services as screening
    from pinprick.clinic.treatment.models import Session
    from pinprick.safety import Treatment
    from django.utils import timezone
    # As a demonstration, which lets people in by the password alone.
    place = Organisation.objects.create(name="North", jurisdiction="GB", currency="GBP", is_demo=True)
    site = Site.objects.create(organisation=place, name="One", time_zone="Europe/Madrid")
    user = User.objects.create_user("a@b.example", sys.argv[2], name="A")
    member = Membership.objects.create(user=user, organisation=place, role="owner", site=site)
    made = []
    with tenancy.acting_as(member):
        template = Template.objects.create(organisation=place, number=1, content="x", content_hash=digest("x"))
        for number in range(int(sys.argv[3])):
            values = {"given_names": "P", "family_names": f"Nr {number}", "birth_date": date(1990, 1, 1)}
            patient = patients.register(member, values)
            common = {"organisation": place, "created_by": member, "patient": patient}
            screened = screening.run(member, patient, on=date.today(), treatment=Treatment())
            text = canonical({"format": 1, "number": number})
            plan = Plan.objects.create(**common, title="P")
            plan.current = Revision.objects.create(**common, plan=plan, number=1, title="P", content=text,
                content_hash=digest(text), engine_version="0", data_sha256="0" * 64, seed=0)
            plan.screening, plan.content_hash, plan.state = screened, digest(text), "approved"
            plan.approved_by, plan.approved_at, plan.approval_method = member, timezone.now(), "totp"
            plan.save()
            consent = Consent.objects.create(**common, plan=plan, revision=plan.current, template=template,
                language="en", content="x", content_hash=digest("x"), plan_hash=plan.content_hash)
            planned = {"device": "skinpen-precision", "device_name": "SkinPen", "zones": [], "sessions": 1,
                "interval_days": None, "adjuncts": [], "guide": []}
            session = Session.objects.create(**common, plan=plan, plan_hash=plan.content_hash, number=1, site=site,
                operator=member, state="open", planned=planned, rescreen=screened, consent=consent,
                opened_at=timezone.now())
            made.append(str(session.pk))
    print(json.dumps(made))
"""
LOOK = """
import json, os, sys
from pathlib import Path
from pinprick.clinic.database import Embedded
os.environ |= {"PINPRICK_DATA": sys.argv[1], "DJANGO_SETTINGS_MODULE": "pinprick.clinic.settings"}
with Embedded(Path(sys.argv[1])) as postgres:
    os.environ["DATABASE_URL"] = postgres.url
    import django
    django.setup()
    from pinprick.clinic.audit.verify import verify
    from pinprick.clinic.people.models import Organisation
    from pinprick.clinic.treatment.models import Session
    found = {}
    for session in Session.objects.prefetch_related("zones"):
        zones = [(zone.note, zone.pass_count) for zone in session.zones.all()]
        found[str(session.pk)] = {"notes": session.notes, "version": session.version, "zones": zones}
    sound = all(verify(place.pk).sound for place in Organisation.objects.all())
    print(json.dumps({"sessions": found, "audit": sound}))
"""


@dataclass
class Client:
    """One browser that saves whole records of its own session, and remembers what was acknowledged."""

    port: int
    session: str
    version: int = 1
    number: int = 0
    acknowledged: int = 0
    sent: int = 0
    cookies: dict[str, str] = field(default_factory=dict)

    def request(self, method: str, path: str, body: str = "", kind: str = "") -> tuple[int, bytes]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers |= {"Content-Type": kind, "X-CSRFToken": self.cookies.get("csrftoken", "")}
        try:
            link.request(method, path, body.encode(), headers)
            answer = link.getresponse()
            content = answer.read()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _equals, rest = value.partition("=")
                    self.cookies[key] = rest.split(";")[0]
            return answer.status, content
        finally:
            link.close()

    def sign_in(self) -> None:
        status, page = self.request("GET", "/account/login/")
        if status == 302:
            # Signed in still: that survived the kill as well.
            return
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None, page[:500]
        words = f"csrfmiddlewaretoken={token[1].decode()}&login=a%40b.example&password={PASSWORD.replace(' ', '+')}"
        status, page = self.request("POST", "/account/login/", words, "application/x-www-form-urlencoded")
        assert status == 302, (status, page[:300])

    def save(self) -> bool:
        """Send the next record; return whether the server acknowledged it."""
        self.number += 1
        zone = {
            "state": "treated",
            "pass_count": self.number % 16 + 1,
            "note": f"save {self.number}",
            "needle_length_mm": 1.0,
        }
        record = {"notes": f"save {self.number}", "zones": dict.fromkeys(ZONES, zone)}
        body = json.dumps({"key": str(uuid.uuid4()), "version": self.version, "record": record})
        self.sent = self.number
        try:
            status, content = self.request(
                "POST", f"/treatment/sessions/{self.session}/record/", body, "application/json"
            )
        except (OSError, http.client.HTTPException):
            return False
        if status == 200:
            self.version = json.loads(content)["version"]
            self.acknowledged = self.number
            return True
        if status == 409:
            # The save before arrived and its answer was lost.
            self.version = json.loads(content)["version"]
        elif status < 500:
            raise AssertionError((status, content[:300]))
        return False


class Clinic:
    """The server and its PostgreSQL in a folder of their own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start both and wait until they serve; one that gives up while PostgreSQL recovers is started again."""
        for attempt in range(STARTS):
            if self._start(last=attempt == STARTS - 1):
                return

    def _start(self, *, last: bool) -> bool:
        command = [sys.executable, "-c", SERVE, "serve", "--data", str(self.folder), "--port", str(self.port)]
        log = (self.folder.parent / "server.log").open("ab")
        self.process = subprocess.Popen(command, env=surroundings(), stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + 120
        while time.monotonic() < end:
            if self.process.poll() is not None:
                if last:
                    raise AssertionError((self.folder.parent / "server.log").read_text()[-2000:])
                return False
            with contextlib.suppress(OSError, http.client.HTTPException):
                link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                link.request("GET", "/ready")
                if link.getresponse().status == 200:
                    return True
            time.sleep(0.2)
        raise AssertionError("the server did not come up")

    def kill(self, what: str) -> None:
        """Kill the server, PostgreSQL or both with signal 9, every process of them."""
        if what in ("postgres", "both"):
            self.kill_postgres()
        if what in ("server", "both") and self.process is not None:
            family(self.process.pid)

    def kill_postgres(self) -> None:
        """Kill PostgreSQL, if the number in its file is still its own and not somebody else's."""
        pid = int((self.folder / "postgres" / "postmaster.pid").read_text().split()[0])
        if psutil.pid_exists(pid) and str(self.folder) in " ".join(psutil.Process(pid).cmdline()):
            family(pid)

    def stop(self) -> None:
        """Make sure that nothing of it runs any more."""
        for what in ("server", "postgres"):
            with contextlib.suppress(OSError, ValueError, psutil.Error):
                self.kill(what)
        if self.process is not None:
            self.process.wait(30)


def family(pid: int) -> None:
    """Kill a process and its children at once: first all are stopped, so that none can tidy up after another."""
    with contextlib.suppress(psutil.NoSuchProcess):
        head = psutil.Process(pid)
        every = [*head.children(recursive=True), head]
        for one in every:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.send_signal(signal.SIGSTOP)
        for one in every:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(every, timeout=20)


def surroundings() -> dict[str, str]:
    """Return the environment without settings of another clinic."""
    foreign = ("PINPRICK", "DJANGO", "DATABASE")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}


def run(script: str, *words: str) -> str:
    """Run a script in a process of its own and return its last line."""
    command = [sys.executable, "-c", script, *words]
    for _attempt in range(STARTS):
        done = subprocess.run(command, env=surroundings(), capture_output=True, text=True, check=False)
        if "TimeoutExpired" not in done.stderr:
            break
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip().splitlines()[-1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def faults(found: dict[str, dict[str, object]], clients: list[Client]) -> list[str]:
    """Return what is half written, and what was acknowledged and is gone."""
    wrong = []
    for client in clients:
        row = found[client.session]
        zones = row["zones"]
        assert isinstance(zones, list)
        number = int(str(row["notes"]).removeprefix("save ") or 0) if row["notes"] else 0
        expected = [[f"save {number}", number % 16 + 1]] * len(ZONES) if number else []
        if zones != expected:
            wrong.append(f"half written: {client.session}: notes {row['notes']!r}, zones {zones}")
        if number < client.acknowledged:
            wrong.append(f"gone: {client.session}: {client.acknowledged} was acknowledged, {number} is there")
        if number > client.sent:
            wrong.append(f"never sent: {client.session}: {number}")
    return wrong


def crash(saves: int, kills: int, *, people: int = 4, seed: int = 0, tell=print) -> list[str]:
    """Do it, and return what went wrong.

    Args:
        saves: saves to be acknowledged in all.
        kills: how often something is killed meanwhile.
        people: browsers that save at the same time.
        seed: seed of the moments of the kills and of what is killed.
        tell: receives a line after each kill.
    """
    draw = random.Random(seed)
    top = Path(tempfile.mkdtemp(prefix="pinprick-crash-"))
    clinic = Clinic(top / "data", free_port())
    try:
        sessions = json.loads(run(SEED, str(clinic.folder), PASSWORD, str(people)))
        clients = [Client(clinic.port, session) for session in sessions]
        done, wrong, began = 0, [], time.monotonic()
        for round_ in range(kills + 1):
            clinic.start()
            for client in clients:
                client.sign_in()
            until = saves * (round_ + 1) // (kills + 1)
            done += _save(clients, until - done, clinic, draw if round_ < kills else None)
            clinic.stop()
            answer = json.loads(run(LOOK, str(clinic.folder)))
            wrong = faults(answer["sessions"], clients)
            if not answer["audit"]:
                wrong.append("the audit trail does not verify")
            spent = time.monotonic() - began
            tell(
                f"{'kill' if round_ < kills else 'end'} {round_ + 1}: {done} saves, {len(wrong)} faults, {spent:.0f} s"
            )
            if wrong:
                return wrong
        return wrong
    finally:
        clinic.stop()
        shutil.rmtree(top, ignore_errors=True)


def _save(clients: list[Client], count: int, clinic: Clinic, draw: random.Random | None) -> int:
    """Save from every browser at once until so many were acknowledged; in the midst of it something is killed."""
    reached, guard, over = 0, threading.Lock(), threading.Event()

    def work(client: Client) -> None:
        nonlocal reached
        lost = 0
        while not over.is_set():
            good = client.save()
            with guard:
                reached += good
                if draw is None and reached >= count:
                    over.set()
            lost = 0 if good else lost + 1
            # Three answers in a row that do not come: the server is gone.
            if lost >= 3:
                return

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    if draw is not None:
        end = time.monotonic() + 60
        while reached < count and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(draw.uniform(0, 0.2))
        clinic.kill(draw.choice(["server", "postgres", "both"]))
        time.sleep(0.3)
        over.set()
    for thread in threads:
        thread.join(60)
    return reached


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--saves", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    problems = crash(given.saves, given.kills, people=given.people, seed=given.seed)
    print("\n".join(problems) or "Nothing half written, nothing acknowledged and gone.")
    sys.exit(bool(problems))
