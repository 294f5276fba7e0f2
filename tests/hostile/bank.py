"""Every attack, by what it goes for."""

from .attack import Attack
from .cells import CELLS
from .claims import CLAIMS
from .files import FILES
from .forgeries import FORGERIES
from .harm import HARM
from .holds import HOLDS
from .networks import NETWORKS

ON_WHAT_IS_TOLD = [*CLAIMS, *CELLS, *NETWORKS]
"""These go for checks and judges: what confines a kernel is nothing to them."""

ON_THE_MACHINE = [*FORGERIES, *FILES, *HARM, *HOLDS]
"""These go for files, processes, messages, time and memory."""

BANK: dict[str, Attack] = {attack.name: attack for attack in [*ON_WHAT_IS_TOLD, *ON_THE_MACHINE]}
