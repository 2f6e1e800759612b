"""`pinprick serve`: the clinic application in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="FOLDER", help="Data folder; PINPRICK_DATA or ~/.local/share/pinprick if left out."),
]


def command(
    data: Data = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    host: Annotated[
        str, typer.Option(help="Address to listen on; a clinic's network needs a proxy with HTTPS.")
    ] = "127.0.0.1",
    demo: Annotated[bool, typer.Option("--demo", help="A demonstration clinic with patients in every state.")] = False,
) -> None:
    """Serve the clinic application; PostgreSQL comes along unless DATABASE_URL names another."""
    from pinprick.clinic import server

    server.serve(server.Place(data=data, host=host, port=port, demo=demo), server.say)
