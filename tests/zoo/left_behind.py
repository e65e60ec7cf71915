"""Planted faults of what is left behind: by commands, retries and refusals, on later pages, beside other rows."""

from __future__ import annotations

from tests.zoo.planted import Planted

ML = "amazon_ml"
ML_BP = "resource=batch_prediction"
ML_JOB = f"{ML}.lifecycle.batch_prediction"
DR = "datarobot"
DR_JOB = f"{DR}.lifecycle.batch_prediction"
DR_DEFINITION = f"{DR}.lifecycle.job_definition"
DOWNLOAD = "operation=downloadBatchPrediction"

LEFT_BY_AMAZON_ML = (
    Planted(
        "cuts_text:operation=CreateBatchPrediction,at=/BatchPredictionName,length=255", f"{ML_JOB}.field.Name.echoes"
    ),
    Planted("keeps_time:operation=UpdateBatchPrediction", f"{ML_JOB}.command.rename.moves.LastUpdatedAt"),
    Planted(
        "changes_another:resource=ml_model,command=change,at=/Name,value=x",
        f"{ML}.lifecycle.ml_model.command.change.sets.ScoreThreshold",
    ),
    Planted(
        f"retry_restarts:{ML_BP}",
        f"{ML_JOB}.terminal_is_final",
        (f"{ML_JOB}.field",),
    ),
    Planted(
        f"keeps_refused:{ML_BP}",
        f"{ML_JOB}.refused_leaves_nothing",
        (f"{ML}.GetBatchPrediction.response", f"{ML}.DescribeBatchPredictions.response"),
    ),
    Planted(
        f"changes_though_refused:{ML_BP},command=rename",
        f"{ML_JOB}.command.rename.refused_changes_nothing.Name",
        (f"{ML}.DescribeBatchPredictions.response.Results.items.Name",),
    ),
    Planted(f"later_pages_reversed:{ML_BP}", f"{ML_JOB}.list.order"),
    Planted(
        f"fails_for:{ML_BP},at=/MLModelId,value=ml-multiclass",
        f"{ML}.batch_result.every_right_job_completes",
        needs=frozenset({"models"}),
    ),
    Planted("drop_member:operation=GetMLModel,at=/Recipe", f"{ML}.lifecycle.ml_model.on_request.Recipe"),
    Planted(
        "vary_member:operation=GetDataSource,at=/DataSizeInBytes",
        f"{ML}.lifecycle.data_source.field.DataSizeInBytes.set_once",
    ),
)

LEFT_BY_PERSONALIZE = (
    Planted(
        "fails_for:resource=batch_inference_job,at=/numResults,value=5",
        "amazon_personalize.recommendations.every_right_job_ends_active",
    ),
)

LEFT_BY_DATAROBOT = (
    Planted(f"fails_for:{ML_BP},at=/csvSettings/encoding,value=latin-1", f"{DR}.output.every_right_job_completes"),
    Planted(f"link_forgets:{ML_BP},name=limit", f"{DR_JOB}.list.links"),
    Planted(f"link_forgets:{ML_BP},name=status", f"{DR_JOB}.list.links"),
    Planted("null_member:operation=listBatchPredictions,at=/previous", f"{DR_JOB}.list.links"),
    Planted(
        "forgets_member:operation=createFromExisting,at=/passthroughColumns",
        f"{DR_JOB}.command.copy.keeps",
    ),
    Planted("forgets_member:operation=createFromJobDefinition,at=/numConcurrent", f"{DR_DEFINITION}.command.run.keeps"),
    Planted(
        "changes_another:resource=job_definition,command=change,at=/enabled,value=false",
        f"{DR_DEFINITION}.command.change.sets.name",
        (f"{DR_DEFINITION}.command.change",),
    ),
    Planted(
        "replace_member:operation=listDeployments,at=/data/*/label,value=x",
        f"{DR}.lifecycle.deployment.list.agrees_with_get",
    ),
    Planted(
        "vary_member:operation=getBatchPrediction,at=/jobIntakeSize",
        f"{DR_JOB}.field.jobIntakeSize.rests",
    ),
    Planted(
        "shift_number:operation=getBatchPrediction,at=/elapsedTimeSec,by=1000",
        f"{DR_JOB}.field.elapsedTimeSec.is_in_seconds",
        (f"{DR_JOB}.list.agrees_with_get",),
    ),
    Planted("success_for_refusal:operation=uploadCsv,error=needs_no_data", f"{DR_JOB}.upload.not_needed"),
    Planted("shift_number:operation=predict,at=/data/0/prediction", f"{DR}.predict.row_stands_alone"),
    Planted(
        f"change_cells:{DOWNLOAD},column=amount_PREDICTION,value=1,row=1",
        f"{DR}.output.row_stands_alone",
    ),
)

LEFT_BY_SPICE = (
    Planted("drop_row:operation=get_models", "spice.get_models.csv_agrees_with_json"),
    Planted("drop_header_row:operation=get_status", "spice.get_status.csv_agrees_with_json"),
)
