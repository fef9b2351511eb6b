"""Error messages of what stands around a convolution: Linear, view, cat and sums, normalisation, pooling."""

from __future__ import annotations

import math
import re

from conv_viz.text.messages.wording import Diagnosis, Messages, said, sizes, whole, written

FLATTEN = "nn.Flatten() before the Linear, or x.flatten(1), makes one row of each sample"


def _linear(match: re.Match[str]) -> Diagnosis:
    """``mat1 and mat2 shapes cannot be multiplied``: the input's rows and columns against the layer's.

    The rows tell a picture that nobody flattened (its rows are N * C * H, its columns W) from one of another size.
    """
    rows, given, wants, out = (whole(match[name]) for name in ("rows", "given", "wants", "out"))
    if min(rows, given, wants) < 1:
        return Diagnosis("A Linear layer was given an empty input.", "Look at x.shape before it.")
    samples, rest = divmod(rows * given, wants)
    if not rest and _is_picture(rows, given, wants):
        many = f" = {samples} x {wants}" if samples > 1 else f" = {wants}"
        alone = " (x.flatten() for one picture without a batch)" * (samples == 1)
        return Diagnosis(
            f"It looks as if nothing was flattened before the Linear layer: {rows} x {given}{many}, so "
            f"{'each sample has' if samples > 1 else 'there are'} the {wants} numbers that it reads, in a shape "
            f"with {given} in its last dimension.",
            f"{FLATTEN}{alone}; in_features={wants} stays.",
        )
    if not rest and samples == 1:
        return Diagnosis(
            f"The Linear layer reads {wants} features and was given {rows} rows of {given}: {wants} in all.",
            f"Are the rows parts of one sample, x.flatten(1) joins them and in_features={wants} stays; "
            f"are they samples of a batch, each has {given} features, and in_features={given} is right.",
        )
    if rows == 1 and given % wants == 0:
        times = given // wants
        return Diagnosis(
            f"The Linear layer reads {wants} features and was given one row of {given} = {times} x {wants}.",
            f"Was a batch of {times} flattened with its samples, use x.flatten(1), not x.flatten() or x.view(-1); "
            f"is it one sample, its picture is larger than the layer was built for: in_features={given}.",
        )
    fix = f"Set nn.Linear({given}, {out}), or change stride or padding until it flattens to {wants}."
    if given > 1 and _same_channels(given, wants):
        fix += " nn.AdaptiveAvgPool2d before Flatten gives one size for pictures of every size."
    return Diagnosis(
        f"A Linear layer (a matrix product) expects {wants} features but was given {given}: "
        "after Flatten, C * H * W of the last feature map.",
        fix,
    )


