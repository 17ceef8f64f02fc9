"""Scores while a new model is swapped in: locust --headless --users 1000 --spawn-rate 100 --run-time 10m"""

from random import randrange

from locust import FastHttpUser, constant_throughput, events, task
from locust.env import Environment


class Customer(FastHttpUser):
    wait_time = constant_throughput(1)

    @task
    def churn(self) -> None:
        self.client.get(f"/customers/{randrange(10_000)}/churn", name="/customers/[id]/churn")


@events.quitting.add_listener
def judge(environment: Environment, **kwargs: object) -> None:
    total = environment.stats.total
    if total.get_response_time_percentile(0.95) > 100:
        environment.process_exit_code = 1
