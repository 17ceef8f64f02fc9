"""Prints what CPython's own parser sees in the files named on standard input, one JSON line a file.

{"file", "calls": [[start, end], ...], "formatted": n} or {"file", "error"}: offsets in UTF-16 from the start of the
text; calls in formatted strings are only counted, as older versions of Python misplace them.
"""

import ast
import json
import sys
import warnings

warnings.simplefilter("ignore")


def offsets(text):
    """A function from a line and a column in UTF-8 bytes to an offset in UTF-16."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode("utf-16-le", "surrogatepass")) // 2 + 1)

    def at(line, column):
        before = lines[line - 1].encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass")
        return starts[line - 1] + len(before.encode("utf-16-le", "surrogatepass")) // 2

    return at


def calls(tree, at):
    found, formatted = [], 0
    pending = [(tree, False)]
    while pending:
        node, inside = pending.pop()
        inside = inside or isinstance(node, ast.JoinedStr)
        if isinstance(node, ast.Call):
            if inside:
                formatted += 1
            else:
                found.append([at(node.lineno, node.col_offset), at(node.end_lineno, node.end_col_offset)])
        pending.extend((child, inside) for child in ast.iter_child_nodes(node))
    return sorted(found), formatted


for name in sys.stdin.read().splitlines():
    try:
        with open(name, "rb") as file:
            text = file.read().decode("utf-8").removeprefix("\ufeff")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        found, formatted = calls(ast.parse(text), offsets(text))
        print(json.dumps({"file": name, "text": text, "calls": found, "formatted": formatted}))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        print(json.dumps({"file": name, "error": str(error)}))
