import locust_plugins
from locust import HttpUser, task


class Customer(HttpUser):
    @task
    def score(self) -> None:
        self.client.get("/customers/1/churn")
