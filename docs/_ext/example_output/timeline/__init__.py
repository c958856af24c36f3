"""What the tasks of a program did: events, steps and pictures."""
