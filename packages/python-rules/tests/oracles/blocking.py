"""A pytest plugin that notes every blocking call on an event loop instead of raising an error, with the stack below it.

Environment: OWN, the folder whose files are the package's and its tests'; OUTPUT, where the calls are written as JSON lists of
[name of the blocking call, [[file, line, function, is it a coroutine function], ...]], innermost frame first.
"""

import inspect
import json
import os
import sys

from blockbuster import blockbuster

OWN = os.path.realpath(os.environ["OWN"]) + os.sep
strictly = blockbuster._wrap_blocking
seen = {}


def note(name):
    frames = []
    frame = sys._getframe(2)
    while frame:
        name_of_file = frame.f_code.co_filename
        file = os.path.realpath(name_of_file)
        if file.startswith(OWN) and not name_of_file.startswith("<"):
            flags = frame.f_code.co_flags
            is_coroutine = bool(flags & (inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR))
            frames.append((file[len(OWN) :], frame.f_lineno, frame.f_code.co_name, is_coroutine))
            # The loop calls no further.
            if is_coroutine:
                break
        frame = frame.f_back
    if frames:
        seen[(name, *frames)] = None


def noting(modules, excluded, function, name, can_block, predicate):
    wrapped = strictly(modules, excluded, function, name, can_block, predicate)

    def wrapper(*args, **kwargs):
        try:
            return wrapped(*args, **kwargs)
        except blockbuster.BlockingError:
            blockbuster._skip.value = True
            try:
                note(name)
                return function(*args, **kwargs)
            finally:
                blockbuster._skip.value = False

    return wrapper


blockbuster._wrap_blocking = noting
detector = blockbuster.BlockBuster()


def pytest_runtest_setup(item):
    detector.activate()


def pytest_runtest_teardown(item):
    detector.deactivate()


def pytest_sessionfinish(session):
    with open(os.environ["OUTPUT"], "w") as output:
        json.dump([[name, frames] for name, *frames in seen], output)
