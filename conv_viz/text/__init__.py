"""A layer as text, both ways: what people paste, and what they take along."""
