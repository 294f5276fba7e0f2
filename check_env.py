"""Says whether this Python is ready for the lesson; with --make it makes .venv for it.

    python3 check_env.py          what is here and what is missing, as `cnn-lesson doctor` says it
    python3 check_env.py --make   make or mend .venv (the Makefile does this for every target)

Written so that a Python far too old for the lesson can still read it and say so.
"""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "made-in")
LAB_CONFIG = os.path.join(VENV, "etc", "jupyter", "labconfig")
LOG = os.path.join(VENV, "install.log")
LOCK = os.path.join(HERE, "requirements.lock")

OLDEST, NEWEST = (3, 11), (3, 13)
ALTERNATIVES = ("python3.12", "python3.13", "python3.11")
FETCHED = "3.12"
DOCTORS = ("cnn_course.cli", "cnn_lesson.command.cli")

# JupyterLab asks nobody whether it may fetch news over a network that may not be there.
NO_NEWS = '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}\n'

# Of the caller's settings for pip and uv, only those stay that say where packages come from.
KEPT = "INDEX LINKS HOST CERT TLS PROXY CACHE TIMEOUT RETRIES OFFLINE MIRROR CONFIG_FILE".split()
DROPPED = "VIRTUAL_ENV CONDA_PREFIX PYTHONHOME PYTHONPATH __PYVENV_LAUNCHER__".split()

TROUBLES = (
    (("no space left", "disk quota"), "the disk is full; about 3 GB are needed"),
    (("hashes", "hash mismatch"), "a package is not the one that requirements.lock names"),
    (("ensurepip",), "this Python lacks venv; on Debian and Ubuntu: apt install python3-venv"),
    (
        ("resolution", "connect", "network", "offline", "no-index", "no matching", "timed out"),
        "no package index is in reach; is there a network?",
    ),
)


def main(arguments):
    """The exit code: 0 when the lesson can start, 1 when not, after one sentence that says why."""
    try:
        if "--make" in arguments:
            make_environment(arguments[-1] if "--uv" in arguments else "uv")
            return 0
        return examine()
    except (Trouble, EnvironmentError) as trouble:
        sys.stderr.write("check_env: %s\n" % trouble)
        return 1


class Trouble(Exception):
    """One sentence: what is wrong and what to do about it."""


class WrongPython(Trouble):
    """No Python of a fitting version."""

    def __str__(self):
        """The sentence that says which version is needed and how to choose it."""
        needed = "Python %d.%d to %d.%d is needed, and this is %d.%d; " % (
            OLDEST + NEWEST + sys.version_info[:2]
        )
        if not os.path.exists(os.path.join(HERE, "Makefile")):
            return needed + "install Python 3.12 and take that one, as START.md says"
        return needed + (
            "install Python 3.12, or uv, which fetches one, or choose one with "
            "make PYTHON=/path/to/python3.12"
        )


