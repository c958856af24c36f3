"""What the tasks of a program did: events, the story that they tell, pictures."""
