"""The planted faults of services with a path for each resource.

These are DataRobot's and Spice's; the two halves stand in two files because a table of everything is too long to read.
"""

from __future__ import annotations

from tests.zoo.planted import Planted, limit

DR = "datarobot"
DR_CREATE = f"{DR}.createBatchPrediction"
DR_JOB = f"{DR}.lifecycle.batch_prediction"
DR_BP = "resource=batch_prediction"
DR_GET = "operation=getBatchPrediction"
DOWNLOAD = "operation=downloadBatchPrediction"
DR_GETS = f"{DR}.getBatchPrediction"
DR_LISTS = f"{DR}.listBatchPredictions"
DR_FETCHES = f"{DR}.downloadBatchPrediction"
DR_AGREES = (f"{DR_JOB}.list.agrees_with_get",)
DR_JOB_CALLS = (DR_CREATE, DR_GETS, DR_LISTS, DR_FETCHES, f"{DR}.abortBatchPrediction", f"{DR}.uploadCsv")
DR_NO_FILE = (f"{DR_FETCHES}.valid_request_is_accepted",)
DR_RIGHTS = (
    f"{DR}.getVersion.wrong_credentials_are_refused",
    *(f"{operation}.{kind}_credentials_are_refused" for operation in DR_JOB_CALLS for kind in ("missing", "wrong")),
)
DR_REFUSED = (
    f"{DR}.getVersion.missing_credentials_are_refused",
    *DR_RIGHTS,
    f"{DR}.getVersion.response",
    f"{DR}.responses.media_type",
    f"{DR_LISTS}.request",
    f"{DR_FETCHES}.other_types_are_refused",
    f"{DR}.uploadCsv.other_media_types_are_refused",
    f"{DR_CREATE}.request",
    *(f"{DR_CREATE}.{wrong}_is_refused" for wrong in ("same_cloud_address", "unknown_credential", "dynamic_dataset")),
    *(
        f"{DR}.{called}.status_is_documented"
        for called in ("createBatchPrediction", "abortBatchPrediction", "uploadCsv")
    ),
    *(f"{DR_JOB}.{rule}" for rule in ("reference", "results.refused", "upload", "command.abort.refused")),
    *(f"{DR_JOB}.{called}.unknown_is_refused" for called in ("results", "command.abort")),
    *(f"rest_json.{rule}_is_refused" for rule in ("malformed_body", "unknown_path")),
    *(f"rest_json.other_{rule}_are_refused" for rule in ("media_types", "methods")),
    "rest_json.body_is_an_object",
)
"""What a server breaks whose refusals are successes: every rule about a refusal, and every body that is none."""

