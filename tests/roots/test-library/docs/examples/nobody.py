"""Greet nobody."""

from greeting import greet

print(greet(""))
