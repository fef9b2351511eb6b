"""A scene in Jupyter."""
