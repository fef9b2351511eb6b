"""The page *Filter an image*."""
