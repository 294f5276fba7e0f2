"""The banks of the network items in one dict, for the golden file."""

import functools
import sys

import keras

from tests.items import test_error_clinic as clinic
from tests.items import test_network_items as bank
from tests.support.bank_models import ODD_MODELS, question_1, taught, verdict, wired, with_nan

_shuffled = functools.cache(bank.networks_of_shuffled_digits)
_four = functools.cache(bank.four_networks)


def answers():
    """{"item / label": a call that gives the verdict}; every network is made from one seed."""
    made = {}

    def note(name, item, make):
        def judged():
            keras.utils.set_random_seed(1)
            sys.last_value = None
            return verdict(item, make())

        made[f"{item} / {name}"] = judged

    for name, changes in bank.RIGHT_WIRING.items():
        note(name, "q1", functools.partial(wired, *changes))
    for name, (changes, *_) in bank.WRONG_WIRING.items():
        note(name, "q1", functools.partial(wired, *changes))
    note("older model", "q1", with_an_older_model)
    for name in bank.WRONG_FASHION:
        note(name, "fashion", functools.partial(bank.wrong_fashion, name))
    for name, (make, *_) in bank.WRONG_SMALL.items():
        note(name, "five-layers", lambda make=make: {"my_model": make()})
    note("right", "five-layers", lambda: {"my_model": bank.small()})
    _trainings(note)
    _comparisons(note)
    _trimmings(note)
    _patients(note)
    for name, thing in ODD_MODELS.items():
        note(f"odd {name}", "train", lambda thing=thing: {"model": thing, "history": thing})
        note(f"odd {name}", "five-layers", lambda thing=thing: {"my_model": thing})
        note(f"odd {name}", "trim-or-drop", lambda thing=thing: {"networks": {"128": thing}})
    return made


def with_an_older_model():
    before = wired()
    return {**wired(), "model": before["model"]}


def _trainings(note):
    histories = {
        "fell": bank.FELL,
        "rose": {"loss": [1.0123456, 2.0123456], "val_loss": [0.1123456, 0.1223456]},
        "no validation": {"loss": [2.0123456, 1.0123456]},
        "of another": {**bank.FELL, "val_accuracy": [0.1, 0.2]},
        "typed in": {"loss": [2.0, 1.0], "val_loss": [1, 1], "val_accuracy": [0.1, 0.2]},
        "text": "history",
    }
    for name, history in histories.items():
        note(
            name,
            "train",
            lambda history=history: {"model": taught(question_1()), "history": history},
        )
    note("nan", "train", lambda: {"model": with_nan(taught(question_1())), "history": bank.FELL})
    note("fresh", "train", lambda: {"model": question_1(), "history": bank.FELL})
    note("no history", "train", lambda: {"model": question_1()})


def _comparisons(note):
    for kind in (bank.RIGHT_VERSUS, bank.WRONG_VERSUS):
        for name, entry in kind.items():
            changes = entry[0] if isinstance(entry, tuple) else entry

            def make(changes=changes):
                return {
                    "counts": bank.COUNTS,
                    "falls": "conv",
                    "shuffled": _shuffled(),
                    **changes,
                }

            note(name, "dense-vs-conv", make)


def _trimmings(note):
    def row(changes):
        rows = bank.table_of(_four())
        rows["32"] = {**rows["32"], **changes}
        return {"networks": _four(), "table": rows}

    def other(changes):
        networks = {**_four(), **{name: make() for name, make in changes.items()}}
        given = {name: network for name, network in networks.items() if network is not None}
        return {"networks": networks, "table": bank.table_of(given)}

    note("right", "trim-or-drop", lambda: row({}))
    for name, (changes, *_) in bank.WRONG_ROWS.items():
        note(name, "trim-or-drop", functools.partial(row, changes))
    for name, (changes, *_) in bank.WRONG_NETWORKS.items():
        note(name, "trim-or-drop", functools.partial(other, changes))


def _patients(note):
    def clinic_of(causes, **patients):
        made = {
            f"patient_{name}": patients.get(name, cured) for name, cured in clinic.CURED.items()
        }
        return {"causes": causes, **made}

    note("cured", "error-clinic", lambda: clinic_of(clinic.RIGHT))
    for name, (which, cured) in clinic.OTHERWISE_CURED.items():
        note(
            name,
            "error-clinic",
            lambda which=which, cured=cured: clinic_of(clinic.RIGHT, **{which: cured}),
        )
    for name, ill in clinic.ILL.items():
        note(
            f"{name} ill",
            "error-clinic",
            lambda name=name, ill=ill: clinic_of(clinic.RIGHT, **{name: ill}),
        )
    for cause in range(1, 9):
        causes = dict.fromkeys("abcd", cause)
        note(f"cause {cause}", "error-clinic", functools.partial(clinic_of, causes))
    for name, (which, quack, _) in clinic.QUACKS.items():
        note(
            f"quack {name}",
            "error-clinic",
            lambda which=which, quack=quack: clinic_of(clinic.RIGHT, **{which: quack}),
        )
