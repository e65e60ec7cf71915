"""Planted faults that only rare questions show: long batches, awkward names, far pages, several filters at once."""

from __future__ import annotations

from tests.zoo.planted import Planted

ML = "amazon_ml"
PZ = "amazon_personalize"
DR = "datarobot"
DR_JOB = f"{DR}.lifecycle.batch_prediction"
LISTED = tuple(f"{DR_JOB}.list.filter.{name}" for name in ("jobId", "batchJobType", "intakeType", "outputType"))
SP_BATCH = "spice.post_batch_predict"
NAMES = "operation=post_batch_predict,at=/predictions/*/model_name"

RARE_OF_AMAZON_ML = (
    Planted(
        "forgets_unnamed:resource=ml_model,command=change",
        f"{ML}.lifecycle.ml_model.command.change.sets.Name",
        (f"{ML}.lifecycle.ml_model.command.change.sets.ScoreThreshold",),
    ),
    Planted(
        "fixed_threshold:scorer=predict",
        f"{ML}.Predict.binary_label_follows_the_threshold",
        (f"{ML}.batch_result.scores_make_sense",),
        frozenset({"models", "realtime"}),
    ),
    Planted(
        "one_kind_of_id:collection=tags",
        f"{ML}.collection.tags.ids_are_of_a_kind",
    ),
    Planted(
        "takes_useless:resource=batch_prediction",
        f"{ML}.lifecycle.batch_prediction.reference.BatchPredictionDataSourceId.unusable",
        (f"{ML}.lifecycle.batch_prediction.reference.MLModelId.unusable",),
        frozenset({"models", "data_sources"}),
    ),
    Planted("foreign_token:resource=data_source", f"{ML}.lifecycle.data_source.list.bad_token"),
)

RARE_OF_AMAZON_PERSONALIZE = (
    Planted("foreign_token:resource=batch_segment_job", f"{PZ}.lifecycle.batch_segment_job.list.bad_token"),
    Planted(
        "repeats_item:at=/output/recommendedItems,ending=.out", f"{PZ}.recommendations.no_more_items_than_asked_for"
    ),
    Planted(
        "repeats_item:at=/output/usersList,ending=.out",
        f"{PZ}.segments.no_more_users_than_asked_for",
        (),
        frozenset({"segments"}),
    ),
)

RARE_OF_DATAROBOT = (
    Planted("forgive_token:way=beginning", f"{DR}.getVersion.wrong_credentials_are_refused"),
    Planted(
        "one_filter:resource=batch_prediction", f"{DR_JOB}.list.filter.deploymentId", (*LISTED, f"{DR_JOB}.list.links")
    ),
    Planted("far_is_first:resource=batch_prediction", f"{DR_JOB}.list.counts", (f"{DR_JOB}.list.links",)),
    Planted("merges_rows:operation=downloadBatchPrediction", f"{DR}.output.rows_are_accounted_for"),
    Planted(
        "keeps_refused:resource=batch_prediction",
        f"{DR_JOB}.refused_leaves_nothing",
        (f"{DR}.listBatchPredictions.response",),
    ),
)

RARE_OF_SPICE = (
    Planted("forgive_token:way=beginning", "spice.get_models.wrong_credentials_are_refused"),
    Planted("forgive_token:way=case", "spice.get_models.wrong_credentials_are_refused"),
    Planted("keeps_first:operation=post_batch_predict,at=/predictions", f"{SP_BATCH}.one_result_per_item"),
    *(
        Planted(f"changes_text:{NAMES},way={way}", f"{SP_BATCH}.one_result_per_item")
        for way in ("lower", "strip", "cut")
    ),
)
