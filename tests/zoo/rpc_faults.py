"""The planted faults of services with one path and many operations.

These are Amazon's; the two halves stand in two files because a table of everything is too long to read.
"""

from __future__ import annotations

from tests.zoo.planted import Planted, limit

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
    Planted(
        "reverse_lines:ending=.gz",
        f"{ML}.batch_result.keeps_the_order_of_the_input",
        needs=frozenset({"realtime"}),
    ),
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
