from locust import HttpUser, between, task


# ruleid: require-load-thresholds
class Customer(HttpUser):
#     ^^^^^^^^ ruleid: require-load-thresholds "does not show what an update breaks"
    wait_time = between(1, 2)

    @task
    def score(self) -> None:
        self.client.get("/customers/1/churn")
