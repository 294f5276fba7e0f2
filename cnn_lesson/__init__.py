"""A one-hour lesson on convolutional neural networks."""
