"""Addresses that scripts and downloads use: living models, results, reports, exports. Each mistake is one sentence."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from mixflow.sim.base.errors import UserError

from ...studies.compare.store import REPORT, report_of
from . import cases, sharing, watching
from .app_state import AppState, compact
from .guard import REPORT_POLICY
from .jobs import log_of
from .results import folder_of
from .safe_paths import read_json
from .study import NAME, SCENARIOS
from .words import MOST_LIVE

MOST_POLICIES = 20


class Compact(JSONResponse):
    """JSON without spaces."""

    def render(self, content: Any) -> bytes:
        """As bytes."""
        return compact(content).encode("utf-8")


def add(app: FastAPI, app_state: AppState) -> None:
    """Put all of them into an application."""
    router = APIRouter()
    _add_results(router, app_state)
    _add_live(router, app_state)
    _add_files(router, app_state)
    app.include_router(router)

    async def refused(request: Request, error: Exception) -> Response:
        return Compact({"error": str(error)}, status_code=400)

    app.add_exception_handler(UserError, refused)


def _add_results(router: APIRouter, app_state: AppState) -> None:
    @router.get("/api/study/{name}")
    async def of_study(name: str) -> Response:
        return Compact(await app_state.shown(app_state.references(name)))

    @router.get("/api/opened/{name}")
    async def of_opened(name: str) -> Response:
        return Compact(await app_state.shown(app_state.opened(name)[1], name))

    @router.get("/api/comparison/{scenario}/{name}")
    async def of_comparison(scenario: str, name: str) -> Response:
        return Compact(await app_state.shown([("with the policies", scenario, name)]))

    @router.get("/api/run/{scenario}/{name}")
    async def of_run(request: Request, scenario: str, name: str) -> Response:
        asked = {key: str(value) for key, value in request.query_params.items()}
        fresh = asked.pop("fresh", "") == "1"
        return Compact(
            await app_state.process_pool.run(watching.seen, str(app_state.workspace.root), scenario, name, asked, fresh)
        )

    @router.get("/api/case/{name}")
    async def of_case(name: str) -> Response:
        return Compact(await app_state.process_pool.run(cases.shown, str(app_state.workspace.root), name))


def _add_live(router: APIRouter, app_state: AppState) -> None:
    @router.post("/api/live")
    async def build(request: Request) -> Response:
        given = await _body(request)
        return Compact(await app_state.live_sessions.open(_lines(given)))

    def asking(what: str) -> Callable[[Request, str], Awaitable[Response]]:
        async def ask(request: Request, key: str) -> Response:
            return Compact(await app_state.live_sessions.ask(key, {**await _body(request), "do": what}))

        return ask

    for what in ("step", "look"):
        router.add_api_route(f"/api/live/{{key}}/{what}", asking(what), methods=["POST"])

    @router.post("/api/live/{key}/close")
    async def close(key: str) -> Response:
        await app_state.live_sessions.close(key)
        return Compact({})


async def _body(request: Request) -> dict[str, Any]:
    try:
        given = await request.json()
    except (ValueError, RecursionError) as error:
        raise UserError("the request is not readable as JSON.") from error
    if not isinstance(given, dict):
        raise UserError("the request holds no names and values.")
    asked = given.get("asked", {})
    days = given.get("days", 1)
    if not isinstance(asked, dict) or isinstance(days, bool) or not isinstance(days, int):
        raise UserError("the request holds values that it must not.")
    return given


def _lines(given: dict[str, Any]) -> list[str]:
    """Overrides of a living model from what a page says."""
    scenario, scale, policies = given.get("scenario"), given.get("scale"), given.get("policies", [])
    if scenario not in SCENARIOS:
        raise UserError(f"{str(scenario)[:60]!r} is no scenario.")
    if isinstance(scale, bool) or not isinstance(scale, int | float):
        raise UserError("scale is not a number.")
    if not 0 < scale <= MOST_LIVE[scenario]:
        raise UserError(
            f"scale={scale:g}: a living world of {scenario} is watched at a scale above 0 and up to {MOST_LIVE[scenario]:g}."
        )
    if not isinstance(policies, list) or len(policies) > MOST_POLICIES:
        raise UserError(f"policies: a list of at most {MOST_POLICIES}.")
    if not all(isinstance(name, str) and NAME.fullmatch(name) for name in policies):
        raise UserError("policies: a list of names.")
    return [f"scenario={scenario}", f"scale={float(scale)!r}", f"policies=[{','.join(policies)}]"]


def _add_files(router: APIRouter, app_state: AppState) -> None:
    @router.get("/report/{scenario}/{name}")
    async def report(scenario: str, name: str, opened: str = "") -> Response:
        folder = folder_of(app_state.workspace, scenario, name, opened)
        if not (folder / REPORT).is_file():
            raise UserError(f"the report of {scenario}/{name} is not there any more. Run the study again.")
        content = await asyncio.to_thread(report_of, folder)
        headers = {"content-security-policy": REPORT_POLICY}
        return Response(content, media_type="text/html; charset=utf-8", headers=headers)

    @router.get("/export/{name}.zip")
    async def export(name: str, opened: str = "") -> Response:
        folder = app_state.workspace.opened(name) if opened else app_state.workspace.study(name)
        study = (app_state.opened(name)[0] if opened else app_state.study(name)).plain()
        results = read_json(folder / "results.json")
        content = await app_state.process_pool.run(
            sharing.packed, app_state.workspace.given, study, results, name if opened else ""
        )
        return _download(content, f"mixflow-{name}.zip", "application/zip")

    @router.get("/study/{name}.json")
    async def study(name: str) -> Response:
        content = compact(app_state.study(name).plain()).encode()
        return _download(content, f"mixflow-{name}.json", "application/json")

    @router.get("/log/{kind}/{name}")
    async def log(kind: str, name: str) -> Response:
        folder = app_state.workspace.case(name) if kind == "case" else app_state.workspace.study(name)
        return Response(log_of(folder), media_type="text/plain; charset=utf-8")


def _download(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})
