"""What the app asks of its server: middleware, memory, start-up."""
