"""The command that learners type: a folder of their own, JupyterLab, what this machine lacks."""
