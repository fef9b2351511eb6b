"""The page *Take it with you*."""
