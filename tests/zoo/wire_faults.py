"""Planted faults in how requests are read: signatures, names of headers, media types, methods.

They break rules of a wire or of a way to log in, which every vendor shares; one vendor of each shows them.
"""

from __future__ import annotations

from tests.zoo.planted import Planted

AWS_JSON = (
    Planted("forgive_signature:way=age", "sigv4.expired_signatures_are_refused"),
    Planted("forgive_signature:way=future", "sigv4.early_signatures_are_refused"),
    Planted("forgive_signature:way=unsigned", "sigv4.incomplete_authorization_is_refused"),
    Planted("forgive_signature:way=stranger", "sigv4.unknown_keys_are_refused"),
    Planted("forgive_signature:way=body", "sigv4.the_signature_covers_the_body"),
    Planted("case_sensitive_header:name=X-Amz-Target", "aws_json.header_names_ignore_case"),
)

REST_JSON = (
    Planted("method_unnamed", "rest_json.refused_methods_name_the_allowed"),
    Planted("case_sensitive_header:name=Content-Type", "rest_json.header_names_ignore_case"),
    Planted("strict_media_type", "rest_json.media_type_parameters_are_ignored"),
)
