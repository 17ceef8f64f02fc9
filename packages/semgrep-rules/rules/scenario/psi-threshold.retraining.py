from mage_ai.orchestration.triggers.api import trigger_pipeline

# ruleid: psi-threshold
PSI_THRESHOLD = 0.2


def check(psi: float) -> None:
    # ruleid: psi-threshold
    if psi > 0.3:
        trigger_pipeline("churn_training", check_status=True, error_on_failure=True)
    # ok: psi-threshold
    if psi > 0.25:
        trigger_pipeline("churn_training", check_status=True, error_on_failure=True)
    # ok: psi-threshold
    if psi > PSI_THRESHOLD:
        trigger_pipeline("churn_training", check_status=True, error_on_failure=True)
