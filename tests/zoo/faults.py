"""Every planted fault of the zoo, with the requirement that it breaks.

A suite that fails nothing proves nothing. Each row makes an imitated server wrong in one thing and says on which
requirement that must be blamed; `also` says what else may fall with it, because one wrong answer can break more than
one rule. Whatever else is blamed is a mistake of the suite, or of the row.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.zoo.planted import Planted
from tests.zoo.rest_faults import DATAROBOT, SPICE
from tests.zoo.rpc_faults import AMAZON_ML, AMAZON_PERSONALIZE

PLANTED: Mapping[str, tuple[Planted, ...]] = {
    "amazon_ml": AMAZON_ML,
    "amazon_personalize": AMAZON_PERSONALIZE,
    "datarobot": DATAROBOT,
    "spice": SPICE,
}
