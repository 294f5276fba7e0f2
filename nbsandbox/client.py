"""Talking to a kernel that may say anything: nothing it sends can stop or flood the listener.

A hostile kernel holds the key of its own sockets, so every message is a stranger's. What is not a
well-formed message is dropped; what is, is cut down to valid notebook outputs of limited size.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.manager import KernelManager
from jupyter_client.session import DELIM, Session
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_output
from traitlets import Type

from nbsandbox.limits import MB, Limits, sentence
from nbsandbox.outputs import RESULT_BYTES, weight

IOPUB_WAIT_S = 10
MESSAGE_MB = 16
MOST_DEPTH = 20
LONGEST_HEADER = 10_000
OUTPUTS = ("stream", "display_data", "execute_result", "error", "update_display_data")


class Meter:
    """Counts what arrives; calls `stop` once, with the limit's name, when it becomes a flood."""

    def __init__(self, limits: Limits, stop: Callable[[str], None]) -> None:
        self.left = {"flood_mb": limits.flood_mb * MB, "messages": limits.messages}
        self.stop = stop
        self.stopped = False

    def count(self, parts: list[zmq.Frame]) -> None:
        """Take one message off what may still arrive."""
        self.left["flood_mb"] -= sum(map(len, parts))
        self.left["messages"] -= 1
        passed = [limit for limit, left in self.left.items() if left < 0]
        if passed and not self.stopped:
            self.stopped = True
            self.stop(passed[0])


class GuardedChannel(AsyncZMQSocketChannel):
    """A channel that passes on well-formed messages and counts all of them."""

    meter: Meter | None = None

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The next well-formed message; raises `queue.Empty` after `timeout` seconds."""
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            wait = None if until is None else max(0, until - time.monotonic())
            if not await self.socket.poll(None if wait is None else int(wait * 1000)):
                raise Empty
            parts = await self.socket.recv_multipart(copy=False)
            if self.meter:
                self.meter.count(parts)
            await asyncio.sleep(0)  # a message that is there at once yields to nobody
            message = understood(self.session, parts)
            if message is not None:
                return message
            if until is not None and time.monotonic() > until:
                raise Empty


def understood(session: Session, parts: list[zmq.Frame]) -> dict[str, Any] | None:
    """The message in `parts`, None if it is none; of one that is too big, a word that it was."""
    size = sum(map(len, parts)) / MB
    try:
        if size > MESSAGE_MB:
            return left_out(session, parts, size)
        whole = [part.bytes for part in parts]
        message = session.deserialize(session.feed_identities(whole)[1])
        fine = all(isinstance(message[key], dict) for key in ("header", "parent_header", "content"))
    except Exception:  # whatever a stranger's bytes make the parser raise
        return None
    return message if fine and isinstance(message["msg_type"], str) else None


def left_out(session: Session, parts: list[zmq.Frame], size: float) -> dict[str, Any]:
    """A message that says that one of `size` times 2**20 bytes was left out."""
    at = next(number for number, part in enumerate(parts) if part.bytes == DELIM)
    if len(parts[at + 3]) > LONGEST_HEADER:
        raise ValueError("no header is that long")
    content = {"name": "stdout", "text": f"[an output of {size:.0f} MB was left out]\n"}
    parent = session.unpack(parts[at + 3].bytes)
    return {
        "header": {"msg_type": "stream"},
        "msg_type": "stream",
        "parent_header": {"msg_id": parent["msg_id"]},
        "content": content,
    }


class GuardedClient(AsyncKernelClient):
    """A kernel client with guarded channels, and only the two that are needed."""

    shell_channel_class = Type(GuardedChannel)
    iopub_channel_class = Type(GuardedChannel)

    def _context_default(self) -> zmq.asyncio.Context:
        context = zmq.asyncio.Context()
        self._created_context = True
        context.setsockopt(zmq.RCVHWM, 0)  # none is lost; the keeper watches that they are not many
        return context

    def open(self, meter: Meter) -> None:
        """Connect both channels."""
        self.start_channels(stdin=False, hb=False, control=False)
        self.shell_channel.meter = self.iopub_channel.meter = meter

    async def answered(self, seconds: float) -> bool:
        """Whether the kernel answers on both channels within so many seconds."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            request = self.kernel_info()
            try:
                await self._heard(self.shell_channel, request, 1)
                await self._heard(self.iopub_channel, request, 0.1)
            except Empty:
                continue
            return True
        return False

    async def _heard(self, channel: GuardedChannel, request: str, seconds: float) -> None:
        while (await channel.get_msg(seconds))["parent_header"].get("msg_id") != request:
            pass

    def close(self) -> None:
        """Disconnect."""
        self.shell_channel.stop()
        self.iopub_channel.stop()
        self.context.destroy(linger=0)


