import asyncio
import smtplib
import socket
from smtplib import SMTP
from socket import gethostbyname

import paramiko
import pika
from kafka import KafkaConsumer, KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka")


async def probe(host):
    # ruleid: async-blocking-socket
    socket.gethostbyname(host)
    # ruleid: async-blocking-socket
    gethostbyname(host)
    # ruleid: async-blocking-socket
    with socket.create_connection((host, 80)) as connection:
        # ruleid: async-blocking-socket
        connection.sendall(b"x")
        # ruleid: async-blocking-socket
        connection.recv(10)


async def mail(message):
    # ruleid: async-blocking-socket
    with smtplib.SMTP("mail") as server:
        # ruleid: async-blocking-socket
        server.starttls()
        # ruleid: async-blocking-socket
        server.send_message(message)
    yield
    # ruleid: async-blocking-socket, async-blocking-socket
    SMTP("mail").quit()


async def publish(body, consumer: KafkaConsumer):
    # ruleid: async-blocking-socket
    producer.send("topic", body)
    # ruleid: async-blocking-socket
    consumer.poll()
    connection = pika.BlockingConnection()
    # ruleid: async-blocking-socket
    channel = connection.channel()
    # ruleid: async-blocking-socket
    channel.basic_publish("", "queue", body)


class Remote:
    def __init__(self):
        self.client = paramiko.SSHClient()

    async def run(self, command):
        # ruleid: async-blocking-socket
        self.client.exec_command(command)


async def asynchronous(host, websocket, loop):
    # ok: async-blocking-socket
    await asyncio.open_connection(host, 80)
    # ok: async-blocking-socket
    await loop.getaddrinfo(host, 80)
    # ok: async-blocking-socket
    await websocket.send("x")
    # ok: async-blocking-socket
    await asyncio.to_thread(socket.gethostbyname, host)
    # ok: async-blocking-socket
    await asyncio.to_thread(lambda: socket.gethostbyname(host))
    # ok: async-blocking-socket
    socket.gethostname()
    # ok: async-blocking-socket
    websocket.send("x")


async def nested(host):
    def resolve():
        # ok: async-blocking-socket
        return socket.gethostbyname(host)

    return await asyncio.to_thread(resolve)


def synchronous(host):
    # ok: async-blocking-socket
    return socket.gethostbyname(host)


async def shadowed(socket):
    # ok: async-blocking-socket
    socket.create_connection("x")


async def own_address():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    # ok: async-blocking-socket
    s.connect(("192.0.2.1", 1))
    with socket.socket(type=socket.SOCK_DGRAM) as other:
        # ok: async-blocking-socket
        other.connect(("192.0.2.1", 1))
    stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # ruleid: async-blocking-socket
    stream.connect(("192.0.2.1", 1))
    stream.setblocking(False)
    # ok: async-blocking-socket
    stream.send(b"x")
    plain = socket.socket()
    plain.setblocking(True)
    # ruleid: async-blocking-socket
    plain.recv(10)
    plain.settimeout(0)
    # ok: async-blocking-socket
    return plain.recv(10)
