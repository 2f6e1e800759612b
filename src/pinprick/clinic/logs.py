"""Structured logs: one JSON object a line, without a person's data."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

FIELDS = ("event", "method", "route", "status", "milliseconds", "request_id", "member", "port")


class Json(logging.Formatter):
    """Writes time, severity, logger, message and the fields that are known to hold no person's data."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line; of an exception only its type and place, because its message may quote what was typed."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage() if not record.exc_info else record.msg,
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            places = []
            while trace:
                places.append(f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}")
                trace = trace.tb_next
            line["trace"] = places[-12:]
        return json.dumps(line, default=str, ensure_ascii=False)
