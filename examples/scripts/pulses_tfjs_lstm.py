"""Says which of two noisy pulses came first: a Keras LSTM of 8 units, saved for TensorFlow.js.

A sequence is 20 samples of two channels; each channel holds one bell-shaped pulse about three samples wide in noise,
clipped to [-1, 1]. The peaks are at least one sample apart. The label is the channel that came first, 0 or 1.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
import tensorflowjs

from example_files import EXAMPLES, save_sequences, save_sidecar

NAME, SEED = "pulses-tfjs-lstm", 2030
TRAINING, HELD_OUT, STEPS = 3_000, 1_000, 20


def draw(generator, count):
    """Independent sequences [count, 20, 2] and their labels."""
    labels = generator.integers(0, 2, count)
    first = generator.uniform(2, 15, count)
    second = first + generator.uniform(1, 17 - first)
    peaks = np.where(labels[:, None] == 0, np.stack([first, second], 1), np.stack([second, first], 1))
    distance = np.arange(STEPS)[None, :, None] - peaks[:, None, :]
    noisy = 0.8 * np.exp(-(distance**2) / 2) + 0.25 * generator.normal(size=(count, STEPS, 2))
    return np.clip(np.round(noisy * 64) / 64, -1, 1).astype(np.float16), labels


if __name__ == "__main__":
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    sequences, labels = draw(np.random.default_rng(SEED), TRAINING + HELD_OUT)
    x = sequences.astype(np.float32)
    network = tf.keras.Sequential(
        [
            tf.keras.layers.Input((STEPS, 2), name="pulses"),
            tf.keras.layers.LSTM(8, name="lstm"),
            tf.keras.layers.Dense(2, activation="softmax", name="readout"),
        ],
        name="pulses_lstm",
    )
    network.compile(tf.keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", ["accuracy"])
    network.fit(x[:TRAINING], labels[:TRAINING], batch_size=50, epochs=15, verbose=0)
    for part, chosen in (("training", slice(0, TRAINING)), ("held out", slice(TRAINING, None))):
        print(f"errors, {part}: {1 - network.evaluate(x[chosen], labels[chosen], verbose=0)[1]:.4f}")
    tensorflowjs.converters.save_keras_model(network, str(EXAMPLES / NAME))
    save_sequences(f"{NAME}/pulses", {"pulses": sequences}, labels, TRAINING)
    # Two coordinates between -1 and 1: a Euclidean norm of at most the square root of 2.
    save_sidecar(f"{NAME}/model.json", "pulses.npz", norm2=1.41421357, norm_inf=1, max_length=STEPS)
