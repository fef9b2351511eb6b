"""Networks: layers joined to a graph, their shapes, costs and receptive fields. Numbers only: no torch, no drawing."""
