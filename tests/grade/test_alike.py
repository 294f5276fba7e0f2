"""Two notebooks that are one: a question in the report, and only where it is worth asking."""

from nbformat.v4 import new_code_cell, new_notebook

from cnn_course.grade.alike import groups, own_mark, sentences

STUB = "def convolve(image, kernel):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
SOLUTION = "def convolve(image, kernel):\n    return np.sum(image * kernel)"
ODD = """def convolve(image, kernel):
    total_of_it_all = 0
    for row_number in range(len(image)):
        for column_number in range(len(image[0])):
            total_of_it_all += image[row_number][column_number] * kernel[row_number][column_number]
    return total_of_it_all"""


def book(*sources):
    """A notebook of code cells."""
    return new_notebook(cells=[new_code_cell(source) for source in sources])


def mark(*sources):
    """The mark of a learner's notebook."""
    return own_mark(
        book("import numpy as np", *sources), book("import numpy as np", STUB), book(SOLUTION)
    )


def test_what_everybody_has_is_no_mark():
    """Are stubs, blanks filled in as in the solution, and a few words of one's own passed over?"""
    assert mark(STUB) == mark(SOLUTION) == mark("answer_q3 = 4", "print('a test')") == ""


def test_the_same_lines_are_the_same_mark():
    """Does a copy with other blanks and outputs count as one, and a changed word not?"""
    again = book("import numpy as np\n", ODD.replace(" = ", "=") + "\n\n")
    again.cells[1].outputs = []
    assert mark(ODD) == own_mark(again, book("import numpy as np", STUB), book(SOLUTION)) != ""
    assert mark(ODD) != mark(ODD.replace("row_number", "i"))


def test_only_several_are_a_group():
    """Are all who share a notebook in one sentence, which asks and does not judge?"""
    marks = {"cem": {"01": "a"}, "ada": {"01": "a", "02": ""}, "ben": {"01": "b", "02": ""}}
    found = groups(marks)
    assert found == [("01", ("ada", "cem"))]
    assert (
        "ada, cem" in sentences(found)[0] and "ask them, it proves nothing" in sentences(found)[0]
    )
