"""Check and record examples with pytest."""
