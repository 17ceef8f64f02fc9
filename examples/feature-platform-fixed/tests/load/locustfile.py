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
    if total.num_failures > 0 or total.max_response_time >= 100:
        environment.process_exit_code = 1
