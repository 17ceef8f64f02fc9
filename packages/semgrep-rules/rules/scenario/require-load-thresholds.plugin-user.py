from locust_plugins.users import RestUser
from locust import HttpUser, task


class Customer(HttpUser):
    @task
    def score(self) -> None:
        self.client.get("/customers/1/churn")
