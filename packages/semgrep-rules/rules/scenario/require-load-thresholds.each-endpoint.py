from locust import FastHttpUser, events, task


class Customer(FastHttpUser):
    @task
    def score(self) -> None:
        self.client.get("/customers/1/churn")


@events.quitting.add_listener
def judge(environment, **kwargs) -> None:
    for entry in environment.stats.entries.values():
        if entry.num_failures or (entry.max_response_time or 0) >= 100:
            environment.process_exit_code = 1
