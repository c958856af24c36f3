"""Fail on purpose."""

print("so far, so good")
raise ValueError("on purpose")
