"""Building the notebooks and grading a class."""

import sys

# nbformat imports jsonschema, which would compile a grammar of web addresses with letters of all
# languages, in each process for a second: no format of notebooks has any. It does without.
if "jsonschema" not in sys.modules:
    sys.modules.setdefault("rfc3987_syntax", None)  # ty: ignore[invalid-argument-type]
