"""The commands of ``python -m conv_viz``, one module each.

A command is a module with ``add_parser(commands)``: it adds its own parser and
sets ``run``, a function that takes the parsed arguments, prints, and raises
`ValueError` (`conv_viz.ConvSpecError` is one) with one sentence for bad input.
Imports that take time belong into ``run``: ``--help`` stays instant.
"""