def _is_picture(rows: int, given: int, wants: int) -> bool:
    """Whether rows of `given` columns are those of square feature maps with `wants` numbers a sample."""
    return wants % (given * given) == 0 and rows % (wants // given) == 0


def _same_channels(one: int, other: int) -> bool:
    """Whether two counts can be as many channels on squares of other sizes."""
    shared = math.gcd(one, other)
    return all(math.isqrt(n // shared) ** 2 == n // shared for n in (one, other))


def _vector(match: re.Match[str]) -> Diagnosis:
    return Diagnosis(
        f"A matrix with {match['columns']} columns was multiplied by a vector of {match['given']}: they must be equal.",
        f"Set in_features={match['columns']} where the Linear layer is made, or feed it {match['given']} features.",
    )


def _view(match: re.Match[str]) -> Diagnosis:
    shape, count = sizes(match["shape"]), whole(match["count"])
    known = math.prod(n for n in shape if n > 0)
    wanted = f"[{', '.join(map(str, shape))}]"
    if not shape or min(shape) == 0 or count < 1:
        return Diagnosis(
            f"{count} numbers cannot be laid out as {wanted}.", "x.flatten(1) keeps the batch and joins the rest."
        )
    if -1 in shape:
        cause = f"{count} numbers cannot be laid out as {wanted}: {known} does not divide them."
    else:
        cause = f"{count} numbers cannot be laid out as {wanted}, which holds {known}."
    if len(shape) == 2 and shape[0] > 0 and count % shape[0] == 0:
        each = count // shape[0]
        return Diagnosis(
            cause,
            f"Is {shape[0]} the batch, each sample has {each}: x.view({shape[0]}, -1) or x.flatten(1), and "
            f"in_features={each} in the Linear layer after it.",
        )
    return Diagnosis(
        cause,
        "x.flatten(1) joins all but the batch; in_features of the Linear layer after it is "
        f"{count} / batch = C * H * W of the last feature map.",
    )


def _cat(match: re.Match[str]) -> Diagnosis:
    one, other, along = whole(match["one"]), whole(match["other"]), match["along"]
    at = match.groupdict().get("at")
    where = f" in dimension {at}" if at else ""
    cause = f"torch.cat along dimension {along} needs all other sizes equal, and {one} and {other}{where} are not."
    if abs(one - other) == 1 and min(one, other) > 1:
        return Diagnosis(
            f"{cause} An odd size that was halved and doubled again loses one.",
            "Pad the input to a multiple of 2 for each halving (32 for five), or resize one to the other: "
            "F.interpolate(a, size=b.shape[2:]).",
        )
    return Diagnosis(
        cause,
        "Are they height or width: padding=(kernel_size - 1) // 2 keeps sizes, a larger one can be cut or resized, "
        "F.interpolate(a, size=b.shape[2:]). Are they batch or channels: cat along that dimension instead.",
    )


def _sum(match: re.Match[str]) -> Diagnosis:
    one, other, at = whole(match["one"]), whole(match["other"]), whole(match["at"])
    names = {0: "the batch", 1: "the channels", 2: "the height", 3: "the width"}
    name = f", {names[at]} if they are (N, C, H, W)" if at in names else ""
    fixes = {
        1: f"Are they channels, a 1 x 1 convolution brings one to the other's: nn.Conv2d({other}, {one}, 1).",
        0: "Give both the same batch.",
    }
    return Diagnosis(
        f"Two tensors of sizes {one} and {other} in dimension {at}{name} cannot be added or multiplied: sizes must be "
        "equal or 1.",
        fixes.get(
            at,
            "Give both ways the same stride, with padding=dilation * (kernel_size - 1) // 2 for odd kernels; or resize "
            "one: F.interpolate(a, size=b.shape[2:]).",
        ),
    )


def _stack(match: re.Match[str]) -> Diagnosis:
    one, other = sizes(match["one"]), sizes(match["other"])
    grey = len(one) == len(other) == 3 and one[1:] == other[1:] and {one[0], other[0]} <= {1, 3, 4}
    fix = (
        "Some pictures are grey and some in colour: image.convert('RGB') makes them alike."
        if grey
        else "Resize or crop them to one size first: transforms.Resize((224, 224)), both numbers given."
    )
    return Diagnosis(f"A batch needs pictures of one shape, and {written(one)} and {written(other)} differ.", fix)


def _running_mean(match: re.Match[str]) -> Diagnosis:
    given, has = whole(match["given"]), whole(match["has"])
    return Diagnosis(
        f"BatchNorm was built for {has} channels, and its input has {given}.",
        f"Set num_features={given}: as many as the out_channels of the layer before it.",
    )


def _norm_rank(match: re.Match[str]) -> Diagnosis:
    wanted = [match[name] for name in ("wanted", "or_wanted") if name in match.groupdict()]
    got = match["got"]
    kinds = {"4": "BatchNorm2d or InstanceNorm2d", "5": "BatchNorm3d or InstanceNorm3d"}
    layer = kinds.get(wanted[0], "BatchNorm1d or InstanceNorm1d")
    other = {"2": "nn.BatchNorm1d", "3": "nn.BatchNorm1d", "4": "nn.BatchNorm2d", "5": "nn.BatchNorm3d"}.get(got)
    add = "; x.unsqueeze(0) adds a batch" if int(got) < int(wanted[-1]) else ""
    return Diagnosis(
        f"The layer ({layer}, or one like it) reads {' or '.join(wanted)} dimensions, and the input has {got}.",
        f"{other} reads {got}{add}." if other else "Give it as many dimensions.",
    )


def _one_value(match: re.Match[str]) -> Diagnosis:
    shape = sizes(match["shape"])
    return Diagnosis(
        f"BatchNorm cannot learn from an input {written(shape)}: for each channel it has one number only.",
        "Use a batch of two or more (drop_last=True in the DataLoader drops a last one of 1), or model.eval() when "
        "nothing is to be learnt.",
        other_sizes=True,
    )


MESSAGES: Messages = [
    (
        _linear,
        (
            "shapes cannot be multiplied (<rows:int>x<given:int> and <wants:int>x<out:int>)",
            "size mismatch, m1: [<rows:int> x <given:int>], m2: [<wants:int> x <out:int>]",
        ),
    ),
    (_vector, ("size mismatch, got input (<a:int>), mat (<rows:int>x<columns:int>), vec (<given:int>)",)),
    (
        said(
            "Two batches of matrices do not fit: the second would have to be ({wanted}, ...), and is ({got}, ...).",
            "Matrices multiply when the columns of the first are the rows of the second: look at a.shape and b.shape, "
            "b.transpose(1, 2) turns one.",
        ),
        ("Expected size for first two dimensions of batch2 tensor to be: [<wanted:list>] but got: [<got:list>]",),
    ),
    (_view, ("shape '[<shape:list>]' is invalid for input of size <count:end>",)),
    (
        said(
            "view needs numbers that lie in memory in their order, and after permute or transpose they do not.",
            "Use x.reshape(...) instead of x.view(...), or x.contiguous().view(...).",
        ),
        ("view size is not compatible with input tensor's size and stride",),
    ),
    (
        said(
            "The tensor has fewer dimensions than the code asks for: they are numbered {least} to {most}.",
            "Look at x.shape: x.unsqueeze(0) adds a batch in front.",
        ),
        ("Dimension out of range (expected to be in range of [<least:digit>, <most:digit>], but got",),
    ),
    (
        said("Only one size of a shape can be -1, left to torch.", "Write the other one out: x.view(x.size(0), -1)."),
        ("only one dimension can be inferred",),
    ),
    (
        _cat,
        (
            "Sizes of tensors must match except in dimension <along:digit>. Expected size <one:int> but got size "
            "<other:int> for tensor number",
            "Sizes of tensors must match except in dimension <along:digit>. Got <one:int> and <other:int> in dimension "
            "<at:digit>",
            "Sizes of tensors must match except in dimension <along:digit>. Got <one:int> and <other:int> (",
        ),
    ),
    (
        said(
            "torch.cat joins tensors with as many dimensions, and these have {one} and {other}.",
            "x.unsqueeze(0) adds a batch to the one that lacks it.",
        ),
        ("Tensors must have same number of dimensions: got <one:digit> and <other:digit>",),
    ),
    (
        _sum,
        (
            "The size of tensor a (<one:int>) must match the size of tensor b (<other:int>) at non-singleton dimension "
            "<at:digit>",
        ),
    ),
    (
        said(
            "A tensor cannot be spread from size {got} to {wanted} in dimension {at}: only size 1 can.",
            "Give both the same size there; x.repeat or x.expand work from size 1.",
        ),
        (
            "The expanded size of the tensor (<wanted:int>) must match the existing size (<got:int>) at non-singleton "
            "dimension <at:digit>",
        ),
    ),
    (
        _stack,
        ("stack expects each tensor to be equal size, but got [<one:list>] at entry <a:int> and [<other:list>] at",),
    ),
    (_running_mean, ("running_mean should contain <given:int> elements not <has:end>",)),
    (
        _norm_rank,
        (
            "expected <wanted:digit>D input (got <got:digit>D input)",
            "expected <wanted:digit>D or <or_wanted:digit>D input (got <got:digit>D input)",
        ),
    ),
    (
        _one_value,
        (
            "Expected more than 1 value per channel when training, got input size torch.Size([<shape:list>])",
            "Expected more than 1 value per channel when training, got input size [<shape:list>]",
        ),
    ),
    (
        said(
            "InstanceNorm needs more than one cell in each channel, and the input has one.",
            "Use it where the feature maps are larger than 1 x 1, or nn.Identity() instead.",
        ),
        ("Expected more than 1 spatial element when training",),
    ),
    (
        said(
            "GroupNorm cannot split {channels} channels into {groups} equal groups.",
            "Set num_groups to a divisor of num_channels.",
        ),
        ("num_channels (<channels:int>) must be divisible by num_groups (<groups:int>)",),
    ),
    (  # up to torch 2.8
        said(
            "GroupNorm cannot split the channels into that many equal groups.",
            "Set num_groups to a divisor of num_channels.",
        ),
        ("num_channels must be divisible by num_groups",),
    ),
    (
        said(
            "GroupNorm was built for {has} channels, and its input is [{got}].",
            "Set num_channels to the channels of the input, the second of its sizes.",
        ),
        (
            "to be a vector of size equal to the number of channels in input, but got weight of shape [<has:int>] and "
            "input of shape [<got:list>]",
        ),
    ),
    (
        said("InstanceNorm was built for {has} channels, and its input has {got}.", "Set num_features={got}."),
        ("to match num_features (<has:int>), but got: <got:end>",),
    ),
    (
        said(
            "LayerNorm was built for inputs that end in [{wanted}], and this one is [{got}].",
            "Set normalized_shape to the last sizes of the input; for (N, C, H, W) over channels, nn.GroupNorm(1, C).",
        ),
        (
            "Given normalized_shape=[<wanted:list>], expected input with shape [*, <more:list>], but got input of "
            "size[<got:list>]",
        ),
    ),
]
