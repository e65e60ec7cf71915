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

AMAZON_ML = (
    limit("relax", f"{ML_CREATE}.request.BatchPredictionId.maxLength"),
    limit("loosen", f"{ML_CREATE}.request.BatchPredictionId.maxLength"),
    limit("tighten", f"{ML_CREATE}.request.BatchPredictionId.maxLength"),
    limit("relax", f"{ML_CREATE}.request.BatchPredictionId.pattern"),
    limit("relax", f"{ML_CREATE}.request.OutputUri.required"),
    limit("tighten", f"{ML_LIST}.request.Limit.maximum"),
    limit("loosen", f"{ML_LIST}.request.Limit.minimum"),
    limit("relax", f"{ML_LIST}.request.SortOrder.enum"),
    Planted(f"wrong_refusal:situation=wrong_type,as=not_found", f"{ML_CREATE}.request.BatchPredictionId.type"),
    Planted("wrong_error_form:error=not_found,code=NoSuchThing", f"{ML_JOB}.unknown_is_refused"),
    Planted("error_drops:member=__type", "aws_json.errors_name_their_type_in_the_body"),
    Planted("error_drops:member=__type,header=x-amzn-errortype", "aws_json.errors_are_named"),
    Planted("error_as_success", "aws_json.errors_are_named"),
    Planted("accept_malformed:operation=GetBatchPrediction", "aws_json.malformed_body_is_refused"),
    Planted("no_auth_check:operation=GetBatchPrediction", f"{ML}.GetBatchPrediction.missing_credentials_are_refused"),
    Planted(f"drop_member:{GET},at=/MLModelId", f"{ML}.GetBatchPrediction.response.MLModelId.required"),
    Planted(f"replace_member:{GET},at=/Status,value=DONE", f"{ML}.GetBatchPrediction.response.Status.enum"),
    Planted(f"wrong_spelling:{ML_BP},state=COMPLETED,value=Completed", f"{ML_JOB}.known_state"),
    Planted(f"wrong_content_type:{GET},value=application/json", "aws_json.content_type"),
    Planted(f"broken_json:{GET}", f"{ML}.GetBatchPrediction.answer_is_well_formed"),
    Planted(f"drop_header:{GET},name=x-amzn-requestid", "aws_json.request_id"),
    Planted(f"replace_header:{GET},name=x-amzn-RequestId,value=r-1", "aws_json.request_ids_are_unique"),
    Planted(f"status_code:{GET},status=201", f"{ML}.GetBatchPrediction.status_is_documented"),
    Planted(f"backward_state:{ML_BP}", f"{ML_JOB}.legal_path"),
    Planted(f"mutate_final_state:{ML_BP},to=INPROGRESS", f"{ML_JOB}.terminal_is_final"),
    Planted(f"stuck_state:{ML_BP},state=INPROGRESS", f"{ML_JOB}.reaches_final_state"),
    Planted(f"leak_identity:{ML_BP}", f"{ML_JOB}.field.OutputUri.echoes"),
    Planted(f"wrong_identity:{ML_BP}", f"{ML}.GetBatchPrediction.answers_the_id"),
    Planted(f"clock_runs_back:{ML_BP}", f"{ML_JOB}.field.LastUpdatedAt.never_decreases"),
    Planted(f"recreated_time:{ML_BP}", f"{ML_JOB}.field.CreatedAt.constant"),
    Planted(f"field_missing:{ML_BP},field=/StartedAt", f"{ML_JOB}.field.StartedAt.present_in"),
    Planted(f"field_always:{ML_BP},field=/FinishedAt", f"{ML_JOB}.field.FinishedAt.absent_in"),
    Planted(f"decrease_counter:{GET},at=/TotalRecordCount", f"{ML_JOB}.field.TotalRecordCount.never_decreases"),
    Planted(f"recreate:{ML_BP},as=accepted,same=accepted", f"{ML_JOB}.again_different"),
    Planted(f"recreate:{ML_BP},as=idempotent_mismatch", f"{ML_JOB}.again_same"),
    Planted(f"dangling_reference:{ML_BP}", f"{ML_JOB}.reference.MLModelId"),
    Planted(f"command_without_effect:{ML_BP},command=delete", f"{ML_JOB}.command.delete.takes_effect"),
    Planted(f"command_without_effect:{ML_BP},command=rename", f"{ML_JOB}.command.rename.sets.Name"),
    Planted(f"command_nowhere:{ML_BP},command=delete,as=invalid_input", f"{ML_JOB}.command.delete.takes_effect"),
    Planted(f"ignore_filter:{ML_BP}", f"{ML_JOB}.list.filter.Status"),
    Planted(f"ignore_order:{ML_BP}", f"{ML_JOB}.list.order"),
    Planted(f"accept_any_token:{ML_BP}", f"{ML_JOB}.list.bad_token"),
    Planted(f"token_loops:{ML_BP}", f"{ML_JOB}.list.pages"),
    Planted(f"no_next:{ML_BP}", f"{ML_JOB}.list.pages"),
    Planted(f"stale_list:{ML_BP}", f"{ML_JOB}.list.agrees_with_get"),
    Planted("duplicate_item:operation=DescribeBatchPredictions,at=/Results", f"{ML_JOB}.list.limit"),
    Planted("drop_item:operation=DescribeBatchPredictions,at=/Results", f"{ML_JOB}.list.shows_created"),
    Planted(
        "replace_member:operation=Predict,at=/Prediction/predictedLabel,value=1",
        f"{ML}.Predict.binary_label_follows_the_threshold",
    ),
    Planted(
        "scale_map:operation=Predict,at=/Prediction/predictedScores,by=1.2",
        f"{ML}.Predict.multiclass_scores_sum_to_one",
    ),
    Planted("score_without:scorer=predict,at=/Prediction/predictedLabel", f"{ML}.Predict.members_follow_the_model_type"),
    Planted("restless_scores:operation=Predict", f"{ML}.Predict.repeats_itself"),
    Planted("wrong_error_class:operation=Predict,right=not_mounted,wrong=not_found", f"{ML}.Predict.x"),
)

