from locust import task
from locust.contrib.fasthttp import FastHttpUser


# ruleid: require-load-thresholds
class Customer(FastHttpUser):
    @task
    def score(self) -> None:
        self.client.get("/customers/1/churn")
