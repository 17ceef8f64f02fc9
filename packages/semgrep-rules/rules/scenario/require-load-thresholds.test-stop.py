import locust
from locust import task


class Customer(locust.HttpUser):
    @task
    def score(self) -> None:
        self.client.get("/customers/1/churn")


@locust.events.test_stop.add_listener
def judge(environment, **kwargs) -> None:
    total = environment.stats.total
    environment.process_exit_code = int(total.num_failures > 0 or total.max_response_time >= 100)