DATAROBOT = (
    limit("relax", f"{DR_CREATE}.request.chunkSize.maximum"),
    limit("tighten", f"{DR_CREATE}.request.chunkSize.maximum"),
    limit("relax", f"{DR_CREATE}.request.additionalProperties"),
    limit("relax", f"{DR_CREATE}.request.passthrough_columns_exclude_the_set"),
    limit("loosen", f"{DR_CREATE}.request.maxExplanations.maximum"),
    limit("relax", f"{DR}.listBatchPredictions.request.query.status.items.enum"),
    limit("relax", f"{DR_CREATE}.request.intakeSettings.dataset_is_named"),
    Planted(
        "wrong_refusal:situation=malformed,as=conflict",
        "rest_json.malformed_body_is_refused",
        ("rest_json.odd_texts_are_survived", "rest_json.deep_nesting_is_survived"),
    ),
    Planted(
        "wrong_error_form:error=unauthorized,status=403", f"{DR}.getVersion.missing_credentials_are_refused", DR_RIGHTS
    ),
    Planted(
        "no_auth_check:operation=createBatchPrediction",
        f"{DR_CREATE}.missing_credentials_are_refused",
        (f"{DR_CREATE}.wrong_credentials_are_refused",),
    ),
    Planted("error_as_success", f"{DR_JOB}.unknown_is_refused", DR_REFUSED),
    Planted(f"drop_member:{DR_GET},at=/logs", f"{DR}.getBatchPrediction.response.logs.required", DR_AGREES),
    Planted(
        f"replace_member:{DR_GET},at=/status,value=DONE",
        f"{DR}.getBatchPrediction.response.status.enum",
        (f"{DR_JOB}.known_state",),
    ),
    Planted(
        f"replace_member:{DR_GET},at=/scoredRows,value=-1",
        f"{DR}.getBatchPrediction.response.scoredRows.minimum",
        (*DR_AGREES, f"{DR_JOB}.field.scoredRows.never_decreases"),
    ),
    Planted(f"wrong_content_type:{DR_GET}", f"{DR}.responses.media_type"),
    Planted(f"wrong_content_type:{DOWNLOAD},value=application/json", f"{DR}.responses.media_type"),
    Planted("status_code:operation=createBatchPrediction,status=201", f"{DR_CREATE}.status_is_documented"),
    Planted("drop_header:operation=createBatchPrediction,name=location", f"{DR_JOB}.readable_after_create"),
    Planted(f"backward_state:{DR_BP}", f"{DR_JOB}.legal_path", (f"{DR_JOB}.terminal_is_final",)),
    Planted(
        f"wrong_transition:{DR_BP},state=INITIALIZING,event=abort,to=FAILED",
        f"{DR_JOB}.command.abort.is_decisive",
        (f"{DR_JOB}.command.abort.takes_effect",),
    ),
    Planted(
        f"mutate_final_state:{DR_BP},to=RUNNING",
        f"{DR_JOB}.terminal_is_final",
    ),
    Planted(f"decrease_counter:{DR_GET},at=/scoredRows", f"{DR_JOB}.field.scoredRows.never_decreases"),
    Planted(
        f"vary_member:{DR_GET},at=/created",
        f"{DR_JOB}.field.created.constant",
        (f"{DR}.getBatchPrediction.response.created.pattern",),
    ),
    Planted(
        f"skip_log:{DR_BP}",
        f"{DR_JOB}.field.logs.only_grows",
        (
            f"{DR_GETS}.response.logs.first_line_tells_the_creation",
            f"{DR_LISTS}.response.data.items.logs.first_line_tells_the_creation",
        ),
    ),
    Planted(f"field_always:{DR_BP},field=/links/download", f"{DR_JOB}.field.links.download.null_until"),
    Planted(f"leak_identity:{DR_BP}", f"{DR_JOB}.field.jobSpec.constant", DR_AGREES),
    Planted(f"wrong_identity:{DR_BP}", f"{DR_JOB}.field.id.constant"),
    Planted(f"early_results:{DR_BP}", f"{DR_JOB}.results.refused.INITIALIZING", (f"{DR_JOB}.results.refused.ABORTED",)),
    Planted(
        f"no_results:{DR_BP}",
        f"{DR_JOB}.results.available",
        DR_NO_FILE,
    ),
    Planted(
        f"results_error:{DR_BP},as=conflict",
        f"{DR_JOB}.results.refused.ABORTED",
        (f"{DR_JOB}.results.refused.INITIALIZING", f"{DR}.downloadBatchPrediction.status_is_documented"),
    ),
    Planted(f"command_anywhere:{DR_BP},command=abort", f"{DR_JOB}.command.abort.refused"),
    Planted(
        f"command_without_effect:{DR_BP},command=abort",
        f"{DR_JOB}.command.abort.is_decisive",
        (f"{DR_JOB}.command.abort.takes_effect",),
    ),
    Planted(f"second_upload:{DR_BP},as=not_found", f"{DR_JOB}.upload.again"),
    Planted(
        f"dangling_reference:{DR_BP}",
        f"{DR_JOB}.reference.deploymentId",
        (f"{DR_JOB}.reference.intakeSettings.datasetId",),
    ),
    Planted(f"ignore_filter:{DR_BP}", f"{DR_JOB}.list.filter.status", (f"{DR_JOB}.list.filter",)),
    Planted(f"ignore_order:{DR_BP}", f"{DR_JOB}.list.order"),
    Planted(f"no_next:{DR_BP}", f"{DR_JOB}.list.pages", (f"{DR_JOB}.list.counts", f"{DR_JOB}.list.filter.status")),
    Planted(f"stale_list:{DR_BP}", f"{DR_JOB}.list.agrees_with_get"),
    Planted(f"drop_row:{DOWNLOAD}", f"{DR}.output.rows_are_accounted_for"),
    Planted(f"duplicate_row:{DOWNLOAD}", f"{DR}.output.rows_are_accounted_for"),
    Planted(
        f"drop_header_row:{DOWNLOAD}",
        f"{DR}.output.columns_follow_the_model",
        (f"{DR}.output.rows_are_accounted_for", f"{DR}.output.passthrough_is_verbatim"),
    ),
    Planted(
        f"change_cells:{DOWNLOAD},column=default_no_PREDICTION,value=1.5",
        f"{DR}.output.probabilities_sum_to_one",
    ),
    Planted(
        f"field_missing:{DR_BP},field=/statusDetails",
        f"{DR}.getBatchPrediction.response.statusDetails.required",
        (f"{DR_CREATE}.response.statusDetails.required", f"{DR_LISTS}.response.data.items.statusDetails.required"),
    ),
    Planted(
        f"replace_member:{DR_GET},at=/statusDetails,value=x",
        f"{DR}.batch_prediction.status_details_tell_the_last_log",
        DR_AGREES,
    ),
    Planted(
        "reverse_items:operation=predict,at=/data",
        f"{DR}.predict.one_prediction_a_row",
        (f"{DR}.predict.passthrough_is_verbatim", f"{DR}.predict.row_stands_alone"),
    ),
    Planted(
        "replace_member:operation=predict,at=/data/*/predictionValues/*/value,value=0.9",
        f"{DR}.predict.probabilities_sum_to_one",
    ),
    Planted("replace_member:operation=predict,at=/data/*/prediction,value=other", f"{DR}.predict.label_is_listed"),
    Planted("one_word", f"{DR}.authentication.word_token"),
    Planted("error_drops:member=message", f"{DR}.errors.have_a_message"),
    Planted(
        "exact_slash",
        f"{DR_CREATE}.path_without_last_slash",
        (f"{DR}.getBatchPrediction.path_without_last_slash", f"{DR}.updateJobDefinition.path_without_last_slash"),
        frozenset({"job_definitions"}),
    ),
    Planted("needs_length", f"{DR}.uploadCsv.chunks_are_read"),
    Planted(f"accept_media_type:{DOWNLOAD}", f"{DR}.downloadBatchPrediction.other_types_are_refused"),
    Planted(f"any_members:{DR_BP}", f"{DR_CREATE}.same_cloud_address_is_refused"),
    Planted(
        f"any_value:{DR_BP}",
        f"{DR_CREATE}.unknown_credential_is_refused",
        (f"{DR_CREATE}.dynamic_dataset_is_refused",),
    ),
    Planted(
        "success_for_refusal:operation=updateJobDefinition,error=name_taken",
        f"{DR}.lifecycle.job_definition.command.change.taken.name",
    ),
    Planted(
        "ignore_filter:resource=job_definition",
        f"{DR}.lifecycle.job_definition.list.filter.searchName",
        (f"{DR}.lifecycle.job_definition.list.filter.deploymentId",),
    ),
    Planted("drop_header:operation=predict,name=x-datarobot-model-id", f"{DR}.predict.model_id_header"),
    Planted(
        "replace_header:operation=predict,name=X-DataRobot-Execution-Time,value=fast",
        f"{DR}.predict.execution_time_header",
    ),
    Planted(
        "replace_header:operation=predict,name=X-DataRobot-Model-Cache-Hit,value=maybe",
        f"{DR}.predict.model_cache_header",
    ),
    Planted("drop_header:operation=predict,name=x-datarobot-request-id", f"{DR}.predict.request_id_header"),
    Planted(
        "replace_member:operation=predict,at=/data/*/passthroughValues/region,value=nowhere",
        f"{DR}.predict.passthrough_is_verbatim",
    ),
    Planted("columns_and_all:scorer=predict", f"{DR}.predict.columns_exclude_the_set"),
    Planted("json_only:operation=predict", f"{DR}.predict.rows_as_csv", (f"{DR}.predict.rows_as_text",)),
    Planted(
        "replace_member:operation=createFromJobDefinition,at=/id,value=5fffffffffffffffffffffff",
        f"{DR}.lifecycle.job_definition.command.run.makes",
    ),
    Planted(
        f"wrong_transition:{DR_BP},state=RUNNING,event=finish,to=FAILED",
        f"{DR_JOB}.upload.parts.complete",
        DR_NO_FILE,
    ),
    Planted("success_for_refusal:operation=finalizeMultipart,error=no_parts", f"{DR_JOB}.upload.parts.none"),
)

