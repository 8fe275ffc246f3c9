"""What a page of the dashboard has registered goes when the page ends: a server lives for months."""

import asyncio
import gc
import weakref

import pytest

pytest.importorskip("nicegui", reason="the extra 'dashboard' is not installed")

from nicegui import app, core
from nicegui.client import Client
from nicegui.page import page

from mixflow.experiments.views.dashboard.pages.bring import bring


def test_a_page_with_an_upload_is_released_when_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    async def taken(name: str, content: bytes) -> str | None:
        return None

    async def opened_and_ended() -> tuple[int, int]:
        monkeypatch.setattr(core, "loop", asyncio.get_running_loop())
        before, pages = len(app.routes), []
        for _ in range(5):
            client = Client(page("/given"), request=None)
            with client:
                bring("a study", ".json", 100, taken)
            assert len(app.routes) == before + 1
            client.delete()
            pages.append(weakref.ref(client))
            del client
        await asyncio.sleep(0)
        gc.collect()
        return len(app.routes) - before, sum(found() is not None for found in pages)

    assert asyncio.run(opened_and_ended()) == (0, 0)
