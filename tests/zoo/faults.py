"""Every planted fault of the zoo, with the requirement that it breaks.

A suite that fails nothing proves nothing. Each row makes an imitated server wrong in one thing and says on which
requirement that must be blamed; `also` says what else may fall with it, because one wrong answer can break more than
one rule. Whatever else is blamed is a mistake of the suite, or of the row.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.zoo.amazon_ml_faults import AMAZON_ML
from tests.zoo.amazon_personalize_faults import AMAZON_PERSONALIZE
from tests.zoo.further_faults import MORE_OF_AMAZON_ML, MORE_OF_AMAZON_PERSONALIZE, MORE_OF_DATAROBOT, MORE_OF_SPICE
from tests.zoo.left_behind import LEFT_BY_AMAZON_ML, LEFT_BY_DATAROBOT, LEFT_BY_PERSONALIZE, LEFT_BY_SPICE
from tests.zoo.planted import Planted
from tests.zoo.rare_questions import (
    RARE_OF_AMAZON_ML,
    RARE_OF_AMAZON_PERSONALIZE,
    RARE_OF_DATAROBOT,
    RARE_OF_SPICE,
)
from tests.zoo.rest_faults import DATAROBOT, SPICE
from tests.zoo.wire_faults import AWS_JSON, REST_JSON

PLANTED: Mapping[str, tuple[Planted, ...]] = {
    "amazon_ml": (*AMAZON_ML, *AWS_JSON, *MORE_OF_AMAZON_ML, *LEFT_BY_AMAZON_ML, *RARE_OF_AMAZON_ML),
    "amazon_personalize": (
        *AMAZON_PERSONALIZE,
        *MORE_OF_AMAZON_PERSONALIZE,
        *LEFT_BY_PERSONALIZE,
        *RARE_OF_AMAZON_PERSONALIZE,
    ),
    "datarobot": (*DATAROBOT, *MORE_OF_DATAROBOT, *LEFT_BY_DATAROBOT, *RARE_OF_DATAROBOT),
    "spice": (*SPICE, *REST_JSON, *MORE_OF_SPICE, *LEFT_BY_SPICE, *RARE_OF_SPICE),
}
