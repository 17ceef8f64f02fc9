import torch
import xgboost as xgb


def train(network: torch.nn.Module, batches, matrix) -> None:
    network.train()
    for batch in batches:
        network(batch).backward()
    xgb.train({"max_depth": 3}, matrix)
