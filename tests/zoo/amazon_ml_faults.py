"""The zoo's faults for Amazon ML; `faults.py` says what a row means."""

from __future__ import annotations

from tests.zoo.planted import Planted, limit

ML = "amazon_ml"
ML_CREATE = f"{ML}.CreateBatchPrediction"
ML_LIST = f"{ML}.DescribeBatchPredictions"
ML_JOB = f"{ML}.lifecycle.batch_prediction"
ML_BP = "resource=batch_prediction"
ML_TAGS = f"{ML}.collection.tags"
GET = "operation=GetBatchPrediction"
ML_AGREES = (f"{ML_JOB}.list.agrees_with_get",)
ML_CREATED = (f"{ML_JOB}.field.CreatedAt.at_most",)
ML_TIMES = (f"{ML}.GetBatchPrediction.times_are_in_order",)
ML_OPERATIONS = (
    *(f"{verb}BatchPrediction" for verb in ("Create", "Get", "Update", "Delete")),
    "DescribeBatchPredictions",
    "GetMLModel",
)
ML_UNKNOWN = tuple(
    f"{ML}.lifecycle.{about}"
    for about in (
        "batch_prediction.list.bad_token",
        "batch_prediction.command.delete.unknown_is_refused",
        "batch_prediction.command.rename.unknown_is_refused",
        "ml_model.unknown_is_refused",
    )
)
"""Rules about refusals in the lives of jobs and models."""
ML_REFUSED = (
    *ML_UNKNOWN,
    *(
        f"{ML}.{operation}.{what}"
        for operation in ML_OPERATIONS
        for what in ("request", "response", "missing_credentials_are_refused", "wrong_credentials_are_refused")
    ),
    f"{ML_CREATE}.null_does_not_fill_a_required_member",
    "sigv4",
    *(f"aws_json.{rule}_is_refused" for rule in ("malformed_body", "unknown_target", "missing_target")),
    "aws_json.other_media_types_are_refused",
    "aws_json.body_is_an_object",
    "aws_json.only_post_is_served",
)
"""What a server breaks whose refusals are successes: every rule about a refusal, and every body that is none."""

