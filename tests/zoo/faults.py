"""Every planted fault of the zoo, with the requirement that it breaks.

A suite that fails nothing proves nothing. Each row makes an imitated server wrong in one thing and says on which
requirement that must be blamed; `also` says what else may fall with it, because one wrong answer can break more than
one rule. Whatever else is blamed is a mistake of the suite, or of the row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Planted:
    """`fault` as `mockgen serve --fault` takes it; `breaks` is a requirement's id.

    `also` holds ids of further requirements, or what several ids begin with, in whole segments.
    """

    fault: str
    breaks: str
    also: tuple[str, ...] = ()


def limit(kind: str, constraint: str, *also: str) -> Planted:
    """A fault that moves or drops the constraint of this id."""
    return Planted(f"{kind}:constraint={constraint}", constraint, also)


ML = "amazon_ml"
ML_CREATE = f"{ML}.CreateBatchPrediction"
ML_LIST = f"{ML}.DescribeBatchPredictions"
ML_JOB = f"{ML}.lifecycle.batch_prediction"
ML_BP = "resource=batch_prediction"
GET = "operation=GetBatchPrediction"
ML_ANSWERS = (f"{ML_CREATE}.response", f"{ML_LIST}.response")
ML_AGREES = (f"{ML_JOB}.list.agrees_with_get",)
ML_FILES = (f"{ML}.batch_result",)
ML_CREATED = (f"{ML_JOB}.field.CreatedAt",)
ML_TIMES = (f"{ML}.GetBatchPrediction.times_are_in_order",)

AMAZON_ML = (
    limit("relax", f"{ML_CREATE}.request.BatchPredictionId.maxLength", *ML_ANSWERS),
    limit("loosen", f"{ML_CREATE}.request.BatchPredictionId.maxLength", *ML_ANSWERS),
    limit("tighten", f"{ML_CREATE}.request.BatchPredictionId.maxLength"),
    limit("relax", f"{ML_CREATE}.request.BatchPredictionId.pattern", *ML_ANSWERS),
    limit("relax", f"{ML_CREATE}.request.OutputUri.required", *ML_ANSWERS),
    limit("tighten", f"{ML_LIST}.request.Limit.maximum"),
    limit("loosen", f"{ML_LIST}.request.Limit.minimum"),
    limit("relax", f"{ML_LIST}.request.SortOrder.enum"),
    Planted(
        "wrong_error_class:operation=CreateBatchPrediction,right=serialization,wrong=not_found",
        f"{ML_CREATE}.refusals_are_documented",
        ("aws_json",),
    ),
    Planted(
        "wrong_error_class:operation=GetBatchPrediction,right=not_found,wrong=idempotent_mismatch",
        f"{ML_JOB}.unknown_is_refused",
        (f"{ML}.GetBatchPrediction.request.BatchPredictionId",),
    ),
    Planted("error_drops:member=__type", "aws_json.errors_name_their_type_in_the_body"),
    Planted(
        "error_drops:member=__type,header=x-amzn-errortype",
        "aws_json.errors_are_named",
        ("aws_json", f"{ML}.lifecycle"),
    ),
    Planted("error_as_success", f"{ML_JOB}.unknown_is_refused", (ML, "aws_json")),
    Planted(
        "accept_malformed:operation=DescribeBatchPredictions",
        "aws_json.malformed_body_is_refused",
        ("aws_json", f"{ML_LIST}.request.type"),
    ),
    Planted(
        "no_auth_check:operation=GetBatchPrediction",
        f"{ML}.GetBatchPrediction.missing_credentials_are_refused",
        (f"{ML}.GetBatchPrediction.wrong_credentials_are_refused",),
    ),
    Planted(f"drop_member:{GET},at=/MLModelId", f"{ML}.GetBatchPrediction.response.MLModelId.required", ML_AGREES),
    Planted(
        f"replace_member:{GET},at=/Status,value=DONE",
        f"{ML}.GetBatchPrediction.response.Status.enum",
        (f"{ML_JOB}.known_state",),
    ),
    Planted(
        f"wrong_spelling:{ML_BP},state=COMPLETED,value=Completed",
        f"{ML_JOB}.known_state",
        (f"{ML}.GetBatchPrediction.response.Status", *ML_ANSWERS),
    ),
    Planted(f"wrong_content_type:{GET},value=application/json", "aws_json.content_type"),
    Planted(f"broken_json:{GET}", f"{ML}.GetBatchPrediction.answer_is_well_formed"),
    Planted(f"drop_header:{GET},name=x-amzn-requestid", "aws_json.request_id"),
    Planted(f"replace_header:{GET},name=x-amzn-RequestId,value=r-1", "aws_json.request_ids_are_unique"),
    Planted(f"status_code:{GET},status=201", f"{ML}.GetBatchPrediction.status_is_documented"),
    Planted(f"backward_state:{ML_BP}", f"{ML_JOB}.legal_path"),
    Planted(f"mutate_final_state:{ML_BP},to=INPROGRESS", f"{ML_JOB}.terminal_is_final"),
    Planted(f"leak_identity:{ML_BP}", f"{ML_JOB}.field.OutputUri.echoes", (f"{ML_JOB}.field", *ML_AGREES)),
    Planted(f"wrong_identity:{ML_BP}", f"{ML}.GetBatchPrediction.answers_the_id"),
    Planted(f"clock_runs_back:{ML_BP}", f"{ML_JOB}.field.LastUpdatedAt.never_decreases", ML_CREATED),
    Planted(f"recreated_time:{ML_BP}", f"{ML_JOB}.field.CreatedAt.constant", (*ML_CREATED, *ML_TIMES)),
    Planted(f"field_missing:{ML_BP},field=/StartedAt", f"{ML_JOB}.field.StartedAt.present_in"),
    Planted(
        f"extra_member:{GET},at=/FinishedAt,value=1790000000",
        f"{ML_JOB}.field.FinishedAt.absent_in",
        (*ML_AGREES, *ML_TIMES),
    ),
    Planted(f"decrease_counter:{GET},at=/TotalRecordCount", f"{ML_JOB}.field.TotalRecordCount.never_decreases"),
    Planted(f"recreate:{ML_BP},as=accepted,same=accepted", f"{ML_JOB}.again_different"),
    Planted(f"recreate:{ML_BP},as=idempotent_mismatch", f"{ML_JOB}.again_same"),
    Planted(f"dangling_reference:{ML_BP}", f"{ML_JOB}.reference.MLModelId", (f"{ML_JOB}.reference",)),
    Planted(f"command_without_effect:{ML_BP},command=delete", f"{ML_JOB}.command.delete.takes_effect"),
    Planted(f"command_without_effect:{ML_BP},command=rename", f"{ML_JOB}.command.rename.sets.Name"),
    Planted(
        f"command_nowhere:{ML_BP},command=delete,as=invalid_input",
        f"{ML_JOB}.command.delete.takes_effect",
        (f"{ML}.DeleteBatchPrediction.valid_request_is_accepted",),
    ),
    Planted(f"ignore_filter:{ML_BP}", f"{ML_JOB}.list.filter.Status", (f"{ML_JOB}.list.filter",)),
    Planted(f"ignore_order:{ML_BP}", f"{ML_JOB}.list.order"),
    Planted(f"accept_any_token:{ML_BP}", f"{ML_JOB}.list.bad_token"),
    Planted(f"token_loops:{ML_BP}", f"{ML_JOB}.list.pages"),
    Planted(f"no_next:{ML_BP}", f"{ML_JOB}.list.pages", (f"{ML_JOB}.list",)),
    Planted(f"stale_list:{ML_BP}", f"{ML_JOB}.list.agrees_with_get"),
    Planted(
        "duplicate_item:operation=DescribeBatchPredictions,at=/Results",
        f"{ML_JOB}.list.limit",
        (f"{ML_JOB}.list.pages",),
    ),
    Planted(
        "drop_item:operation=DescribeBatchPredictions,at=/Results", f"{ML_JOB}.list.shows_created", (f"{ML_JOB}.list",)
    ),
    Planted(
        'replace_member:operation=Predict,at=/Prediction/predictedLabel,value="1"',
        f"{ML}.Predict.binary_label_follows_the_threshold",
        (f"{ML}.Predict.multiclass_label_has_the_highest_score",),
    ),
    Planted(
        "scale_map:operation=Predict,at=/Prediction/predictedScores,by=1.2",
        f"{ML}.Predict.multiclass_scores_sum_to_one",
        (f"{ML}.Predict.binary_label_follows_the_threshold", f"{ML}.Predict.binary_score_is_a_probability"),
    ),
    Planted(
        "score_without:scorer=predict,at=/Prediction/predictedLabel", f"{ML}.Predict.members_follow_the_model_type"
    ),
    Planted("restless_scores:operation=Predict", f"{ML}.Predict.repeats_itself"),
    Planted("drop_file:ending=.manifest", f"{ML}.batch_result.manifest_names_every_result", ML_FILES),
    Planted("drop_file:ending=.gz", f"{ML}.batch_result.one_line_per_observation", ML_FILES),
    Planted("drop_line:ending=.gz", f"{ML}.batch_result.one_line_per_observation"),
    Planted("duplicate_line:ending=.gz", f"{ML}.batch_result.one_line_per_observation"),
    Planted("reverse_lines:ending=.gz", f"{ML}.batch_result.keeps_the_order_of_the_input"),
    Planted("replace_text:old=bestAnswer,new=answer,ending=.gz", f"{ML}.batch_result.columns_follow_the_model_type"),
    Planted("replace_text:old=0.,new=7.,ending=.gz", f"{ML}.batch_result.scores_make_sense", ML_FILES),
)

PZ = "amazon_personalize"
PZ_CREATE = f"{PZ}.CreateBatchInferenceJob"
PZ_JOB = f"{PZ}.lifecycle.batch_inference_job"
JOB = "resource=batch_inference_job"
DESCRIBE = "operation=DescribeBatchInferenceJob"
PZ_FILES = f"{PZ}.recommendations"
PZ_ANSWERS = (f"{PZ_CREATE}.response", f"{PZ}.ListBatchInferenceJobs.response")

AMAZON_PERSONALIZE = (
    limit("relax", f"{PZ_CREATE}.request.jobName.maxLength", *PZ_ANSWERS),
    limit("tighten", f"{PZ_CREATE}.request.jobName.maxLength"),
    limit("relax", f"{PZ_CREATE}.request.jobInput.s3DataSource.path.pattern"),
    limit("loosen", f"{PZ_CREATE}.request.tags.maxItems"),
    limit("relax", f"{PZ_CREATE}.request.batchInferenceJobMode.enum", *PZ_ANSWERS),
    limit("relax", f"{PZ_CREATE}.request.batchInferenceJobConfig.itemExplorationConfig.key.maxLength"),
    Planted(f"forget_creations:{JOB}", f"{PZ_JOB}.again_same", (f"{PZ_JOB}.again_different",)),
    Planted(f"recreate:{JOB},as=limit_exceeded", f"{PZ_JOB}.again_different", (f"{PZ_JOB}.again_same",)),
    Planted(f"dangling_reference:{JOB}", f"{PZ_JOB}.reference.filterArn", (f"{PZ_JOB}.reference",)),
    Planted(f"wrong_spelling:{JOB},state=ACTIVE,value=DONE", f"{PZ_JOB}.known_state"),
    Planted(f"backward_state:{JOB}", f"{PZ_JOB}.legal_path"),
    Planted(f"mutate_final_state:{JOB},to=FAILED", f"{PZ_JOB}.terminal_is_final"),
    Planted(
        f"leak_identity:{JOB}", f"{PZ_JOB}.field.jobName.echoes", (f"{PZ_JOB}.field", f"{PZ_JOB}.list.agrees_with_get")
    ),
    Planted(f"wrong_identity:{JOB}", f"{PZ}.DescribeBatchInferenceJob.answers_the_arn"),
    Planted(
        f"clock_runs_back:{JOB}",
        f"{PZ_JOB}.field.lastUpdatedDateTime.never_decreases",
        (f"{PZ_JOB}.field.creationDateTime",),
    ),
    Planted(
        f"drop_member:{DESCRIBE},at=/batchInferenceJob/jobInput",
        f"{PZ}.DescribeBatchInferenceJob.response.batchInferenceJob.jobInput.required",
    ),
    Planted(f"field_always:{JOB},field=/failureReason", f"{PZ_JOB}.field.failureReason.absent_in"),
    Planted(
        f"vary_member:{DESCRIBE},at=/batchInferenceJob/roleArn",
        f"{PZ_JOB}.field.roleArn.constant",
        (f"{PZ_JOB}.field.roleArn.echoes",),
    ),
    Planted(f"ignore_filter:{JOB}", f"{PZ_JOB}.list.filter.solutionVersionArn"),
    Planted(f"accept_any_token:{JOB}", f"{PZ_JOB}.list.bad_token"),
    Planted(f"no_next:{JOB}", f"{PZ_JOB}.list.pages", (f"{PZ_JOB}.list",)),
    Planted("error_drops:member=__type", "aws_json.errors_name_their_type_in_the_body"),
    Planted(
        "no_auth_check:operation=ListBatchInferenceJobs",
        f"{PZ}.ListBatchInferenceJobs.wrong_credentials_are_refused",
        (f"{PZ}.ListBatchInferenceJobs.missing_credentials_are_refused",),
    ),
    Planted(
        "wrong_error_class:operation=DescribeBatchInferenceJob,right=not_found,wrong=invalid_input",
        f"{PZ_JOB}.unknown_is_refused",
        (f"{PZ}.DescribeBatchInferenceJob.request.batchInferenceJobArn",),
    ),
    Planted("drop_line:ending=.out", f"{PZ_FILES}.one_line_per_input_line"),
    Planted("duplicate_line:ending=.out", f"{PZ_FILES}.one_line_per_input_line", (PZ_FILES,)),
    Planted("replace_text:old=userId,new=user,ending=.out", f"{PZ_FILES}.lines_carry_their_input", (PZ_FILES,)),
    Planted(
        'replace_text:old="recommendedItems":[,new="recommendedItems":["x","x2",,ending=.out',
        f"{PZ_FILES}.no_more_items_than_asked_for",
        (PZ_FILES,),
    ),
)

DR = "datarobot"
DR_CREATE = f"{DR}.createBatchPrediction"
DR_JOB = f"{DR}.lifecycle.batch_prediction"
DR_BP = "resource=batch_prediction"
DR_GET = "operation=getBatchPrediction"
DOWNLOAD = "operation=downloadBatchPrediction"
DR_ANSWERS = (f"{DR_CREATE}.response", f"{DR}.listBatchPredictions.response")
DR_SHOWN = (*DR_ANSWERS, f"{DR}.getBatchPrediction.response")
DR_AGREES = (f"{DR_JOB}.list.agrees_with_get",)
DR_JOB_CALLS = ("createBatchPrediction", "getBatchPrediction", "abortBatchPrediction", "uploadCsv")
DR_RIGHTS = tuple(
    f"{DR}.{operation}.{kind}_credentials_are_refused"
    for operation in ("getVersion", "listBatchPredictions", "downloadBatchPrediction", *DR_JOB_CALLS)
    for kind in ("missing", "wrong")
)

DATAROBOT = (
    limit("relax", f"{DR_CREATE}.request.chunkSize.maximum"),
    limit("tighten", f"{DR_CREATE}.request.chunkSize.maximum"),
    limit("relax", f"{DR_CREATE}.request.additionalProperties"),
    limit("relax", f"{DR_CREATE}.request.passthrough_columns_exclude_the_set"),
    limit("loosen", f"{DR_CREATE}.request.maxExplanations.maximum", *DR_ANSWERS),
    limit("relax", f"{DR}.listBatchPredictions.request.query.status.items.enum"),
    limit("relax", f"{DR_CREATE}.request.intakeSettings.dataset_is_named"),
    Planted("wrong_refusal:situation=malformed,as=conflict", "rest_json.malformed_body_is_refused", ("rest_json",)),
    Planted(
        "wrong_error_form:error=unauthorized,status=403", f"{DR}.getVersion.missing_credentials_are_refused", DR_RIGHTS
    ),
    Planted("no_auth_check:operation=createBatchPrediction", f"{DR_CREATE}.missing_credentials_are_refused", DR_RIGHTS),
    Planted("error_as_success", f"{DR_JOB}.unknown_is_refused", (DR, "rest_json")),
    Planted(f"drop_member:{DR_GET},at=/logs", f"{DR}.getBatchPrediction.response.logs.required", DR_AGREES),
    Planted(
        f"replace_member:{DR_GET},at=/status,value=DONE",
        f"{DR}.getBatchPrediction.response.status.enum",
        (f"{DR_JOB}.known_state",),
    ),
    Planted(
        f"replace_member:{DR_GET},at=/scoredRows,value=-1",
        f"{DR}.getBatchPrediction.response.scoredRows.minimum",
        (*DR_AGREES, f"{DR_JOB}.field.scoredRows"),
    ),
    Planted(f"wrong_content_type:{DR_GET}", f"{DR}.responses.media_type"),
    Planted(f"wrong_content_type:{DOWNLOAD},value=application/json", f"{DR}.responses.media_type"),
    Planted("status_code:operation=createBatchPrediction,status=201", f"{DR_CREATE}.status_is_documented"),
    Planted("drop_header:operation=createBatchPrediction,name=location", f"{DR_JOB}.readable_after_create"),
    Planted(f"backward_state:{DR_BP}", f"{DR_JOB}.legal_path"),
    Planted(
        f"wrong_transition:{DR_BP},state=INITIALIZING,event=abort,to=FAILED", f"{DR_JOB}.command.abort.takes_effect"
    ),
    Planted(
        f"mutate_final_state:{DR_BP},to=RUNNING",
        f"{DR_JOB}.terminal_is_final",
        (f"{DR_JOB}.command.abort.takes_effect",),
    ),
    Planted(f"decrease_counter:{DR_GET},at=/scoredRows", f"{DR_JOB}.field.scoredRows.never_decreases"),
    Planted(
        f"vary_member:{DR_GET},at=/created",
        f"{DR_JOB}.field.created.constant",
        (f"{DR}.getBatchPrediction.response.created",),
    ),
    Planted(f"skip_log:{DR_BP}", f"{DR_JOB}.field.logs.only_grows", DR_SHOWN),
    Planted(f"field_always:{DR_BP},field=/links/download", f"{DR_JOB}.field.links.download.null_until", DR_ANSWERS),
    Planted(f"leak_identity:{DR_BP}", f"{DR_JOB}.field.jobSpec.constant", DR_AGREES),
    Planted(f"wrong_identity:{DR_BP}", f"{DR_JOB}.field.id.constant"),
    Planted(f"early_results:{DR_BP}", f"{DR_JOB}.results.refused.INITIALIZING", (f"{DR_JOB}.results.refused",)),
    Planted(
        f"no_results:{DR_BP}",
        f"{DR_JOB}.results.available",
        (f"{DR}.downloadBatchPrediction.valid_request_is_accepted",),
    ),
    Planted(
        f"results_error:{DR_BP},as=conflict",
        f"{DR_JOB}.results.refused.ABORTED",
        (f"{DR_JOB}.results.refused", f"{DR}.downloadBatchPrediction.status_is_documented"),
    ),
    Planted(f"command_anywhere:{DR_BP},command=abort", f"{DR_JOB}.command.abort.refused"),
    Planted(f"command_without_effect:{DR_BP},command=abort", f"{DR_JOB}.command.abort.takes_effect"),
    Planted(f"second_upload:{DR_BP},as=not_found", f"{DR_JOB}.upload.again"),
    Planted(f"dangling_reference:{DR_BP}", f"{DR_JOB}.reference.deploymentId", (f"{DR_JOB}.reference",)),
    Planted(f"ignore_filter:{DR_BP}", f"{DR_JOB}.list.filter.status", (f"{DR_JOB}.list.filter",)),
    Planted(f"ignore_order:{DR_BP}", f"{DR_JOB}.list.order"),
    Planted(f"no_next:{DR_BP}", f"{DR_JOB}.list.pages", (f"{DR_JOB}.list",)),
    Planted(f"stale_list:{DR_BP}", f"{DR_JOB}.list.agrees_with_get"),
    Planted(f"drop_row:{DOWNLOAD}", f"{DR}.output.rows_are_accounted_for"),
    Planted(f"duplicate_row:{DOWNLOAD}", f"{DR}.output.rows_are_accounted_for"),
    Planted(f"drop_header_row:{DOWNLOAD}", f"{DR}.output.columns_follow_the_model", (f"{DR}.output",)),
    Planted(
        f"change_cells:{DOWNLOAD},column=1,value=1.5",
        f"{DR}.output.probabilities_sum_to_one",
        (f"{DR}.output",),
    ),
    Planted(
        f"field_missing:{DR_BP},field=/statusDetails",
        f"{DR}.getBatchPrediction.response.statusDetails.required",
        DR_ANSWERS,
    ),
    Planted(
        f"replace_member:{DR_GET},at=/statusDetails,value=x",
        f"{DR}.batch_prediction.status_details_tell_the_last_log",
        DR_AGREES,
    ),
    Planted("reverse_items:operation=predict,at=/data", f"{DR}.predict.one_prediction_a_row"),
    Planted(
        "replace_member:operation=predict,at=/data/*/predictionValues/*/value,value=0.9",
        f"{DR}.predict.probabilities_sum_to_one",
    ),
    Planted("replace_member:operation=predict,at=/data/*/prediction,value=other", f"{DR}.predict.label_is_listed"),
    Planted(
        "replace_member:operation=createFromJobDefinition,at=/id,value=5fffffffffffffffffffffff",
        f"{DR}.lifecycle.job_definition.command.run.makes",
    ),
    Planted(
        f"wrong_transition:{DR_BP},state=RUNNING,event=finish,to=FAILED",
        f"{DR_JOB}.upload.parts.complete",
        (f"{DR}.downloadBatchPrediction.valid_request_is_accepted",),
    ),
    Planted("success_for_refusal:operation=finalizeMultipart,error=no_parts", f"{DR_JOB}.upload.parts.none"),
)

SP = "spice"
BATCH = "operation=post_batch_predict"
SINGLE = "operation=get_model_predict"
SP_EQUAL = (f"{SP}.post_batch_predict.equals_single_predictions",)
SP_NAME = f"{SP}.post_batch_predict.response.predictions.items.model_name"

SPICE = (
    limit("relax", f"{SP}.post_batch_predict.request.predictions.items.model_name.required", SP_NAME),
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
        (f"{SP}.post_batch_predict.request",),
    ),
    Planted("accept_media_type:operation=post_batch_predict", "rest_json.other_media_types_are_refused"),
    Planted("accept_malformed:operation=post_batch_predict", "rest_json.malformed_body_is_refused"),
    Planted(
        "no_auth_check:operation=get_models",
        f"{SP}.get_models.wrong_credentials_are_refused",
        (f"{SP}.get_models.missing_credentials_are_refused",),
    ),
)

PLANTED: Mapping[str, tuple[Planted, ...]] = {
    "amazon_ml": AMAZON_ML,
    "amazon_personalize": AMAZON_PERSONALIZE,
    "datarobot": DATAROBOT,
    "spice": SPICE,
}
