"""Error messages of cuDNN and of a GPU's memory: they seldom name the cause, so the likely ones are told in order."""

from __future__ import annotations

from conv_viz.text.messages.wording import Messages, said

STATUS = {
    "NOT_SUPPORTED": (
        "it has no method for this convolution: the input is not contiguous, too large, or of a type that it does not "
        "know",
        "Try x.contiguous(), a smaller batch, and the same type on both sides.",
    ),
    "BAD_PARAM": (
        "it was given numbers that do not fit together, often two types or devices",
        "Compare x.dtype and x.device with layer.weight.dtype and layer.weight.device.",
    ),
    "ALLOC_FAILED": ("the GPU's memory is full", "Use a smaller batch or smaller pictures."),
    "NOT_INITIALIZED": (
        "it could not start: the GPU's memory is full, or torch, cuDNN and the driver do not fit together",
        "Look at nvidia-smi for other programs, use a smaller batch, then install a torch for this driver.",
    ),
    "INTERNAL_ERROR": (
        "it failed inside, often because the GPU's memory is full",
        "Use a smaller batch; torch.backends.cudnn.benchmark = False takes another method.",
    ),
    "EXECUTION_FAILED": (
        "the GPU stopped in the middle: its memory is full, or an earlier error is only reported here",
        "Use a smaller batch; CUDA_LAUNCH_BLOCKING=1 reports an error where it happens.",
    ),
    "MAPPING_ERROR": (
        "the GPU could not reach its memory, often after an earlier error",
        "CUDA_LAUNCH_BLOCKING=1 reports an error where it happens; start Python anew.",
    ),
    "ARCH_MISMATCH": (
        "this GPU is not one that it was built for",
        "Install a torch for this GPU, or torch.backends.cudnn.enabled = False.",
    ),
}
ON_CPU = "On the CPU torch says plainly what does not fit: layer.cpu()(x.cpu())."


MESSAGES: Messages = [
    *(
        (
            said(
                f"cuDNN, which computes convolutions on the GPU, reports {name}: {why}.",
                f"{what} {ON_CPU}",
            ),
            (f"CUDNN_STATUS_{name}",),
        )
        for name, (why, what) in STATUS.items()
    ),
    (
        said(
            "cuDNN found no method for this convolution: most often the GPU's memory is full, else the type is one "
            "that it does not know, or torch and the driver do not fit together.",
            f"Use a smaller batch or smaller pictures, and look at nvidia-smi. {ON_CPU}",
        ),
        (
            "Unable to find a valid cuDNN algorithm to run convolution",
            "no valid convolution algorithms available in CuDNN",
            "GET was unable to find an engine to execute this computation",
            "FIND was unable to find an engine to execute this computation",
        ),
    ),
    (
        said(
            "The GPU's memory is full.",
            "Use a smaller batch or smaller pictures; with torch.no_grad() keeps nothing for training.",
        ),
        ("CUDA out of memory", "MPS backend out of memory"),
    ),
]
