"""What a layer is: arguments, windows, taps tables, costs, presets, solver. Numbers only: no torch, no drawing."""
