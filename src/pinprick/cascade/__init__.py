"""Healing of a given injury in a given skin, over hours to months."""

from pinprick.cascade.course import Course

__all__ = ["Course"]
