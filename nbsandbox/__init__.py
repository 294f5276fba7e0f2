"""Running a stranger's notebook: warm kernels in a room of their own."""
