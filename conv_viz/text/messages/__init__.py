"""Error messages: found however they were wrapped, and explained."""
