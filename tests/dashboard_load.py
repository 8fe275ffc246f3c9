"""The memory of a dashboard under many clients: `python tests/dashboard_load.py [SECONDS] [CLIENTS]`.

Clients ask for pages and addresses, send wrong bodies, open streams of progress and living worlds, and leave in the middle of an
answer. Printed is the resident memory of the server and its processes at the start, in the middle and at the end.
"""

import http.client
import json
import random
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent))

from comparison_folder import made_up
from dashboard_server import Served, serving
from finished_run import made_run

NAME = "0123456789ab"
COMPARISON = f"compare-{'c' * 12}"
PAGES = ("/", "/learn", "/explore", "/compare", "/saved", "/case", f"/result/{NAME}")
ADDRESSES = (
    f"/api/comparison/toy/{COMPARISON}", f"/api/run/toy/{NAME}-1", f"/api/study/{NAME}", f"/report/toy/{COMPARISON}",
    f"/log/study/{NAME}",
    "/api/case/x", "/export/x.zip", "/nothing", "/static/nothing.js",
)  # fmt: skip
STREAM = "/_nicegui_ws/socket.io/?EIO=4&transport="
JOIN_S = 10.0
LIVE = {"scenario": "toy", "scale": 0.001, "policies": []}


@dataclass
class Load:
    """What clients got: answers by code, and the resident memory in MB of the server alone and of all its processes."""

    answers: Counter[str] = field(default_factory=Counter)
    server_mb: list[float] = field(default_factory=list)
    all_mb: list[float] = field(default_factory=list)


def loaded(root: Path, seconds: float, clients: int, looks: int = 20, told: bool = False) -> Load:
    """Serve a folder with a comparison and a run to clients for some seconds."""
    made_up(root / "toy" / COMPARISON, "toy", full=False)
    made_run(root, 1)
    load, end = Load(), threading.Event()
    with serving(root) as served:
        served.get("/")
        threads = [threading.Thread(target=_client, args=(served, k, end, load), daemon=True) for k in range(clients)]
        for thread in threads:
            thread.start()
        for _ in range(looks):
            time.sleep(seconds / looks)
            load.server_mb.append(_resident(served.process.pid))
            load.all_mb.append(sum(_resident(pid) for pid in _family(served.process.pid)))
            if told:
                print(f"server {load.server_mb[-1]:,.0f} MB, all processes {load.all_mb[-1]:,.0f} MB", flush=True)
        end.set()
        late = time.monotonic() + JOIN_S
        for thread in threads:  # those that still wait for an answer are left behind
            thread.join(max(late - time.monotonic(), 0.0))
    return load


def _client(served: Served, number: int, end: threading.Event, load: Load) -> None:
    rng = random.Random(number)
    while not end.is_set():
        what = rng.choice((_page, _page, _address, _address, _address, _wrong, _stream, _left, _live))
        try:
            load.answers[f"{what.__name__} {what(served, rng)}"] += 1
        except (OSError, http.client.HTTPException) as error:
            load.answers[f"{what.__name__} {type(error).__name__}"] += 1
        end.wait(rng.random())


def _asked(served: Served, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    at = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=60)
    try:
        at.request(method, path, body, {"Cookie": f"{served.cookie}={served.token}", **headers})
        answer = at.getresponse()
        return answer.status, answer.read()
    finally:
        at.close()


def _page(served: Served, rng: random.Random) -> int:
    return _asked(served, "GET", rng.choice(PAGES))[0]


def _address(served: Served, rng: random.Random) -> int:
    return _asked(served, "GET", rng.choice(ADDRESSES))[0]


def _wrong(served: Served, rng: random.Random) -> int:
    body = rng.choice(
        (b"{", b"[]", b"\xff" * 1000, b"{}" * 50_000, json.dumps({**LIVE, "scenario": rng.random()}).encode())
    )
    return _asked(served, "POST", rng.choice(("/api/live", "/api/live/x/step", "/", STREAM + "polling")), body)[0]


def _stream(served: Served, rng: random.Random) -> int:
    """Open the stream on which a page hears of progress, and leave without a word."""
    code, said = _asked(served, "GET", STREAM + "polling")
    return code if code != 200 else _asked(served, "GET", f"{STREAM}polling&sid={said[9:29].decode('latin-1')}")[0]


def _left(served: Served, rng: random.Random) -> str:
    """Leave in the middle of a question or an answer."""
    host, _, port = urlsplit(served.url).netloc.partition(":")
    path = rng.choice((*PAGES, *ADDRESSES))
    with socket.create_connection((host, int(port)), timeout=60) as line:
        head = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {served.cookie}={served.token}\r\n"
        line.sendall(head.encode() + (b"" if rng.random() < 0.5 else b"\r\n"))
    return "left"


def _live(served: Served, rng: random.Random) -> int:
    """Build a world; some are closed and some are forgotten."""
    code, said = _asked(served, "POST", "/api/live", json.dumps(LIVE).encode())
    if code == 200 and rng.random() < 0.9:
        _asked(served, "POST", f"/api/live/{json.loads(said)['key']}/close", b"{}")
    return code


def _family(pid: int) -> list[int]:
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        try:
            todo += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except OSError:
            continue
    return found


def _resident(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def main(arguments: list[str]) -> int:
    """Put the load on, and print what came of it."""
    seconds = float(arguments[0]) if arguments else 300.0
    clients = int(arguments[1]) if len(arguments) > 1 else 50
    with tempfile.TemporaryDirectory() as made:
        load = loaded(Path(made) / "runs", seconds, clients, told=True)
    for answer, many in sorted(load.answers.items()):
        print(f"{answer:<32}{many:>8,}")
    for what, found in (("server", load.server_mb), ("all processes", load.all_mb)):
        start, middle, last = found[0], found[len(found) // 2], found[-1]
        print(f"resident memory, {what}: start {start:,.0f} MB, middle {middle:,.0f} MB, end {last:,.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
