from common.http import HttpUser


class Customer(HttpUser):
    timeout = 5


class Session:
    def get(self, path: str) -> str:
        return path
