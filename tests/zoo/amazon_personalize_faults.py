"""The faults that are planted into a mock of Amazon Personalize, each with the requirement that it breaks."""

from __future__ import annotations

from tests.zoo.planted import Planted, limit

PZ = "amazon_personalize"
PZ_CREATE = f"{PZ}.CreateBatchInferenceJob"
PZ_JOB = f"{PZ}.lifecycle.batch_inference_job"
JOB = "resource=batch_inference_job"
DESCRIBE = "operation=DescribeBatchInferenceJob"
PZ_FILES = f"{PZ}.recommendations"
PZ_SEGMENT = f"{PZ}.CreateBatchSegmentJob"
PZ_SOLUTION = f"{PZ}.CreateSolution.request"
PZ_VERSION = f"{PZ}.lifecycle.solution_version"
PZ_TAGS = f"{PZ}.collection.tags"
VERSION = "resource=solution_version"
PZ_ECHOES = (
    "filterArn",
    "jobInput",
    "jobOutput",
    "batchInferenceJobConfig",
    "themeGenerationConfig",
)

AMAZON_PERSONALIZE = (
    limit("relax", f"{PZ_CREATE}.request.jobName.maxLength"),
    limit("tighten", f"{PZ_CREATE}.request.jobName.maxLength"),
    limit("relax", f"{PZ_CREATE}.request.jobInput.s3DataSource.path.pattern"),
    limit("loosen", f"{PZ_CREATE}.request.tags.maxItems"),
    limit("relax", f"{PZ_CREATE}.request.batchInferenceJobMode.enum"),
    limit("relax", f"{PZ_CREATE}.request.batchInferenceJobConfig.itemExplorationConfig.key.maxLength"),
    Planted(
        f"forget_creations:{JOB}",
        f"{PZ_JOB}.again_same",
        (
            *(f"{PZ_JOB}.{name}" for name in ("again_different", "again_at_once", "terminal_is_final")),
            f"{PZ_JOB}.field.creationDateTime.constant",
        ),
    ),
    Planted(
        f"recreate:{JOB},as=in_use",
        f"{PZ_JOB}.again_different",
        (f"{PZ_JOB}.again_same", f"{PZ_JOB}.again_at_once"),
    ),
    Planted(
        f"dangling_reference:{JOB}",
        f"{PZ_JOB}.reference.filterArn",
        (f"{PZ_JOB}.reference.solutionVersionArn",),
    ),
    Planted(f"wrong_spelling:{JOB},state=ACTIVE,value=DONE", f"{PZ_JOB}.known_state"),
    Planted(f"backward_state:{JOB}", f"{PZ_JOB}.legal_path"),
    Planted(f"mutate_final_state:{JOB},to=FAILED", f"{PZ_JOB}.terminal_is_final"),
    Planted(
        f"leak_identity:{JOB}",
        f"{PZ_JOB}.field.jobName.echoes",
        (*(f"{PZ_JOB}.field.{name}.echoes" for name in PZ_ECHOES), f"{PZ_JOB}.list.agrees_with_get"),
    ),
    Planted(f"wrong_identity:{JOB}", f"{PZ}.DescribeBatchInferenceJob.answers_the_arn"),
    Planted(
        f"clock_runs_back:{JOB}",
        f"{PZ_JOB}.field.lastUpdatedDateTime.never_decreases",
        (f"{PZ_JOB}.field.creationDateTime.at_most",),
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
    Planted(
        f"field_shows:{JOB},field=/batchInferenceJobMode,value=THEME_GENERATION",
        f"{PZ_JOB}.field.batchInferenceJobMode.echoes",
        (f"{PZ_JOB}.field.batchInferenceJobMode.default",),
    ),
    Planted(f"ignore_filter:{JOB}", f"{PZ_JOB}.list.filter.solutionVersionArn"),
    Planted(f"accept_any_token:{JOB}", f"{PZ_JOB}.list.bad_token"),
    Planted(f"no_next:{JOB}", f"{PZ_JOB}.list.pages", (f"{PZ_JOB}.list.filter.solutionVersionArn",)),
    Planted("error_drops:member=__type", "aws_json.errors_name_their_type_in_the_body"),
    Planted(
        "no_auth_check:operation=ListBatchInferenceJobs",
        f"{PZ}.ListBatchInferenceJobs.wrong_credentials_are_refused",
        (f"{PZ}.ListBatchInferenceJobs.missing_credentials_are_refused", "sigv4"),
    ),
    Planted(
        "wrong_error_class:operation=DescribeBatchInferenceJob,right=not_found,wrong=invalid_input",
        f"{PZ_JOB}.unknown_is_refused",
        (f"{PZ}.DescribeBatchInferenceJob.request.batchInferenceJobArn.maxLength",),
    ),
    Planted("drop_line:ending=.out", f"{PZ_FILES}.one_line_per_input_line"),
    Planted(
        "duplicate_line:ending=.out", f"{PZ_FILES}.one_line_per_input_line", (f"{PZ_FILES}.lines_carry_their_input",)
    ),
    Planted("replace_text:old=userId,new=user,ending=.out", f"{PZ_FILES}.lines_carry_their_input"),
    Planted(
        'replace_text:old="recommendedItems":[,new="recommendedItems":["x","x2",,ending=.out',
        f"{PZ_FILES}.no_more_items_than_asked_for",
    ),
    limit("relax", f"{PZ_SOLUTION}.solutionConfig.eventsConfig.eventParametersList.maxItems"),
    limit("relax", f"{PZ_SOLUTION}.solutionConfig.trainingDataConfig.excludedDatasetColumns.maxProperties"),
    limit("relax", f"{PZ_SEGMENT}.request.numResults.segment_size"),
    limit("relax", f"{PZ}.CreateSchema.request.schema.maxLength"),
    Planted("any_reference:resource=batch_segment_job", f"{PZ_SEGMENT}.other_version_is_refused"),
    Planted(f"command_anywhere:{VERSION},command=stop", f"{PZ_VERSION}.command.stop.refused"),
    Planted(f"command_without_effect:{VERSION},command=stop", f"{PZ_VERSION}.command.stop.takes_effect"),
    Planted(
        f"field_shows:{VERSION},field=/trainingMode,value=UPDATE",
        f"{PZ_VERSION}.field.trainingMode.default",
        (f"{PZ_VERSION}.field.trainingMode.echoes",),
    ),
    Planted("wrong_spelling:resource=solution,state=ACTIVE,value=READY", f"{PZ}.lifecycle.solution.known_state"),
    Planted("backward_state:resource=dataset_import_job", f"{PZ}.lifecycle.dataset_import_job.legal_path"),
    Planted(
        "replace_text:old=usersList,new=users,ending=.out",
        f"{PZ}.segments.lines_carry_their_input",
        (f"{PZ}.segments.no_more_users_than_asked_for",),
    ),
    Planted(
        "no_item_limit:collection=tags", f"{PZ_TAGS}.at_most", (f"{PZ_TAGS}.at_most_at_creation.batch_inference_job",)
    ),
    Planted("no_reserved_keys:collection=tags", f"{PZ_TAGS}.reserved"),
)
