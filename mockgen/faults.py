"""Every planted fault and every benign variant, by name.

FAULTS are ways to be wrong: the suite must catch each of them. BENIGN are ways to be unusual and right: the suite must
fail none of them. Both are switched on by texts, `name:key=value,key=value`.
"""

from __future__ import annotations

from mockgen.answer_faults import ANSWER_FAULTS
from mockgen.benign import VARIANTS
from mockgen.call_faults import CALL_FAULTS
from mockgen.collection_faults import COLLECTION_FAULTS
from mockgen.contract_faults import CONTRACT_FAULTS
from mockgen.fault import from_text, table
from mockgen.file_faults import FILE_FAULTS
from mockgen.hooks import Hooks, merged
from mockgen.request_faults import REQUEST_FAULTS
from mockgen.world_faults import WORLD_FAULTS
from specs.contract import Contract

FAULTS = table(
    (
        *CONTRACT_FAULTS,
        *CALL_FAULTS,
        *ANSWER_FAULTS,
        *WORLD_FAULTS,
        *FILE_FAULTS,
        *REQUEST_FAULTS,
        *COLLECTION_FAULTS,
    )
)
BENIGN = table(VARIANTS)


def from_texts(contract: Contract, texts: tuple[str, ...]) -> Hooks:
    """The hooks of all these faults together. Raises ValueError for one that cannot be read."""
    return merged(tuple(from_text(contract, text, {**FAULTS, **BENIGN}) for text in texts))
