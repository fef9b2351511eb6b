"""The page My model."""
