"""What the last digit of a training depends on besides the training: the machine and its software.

Training repeats bit for bit on one kind of machine with one thread. Another processor may end in
other last digits: TensorFlow picks its instructions by the processor's flags, and cuts matrices
into blocks (which orders the sums) by the sizes of its caches. All of that is named here.
"""

import os
import platform
from functools import cache
from typing import Any

FEATURES = ("flags", "Features")
"""The processor's instructions, as Linux lists them on x86 and on ARM."""

CPU_FIELDS = (
    "vendor_id", "cpu family", "model", "model name", "stepping", "cache size", "siblings",
    "cpu cores", "CPU implementer", "CPU variant", "CPU part", "CPU revision", *FEATURES,
)  # fmt: skip
CACHES = (188, 191, 194)
"""_SC_LEVEL1_DCACHE_SIZE, _SC_LEVEL2_CACHE_SIZE, _SC_LEVEL3_CACHE_SIZE of glibc's sysconf."""

SWITCHES = (
    "DNNL_", "ONEDNN_", "XLA_", "TF_DETERMINISTIC_", "TF_DISABLE_", "TF_ENABLE_", "TF_MKL_",
    "TF_ONEDNN_", "TF_XLA_",
)  # fmt: skip
"""Environment variables that begin like this choose how TensorFlow computes."""


@cache
def machine_facts() -> dict[str, Any] | None:
    """The processor and the system's library, as plain data; None where they cannot be told.

    Needs neither TensorFlow nor /sys, so that a process in a sandbox finds the same facts.
    """
    processor = _processor("/proc/cpuinfo")
    if not any(name in processor for name in FEATURES):
        return None
    return {
        **processor,
        "caches": _caches(),
        "machine": platform.machine(),
        "libc": platform.libc_ver(),
    }


def _processor(path: str) -> dict[str, str]:
    """The first processor of Linux' list; nothing where there is no such list."""
    fields = {}
    try:
        with open(path, encoding="ascii", errors="replace") as lines:
            for line in lines:
                if not line.strip():
                    break
                name, _, value = line.partition(":")
                fields[name.strip()] = value.strip()
    except OSError:
        return {}
    return {name: fields[name] for name in CPU_FIELDS if name in fields}


def _caches() -> list[int]:
    """Bytes of the processor's caches of three levels; nothing where the library cannot tell."""
    try:
        return [os.sysconf(number) for number in CACHES]
    except (OSError, ValueError):
        return []


def software_facts() -> dict[str, Any] | None:
    """Versions, threads and switches of Keras and TensorFlow; None where a run is not repeatable.

    That is: another backend than TensorFlow, more than one thread, a GPU, several replicas.
    """
    import keras
    import numpy as np
    import tensorflow as tf
    from keras.src.backend import config
    from tensorflow.python.framework.config import is_op_determinism_enabled

    threads = _threads(tf)
    devices = {device.device_type for device in tf.config.list_physical_devices()}
    if keras.backend.backend() != "tensorflow" or threads != (1, 1) or devices != {"CPU"}:
        return None
    if tf.distribute.has_strategy() or keras.distribution.distribution() is not None:
        return None
    if tf.config.functions_run_eagerly() or not tf.executing_eagerly():
        return None
    return {
        "versions": [keras.__version__, tf.__version__, tf.version.GIT_VERSION, np.__version__],
        "threads": threads,
        "graphs": [tf.config.optimizer.get_jit(), tf.config.optimizer.get_experimental_options()],
        "tf32": tf.config.experimental.tensor_float_32_execution_enabled(),
        "determined": is_op_determinism_enabled(),
        "floats": [keras.config.floatx(), keras.config.epsilon(), keras.config.dtype_policy().name],
        "images": keras.config.image_data_format(),
        "cut short": [config.max_epochs(), config.max_steps_per_epoch()],
        "switches": {name: os.environ[name] for name in os.environ if name.startswith(SWITCHES)},
    }


def _threads(tf: Any) -> tuple[int, int]:
    """How many threads an operation and a graph may use; 0 stands for as many as there are."""
    within = tf.config.threading.get_intra_op_parallelism_threads()
    between = tf.config.threading.get_inter_op_parallelism_threads()
    return (
        within or int(os.environ.get("TF_NUM_INTRAOP_THREADS", 0)),
        between or int(os.environ.get("TF_NUM_INTEROP_THREADS", 0)),
    )
