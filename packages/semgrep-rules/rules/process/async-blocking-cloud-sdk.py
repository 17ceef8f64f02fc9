import asyncio

import aioboto3
import anthropic
import boto3
import dashscope
import docker
import google.oauth2.id_token
import jwt
import kubernetes
import openai
import stripe
from azure.storage.blob import BlobServiceClient
from google import genai
from google.cloud import bigquery, storage
from huggingface_hub import hf_hub_download
from langchain_openai import ChatOpenAI
from litellm import completion
from openai import AsyncOpenAI, OpenAI

client = OpenAI()
s3 = boto3.client("s3")


async def answer(prompt):
    # ruleid: async-blocking-cloud-sdk
    reply = client.chat.completions.create(model="m", messages=prompt)
    # ruleid: async-blocking-cloud-sdk
    vector = client.embeddings.create(model="m", input=prompt)
    # ruleid: async-blocking-cloud-sdk
    return reply, vector, completion(model="m", messages=prompt)


async def save(key, body):
    # ruleid: async-blocking-cloud-sdk
    s3.put_object(Bucket="b", Key=key, Body=body)
    table = boto3.resource("dynamodb").Table("scores")
    # ruleid: async-blocking-cloud-sdk
    table.put_item(Item={})
    # ruleid: async-blocking-cloud-sdk
    boto3.client("sqs").send_message(QueueUrl="q")
    # ruleid: async-blocking-cloud-sdk
    hf_hub_download("org/model", "weights")
    # ok: async-blocking-cloud-sdk
    hf_hub_download("org/model", "weights", local_files_only=True)


async def google(query):
    warehouse = bigquery.Client()
    # ruleid: async-blocking-cloud-sdk
    job = warehouse.query(query)
    # ruleid: async-blocking-cloud-sdk
    job.result()
    bucket = storage.Client().bucket("models")
    blob = bucket.blob("model.zip")
    yield blob
    # ruleid: async-blocking-cloud-sdk
    storage.Client().list_blobs("models")


async def blobs(service: BlobServiceClient):
    blob = service.get_blob_client("models", "model.zip")
    # ruleid: async-blocking-cloud-sdk
    blob.upload_blob(b"")


class Assistant:
    def __init__(self):
        self.client = anthropic.Anthropic()

    async def ask(self, prompt):
        # ruleid: async-blocking-cloud-sdk
        return self.client.messages.create(model="m", messages=prompt)


async def asynchronous(prompt):
    own = AsyncOpenAI()
    # ok: async-blocking-cloud-sdk
    await own.chat.completions.create(model="m", messages=prompt)
    async with aioboto3.Session().client("s3") as bucket:
        # ok: async-blocking-cloud-sdk
        await bucket.put_object(Bucket="b", Key="k")
    # ok: async-blocking-cloud-sdk
    s3.generate_presigned_url("get_object")
    # ok: async-blocking-cloud-sdk
    s3.get_paginator("list_objects_v2")
    # ok: async-blocking-cloud-sdk
    await asyncio.to_thread(s3.put_object, Bucket="b")
    # ok: async-blocking-cloud-sdk
    await asyncio.to_thread(lambda: client.models.list())


async def nested(prompt):
    def ask():
        # ok: async-blocking-cloud-sdk
        return client.chat.completions.create(model="m", messages=prompt)

    return await asyncio.to_thread(ask)


def synchronous(prompt):
    # ok: async-blocking-cloud-sdk
    return client.chat.completions.create(model="m", messages=prompt)


async def given(chat):
    # ok: async-blocking-cloud-sdk
    chat.completions.create(model="m")
    # ok: async-blocking-cloud-sdk
    client.with_options(timeout=3)
    # ok: async-blocking-cloud-sdk
    s3.exceptions


# A made-up answer comes without a request.
async def made_up(messages):
    # ok: async-blocking-cloud-sdk
    completion(model="gpt", messages=messages, mock_response="Hello!")
    # ruleid: async-blocking-cloud-sdk
    completion(model="gpt", messages=messages, mock_response=None)


pods = kubernetes.client.CoreV1Api()
containers = docker.from_env()
keys = jwt.PyJWKClient("https://login.example.com/keys")
chat_model = ChatOpenAI(model="m")
table = boto3.resource("s3")


async def platform(token, question):
    # ruleid: async-blocking-cloud-sdk
    pods.list_namespaced_pod("default")
    # ok: async-blocking-cloud-sdk
    pods.list_namespaced_pod("default", async_req=True)
    # ruleid: async-blocking-cloud-sdk
    job = containers.containers.run("model:1", detach=True)
    # ruleid: async-blocking-cloud-sdk
    key = keys.get_signing_key_from_jwt(token)
    # ruleid: async-blocking-cloud-sdk
    table.meta.client.download_file("b", "k", "f")
    # ruleid: async-blocking-cloud-sdk
    answer = chat_model.invoke(question)
    # ok: async-blocking-cloud-sdk
    await chat_model.ainvoke(question)
    # ruleid: async-blocking-cloud-sdk
    session = stripe.checkout.Session.create(mode="payment")
    # ruleid: async-blocking-cloud-sdk
    claims = google.oauth2.id_token.verify_oauth2_token(token, None)
    return job, key, answer, session, claims


class Reranker:
    def __init__(self):
        self.client = genai.Client()

    async def rerank(self, prompts):
        # ok: async-blocking-cloud-sdk
        answers = [self.client.aio.models.generate_content(model="m", contents=one) for one in prompts]
        # ruleid: async-blocking-cloud-sdk
        self.client.models.generate_content(model="m", contents=prompts)
        return await gather_some(*answers)


async def embed(texts):
    # ruleid: async-blocking-cloud-sdk
    answer = dashscope.TextEmbedding.call(model="m", input=texts)
    # ok: async-blocking-cloud-sdk
    return await dashscope.AioGeneration.call(model="m", prompt=answer)


async def image():
    daemon = docker.DockerClient.from_env()
    # ruleid: async-blocking-cloud-sdk
    return daemon.images.build(path=".")
