"""The weights: all of them at a glance, any of them to change, and what they respond to."""

from conv_viz.ui.session import session
from conv_viz.ui.starting import starting

with starting():
    from conv_viz.ui.weights.page import weights_page

weights_page(session().frame)
