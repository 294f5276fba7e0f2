"""The colours of code on the site: each at least 7 to 1 on its ground."""

from pygments.style import Style
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, String, Token


class Ink(Style):
    """Few colours, and none that carries a meaning of its own."""

    background_color = "#f6f7f8"
    styles = {
        Token: "#1a1a1a",
        Comment: "italic #4d5359",
        Keyword: "#00507f",
        Operator.Word: "#00507f",
        Name.Builtin: "#1a1a1a",
        Name.Function: "bold",
        Name.Class: "bold",
        Number: "#7a3300",
        String: "#005a43",
        Error: "#1a1a1a",
    }


class InkDark(Style):
    """The same on a dark ground."""

    background_color = "#22272c"
    styles = {
        Token: "#e8eaed",
        Comment: "italic #b4bcc4",
        Keyword: "#9fd3f5",
        Operator.Word: "#9fd3f5",
        Name.Builtin: "#e8eaed",
        Name.Function: "bold",
        Name.Class: "bold",
        Number: "#ffb98a",
        String: "#8fdcbf",
        Error: "#e8eaed",
    }
