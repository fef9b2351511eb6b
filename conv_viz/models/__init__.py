"""A model's file as values: read safely, its convolutions listed, its numbers copied out only when one is opened."""
