"""Use a name that is deprecated."""

from greeting import hello

print(hello("Ada"))