AMAZON_ML = (
    limit("relax", f"{ML_CREATE}.request.BatchPredictionId.maxLength"),
    limit("loosen", f"{ML_CREATE}.request.BatchPredictionId.maxLength"),
    limit("tighten", f"{ML_CREATE}.request.BatchPredictionId.maxLength"),
    limit("relax", f"{ML_CREATE}.request.BatchPredictionId.pattern"),
    limit(
        "relax",
        f"{ML_CREATE}.request.OutputUri.required",
        f"{ML}.GetBatchPrediction.response.OutputUri.required",
        f"{ML}.DescribeBatchPredictions.response.Results.items.OutputUri.required",
    ),
    limit("tighten", f"{ML_LIST}.request.Limit.maximum"),
    limit("loosen", f"{ML_LIST}.request.Limit.minimum"),
    limit("relax", f"{ML_LIST}.request.SortOrder.enum"),
    Planted(
        "wrong_error_class:operation=CreateBatchPrediction,right=serialization,wrong=not_found",
        f"{ML_CREATE}.refusals_are_documented",
        (
            f"{ML_CREATE}.errors_are_declared",
            "aws_json.malformed_body_is_refused",
            "aws_json.body_is_an_object",
            "aws_json.odd_texts_are_survived",
            "aws_json.deep_nesting_is_survived",
        ),
    ),
    Planted(
        "wrong_error_class:operation=GetBatchPrediction,right=not_found,wrong=idempotent_mismatch",
        f"{ML_JOB}.unknown_is_refused",
        (f"{ML}.GetBatchPrediction.errors_are_declared",),
    ),
    Planted(
        "wrong_error_class:operation=DescribeBatchPredictions,right=invalid_input,wrong=not_found",
        f"{ML_LIST}.errors_are_declared",
        (f"{ML_LIST}.refusals_are_documented", f"{ML_JOB}.list.bad_token"),
    ),
    Planted("error_drops:member=__type", "aws_json.errors_name_their_type_in_the_body"),
    Planted(
        "error_drops:member=__type,header=x-amzn-errortype",
        "aws_json.errors_are_named",
        (
            "aws_json.errors_name_their_type_in_the_body",
            f"{ML_JOB}.unknown_is_refused",
            f"{ML_JOB}.again_different",
            *ML_UNKNOWN,
            *(f"{ML_JOB}.reference.{name}" for name in ("BatchPredictionDataSourceId", "MLModelId")),
        ),
    ),
    Planted("error_as_success", f"{ML_JOB}.unknown_is_refused", ML_REFUSED),
    Planted(
        "accept_malformed:operation=DescribeBatchPredictions",
        "aws_json.malformed_body_is_refused",
        ("aws_json.body_is_an_object", f"{ML_LIST}.request.type"),
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
        (f"{ML}.GetBatchPrediction.response.Status.enum", f"{ML_LIST}.response.Results.items.Status.enum"),
    ),
    Planted(f"wrong_content_type:{GET},value=application/json", "aws_json.content_type"),
    Planted(f"broken_json:{GET}", f"{ML}.GetBatchPrediction.answer_is_well_formed"),
    Planted(f"drop_header:{GET},name=x-amzn-requestid", "aws_json.request_id"),
    Planted(f"replace_header:{GET},name=x-amzn-RequestId,value=r-1", "aws_json.request_ids_are_unique"),
    Planted(f"status_code:{GET},status=201", f"{ML}.GetBatchPrediction.status_is_documented"),
    Planted(f"backward_state:{ML_BP}", f"{ML_JOB}.legal_path"),
    Planted(f"mutate_final_state:{ML_BP},to=INPROGRESS", f"{ML_JOB}.terminal_is_final"),
    Planted(
        f"leak_identity:{ML_BP}",
        f"{ML_JOB}.field.OutputUri.echoes",
        (f"{ML_JOB}.field.MLModelId.echoes", f"{ML_JOB}.field.Name.echoes", *ML_AGREES),
    ),
    Planted(f"wrong_identity:{ML_BP}", f"{ML}.GetBatchPrediction.answers_the_id"),
    Planted(f"clock_runs_back:{ML_BP}", f"{ML_JOB}.field.LastUpdatedAt.never_decreases", ML_CREATED),
    Planted(
        f"recreated_time:{ML_BP}",
        f"{ML_JOB}.field.CreatedAt.constant",
        (*ML_CREATED, *ML_TIMES, f"{ML_JOB}.list.order"),
    ),
    Planted(f"field_missing:{ML_BP},field=/StartedAt", f"{ML_JOB}.field.StartedAt.present_in"),
    Planted(
        f"extra_member:{GET},at=/FinishedAt,value=1790000000",
        f"{ML_JOB}.field.FinishedAt.absent_in",
        (*ML_AGREES, *ML_TIMES),
    ),
    Planted(f"decrease_counter:{GET},at=/TotalRecordCount", f"{ML_JOB}.field.TotalRecordCount.never_decreases"),
    Planted(f"recreate:{ML_BP},as=accepted,same=accepted", f"{ML_JOB}.again_different"),
    Planted(f"recreate:{ML_BP},as=idempotent_mismatch", f"{ML_JOB}.again_same", (f"{ML_JOB}.again_at_once",)),
    # Without its data source the job fails in time, which is documented as well.
    Planted(f"dangling_reference:{ML_BP}", f"{ML_JOB}.reference.MLModelId"),
    Planted(f"command_without_effect:{ML_BP},command=delete", f"{ML_JOB}.command.delete.takes_effect"),
    Planted(
        f"command_without_effect:{ML_BP},command=rename",
        f"{ML_JOB}.command.rename.sets.Name",
        (f"{ML_JOB}.command.rename.moves.LastUpdatedAt",),
    ),
    Planted(
        f"command_nowhere:{ML_BP},command=delete,as=invalid_input",
        f"{ML_JOB}.command.delete.takes_effect",
        (f"{ML}.DeleteBatchPrediction.valid_request_is_accepted",),
    ),
    Planted(
        f"ignore_filter:{ML_BP}",
        f"{ML_JOB}.list.filter.Status",
        (f"{ML_JOB}.list.filter", f"{ML_JOB}.list.order"),  # the filter's variable is what lists are sorted by
    ),
    Planted(f"ignore_order:{ML_BP}", f"{ML_JOB}.list.order"),
    Planted(f"accept_any_token:{ML_BP}", f"{ML_JOB}.list.bad_token"),
    Planted(f"token_loops:{ML_BP}", f"{ML_JOB}.list.pages"),
    Planted(f"no_next:{ML_BP}", f"{ML_JOB}.list.pages", (f"{ML_JOB}.list.filter.Status",)),
    Planted(f"stale_list:{ML_BP}", f"{ML_JOB}.list.agrees_with_get"),
    Planted(
        "duplicate_item:operation=DescribeBatchPredictions,at=/Results",
        f"{ML_JOB}.list.limit",
        (f"{ML_JOB}.list.pages",),
    ),
    Planted(
        "drop_item:operation=DescribeBatchPredictions,at=/Results",
        f"{ML_JOB}.list.shows_created",
        (f"{ML_JOB}.list.pages", f"{ML_JOB}.list.filter"),
    ),
    Planted(
        'replace_member:operation=Predict,at=/Prediction/predictedLabel,value="1"',
        f"{ML}.Predict.binary_label_follows_the_threshold",
        (f"{ML}.Predict.multiclass_label_has_the_highest_score",),
    ),
    Planted(
        "scale_map:operation=Predict,at=/Prediction/predictedScores,by=1.2",
        f"{ML}.Predict.multiclass_scores_sum_to_one",
        (
            f"{ML}.Predict.binary_label_follows_the_threshold",
            f"{ML}.Predict.binary_score_is_a_probability",
            f"{ML}.batch_result.equals_real_time_predictions",
        ),
    ),
    Planted(
        "score_without:scorer=predict,at=/Prediction/predictedLabel", f"{ML}.Predict.members_follow_the_model_type"
    ),
    Planted(
        "restless_scores:operation=Predict",
        f"{ML}.Predict.repeats_itself",
        (f"{ML}.batch_result.equals_real_time_predictions",),
    ),
    Planted("drop_file:ending=.manifest", f"{ML}.batch_result.manifest_names_every_result"),
    Planted("drop_file:ending=.gz", f"{ML}.batch_result.one_line_per_observation"),
    Planted("drop_line:ending=.gz", f"{ML}.batch_result.one_line_per_observation"),
    Planted("duplicate_line:ending=.gz", f"{ML}.batch_result.one_line_per_observation"),
    Planted(
        "reverse_lines:ending=.gz",
        f"{ML}.batch_result.keeps_the_order_of_the_input",
        needs=frozenset({"realtime"}),
    ),
    Planted("replace_text:old=0.10,new=0.20,ending=.gz", f"{ML}.batch_result.equals_real_time_predictions"),
    Planted("replace_text:old=bestAnswer,new=answer,ending=.gz", f"{ML}.batch_result.columns_follow_the_model_type"),
    Planted("replace_text:old=0.,new=7.,ending=.gz", f"{ML}.batch_result.scores_make_sense"),
    Planted(
        "extra_member:operation=GetMLModel,at=/Recipe,value=secret",
        f"{ML}.lifecycle.ml_model.on_request.Recipe",
    ),
    Planted(
        "extra_member:operation=GetDataSource,at=/RedshiftMetadata/DatabaseUserName,value=local-password",
        f"{ML}.CreateDataSourceFromRedshift.password_is_never_shown",
        (
            f"{ML}.CreateDataSourceFromRDS.password_is_never_shown",
            f"{ML}.lifecycle.data_source.list.agrees_with_get",
            # What seems to be made from a database lacks its query.
            f"{ML}.lifecycle.data_source.on_request.RedshiftMetadata.SelectSqlQuery",
        ),
    ),
    Planted(
        "wrong_transition:resource=data_source,state=INPROGRESS,event=fail,to=COMPLETED",
        f"{ML}.lifecycle.data_source.fails_as_documented",
    ),
    Planted("loses_items", f"{ML_TAGS}.shows_added.data_source", (f"{ML_TAGS}.shows_added.batch_prediction",)),
    Planted("keeps_first_item", f"{ML_TAGS}.same_key_overwrites"),
    Planted("folds_keys", f"{ML_TAGS}.key_is_case_sensitive"),
    Planted("drops_bare_items", f"{ML_TAGS}.value_is_optional"),
    Planted(
        "keeps_removed_items",
        f"{ML_TAGS}.removed_vanishes",
        (f"{ML_TAGS}.key_is_case_sensitive", f"{ML_TAGS}.unknown_key_is_ignored"),
    ),
    Planted(
        "removes_all_items",
        f"{ML_TAGS}.removed_vanishes",
        (f"{ML_TAGS}.unknown_key_is_ignored", f"{ML_TAGS}.key_is_case_sensitive"),
    ),
    Planted("shares_items:collection=tags", f"{ML_TAGS}.stays_with_its_owner"),
    Planted("no_item_limit:collection=tags", f"{ML_TAGS}.at_most", (f"{ML}.DescribeTags.response.Tags.maxItems",)),
    Planted("no_reserved_keys:collection=tags", f"{ML_TAGS}.reserved"),
    Planted("refuses_unknown_keys:collection=tags,as=not_found", f"{ML_TAGS}.unknown_key_is_ignored"),
    Planted(
        "replace_member:operation=DescribeTags,at=/ResourceType,value=MLModel",
        f"{ML_TAGS}.DescribeTags.echoes.ResourceType",
    ),
    Planted(
        "success_for_refusal:operation=DeleteTags,error=not_found",
        f"{ML_TAGS}.DeleteTags.unknown_is_refused",
        (f"{ML_TAGS}.DeleteTags.echoes",),
    ),
)
