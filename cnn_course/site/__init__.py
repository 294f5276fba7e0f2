"""The static site of the lesson: from notebooks and teaching notes to pages of a folder."""
