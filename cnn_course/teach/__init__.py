"""What an instructor takes into the room: the words of the video, its script, its captions."""
