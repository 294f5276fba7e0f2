"""nbclient's notebook client for a kernel that may say anything: outputs stay valid, and few."""

from __future__ import annotations

import logging
from typing import Any

from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_output

from nbsandbox.limits import MB, Limits, sentence
from nbsandbox.messages import clean, clean_error, shown
from nbsandbox.outputs import RESULT_BYTES, weight

IOPUB_WAIT_S = 60  # never reached: the client's own patience ends before
OUTPUTS = ("stream", "display_data", "execute_result", "error", "update_display_data")

SILENT = logging.getLogger(__name__)  # not the one that all users of traitlets share
SILENT.setLevel(logging.CRITICAL)


class UntrustedNotebookClient(NotebookClient):
    """nbclient's notebook client, which keeps only valid outputs, and not too many of them."""

    def __init__(self, notebook: NotebookNode, manager: KernelManager, limits: Limits) -> None:
        super().__init__(
            notebook,
            manager,
            allow_errors=True,
            store_widget_state=False,
            record_timing=False,
            iopub_timeout=IOPUB_WAIT_S,
            skip_cells_with_tag="",
            on_cell_executed=note_error,
            log=SILENT,
        )
        self.limits = limits
        self.left = limits.output_mb * MB
        self.cell_left = 0.0
        self.cut = ""

    async def record(self, index: int, count: int) -> None:
        """Run the cell at `index` as the `count`-th; raises for a kernel that makes no sense."""
        self.cell_left = self.limits.cell_output_mb * MB
        self.cut = ""
        await self.async_execute_cell(self.nb.cells[index], index, execution_count=count)

    def end_cell(self, index: int) -> None:
        """Leave the text of a cell's streams as a terminal would show it."""
        for output in self.nb.cells[index].outputs:
            if output.output_type == "stream":
                output.text = shown("".join(output.text))

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Take in one message; see nbclient. What is not valid or too much is left out."""
        kind, content = msg["msg_type"], msg["content"]
        if kind in OUTPUTS:
            output = clean(kind, content)
            if output is None or not self.fits(kind, output, cell):
                return None
            msg = {**msg, "content": output, "buffers": []}
            if kind == "stream" and not self.clear_before_next_output:
                if joined(cell.outputs, output):
                    return None
        elif kind == "clear_output":
            msg = {**msg, "content": {"wait": content.get("wait") is True}}
        elif kind != "status" or content.get("execution_state") != "idle":
            return None
        return super().process_message(msg, cell, cell_index)

    def fits(self, kind: str, output: dict[str, Any], cell: NotebookNode) -> bool:
        """Whether an output is still to be kept; the first that is not leaves a line that says so.

        Of printed text the beginning is kept. Errors and short results are kept even then, for
        they say how the cell ended.
        """
        size = weight(output)
        room = min(self.left, self.cell_left)
        few = len(cell.outputs) < self.limits.outputs
        if size <= room and few:
            self.left -= size
            self.cell_left -= size
            return True
        short = kind in ("error", "execute_result") and size < RESULT_BYTES
        if short and len(cell.outputs) < 2 * self.limits.outputs:
            return True
        if self.cut:
            return False
        self.cut = "output_mb" if self.left < self.cell_left else "cell_output_mb"
        if size <= room:
            self.cut = "outputs"
        note = f"\n[{sentence(self.limits, self.cut)}]\n"
        if kind == "stream" and few:
            output["text"] = output["text"][: int(room)] + note
            self.cell_left = 0
            return True
        cell.outputs.append(new_output("stream", name="stdout", text=note))
        return False


def note_error(cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
    """Put the error of a reply into the cell's outputs where it is not among them."""
    reply = execute_reply["content"]
    told = any(output.output_type == "error" for output in cell.outputs)
    if reply.get("status") == "error" and not told:
        cell.outputs.append(new_output("error", **clean_error(reply)))


def joined(outputs: list[NotebookNode], stream: dict[str, Any]) -> bool:
    """Whether `stream` was of the same kind as the last output, which now has its text too.

    The text is a list of pieces until `end_cell`: adding to a string would copy it each time.
    """
    last = outputs[-1] if outputs else None
    if not last or last.output_type != "stream" or last.name != stream["name"]:
        return False
    if isinstance(last.text, str):
        last.text = [last.text]
    last.text.append(stream["text"])
    return True
