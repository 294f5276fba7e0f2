"""The networks of the seed study, as the notebooks build them."""

from typing import Any


def question_1(neurons: int = 128, dropout: float = 0.0) -> Any:
    """The network of Question 1: two Conv2D, a pool, two Dense; 596,042 parameters."""
    from keras import Input, Model
    from keras.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D

    inputs = Input(shape=(28, 28, 1))
    x = Conv2D(16, kernel_size=(3, 3), activation="relu")(inputs)
    x = Conv2D(32, kernel_size=(3, 3), activation="relu")(x)
    x = MaxPooling2D(pool_size=(2, 2))(x)
    x = Flatten()(x)
    x = Dense(neurons, activation="relu")(x)
    if dropout:
        x = Dropout(dropout)(x)
    outputs = Dense(10, activation="softmax")(x)
    return Model(inputs, outputs, name="hello-world-cnn")


def seed_text() -> Any:
    """The network of the text that the lesson goes back to: a stride of 2, 153,674 parameters."""
    from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D

    return _stack(
        Conv2D(16, 3, activation="relu"),
        Conv2D(32, 3, strides=2, activation="relu"),
        MaxPooling2D(2),
        Flatten(),
        Dense(128, activation="relu"),
        Dense(10, activation="softmax"),
    )


def five_with_flatten() -> Any:
    """Five layers, Flatten among them."""
    from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D

    return _stack(
        Conv2D(16, 3, activation="relu"),
        MaxPooling2D(3),
        Conv2D(32, 3, activation="relu"),
        Flatten(),
        Dense(10, activation="softmax"),
    )


def five_and_flatten() -> Any:
    """Five layers that compute, and Flatten between them."""
    from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D

    return _stack(
        Conv2D(16, 3, activation="relu"),
        MaxPooling2D(2),
        Conv2D(32, 3, activation="relu"),
        MaxPooling2D(2),
        Flatten(),
        Dense(10, activation="softmax"),
    )


def five_with_weights() -> Any:
    """Five layers that have weights; strides do the pooling."""
    from keras.layers import Conv2D, Dense, Flatten

    return _stack(
        Conv2D(8, 3, activation="relu"),
        Conv2D(16, 3, strides=2, activation="relu"),
        Conv2D(16, 3, strides=2, activation="relu"),
        Flatten(),
        Dense(32, activation="relu"),
        Dense(10, activation="softmax"),
    )


def small_dense() -> Any:
    """Pixels straight into Dense layers: no idea of what is next to what."""
    from keras.layers import Dense, Flatten

    return _stack(Flatten(), Dense(64, activation="relu"), Dense(10, activation="softmax"))


def small_conv() -> Any:
    """Convolutions and pools, then straight to ten classes: 5,258 parameters."""
    from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D

    return _stack(
        Conv2D(8, 3, activation="relu"),
        MaxPooling2D(2),
        Conv2D(16, 3, activation="relu"),
        MaxPooling2D(2),
        Flatten(),
        Dense(10, activation="softmax"),
    )


def _stack(*layers: Any) -> Any:
    from keras import Input, Sequential

    return Sequential([Input(shape=(28, 28, 1)), *layers])
