"""From this size to that size: which settings do it."""

from conv_viz.ui.session import session
from conv_viz.ui.solve import find_a_setting

find_a_setting(session().frame)
