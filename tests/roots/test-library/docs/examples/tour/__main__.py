"""Greet everybody."""

from greeting import greet

from .people import PEOPLE

for person in PEOPLE:
    print(greet(person))
