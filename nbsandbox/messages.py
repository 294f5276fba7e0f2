"""What a stranger's kernel says, cut down to what a notebook may hold."""

from __future__ import annotations

import math
from typing import Any

MOST_DEPTH = 20


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
