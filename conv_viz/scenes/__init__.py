"""What is drawn, decided in plain numpy: one module for each kind of picture, and the payload."""
