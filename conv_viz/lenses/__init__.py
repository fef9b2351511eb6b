"""What a page shows of the layer in the controls: runs what must run, within the budget, and never fails."""