PZ = "amazon_personalize"
PZ_CREATE = f"{PZ}.CreateBatchInferenceJob"
PZ_JOB = f"{PZ}.lifecycle.batch_inference_job"
JOB = "resource=batch_inference_job"
DESCRIBE = "operation=DescribeBatchInferenceJob"

AMAZON_PERSONALIZE = (
    limit("relax", f"{PZ_CREATE}.request.jobName.maxLength"),
    limit("tighten", f"{PZ_CREATE}.request.jobName.maxLength"),
    limit("relax", f"{PZ_CREATE}.request.jobInput.s3DataSource.path.pattern"),
    limit("loosen", f"{PZ_CREATE}.request.tags.maxItems"),
    limit("relax", f"{PZ_CREATE}.request.batchInferenceJobMode.enum"),
    limit("relax", f"{PZ_CREATE}.request.batchInferenceJobConfig.itemExplorationConfig.key.maxLength"),
    Planted(f"forget_creations:{JOB}", f"{PZ_JOB}.again_same"),
    Planted(f"recreate:{JOB},as=limit_exceeded", f"{PZ_JOB}.again_different"),
    Planted(f"dangling_reference:{JOB}", f"{PZ_JOB}.reference.filterArn"),
    Planted(f"wrong_spelling:{JOB},state=ACTIVE,value=DONE", f"{PZ_JOB}.known_state"),
    Planted(f"backward_state:{JOB}", f"{PZ_JOB}.legal_path"),
    Planted(f"mutate_final_state:{JOB},to=FAILED", f"{PZ_JOB}.terminal_is_final"),
    Planted(f"leak_identity:{JOB}", f"{PZ_JOB}.field.jobName.echoes"),
    Planted(f"wrong_identity:{JOB}", f"{PZ}.DescribeBatchInferenceJob.answers_the_arn"),
    Planted(f"clock_runs_back:{JOB}", f"{PZ_JOB}.field.lastUpdatedDateTime.never_decreases"),
    Planted(
        f"drop_member:{DESCRIBE},at=/batchInferenceJob/jobInput",
        f"{PZ}.DescribeBatchInferenceJob.response.batchInferenceJob.jobInput.required",
    ),
    Planted(f"field_always:{JOB},field=/failureReason", f"{PZ_JOB}.field.failureReason.absent_in"),
    Planted(
        f"vary_member:{DESCRIBE},at=/batchInferenceJob/roleArn",
        f"{PZ_JOB}.field.roleArn.constant",
    ),
    Planted(f"ignore_filter:{JOB}", f"{PZ_JOB}.list.filter.solutionVersionArn"),
    Planted(f"accept_any_token:{JOB}", f"{PZ_JOB}.list.bad_token"),
    Planted(f"no_next:{JOB}", f"{PZ_JOB}.list.pages"),
    Planted("error_drops:member=__type", "aws_json.errors_name_their_type_in_the_body"),
    Planted("no_auth_check", f"{PZ_CREATE}.wrong_credentials_are_refused"),
    Planted(f"wrong_error_form:error=not_found,code=InvalidInputException", f"{PZ_JOB}.unknown_is_refused"),
)

