"""Say hello, and then goodbye."""

print("hello")
print("goodbye")
