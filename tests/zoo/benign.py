"""Every benign variant of the zoo: unusual, and right by the vendor's own documents.

They are the other half of the proof. A suite that blames any of them would send people after faults that they do not
have, and nobody believes such a suite twice.
"""

from __future__ import annotations

from collections.abc import Mapping

ML = "resource=batch_prediction"
JOB = "resource=batch_inference_job"

STUCK = f"stuck_state:{ML},state=INPROGRESS"
JOBS = "amazon_ml.lifecycle.batch_prediction"

VARIANTS: Mapping[str, tuple[str, ...]] = {
    "amazon_ml": (
        f"skip_states:{ML}",
        f"slow_jobs:{ML}",
        STUCK,  # no document says how long a job may take
        "other_error_forms",
        "extra_member:operation=GetBatchPrediction,at=/Further,value=1",
        "extra_headers",
        "error_with_more",
        "shuffled_members",
        "charset",
        "throttled_at_first:operation=CreateBatchPrediction,n=2",
        "throttled_at_times:operation=GetBatchPrediction,n=7",
        f"missing_fails_later:{ML}",  # a creation that names nothing may be refused at once or fail in time
        "only_json:constraint=amazon_ml.CreateMLModel.request.Recipe.maxLength",
        "only_json:constraint=amazon_ml.CreateDataSourceFromS3.request.DataSpec.DataSchema.maxLength",
        "signed_links:operation=GetBatchPrediction,at=/LogUri",
        "front_end_page",
        "comparable_times:operation=DescribeBatchPredictions",  # no document says how a filter writes a time
    ),
    "amazon_personalize": (
        f"skip_states:{JOB}",
        f"slow_jobs:{JOB}",
        f"other_spelling:{JOB}",
        "other_error_forms",
        "extra_member:operation=DescribeBatchInferenceJob,at=/batchInferenceJob/further,value=1",
        "shuffled_members",
        "charset",
        "reordered_list:operation=ListBatchInferenceJobs,at=/batchInferenceJobs",
        "throttled_at_times:operation=DescribeBatchInferenceJob,n=5",
        "throttled_at_times:operation=CreateBatchInferenceJob,n=3,error=limit_exceeded",  # so many jobs at once
        # Themes need a recipe that the job's solution version may not have:
        'change_limit:constraint=amazon_personalize.CreateBatchInferenceJob.request.batchInferenceJobMode.enum,\
value=["BATCH_INFERENCE"]',
    ),
    "datarobot": (
        f"skip_states:{ML}",
        f"slow_jobs:{ML}",
        f"late_visibility:{ML}",
        f"late_results:{ML},in=COMPLETED",
        "other_error_forms",
        "extra_member:operation=getBatchPrediction,at=/further,value=1",
        "extra_headers",
        "error_with_more",
        "shuffled_members",
        "charset",
        "absent_for_null:operation=getBatchPrediction,at=/queuePosition",
        "vary_member:operation=getJobDefinition,at=/nextScheduledRunTime",
        "vary_member:operation=getJobDefinition,at=/revision",
        "reverse_rows:operation=downloadBatchPrediction",
        "byte_order_mark:operation=downloadBatchPrediction",
        "throttled_at_first:operation=createBatchPrediction,n=2",
        "throttled_at_times:operation=getBatchPrediction,n=7",
    ),
    "spice": (
        "extra_member:operation=get_model_predict,at=/further,value=1",
        "extra_headers",
        "shuffled_members",
        "charset",
        "reordered_list:operation=get_models,at=/data",
        "throttled_at_first:operation=post_batch_predict,n=2",
        "throttled_at_times:operation=get_model_predict,n=3",
    ),
}

HIDES: Mapping[str, tuple[str, ...]] = {
    # A job that never ends shows no time of its end and leaves no files, and what is done to a finished job (deleting
    # it, renaming it, looking for it in lists that hold still) waits for one.
    STUCK: (
        "amazon_ml.GetBatchPrediction.response.ComputeTime",
        "amazon_ml.GetBatchPrediction.response.FinishedAt",
        "amazon_ml.DescribeBatchPredictions.response.Results.items.ComputeTime",
        "amazon_ml.DescribeBatchPredictions.response.Results.items.FinishedAt",
        "amazon_ml.DeleteBatchPrediction",
        f"{JOBS}.terminal_is_final",
        f"{JOBS}.field.FinishedAt",
        f"{JOBS}.field.ComputeTime",
        f"{JOBS}.command",
        f"{JOBS}.list.agrees_with_get",
        f"{JOBS}.list.filter",
        "amazon_ml.batch_result",
    ),
}
"""What a variant keeps from being judged, and why: ids of requirements, or what several ids begin with."""
