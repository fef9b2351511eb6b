"""A pasted program, followed without being run: which shape reaches each layer."""
