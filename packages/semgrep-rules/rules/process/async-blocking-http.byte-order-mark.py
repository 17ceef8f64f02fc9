import requests


async def fetch(url):
    # ruleid: async-blocking-http
    return requests.get(url)


def fetch_in_a_thread(url):
    # ok: async-blocking-http
    return requests.get(url)
