"""Healing of a given injury in a given skin, over hours to months."""

from pinprick.cascade.course import Course
from pinprick.cascade.heal import heal
from pinprick.cascade.link import local_injury
from pinprick.cascade.response import Response, response

__all__ = ["Course", "Response", "heal", "local_injury", "response"]