SP = "spice"
BATCH = "operation=post_batch_predict"
SINGLE = "operation=get_model_predict"
SP_EQUAL = (f"{SP}.post_batch_predict.equals_single_predictions",)

SPICE = (
    Planted("every_nth:operation=get_ready,n=2,error=not_ready", f"{SP}.get_ready.stays_ready"),
    limit("relax", f"{SP}.post_batch_predict.request.predictions.items.model_name.required"),
    limit("relax", f"{SP}.get_models.request.query.format.enum"),
    Planted(f"reverse_items:{BATCH},at=/predictions", f"{SP}.post_batch_predict.results_keep_the_order"),
    Planted(f"drop_item:{BATCH},at=/predictions", f"{SP}.post_batch_predict.one_result_per_item"),
    Planted(f"duplicate_item:{BATCH},at=/predictions", f"{SP}.post_batch_predict.one_result_per_item"),
    Planted(f"same_items:{BATCH},at=/predictions", f"{SP}.post_batch_predict.one_result_per_item"),
    Planted(
        f"spread_member:{BATCH},at=/predictions,member=/status,value=BadRequest",
        f"{SP}.post_batch_predict.failures_are_isolated",
        (
            f"{SP}.post_batch_predict.response.predictions.items.failure_has_a_message",
            *SP_EQUAL,
        ),
    ),
    Planted(
        f"replace_member:{BATCH},at=/predictions/*/status,value=Success",
        f"{SP}.post_batch_predict.response.predictions.items.success_has_a_prediction",
        SP_EQUAL,
    ),
    Planted(
        f"replace_member:{BATCH},at=/predictions/*/prediction,value=[1]",
        f"{SP}.post_batch_predict.equals_single_predictions",
    ),
    Planted(f"replace_member:{BATCH},at=/duration_ms,value=0", f"{SP}.post_batch_predict.duration_covers_every_item"),
    Planted(
        f"replace_member:{BATCH},at=/predictions/*/status,value=Fine",
        f"{SP}.post_batch_predict.response.predictions.items.status.enum",
        SP_EQUAL,
    ),
    Planted(
        f"drop_member:{BATCH},at=/predictions/*/model_name",
        f"{SP}.post_batch_predict.response.predictions.items.model_name.required",
    ),
    Planted(f"restless_scores:{SINGLE}", f"{SP}.get_model_predict.is_repeatable", SP_EQUAL),
    Planted(
        f"restless_scores:{BATCH}",
        f"{SP}.post_batch_predict.is_repeatable",
        (*SP_EQUAL, f"{SP}.post_batch_predict.permutes_with_the_request"),
    ),
    Planted(
        f"drop_member:{SINGLE},at=/prediction", f"{SP}.get_model_predict.response.success_has_a_prediction", SP_EQUAL
    ),
    Planted(
        f"replace_member:{SINGLE},at=/status,value=BadRequest",
        f"{SP}.get_model_predict.status_agrees_with_http",
        (*SP_EQUAL, f"{SP}.get_model_predict.response.failure_has_a_message"),
    ),
    Planted(f"replace_member:{SINGLE},at=/model_name,value=other", f"{SP}.get_model_predict.name_is_echoed"),
    Planted("null_member:operation=get_models,at=/data/*/id", f"{SP}.get_models.response.data.items.id.type"),
    Planted("replace_member:operation=get_models,at=/object,value=models", f"{SP}.get_models.response.object.const"),
    Planted(
        "replace_member:operation=get_models,at=/data/*/status,value=Ready",
        f"{SP}.get_models.status_only_when_asked_for",
    ),
    Planted("wrong_content_type:operation=get_health,value=application/json", f"{SP}.responses.media_type"),
    Planted(
        "wrong_refusal:situation=wrong_type,as=malformed",
        f"{SP}.post_batch_predict.request.predictions.type",
        (
            f"{SP}.post_batch_predict.request.predictions.items.type",
            f"{SP}.post_batch_predict.request.predictions.items.model_name.type",
        ),
    ),
    Planted(
        "accept_media_type:operation=post_batch_predict",
        "spice.post_batch_predict.other_media_types_are_refused",
        ("rest_json.other_media_types_are_refused",),
    ),
    Planted("accept_malformed:operation=post_batch_predict", "rest_json.malformed_body_is_refused"),
    Planted(
        "no_auth_check:operation=get_models",
        f"{SP}.get_models.wrong_credentials_are_refused",
        (f"{SP}.get_models.missing_credentials_are_refused",),
    ),
)
