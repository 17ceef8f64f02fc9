import asyncio
import pickle

import h2o
import joblib
import mlflow
import torch
import xgboost as xgb
from fastapi import FastAPI
from h2o.estimators import H2OGradientBoostingEstimator
from sklearn.ensemble import RandomForestClassifier
from starlette.concurrency import run_in_threadpool
from sentence_transformers import SentenceTransformer
from transformers import AutoTokenizer, pipeline

app = FastAPI()
model = joblib.load("model.pkl")
classify = pipeline("sentiment-analysis")


@app.post("/predict")
async def predict(rows: list):
    # ruleid: async-blocking-model-predict
    frame = h2o.H2OFrame(rows)
    # ruleid: async-blocking-model-predict
    gbm = h2o.get_model("gbm")
    # ruleid: async-blocking-model-predict
    scores = gbm.predict(frame)
    # ruleid: async-blocking-model-predict
    return scores.as_data_frame()


@app.post("/score")
async def score(row, forest: RandomForestClassifier):
    # ruleid: async-blocking-model-predict
    model.predict_proba([row])
    # ruleid: async-blocking-model-predict
    forest.fit([row], [1])
    booster = xgb.Booster()
    # ruleid: async-blocking-model-predict
    booster.predict(row)
    # ruleid: async-blocking-model-predict
    classify(row)
    # ruleid: async-blocking-model-predict, async-blocking-model-predict
    return h2o.load_model("gbm").predict(row)


async def reload(path):
    yield path
    # ruleid: async-blocking-model-predict
    joblib.load(path)
    with open(path, "rb") as source:
        # ruleid: async-blocking-model-predict
        pickle.load(source)
    # ruleid: async-blocking-model-predict
    torch.load(path)
    # ruleid: async-blocking-model-predict
    mlflow.pyfunc.load_model(path)


class Scorer:
    def __init__(self):
        self.model = H2OGradientBoostingEstimator(ntrees=5)

    async def train(self, frame):
        # ruleid: async-blocking-model-predict
        self.model.train(training_frame=frame)


async def asynchronous(row):
    # ok: async-blocking-model-predict
    await asyncio.to_thread(model.predict, row)
    # ok: async-blocking-model-predict
    await run_in_threadpool(model.predict, row)
    # ok: async-blocking-model-predict
    await asyncio.to_thread(lambda: model.predict(row))
    # ok: async-blocking-model-predict
    model.get_params()
    # ok: async-blocking-model-predict
    pickle.loads(row)


async def nested(row):
    def compute():
        # ok: async-blocking-model-predict
        return model.predict(row)

    return await asyncio.to_thread(compute)


def synchronous(row):
    # ok: async-blocking-model-predict
    return model.predict(row)


async def other(service, row):
    # ok: async-blocking-model-predict
    await service.predict(row)
    # ok: async-blocking-model-predict
    service.predict(row)
    model = row
    return model


async def weights(name, rows):
    # ruleid: async-blocking-model-predict
    tokenizer = AutoTokenizer.from_pretrained(name)
    # ruleid: async-blocking-model-predict
    encoder = SentenceTransformer(name)
    # ruleid: async-blocking-model-predict
    vectors = encoder.encode(rows)
    # ok: async-blocking-model-predict
    return tokenizer, await asyncio.to_thread(encoder.encode, rows), vectors


# What is written need not be a model.
async def history(file, chat):
    # ok: async-blocking-model-predict
    pickle.dump(chat, file)
