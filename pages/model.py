"""My model: the convolutions of a file of one's own, each one click from its filters, its window and its maps."""

from conv_viz.ui.model.page import model_page
from conv_viz.ui.session import session

model_page(session().frame)
