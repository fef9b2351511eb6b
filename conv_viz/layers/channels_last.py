"""Pictures with their channels last, as cameras, Pillow, OpenCV and TensorFlow have them."""

from __future__ import annotations

from conv_viz.layers.values import Shape


def as_channels_first(input_shape: Shape, in_channels: int) -> Shape | None:
    """The shape after ``permute`` where the channels stand last; None where they do not.

    They do when the last size is `in_channels` and the size where torch looks for channels is another.

    >>> as_channels_first((1, 224, 200, 3), 3), as_channels_first((224, 200, 3), 3), as_channels_first((1, 3, 8, 3), 3)
    ((1, 3, 224, 200), (3, 224, 200), None)
    """
    if len(input_shape) not in (3, 4) or input_shape[-1] != in_channels or input_shape[-3] == in_channels:
        return None
    return (*input_shape[:-3], input_shape[-1], *input_shape[-3:-1])


def permute_words(input_shape: Shape, in_channels: int) -> tuple[str, str]:
    """Cause and fix for such an input, each one sentence.

    >>> permute_words((1, 224, 200, 3), 3)[1]
    'x.permute(0, 3, 1, 2) puts the channels where torch looks for them.'
    """
    order, kind = ("0, 3, 1, 2", "(N, H, W, C)") if len(input_shape) == 4 else ("2, 0, 1", "(H, W, C)")
    return (
        f"The input {input_shape} is {kind}: its last dimension holds the {in_channels} channels, "
        f"but torch takes the height {input_shape[-3]} for them.",
        f"x.permute({order}) puts the channels where torch looks for them.",
    )
