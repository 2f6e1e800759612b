"""One self-contained page or PDF that explains a plan, and a page on one simulated healing."""

from pinprick.report.writing import write, write_simulation

__all__ = ["write", "write_simulation"]
