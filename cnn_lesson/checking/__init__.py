"""What judges an answer: evidence, misconceptions, and a check for each item."""
