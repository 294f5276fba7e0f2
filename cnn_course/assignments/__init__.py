"""Any assignment of any nbgrader course, graded in parallel, warm and confined."""