DR = "datarobot"
DR_CREATE = f"{DR}.createBatchPrediction"
DR_JOB = f"{DR}.lifecycle.batch_prediction"
DR_BP = "resource=batch_prediction"
DR_GET = "operation=getBatchPrediction"
DOWNLOAD = "operation=downloadBatchPrediction"

DATAROBOT = (
    limit("relax", f"{DR_CREATE}.request.chunkSize.maximum"),
    limit("tighten", f"{DR_CREATE}.request.chunkSize.maximum"),
    limit("relax", f"{DR_CREATE}.request.additionalProperties"),
    limit("relax", f"{DR_CREATE}.request.passthrough_columns_exclude_the_set"),
    limit("loosen", f"{DR_CREATE}.request.maxExplanations.maximum"),
    limit("relax", f"{DR}.listBatchPredictions.request.query.status.items.enum"),
    limit("relax", f"{DR_CREATE}.request.intakeSettings.dataset_is_named"),
    Planted("wrong_refusal:situation=malformed,as=conflict", "rest_json.malformed_body_is_refused"),
    Planted("wrong_error_form:error=unauthorized,status=403", f"{DR}.getVersion.missing_credentials_are_refused"),
    Planted("no_auth_check:operation=createBatchPrediction", f"{DR_CREATE}.missing_credentials_are_refused"),
    Planted("error_as_success", f"{DR_JOB}.unknown_is_refused"),
    Planted(f"drop_member:{DR_GET},at=/logs", f"{DR}.getBatchPrediction.response.logs.required"),
    Planted(f"replace_member:{DR_GET},at=/status,value=DONE", f"{DR}.getBatchPrediction.response.status.enum"),
    Planted(f"replace_member:{DR_GET},at=/scoredRows,value=-1", f"{DR}.getBatchPrediction.response.scoredRows.minimum"),
    Planted(f"wrong_content_type:{DR_GET}", f"{DR}.responses.media_type"),
    Planted(f"wrong_content_type:{DOWNLOAD},value=application/json", f"{DR}.responses.media_type"),
    Planted("status_code:operation=createBatchPrediction,status=201", f"{DR_CREATE}.status_is_documented"),
    Planted("drop_header:operation=createBatchPrediction,name=location", f"{DR_CREATE}.valid_request_is_accepted"),
    Planted(f"backward_state:{DR_BP}", f"{DR_JOB}.legal_path"),
    Planted(f"wrong_transition:{DR_BP},state=RUNNING,event=finish,to=FAILED", f"{DR_JOB}.legal_path"),
    Planted(f"wrong_transition:{DR_BP},state=INITIALIZING,event=abort,to=FAILED", f"{DR_JOB}.command.abort.takes_effect"),
    Planted(f"mutate_final_state:{DR_BP},to=RUNNING", f"{DR_JOB}.terminal_is_final"),
    Planted(f"stuck_state:{DR_BP},state=RUNNING", f"{DR_JOB}.reaches_final_state"),
    Planted(f"decrease_counter:{DR_GET},at=/scoredRows", f"{DR_JOB}.field.scoredRows.never_decreases"),
    Planted(f"vary_member:{DR_GET},at=/created", f"{DR_JOB}.field.created.constant"),
    Planted(f"skip_log:{DR_BP}", f"{DR_JOB}.field.logs.only_grows"),
    Planted(f"field_always:{DR_BP},field=/links/download", f"{DR_JOB}.field.links.download.null_until"),
    Planted(f"leak_identity:{DR_BP}", f"{DR_JOB}.field.jobSpec.constant"),
    Planted(f"wrong_identity:{DR_BP}", f"{DR_JOB}.list.agrees_with_get"),
    Planted(f"early_results:{DR_BP}", f"{DR_JOB}.results.refused.INITIALIZING"),
    Planted(f"no_results:{DR_BP}", f"{DR_JOB}.results.available"),
    Planted(f"results_error:{DR_BP},as=conflict", f"{DR_JOB}.results.refused.ABORTED"),
    Planted(f"command_anywhere:{DR_BP},command=abort", f"{DR_JOB}.command.abort.refused"),
    Planted(f"command_without_effect:{DR_BP},command=abort", f"{DR_JOB}.command.abort.takes_effect"),
    Planted(f"second_upload:{DR_BP},as=not_found", f"{DR_JOB}.upload.again"),
    Planted(f"dangling_reference:{DR_BP}", f"{DR_JOB}.reference.deploymentId"),
    Planted(f"ignore_filter:{DR_BP}", f"{DR_JOB}.list.filter.status"),
    Planted(f"ignore_order:{DR_BP}", f"{DR_JOB}.list.order"),
    Planted(f"no_next:{DR_BP}", f"{DR_JOB}.list.pages"),
    Planted(f"stale_list:{DR_BP}", f"{DR_JOB}.list.agrees_with_get"),
    Planted("shift_number:operation=listBatchPredictions,at=/totalCount,by=2", f"{DR_JOB}.list.pages"),
    Planted(f"drop_row:{DOWNLOAD}", f"{DR}.output.rows_are_accounted_for"),
    Planted(f"duplicate_row:{DOWNLOAD}", f"{DR}.output.rows_are_accounted_for"),
    Planted(f"drop_header_row:{DOWNLOAD}", f"{DR}.output.columns_follow_the_model"),
    Planted(f"change_cells:{DOWNLOAD},column=0,value=1.5", f"{DR}.output.probabilities_sum_to_one"),
    Planted(f"field_missing:{DR_BP},field=/statusDetails", f"{DR}.getBatchPrediction.response.statusDetails.required"),
    Planted(f"replace_member:{DR_GET},at=/statusDetails,value=x", f"{DR}.batch_prediction.status_details_tell_the_last_log"),
)

