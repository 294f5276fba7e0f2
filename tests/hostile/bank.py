"""Every attack, by what it goes for."""

from .attack import Attack
from .cells import CELLS
from .claims import CLAIMS
from .files import FILES
from .forgeries import FORGERIES
from .harm import HARM
from .holds import HOLDS
from .networks import NETWORKS

BANK: dict[str, Attack] = {
    attack.name: attack
    for attack in [*CLAIMS, *FORGERIES, *CELLS, *FILES, *HARM, *HOLDS, *NETWORKS]
}
