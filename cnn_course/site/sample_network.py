"""The small network that the site's page lets visitors draw for: trained once, kept as a file.

``python -m cnn_course.site.sample_network`` trains it anew. It is the convolutional one of
S6, whose layers the lesson shows; on the site no kernel runs, so its weights come along.
"""

from __future__ import annotations

import base64
import json
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

FILE = "sample_network.json"
SHOWN = 20
EPOCHS = 40


def sample_network() -> dict[str, Any]:
    """What the picture is told about the network: its layers, weights and test pictures."""
    return json.loads(resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8"))


def main() -> None:
    """Train the network, write its file, and say how well it reads."""
    from cnn_lesson.runtime import prepare

    prepare(seed=1)
    from cnn_lesson.datasets import mnist

    (x, y), (x_test, y_test) = mnist.load_data()
    network = train(x[..., None].astype("float32") / 255, y)
    test = x_test[..., None].astype("float32") / 255
    right = float(np.mean(network.predict(test, verbose=0).argmax(axis=1) == y_test))
    Path(__file__).with_name(FILE).write_text(packed(network), encoding="utf-8")
    print(f"{FILE}: right for {right:.3f} of {len(y_test)} test digits")


def train(x: np.ndarray, y: np.ndarray) -> Any:
    """The network, trained on digits that are also turned and stretched a little, never moved."""
    import keras
    from keras import layers

    bent = keras.Sequential(
        [layers.RandomRotation(0.04, fill_mode="constant"), layers.RandomZoom(0.1, 0.1)]
    )
    network = keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(8, 3, activation="relu", name="conv_1"),
            layers.MaxPooling2D(2, name="pool_1"),
            layers.Conv2D(16, 3, activation="relu", name="conv_2"),
            layers.MaxPooling2D(2, name="pool_2"),
            layers.Flatten(name="flatten"),
            layers.Dense(10, activation="softmax", name="dense"),
        ]
    )
    rate = keras.optimizers.schedules.CosineDecay(0.004, EPOCHS * -(-len(x) // 128))
    network.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    for _ in range(EPOCHS):
        network.fit(np.asarray(bent(x, training=True)), y, batch_size=128, verbose=0)
    return network


def packed(network: Any) -> str:
    """The network and some test pictures as JSON; numbers are bytes in base 64."""
    from cnn_lesson.touch.networks import class_names, describe, sample_pictures

    spec, weights = describe(network)
    pictures = sample_pictures(28)[: SHOWN * 28 * 28]
    spec |= {"names": class_names(10, None), "samples": SHOWN}
    data = {"weights": weights.tobytes(), "pictures": pictures}
    coded = {name: base64.b64encode(value).decode("ascii") for name, value in data.items()}
    return json.dumps({"spec": spec, **coded}) + "\n"


if __name__ == "__main__":
    main()
