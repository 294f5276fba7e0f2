"""The gradebook's statements are compiled once a run, and mean what they always mean."""

from sqlalchemy import text

from cnn_course.grade import gradebook_file, statements
from cnn_course.grade.gradebook import nbgraders_ways


def entered(url, learner, points):
    """The engine of a gradebook, opened once more, and what it then has of everybody."""
    from nbgrader.api import Gradebook

    with nbgraders_ways(), Gradebook(url, "any") as gradebook:
        gradebook.update_or_create_assignment("ps", course_id="any")
        gradebook.update_or_create_student(learner, first_name=str(points))
        found = {student.id: student.first_name for student in gradebook.students}
        return gradebook.engine, found


def test_two_gradebooks_share_statements_and_no_rows(tmp_path):
    """Is a statement compiled for one gradebook known to the next, each with its own rows?"""
    one, other = (
        gradebook_file.waiting(f"sqlite:///{tmp_path / name}") for name in ("one.db", "other.db")
    )
    entered(one, "mara", 1)
    known = len(statements.CompiledOnce.compiled)
    assert known > 0
    engine, found = entered(one, "noor", 2)
    assert found == {"mara": "1", "noor": "2"}
    again, found = entered(other, "mara", 3)
    assert len(statements.CompiledOnce.compiled) == known
    assert found == {"mara": "3"}
    assert engine is not again and engine.dialect is again.dialect
    with engine.connect() as first, again.connect() as second:
        count = text("SELECT count(*) FROM student")
        assert (first.execute(count).scalar(), second.execute(count).scalar()) == (2, 1)


def test_a_database_elsewhere_is_left_alone():
    """Is the URL of a server, or one with settings of its own, as the course wrote it?"""
    for url in ("postgresql://there/book", "sqlite:///book.db?timeout=3"):
        assert gradebook_file.waiting(url) == url
    url = gradebook_file.waiting("sqlite:////course/book.db")
    assert str(gradebook_file.path_of(url)) == "/course/book.db"
