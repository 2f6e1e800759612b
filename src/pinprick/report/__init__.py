"""One self-contained page or PDF that explains a plan, and a page on one simulated healing."""

from pinprick.report.block import block_figure, block_fragment, write_block
from pinprick.report.small_block import plan_block
from pinprick.report.writing import write, write_simulation

__all__ = ["block_figure", "block_fragment", "plan_block", "write", "write_block", "write_simulation"]
