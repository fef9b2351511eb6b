"""Take it with you: the layer as code, a link to it, a page to embed."""

from conv_viz.ui.session import session
from conv_viz.ui.take.page import take_along

take_along(session().frame)
