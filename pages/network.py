"""A whole network: the shapes, costs and receptive fields of its layers, and where it breaks."""

from conv_viz.ui.network.page import network_page

network_page()
