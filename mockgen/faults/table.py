"""Every planted fault and every benign variant, by name.

FAULTS are ways to be wrong: the suite must catch each of them. BENIGN are ways to be unusual and right: the suite must
fail none of them. Both are switched on by texts, `name:key=value,key=value`.
"""

from __future__ import annotations

from mockgen.faults.answer_faults import ANSWER_FAULTS
from mockgen.faults.benign import VARIANTS
from mockgen.faults.call_faults import CALL_FAULTS
from mockgen.faults.change_faults import CHANGE_FAULTS
from mockgen.faults.collection_faults import COLLECTION_FAULTS
from mockgen.faults.contract_faults import CONTRACT_FAULTS
from mockgen.faults.fault import from_text, table
from mockgen.faults.file_faults import FILE_FAULTS
from mockgen.faults.list_faults import LIST_FAULTS
from mockgen.faults.rare_faults import RARE_FAULTS
from mockgen.faults.request_faults import REQUEST_FAULTS
from mockgen.faults.world_faults import WORLD_FAULTS
from mockgen.hooks import Hooks, merged
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
        *CHANGE_FAULTS,
        *LIST_FAULTS,
        *RARE_FAULTS,
    )
)
BENIGN = table(VARIANTS)


def from_texts(contract: Contract, texts: tuple[str, ...]) -> Hooks:
    """The hooks of all these faults together. Raises ValueError for one that cannot be read."""
    return merged(tuple(from_text(contract, text, {**FAULTS, **BENIGN}) for text in texts))
