from locust import HttpUser, task


# ruleid: require-load-thresholds
class Customer(HttpUser):
    @task
    def score(self) -> None:
        self.client.get("/customers/1/churn")


# One finding a file is enough.
# ok: require-load-thresholds
class Partner(HttpUser):
    @task
    def score(self) -> None:
        self.client.get("/customers/1/churn")