class Recorder(NotebookClient):
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
        )
        self.log.setLevel(logging.CRITICAL)
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


def clean(kind: str, content: dict[str, Any]) -> dict[str, Any] | None:
    """The content of an output message with nothing in it that a notebook may not hold."""
    if kind == "stream":
        return clean_stream(content)
    if kind == "error":
        return clean_error(content)
    metadata = plain(content.get("metadata"), MOST_DEPTH)
    count = content.get("execution_count")
    transient = content.get("transient")
    name = transient.get("display_id") if isinstance(transient, dict) else None
    output = {
        "data": mime_bundle(content.get("data")),
        "metadata": metadata if isinstance(metadata, dict) else {},
        "transient": {"display_id": name} if isinstance(name, str) else {},
    }
    if kind == "execute_result":
        output["execution_count"] = count if type(count) is int and 0 <= count < 10**6 else None
    return output


def clean_stream(content: dict[str, Any]) -> dict[str, Any] | None:
    """The content of a message of printed text, None if it is not one."""
    name, text = content.get("name"), content.get("text")
    if name not in ("stdout", "stderr") or not isinstance(text, str):
        return None
    return {"name": name, "text": writable(text)}


def clean_error(content: dict[str, Any]) -> dict[str, Any]:
    """The content of an error message, with text wherever text belongs."""
    name, value, lines = (content.get(key) for key in ("ename", "evalue", "traceback"))
    lines = lines[:200] if isinstance(lines, list) else []
    return {
        "ename": writable(name)[:1000] if isinstance(name, str) else "Error",
        "evalue": writable(value)[:10_000] if isinstance(value, str) else "",
        "traceback": [writable(line)[:20_000] for line in lines if isinstance(line, str)],
    }


def mime_bundle(data: object) -> dict[str, Any]:
    """The representations of an object that are what their type says: text, or JSON."""
    bundle: dict[str, Any] = {}
    for kind, value in data.items() if isinstance(data, dict) else ():
        if isinstance(value, str):
            bundle[writable(kind)] = writable(value)
        elif kind.endswith("json"):
            bundle[writable(kind)] = plain(value, MOST_DEPTH)
    return bundle


def plain(value: object, depth: int) -> Any:
    """A JSON value without anything too deep or not writable in it; None in its place."""
    if isinstance(value, str):
        return writable(value)
    if depth and isinstance(value, dict):
        return {writable(key): plain(entry, depth - 1) for key, entry in value.items()}
    if depth and isinstance(value, list):
        return [plain(entry, depth - 1) for entry in value]
    finite = isinstance(value, float) and math.isfinite(value)
    return value if finite or isinstance(value, int) else None


def writable(text: str) -> str:
    """Text that UTF-8 can hold: half a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def shown(text: str) -> str:
    """Text as a terminal shows it: what carriage returns and backspaces take back is gone."""
    return "\n".join(map(shown_line, text.split("\n")))


def shown_line(line: str) -> str:
    """One line as a terminal shows it, in time proportional to its length."""
    line = line.rstrip("\r").rpartition("\r")[2]
    if "\b" not in line:
        return line
    kept: list[str] = []
    for letter in line:
        if letter != "\b":
            kept.append(letter)
        elif kept:
            kept.pop()
    return "".join(kept)
