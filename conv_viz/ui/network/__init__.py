"""The page Network: the graph that it shows, what is looked at, and what one takes along."""
