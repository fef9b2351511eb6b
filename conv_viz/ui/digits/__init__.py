"""The page Draw a digit."""
