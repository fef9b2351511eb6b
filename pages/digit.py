"""Draw a digit: a small network decides what it is, and every layer of it shows what it makes of the drawing."""

from conv_viz.ui.starting import starting

with starting("digits"):
    from conv_viz.ui.digits.page import digit_page

digit_page()