SP = "spice"
BATCH = "operation=post_batch_predict"
SINGLE = "operation=get_model_predict"

SPICE = (
    limit("relax", f"{SP}.post_batch_predict.request.predictions.items.model_name.required"),
    limit("relax", f"{SP}.get_models.request.query.format.enum"),
    Planted(f"reverse_items:{BATCH},at=/predictions", f"{SP}.post_batch_predict.results_keep_the_order"),
    Planted(f"drop_item:{BATCH},at=/predictions", f"{SP}.post_batch_predict.one_result_per_item"),
    Planted(f"duplicate_item:{BATCH},at=/predictions", f"{SP}.post_batch_predict.one_result_per_item"),
    Planted(f"same_items:{BATCH},at=/predictions", f"{SP}.post_batch_predict.results_keep_the_order"),
    Planted(
        f"replace_member:{BATCH},at=/predictions/*/status,value=Success",
        f"{SP}.post_batch_predict.failures_are_isolated",
    ),
    Planted(f"replace_member:{BATCH},at=/predictions/*/prediction,value=[1]", f"{SP}.post_batch_predict.equals_single_predictions"),
    Planted(f"replace_member:{BATCH},at=/duration_ms,value=0", f"{SP}.post_batch_predict.duration_covers_every_item"),
    Planted(f"replace_member:{BATCH},at=/predictions/*/status,value=Fine", f"{SP}.post_batch_predict.response.predictions.items.status.enum"),
    Planted(f"drop_member:{BATCH},at=/predictions/*/model_name", f"{SP}.post_batch_predict.response.predictions.items.model_name.required"),
    Planted(f"restless_scores:{SINGLE}", f"{SP}.get_model_predict.is_repeatable"),
    Planted(f"restless_scores:{BATCH}", f"{SP}.post_batch_predict.is_repeatable"),
    Planted(f"drop_member:{SINGLE},at=/prediction", f"{SP}.get_model_predict.response.success_has_a_prediction"),
    Planted(f"replace_member:{SINGLE},at=/status,value=BadRequest", f"{SP}.get_model_predict.status_agrees_with_http"),
    Planted(f"replace_member:{SINGLE},at=/model_name,value=other", f"{SP}.get_model_predict.name_is_echoed"),
    Planted("null_member:operation=get_models,at=/data/*/id", f"{SP}.get_models.response.data.items.id.type"),
    Planted("replace_member:operation=get_models,at=/object,value=models", f"{SP}.get_models.response.object.const"),
    Planted("wrong_content_type:operation=get_health,value=application/json", f"{SP}.responses.media_type"),
    Planted("wrong_refusal:situation=media_type,as=malformed", "rest_json.other_media_types_are_refused"),
    Planted("wrong_refusal:situation=wrong_type,as=malformed", f"{SP}.post_batch_predict.request.predictions.type"),
    Planted("accept_media_type:operation=post_batch_predict", "rest_json.other_media_types_are_refused"),
    Planted("accept_malformed:operation=post_batch_predict", "rest_json.malformed_body_is_refused"),
    Planted("no_auth_check:operation=get_models", f"{SP}.get_models.wrong_credentials_are_refused"),
)

PLANTED: Mapping[str, tuple[Planted, ...]] = {
    "amazon_ml": AMAZON_ML,
    "amazon_personalize": AMAZON_PERSONALIZE,
    "datarobot": DATAROBOT,
    "spice": SPICE,
}