def say(text):
    """Print without print, which is a statement in the oldest of Pythons."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def make_environment(uv):
    """Fill .venv with what requirements.lock names, and with the project itself."""
    python = fitting_python(uv)
    if not this_python_fits():
        say(
            "%s is Python %d.%d, for which TensorFlow has no builds; taking %s instead."
            % ((sys.executable,) + sys.version_info[:2] + (named(python),))
        )
    say("Making .venv with %s: about 2.5 GB, once; this takes a few minutes." % named(python))
    ways = (install_with_uv,) if python == FETCHED else (install_with_uv, install_with_pip)
    for install in ways:
        if install(python, uv):
            break
    else:
        raise Trouble("%s (all of it: .venv/install.log)" % reason(read(LOG)))
    write(os.path.join(LAB_CONFIG, "page_config.json"), NO_NEWS)
    write(STAMP, os.path.realpath(HERE) + "\n")


def fitting_python(uv):
    """A fitting Python: this one, another one on the PATH, or the version for uv to fetch."""
    if this_python_fits():
        return sys.executable
    for name in ALTERNATIVES:
        found = output_of(name, "-c", "import sys; print(sys.executable)")
        if found:
            return found
    if uv and output_of(uv, "--version"):
        return FETCHED
    raise WrongPython()


def output_of(*command):
    """What a command prints, or nothing where it is not there or fails."""
    try:
        with open(os.devnull, "w") as nowhere:
            return subprocess.check_output(command, stderr=nowhere).decode().strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def named(python):
    """A Python for a sentence: its path, or that uv fetches it."""
    return "Python %s, which uv fetches" % FETCHED if python == FETCHED else python


def this_python_fits():
    """True for the versions that TensorFlow has builds for."""
    return OLDEST <= sys.version_info[:2] <= NEWEST


def install_with_uv(python, uv):
    """True when uv is here and has installed everything."""
    target = ["--python", VENV_PYTHON]
    return bool(uv) and run(
        [uv, "venv", "--clear", "--python", python, VENV],
        [uv, "pip", "sync", "--compile-bytecode", "--require-hashes"] + target + [LOCK],
        [uv, "pip", "install", "--offline", "--no-deps", "--no-build-isolation"]
        + target
        + ["--editable", "."],
    )


def install_with_pip(python, _uv):
    """True when venv and pip have installed everything."""
    pip = [VENV_PYTHON, "-m", "pip", "--disable-pip-version-check", "install"]
    return run(
        [python, "-m", "venv", "--clear", VENV],
        pip + ["--no-deps", "--require-hashes", "--requirement", LOCK],
        pip + ["--no-index", "--no-deps", "--no-build-isolation", "--editable", "."],
    )


def run(*commands):
    """True when all commands succeed, one after the other; what they say goes to the log.

    They run in this folder, which installers know as "."; its name, if it ends in [brackets],
    would read to them like a package's extras.
    """
    said = []
    environment = clean_environment(os.environ)
    for command in commands:
        try:
            process = subprocess.Popen(
                command, cwd=HERE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
            said.append(process.communicate()[0].decode("utf-8", "replace"))
            done = process.returncode == 0
        except OSError as error:
            said.append("%s: %s\n" % (command[0], error))
            done = False
        if not done:
            break
    write(LOG, "".join(said))
    return done


def clean_environment(environment):
    """The variables that other environments cannot lead astray."""
    clean = dict(
        (name, value)
        for name, value in environment.items()
        if name not in DROPPED
        and (not name.startswith(("PIP_", "UV_")) or any(word in name for word in KEPT))
    )
    return dict(clean, PIP_USER="0")


def reason(log):
    """The sentence that fits what the installers said."""
    for signs, sentence in TROUBLES:
        if any(sign in log.lower() for sign in signs):
            return sentence
    return "the packages could not be installed"


def examine():
    """The exit code of `cnn-lesson doctor`, by the first Python here that has the lesson."""
    pythons = [sys.executable] if this_python_fits() else []
    pythons += [VENV_PYTHON] if os.path.exists(VENV_PYTHON) else []
    for module in DOCTORS:
        for python in pythons:
            with open(os.devnull, "w") as nowhere:
                tried = [python, "-c", "import " + module]
                missing = subprocess.call(tried, cwd=HERE, stderr=nowhere)
            if not missing:
                return subprocess.call([python, "-m", module, "doctor"], cwd=HERE)
    if not pythons:
        raise WrongPython()
    raise Trouble(
        "Python %d.%d fits, and the lesson is not installed: START.md says how"
        % sys.version_info[:2]
    )


def read(path):
    """The text of a file, or nothing where there is no such file."""
    if not os.path.exists(path):
        return ""
    with open(path, "rb") as file:
        return file.read().decode("utf-8", "replace")


def write(path, text):
    """Make the file, and its folder where there is none."""
    if not os.path.isdir(os.path.dirname(path)):
        os.makedirs(os.path.dirname(path))
    with open(path, "wb") as file:
        file.write(text.encode("utf-8"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
