from locust import HttpUser, events, task


class Customer(HttpUser):
    @task
    def score(self) -> None:
        self.client.get("/customers/1/churn")


@events.quitting.add_listener
def judge(environment, **kwargs) -> None:
    total = environment.stats.total
    if total.num_failures > 0 or total.max_response_time >= 100:
        environment.process_exit_code = 1
    else:
        environment.process_exit_code = 0
