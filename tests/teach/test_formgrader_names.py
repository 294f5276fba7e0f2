"""Learners in Formgrader's tables: by name, and by id where the gradebook has no name."""

import json

import pytest
from tornado.httputil import HTTPHeaders

from cnn_course.teach.formgrader import Named

SUBMISSIONS = [
    {"student": "ada", "id": "7f", "first_name": None, "last_name": None},
    {"student": "ben", "id": "8a", "first_name": "Ben", "last_name": "Bee"},
]


class Request:
    """What a transform looks at."""

    def __init__(self, path):
        self.path = path


def answered(path, body, status=200):
    """The body that a browser gets, and its length by the headers."""
    headers = HTTPHeaders({"Content-Length": str(len(body))})
    _, headers, chunk = Named(Request(path)).transform_first_chunk(status, headers, body, True)
    return chunk, int(headers["Content-Length"])


def test_a_learner_without_a_name_has_the_id():
    """Is it "ada" and not "None, None", and is a known name left as it is?"""
    chunk, length = answered("/formgrader/api/submissions/cnn", json.dumps(SUBMISSIONS).encode())
    assert [each["last_name"] for each in json.loads(chunk)] == ["ada", "Bee"]
    assert "None" not in chunk.decode() and length == len(chunk)


@pytest.mark.parametrize(
    "path",
    [
        "/formgrader/api/students",
        "/formgrader/api/student/ada",
        "/api/contents/submissions",
        "/lab",
    ],
)
def test_what_is_stored_or_not_formgraders_is_left_alone(path):
    """Does the form for a learner's names show what the gradebook has?"""
    body = json.dumps(SUBMISSIONS).encode()
    assert answered(path, body) == (body, len(body))


def test_what_is_no_table_passes():
    """Are errors and other answers what they were?"""
    for body, status in (
        (b"<html>", 200),
        (b"3", 200),
        (b"null", 200),
        (b"[1]", 200),
        (b"{}", 500),
    ):
        chunk, _ = answered("/user/x/formgrader/api/submissions/cnn", body, status)
        assert json.loads(chunk) == json.loads(body) if body[:1] != b"<" else chunk == body
