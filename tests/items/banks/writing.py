"""How the banks are written."""


class TensorShape:
    """What TensorFlow calls a shape, as far as anybody can tell from outside."""

    def __init__(self, *sizes):
        self.sizes = sizes or (None, 24, 24, 1)

    def as_list(self):
        return list(self.sizes)


def unwritten(*arguments, **more):
    raise NotImplementedError


def named(name, answers):
    """A bank of answers to an item with one name."""
    return {label: {name: answer} for label, answer in answers.items()}


def named_wrong(name, answers):
    return {label: ({name: answer}, says) for label, (answer, says) in answers.items()}


def one(name, answers):
    return [{name: answer} for answer in answers]


def numbers(name, slips, *odd):
    """Wrong numbers with what names each, and things that are no numbers."""
    wrong = [({name: number}, says) for number, says in slips.items()]
    return wrong + [({name: value}, says) for value, says in odd]
