"""What is required: vendors' documents as data, and the only reader of that data.

`load` turns one folder into one frozen `Contract`; everything else in this project starts from there.
"""

from specs.contract import Contract
from specs.loading import load, vendors
from specs.source_file import Complaint, SpecError

__all__ = ["Complaint", "Contract", "SpecError", "load", "vendors"]
