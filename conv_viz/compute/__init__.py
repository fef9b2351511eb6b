"""What torch computes. The only package that imports it."""
