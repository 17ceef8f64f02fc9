import asyncio
import getpass
import sys
from getpass import getpass as ask_secret

import click
from rich.prompt import Prompt


async def chat():
    while True:
        # ruleid: async-blocking-input
        line = input("> ")
        if not line:
            break


async def login():
    # ruleid: async-blocking-input
    user = input("user: ")
    # ruleid: async-blocking-input
    secret = getpass.getpass()
    # ruleid: async-blocking-input
    other = ask_secret()
    return user, secret, other


async def read():
    # ruleid: async-blocking-input
    sys.stdin.readline()
    # ruleid: async-blocking-input
    lines = [line for line in sys.stdin.readlines()]
    # ruleid: async-blocking-input
    return lines, click.confirm("sure?")


class Shell:
    async def loop(self):
        yield
        # ruleid: async-blocking-input
        breakpoint()
        # ruleid: async-blocking-input
        return_value = click.prompt("name")


async def asynchronous(session):
    # ok: async-blocking-input
    await asyncio.to_thread(input, "> ")
    # ok: async-blocking-input
    await asyncio.to_thread(lambda: input("> "))
    # ok: async-blocking-input
    await session.input("> ")
    # ok: async-blocking-input
    session.input("> ")


async def nested():
    def ask():
        # ok: async-blocking-input
        return input("> ")

    return await asyncio.to_thread(ask)


def synchronous():
    # ok: async-blocking-input
    return input("> ")


async def shadowed(input):
    # ok: async-blocking-input
    input("> ")


async def own():
    input = session.ask
    # ok: async-blocking-input
    input("> ")


async def asked():
    # ruleid: async-blocking-input
    return Prompt.ask("name")
