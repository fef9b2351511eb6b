"""The layer on screen: the kernel slides over the input, and every number says where it comes from."""

from conv_viz.ui.session import session
from conv_viz.ui.starting import starting

with starting("stage"):
    from conv_viz.ui.stage import stage

stage(session().frame)
