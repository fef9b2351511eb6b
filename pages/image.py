"""A picture of one's own through the layer: every feature map, and where each of its numbers comes from."""

from conv_viz.ui.session import session
from conv_viz.ui.starting import starting

with starting():
    from conv_viz.ui.image.page import filter_page

filter_page(session().frame)
