"""Each planted fault changes the answers of the operations that it is about, and no others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import specs
from mockgen.faults.file_faults import FILE_FAULTS
from mockgen.faults.rare_faults import RARE_FAULTS
from mockgen.faults.request_faults import REQUEST_FAULTS
from mockgen.faults.table import BENIGN, FAULTS, from_texts
from specs.message import HttpResponse

Play = Callable[..., list[tuple[str, HttpResponse]]]

BP = "resource=batch_prediction"
JOB = "resource=batch_inference_job"
CREATE_ID = "constraint=amazon_ml.CreateBatchPrediction.request.BatchPredictionId"
CHUNK = "constraint=datarobot.createBatchPrediction.request.chunkSize"
GET = "getBatchPrediction"
DOWNLOAD = "downloadBatchPrediction"
SHOWS_A_JOB = "createBatchPrediction getBatchPrediction listBatchPredictions"
READS_A_JOB = "getBatchPrediction listBatchPredictions"
READS_A_PREDICTION = "GetBatchPrediction DescribeBatchPredictions"

READS_A_JOB_TOO = "DescribeBatchInferenceJob ListBatchInferenceJobs"

CASES: dict[str, tuple[str, str, str]] = {
    # fault: vendor, parameters, operations whose answers change
    "relax": ("amazon_ml", f"{CREATE_ID}.maxLength", "CreateBatchPrediction DescribeBatchPredictions"),
    "change_limit": ("datarobot", f"{CHUNK}.maximum,value=41943041", ""),
    "tighten": ("amazon_ml", f"{CREATE_ID}.maxLength", "CreateBatchPrediction DescribeBatchPredictions"),
    "loosen": ("amazon_ml", f"{CREATE_ID}.maxLength", "CreateBatchPrediction DescribeBatchPredictions"),
    "recreate": ("amazon_ml", BP, "CreateBatchPrediction"),
    "forget_creations": ("amazon_personalize", JOB, "CreateBatchInferenceJob ListBatchInferenceJobs"),
    "dangling_reference": ("amazon_ml", BP, "CreateBatchPrediction DescribeBatchPredictions"),
    "any_reference": ("amazon_personalize", "resource=batch_segment_job", "CreateBatchSegmentJob"),
    "any_members": ("datarobot", BP, "createBatchPrediction"),
    "any_value": ("datarobot", BP, "createBatchPrediction"),
    "one_word": ("datarobot", "", "getVersion"),
    "exact_slash": ("datarobot", "", "getVersion"),
    "json_only": ("datarobot", "operation=predict", "predict"),
    "columns_and_all": ("datarobot", "scorer=predict", "predict"),
    "early_results": ("datarobot", BP, DOWNLOAD),
    "late_results": ("datarobot", BP, DOWNLOAD),
    "no_results": ("datarobot", BP, DOWNLOAD),
    "results_error": ("datarobot", f"{BP},as=conflict", DOWNLOAD),
    "command_anywhere": ("datarobot", f"{BP},command=abort", "abortBatchPrediction"),
    "command_nowhere": (
        "amazon_ml",
        f"{BP},command=delete,as=invalid_input",
        "DeleteBatchPrediction GetBatchPrediction",
    ),
    "command_without_effect": ("datarobot", f"{BP},command=abort", f"{READS_A_JOB} {DOWNLOAD}"),
    "wrong_transition": ("datarobot", f"{BP},state=RUNNING,event=finish,to=FAILED", ""),
    "fails_for": ("amazon_ml", f"{BP},at=/MLModelId,value=ml-binary", ""),
    "wrong_spelling": ("amazon_personalize", f"{JOB},state=ACTIVE,value=DONE", READS_A_JOB_TOO),
    "field_shows": ("datarobot", f"{BP},field=/scoredRows,value=99", SHOWS_A_JOB),
    "field_missing": ("datarobot", f"{BP},field=/statusDetails", SHOWS_A_JOB),
    "field_always": ("datarobot", f"{BP},field=/links/download", SHOWS_A_JOB),
    "ignore_filter": ("datarobot", BP, "listBatchPredictions"),
    "ignore_order": ("datarobot", BP, "listBatchPredictions"),
    "accept_any_token": ("amazon_ml", BP, READS_A_PREDICTION),  # a list that is shown moves its jobs on
    "second_upload": ("datarobot", f"{BP},as=not_found", "uploadCsv"),
    "unneeded_upload": ("datarobot", f"{BP},as=conflict", "uploadCsv"),
    "waits_for_nothing": ("datarobot", BP, f"{SHOWS_A_JOB} {DOWNLOAD} uploadCsv"),
    "wrong_refusal": ("amazon_ml", "situation=wrong_type,as=invalid_input", "CreateBatchPrediction"),
    "wrong_error_form": ("datarobot", "error=conflict,status=400", "abortBatchPrediction"),
    "score_without": ("amazon_ml", "scorer=predict,at=/Prediction/predictedLabel", "Predict"),
    "drop_member": ("datarobot", f"operation={GET},at=/logs", GET),
    "replace_member": ("datarobot", f"operation={GET},at=/scoredRows,value=-1", GET),
    "null_member": ("spice", "operation=get_models,at=/data/*/id", "get_models"),
    "vary_member": ("datarobot", f"operation={GET},at=/created", GET),
    "decrease_counter": ("datarobot", f"operation={GET},at=/scoredRows", GET),
    "shift_number": ("datarobot", "operation=listBatchPredictions,at=/totalCount,by=2", "listBatchPredictions"),
    "scale_map": ("amazon_ml", "operation=Predict,at=/Prediction/predictedScores", "Predict"),
    "reverse_items": ("spice", "operation=post_batch_predict,at=/predictions", "post_batch_predict"),
    "drop_item": ("spice", "operation=post_batch_predict,at=/predictions", "post_batch_predict"),
    "duplicate_item": ("spice", "operation=post_batch_predict,at=/predictions", "post_batch_predict"),
    "same_items": ("spice", "operation=post_batch_predict,at=/predictions", "post_batch_predict"),
    "spread_member": (
        "spice",
        "operation=post_batch_predict,at=/predictions,member=/status,value=BadRequest",
        "post_batch_predict",
    ),
    "drop_row": ("datarobot", f"operation={DOWNLOAD}", DOWNLOAD),
    "duplicate_row": ("datarobot", f"operation={DOWNLOAD}", DOWNLOAD),
    "reverse_rows": ("datarobot", f"operation={DOWNLOAD}", DOWNLOAD),
    "turn_rows": ("datarobot", f"operation={DOWNLOAD}", DOWNLOAD),
    "drop_header_row": ("datarobot", f"operation={DOWNLOAD}", DOWNLOAD),
    "drop_column": ("datarobot", f"operation={DOWNLOAD},column=row_id", DOWNLOAD),
    "change_cells": ("datarobot", f"operation={DOWNLOAD},column=THRESHOLD,value=1.5", DOWNLOAD),
    "status_code": ("datarobot", f"operation={GET},status=206", GET),
    "drop_header": ("datarobot", "operation=createBatchPrediction,name=location", "createBatchPrediction"),
    "replace_header": ("datarobot", f"operation={DOWNLOAD},name=Content-Type,value=text/plain", DOWNLOAD),
    "wrong_content_type": ("datarobot", f"operation={GET},value=text/html", GET),
    "broken_json": ("datarobot", f"operation={GET}", GET),
    "error_drops": ("amazon_personalize", "member=__type,header=x-amzn-errortype", ""),
    "error_untyped": ("datarobot", "", f"createBatchPrediction {DOWNLOAD} uploadCsv abortBatchPrediction predict"),
    "error_as_success": ("datarobot", "", f"createBatchPrediction {DOWNLOAD} uploadCsv abortBatchPrediction predict"),
    "wrong_error_class": ("datarobot", "operation=uploadCsv,right=already_uploaded,wrong=invalid", "uploadCsv"),
    "token_loops": ("amazon_ml", BP, "DescribeBatchPredictions"),
    "no_next": ("datarobot", BP, "listBatchPredictions"),
    "backward_state": ("datarobot", BP, GET),
    "mutate_final_state": ("datarobot", f"{BP},to=RUNNING", READS_A_JOB),
    "stuck_state": ("datarobot", f"{BP},state=RUNNING", READS_A_JOB),
    "stale_list": ("datarobot", BP, "listBatchPredictions"),
    "leak_identity": ("datarobot", BP, GET),
    "wrong_identity": ("datarobot", BP, GET),
    "same_identity": ("datarobot", BP, ""),
    "awaits_references": ("amazon_ml", f"{BP},error=invalid_input", "CreateBatchPrediction"),
    "skip_log": ("datarobot", BP, READS_A_JOB),
    "clock_runs_back": ("amazon_ml", BP, READS_A_PREDICTION),
    "recreated_time": ("amazon_ml", BP, READS_A_PREDICTION),
    "no_auth_check": ("datarobot", "operation=createBatchPrediction", "createBatchPrediction"),
    "accept_media_type": ("datarobot", "operation=uploadCsv", "uploadCsv"),
    "accept_malformed": ("amazon_ml", "operation=GetBatchPrediction", "GetBatchPrediction"),
    "accept_anything": ("amazon_ml", "operation=CreateBatchPrediction", ""),
    "success_for_refusal": ("datarobot", f"operation={DOWNLOAD},error=not_started", DOWNLOAD),
    "first_n": ("datarobot", "operation=getVersion", "getVersion"),
    "every_nth": ("datarobot", f"operation={GET},n=4", ""),
    "restless_scores": ("amazon_ml", "operation=Predict", "Predict"),
    "loses_items": ("amazon_ml", "", "DescribeTags"),
    "keeps_first_item": ("amazon_ml", "", "DescribeTags"),
    "folds_keys": ("amazon_ml", "", "DescribeTags"),
    "drops_bare_items": ("amazon_ml", "", "DescribeTags"),
    "keeps_removed_items": ("amazon_ml", "", "DescribeTags"),
    "removes_all_items": ("amazon_ml", "", "DescribeTags"),
    "shares_items": ("amazon_ml", "collection=tags", "DescribeTags"),
    "no_item_limit": ("amazon_ml", "collection=tags", "AddTags DescribeTags"),
    "no_reserved_keys": ("amazon_ml", "collection=tags", "AddTags DescribeTags"),
    "refuses_unknown_keys": ("amazon_ml", "collection=tags,as=invalid_tag", "DeleteTags"),
    "forgets_member": ("datarobot", "operation=createBatchPrediction,at=/passthroughColumns", ""),
    "cuts_text": (
        "amazon_ml",
        "operation=CreateBatchPrediction,at=/OutputUri,length=12",
        f"CreateBatchPrediction {READS_A_PREDICTION}",
    ),
    "changes_another": ("datarobot", f"{BP},command=abort,at=/statusDetails,value=x", READS_A_JOB),
    "keeps_time": ("amazon_ml", "operation=DeleteBatchPrediction", "GetBatchPrediction"),
    "retry_restarts": ("amazon_ml", BP, "GetBatchPrediction"),
    "keeps_refused": ("amazon_ml", BP, "DescribeBatchPredictions"),
    "changes_though_refused": ("amazon_ml", f"{BP},command=rename", "GetBatchPrediction"),
    "link_forgets": ("datarobot", f"{BP},name=limit", "listBatchPredictions"),
    "later_pages_reversed": ("amazon_ml", BP, "DescribeBatchPredictions"),
}
"""One case a fault. Where no operations are named, what follows from the fault is wider than one operation."""

OF_SEVERAL = {"same_identity", "awaits_references"}
"""Faults that show when several resources are made."""

BENIGN_CASES: dict[str, tuple[str, str]] = {
    "skip_states": ("datarobot", BP),
    "late_visibility": ("datarobot", BP),
    "other_spelling": ("amazon_personalize", JOB),
    "other_error_forms": ("amazon_ml", ""),
    "extra_member": ("datarobot", f"operation={GET},at=/further,value=1"),
    "extra_headers": ("datarobot", ""),
    "error_with_more": ("datarobot", ""),
    "shuffled_members": ("datarobot", ""),
    "absent_for_null": ("datarobot", f"operation={GET},at=/hidden"),
    "reordered_list": ("spice", "operation=get_models,at=/data"),
    "charset": ("datarobot", ""),
    "slow_jobs": ("amazon_ml", BP),
    "throttled_at_first": ("datarobot", f"operation={GET}"),
    "throttled_at_times": ("datarobot", f"operation={GET},n=3"),
    "missing_fails_later": ("amazon_ml", BP),
    "only_json": ("amazon_ml", "constraint=amazon_ml.CreateMLModel.request.Recipe.maxLength"),
    "signed_links": ("amazon_ml", "operation=GetBatchPrediction,at=/LogUri"),
    "front_end_page": ("amazon_ml", ""),
    "comparable_times": ("amazon_ml", "operation=DescribeBatchPredictions"),
    "byte_order_mark": ("datarobot", "operation=downloadBatchPrediction"),
}


def test_every_fault_and_every_variant_has_a_case() -> None:
    """No fault goes untested."""
    answering = set(FAULTS) - {row.name for row in (*FILE_FAULTS, *REQUEST_FAULTS, *RARE_FAULTS)}
    assert (answering, set(BENIGN)) == (set(CASES), set(BENIGN_CASES))


@pytest.mark.parametrize("name", list(CASES))
def test_a_fault_changes_what_it_names_and_nothing_else(name: str, play: Play) -> None:
    """The same calls get other answers from the operations that the fault is about, and from no others."""
    vendor, parameters, expected = CASES[name]
    whole = name in OF_SEVERAL
    changed = _changed(play(vendor, whole=whole), play(vendor, f"{name}:{parameters}", whole=whole))
    assert changed
    assert not expected or changed == set(expected.split())


@pytest.mark.parametrize("name", list(BENIGN_CASES))
def test_a_variant_changes_something(name: str, play: Play) -> None:
    """A benign variant can be seen: one that changes nothing would prove nothing."""
    vendor, parameters = BENIGN_CASES[name]
    assert _changed(play(vendor), play(vendor, f"{name}:{parameters}"))


@pytest.mark.parametrize("name", list(CASES))
def test_a_fault_is_deterministic(name: str, play: Play) -> None:
    """The same fault gives the same answers twice."""
    vendor, parameters, _ = CASES[name]
    text = f"{name}:{parameters}"
    assert play(vendor, text) == play(vendor, text)


def test_several_faults_of_what_is_shown_add_up(play: Play) -> None:
    """A second fault of what is shown is not lost behind the first."""
    stale, other = f"stale_list:{BP}", f"wrong_identity:{BP}"
    both = _changed(play("datarobot"), play("datarobot", stale, other))
    assert {"listBatchPredictions", GET} == both


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("relaxx:constraint=x", "did you mean 'relax'"),
        ("relax", "needs constraint="),
        ("relax:limit=3", "not one of its parameters"),
        ("relax:constraint=datarobot.createBatchPrediction.request.chunkSize.maximun", "chunkSize.maximum"),
        ("drop_member:operation=getBatchPredictions,at=/id", "getBatchPrediction"),
        ("first_n:operation=getVersion,n=two", "not a whole number"),
        ("token_loops:resource=catalog_item", "no list"),
        ("field_missing:resource=batch_prediction,field=/state", "no field"),
    ],
)
def test_a_misspelt_fault_is_refused_with_the_nearest_right_name(text: str, complaint: str) -> None:
    """A fault that cannot be read names the mistake and what would be right."""
    with pytest.raises(ValueError, match=complaint):
        from_texts(specs.load("datarobot"), (text,))


def _changed(before: list[tuple[str, HttpResponse]], after: list[tuple[str, HttpResponse]]) -> set[str]:
    assert len(before) == len(after)
    return {one[0] for one, other in zip(before, after, strict=True) if one != other}
