"""Talking to a kernel that may say anything: nothing it sends can stop or flood the listener.

A hostile kernel holds the key of its own sockets, so every message is a stranger's. What is not a
well-formed message is dropped; what is, is cut down to valid notebook outputs of limited size.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.session import DELIM, Session
from traitlets import Type

from nbsandbox.limits import MB, Limits

IDLE_WAIT_S = 4
AFTER_REPLY_S = 10
LOOK_S = 0.1
MESSAGE_MB = 16
LONGEST_HEADER = 10_000


class FloodMeter:
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


class Patience:
    """How long a kernel is waited for that has answered a request and does not say "idle".

    Up to IDLE_WAIT_S of silence, and up to AFTER_REPLY_S in all for all requests, in which what it
    put out still arrives. Once a request is given up, each gets LOOK_S, until the kernel says
    "idle" to any: then it was slow only. `lost` says that one was given up.
    """

    def __init__(self) -> None:
        self.request: object = None
        self.since = self.heard = 0.0
        self.left: float = AFTER_REPLY_S
        self.lost = self.mute = False

    def begin(self, request: object) -> None:
        """Take note that the kernel has answered the request of this id."""
        self.request = request
        self.since = self.heard = time.monotonic()

    def is_over(self, message: dict[str, Any] | None) -> bool:
        """Whether "idle" is to be put in now, after this message or, for None, after silence."""
        now = time.monotonic()
        if self.request is None:
            return False
        if message is not None and says_idle(message):
            self.mute = False
        if message is not None and says_idle(message, self.request):
            self.left, self.request = self.left - (now - self.since), None
            return False
        if message is not None:
            self.heard = now
        silence = LOOK_S if self.mute else IDLE_WAIT_S
        return now - self.heard >= silence or now - self.since >= max(self.left, LOOK_S)

    def end(self) -> dict[str, Any]:
        """The message that the kernel did not send."""
        self.lost = self.mute = True
        self.left -= time.monotonic() - self.since
        idle = {
            "header": {"msg_type": "status"},
            "msg_type": "status",
            "parent_header": {"msg_id": self.request},
            "content": {"execution_state": "idle"},
        }
        self.request = None
        return idle


def says_idle(message: dict[str, Any], request: object = None) -> bool:
    """Whether a message says that all has been said about a request, about any if none is named."""
    said = message["msg_type"], message["content"].get("execution_state")
    return said == ("status", "idle") and (
        request is None or message["parent_header"].get("msg_id") == request
    )


class UntrustedChannel(AsyncZMQSocketChannel):
    """A channel that passes on well-formed messages and counts all of them."""

    meter: FloodMeter | None = None
    patience: Patience

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


class ShellChannel(UntrustedChannel):
    """Where a kernel answers requests; from its answer on, it is waited for only so long."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The next well-formed message; raises `queue.Empty` after `timeout` seconds."""
        message = await super().get_msg(timeout)
        if message["msg_type"] == "execute_reply":
            self.patience.begin(message["parent_header"].get("msg_id"))
        return message


class OutputChannel(UntrustedChannel):
    """Where a kernel puts out; "idle" is put in for a kernel that does not say it in time."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The next well-formed message; raises `queue.Empty` after `timeout` seconds."""
        if timeout is not None:
            return await super().get_msg(timeout)
        while True:
            try:
                message = await super().get_msg(LOOK_S)
            except Empty:
                message = None
            if self.patience.is_over(message):
                message = self.patience.end()
            if message is not None:
                return message


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


class UntrustedKernelClient(AsyncKernelClient):
    """A kernel client with such channels, and only the two that are needed: shell and iopub."""

    shell_channel_class: Any = Type(ShellChannel)
    iopub_channel_class: Any = Type(OutputChannel)
    patience: Patience

    def _context_default(self) -> zmq.asyncio.Context:
        context = zmq.asyncio.Context()
        self._created_context = True
        context.setsockopt(zmq.RCVHWM, 0)  # none is lost; the meter stops a kernel that sends many
        return context

    def open(self, meter: FloodMeter) -> None:
        """Connect both channels."""
        self.start_channels(stdin=False, hb=False, control=False)
        self.patience = Patience()
        for channel in (self.shell_channel, self.iopub_channel):
            channel.meter, channel.patience = meter, self.patience

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

    async def _heard(self, channel: UntrustedChannel, request: str, seconds: float) -> None:
        while (await channel.get_msg(seconds))["parent_header"].get("msg_id") != request:
            pass

    def close(self) -> None:
        """Disconnect."""
        self.shell_channel.stop()
        self.iopub_channel.stop()
        self.context.destroy(linger=0)
