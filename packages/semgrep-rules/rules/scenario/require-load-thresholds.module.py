import locust
from locust import task


# ruleid: require-load-thresholds
class Customer(locust.HttpUser):
    @task
    def score(self) -> None:
        self.client.get("/customers/1/churn")
