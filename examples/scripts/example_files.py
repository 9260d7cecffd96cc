"""Writes what an example is made of: the checkpoint, its sequences beside it, and the sidecar that names them."""

import json
from pathlib import Path

import numpy as np

EXAMPLES = Path(__file__).resolve().parent.parent


def save_sequences(name, inputs, labels, training, lengths=None):
    """Writes `<name>.npz`. The first `training` sequences trained the checkpoint; the others are the held-out part."""
    holdout = np.arange(len(labels)) >= training
    arrays = {**inputs, "labels": labels.astype(np.int8), "holdout": holdout.astype(np.int8)}
    if lengths is not None:
        arrays["lengths"] = lengths.astype(np.int16)
    np.savez_compressed(EXAMPLES / f"{name}.npz", **arrays)


def save_sidecar(checkpoint, data, norm2, norm_inf, max_length):
    """Writes `<checkpoint>.recurscope.json`: what is true of the data by the way they are made, and no file can say."""
    declarations = {
        "data": data,
        "inputDomain": {"norm2": norm2, "normInf": norm_inf, "maxLength": max_length},
        "independentSequences": True,
        "architectureFixed": True,
    }
    (EXAMPLES / f"{checkpoint}.recurscope.json").write_text(json.dumps(declarations, indent=2) + "\n")


def export_onnx(name, network, example, input_name, output_name):
    """Writes `<name>.onnx` with the batch and the time axis left free."""
    import torch

    network.eval()
    axes = {input_name: {0: "sequences", 1: "steps"}, output_name: {0: "sequences"}}
    if network(example).dim() == 3:
        axes[output_name][1] = "steps"
    torch.onnx.export(
        network,
        example,
        str(EXAMPLES / f"{name}.onnx"),
        opset_version=15,
        input_names=[input_name],
        output_names=[output_name],
        dynamic_axes=axes,
    )
