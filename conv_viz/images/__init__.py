"""Pictures that a user brings: read safely, cut, laid on one sheet."""
