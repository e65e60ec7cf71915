"""Planted faults for checks that no other row breaks: order of times, limits of counters, page counts."""

from __future__ import annotations

from tests.zoo.planted import Planted

ML = "amazon_ml"
ML_GET = "operation=GetBatchPrediction"
ML_JOB = f"{ML}.lifecycle.batch_prediction"
ML_AGREES = f"{ML_JOB}.list.agrees_with_get"
PZ_JOB = "amazon_personalize.lifecycle.batch_inference_job"
DR = "datarobot"
DR_JOB = f"{DR}.lifecycle.batch_prediction"

MORE_OF_AMAZON_ML = (
    Planted(
        f"replace_member:{ML_GET},at=/StartedAt,value=1000000000",
        f"{ML}.GetBatchPrediction.times_are_in_order",
        (ML_AGREES,),
    ),
    Planted(
        f"replace_member:{ML_GET},at=/InvalidRecordCount,value=99999",
        f"{ML_JOB}.field.InvalidRecordCount.at_most",
        (ML_AGREES,),
    ),
    Planted(
        f"vary_member:{ML_GET},at=/StartedAt",
        f"{ML_JOB}.field.StartedAt.set_once",
        (f"{ML}.GetBatchPrediction.times_are_in_order",),
    ),
    Planted(
        "scale_map:operation=Predict,at=/Prediction/predictedScores,by=9",
        f"{ML}.Predict.multiclass_scores_are_probabilities",
        (
            f"{ML}.Predict.binary_label_follows_the_threshold",
            f"{ML}.Predict.binary_score_is_a_probability",
            f"{ML}.Predict.multiclass_scores_sum_to_one",
            f"{ML}.batch_result.equals_real_time_predictions",
        ),
    ),
    Planted(
        "replace_member:operation=Predict,at=/Prediction/predictedLabel,value=C",
        f"{ML}.Predict.multiclass_label_has_the_highest_score",
        (f"{ML}.Predict.binary_label_follows_the_threshold",),
    ),
    Planted(
        "success_for_refusal:operation=Predict,error=not_mounted",
        f"{ML}.Predict.model_without_endpoint_is_refused",
        (f"{ML}.Predict.repeats_itself",),
    ),
    Planted(f"replace_header:{ML_GET},name=Content-Encoding,value=gzip", "aws_json.responses_are_not_encoded"),
    Planted(
        "awaits_references:resource=batch_prediction,error=invalid_input",
        f"{ML_JOB}.reference.MLModelId.unfinished",
        needs=frozenset({"models"}),
    ),
)

MORE_OF_AMAZON_PERSONALIZE = (
    Planted(
        "recreate:resource=batch_inference_job,as=accepted,same=accepted",
        f"{PZ_JOB}.again_at_once",
        (f"{PZ_JOB}.again_same", f"{PZ_JOB}.again_different"),
    ),
)

MORE_OF_DATAROBOT = (
    Planted(
        "change_cells:operation=downloadBatchPrediction,column=note,value=zz",
        f"{DR}.output.passthrough_is_verbatim",
    ),
    Planted(
        "change_cells:operation=downloadBatchPrediction,column=default_PREDICTION,value=no",
        f"{DR}.output.label_follows_scores",
    ),
    Planted(
        "success_for_refusal:operation=uploadCsv,error=invalid",
        f"{DR_JOB}.upload.empty",
        (f"{DR_JOB}.upload.unreadable",),
    ),
    Planted("shift_number:operation=listBatchPredictions,at=/count", f"{DR_JOB}.list.counts"),
    Planted("same_identity:resource=batch_prediction", f"{DR_JOB}.identities_are_distinct"),
    Planted("turn_rows:operation=downloadBatchPrediction", f"{DR_JOB}.results.repeatable"),
    Planted(
        "wrong_transition:resource=batch_prediction,state=RUNNING,event=abort,to=COMPLETED",
        f"{DR_JOB}.command.abort.takes_effect",
    ),
    Planted("first_n:operation=getVersion,n=1000,error=internal", f"{DR}.getVersion.valid_request_is_accepted"),
)

MORE_OF_SPICE = (
    Planted(
        "shift_number:operation=post_batch_predict,at=/predictions/0/prediction/0",
        "spice.post_batch_predict.permutes_with_the_request",
        ("spice.post_batch_predict.equals_single_predictions",),
    ),
    Planted("error_untyped", "rest_json.errors_have_a_content_type", ("spice.responses.media_type",)),
)
