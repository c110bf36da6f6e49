"""One question to an OpenAI-compatible endpoint, bounded in time and bytes. It follows no redirect, for its key goes along."""

import asyncio
import json
from collections.abc import Sequence
from http import HTTPStatus

import httpx

from bot.errors import ModelError
from bot.overview.access import ModelAccess

_MOST_BYTES = 262_144
_MOST_TOKENS = 900


async def ask(model: ModelAccess, messages: Sequence[dict[str, str]]) -> str:
    """The text of its answer. Raises ModelError."""
    try:
        async with asyncio.timeout(model.seconds):
            return _content(await _post(model, messages))
    except TimeoutError as error:
        raise ModelError("timeout") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise ModelError("unreachable") from error


async def _post(model: ModelAccess, messages: Sequence[dict[str, str]]) -> bytes:
    headers = {"Accept-Encoding": "identity"}
    if model.key:
        headers["Authorization"] = f"Bearer {model.key}"
    asked = {
        "model": model.name,
        "messages": list(messages),
        "temperature": 0,
        "max_tokens": _MOST_TOKENS,
        "stream": False,
    }
    async with (
        httpx.AsyncClient(timeout=model.seconds, trust_env=False, follow_redirects=False) as client,
        client.stream("POST", f"{model.url}/chat/completions", headers=headers, json=asked) as answer,
    ):
        if answer.status_code != HTTPStatus.OK:
            raise ModelError(
                f"status {answer.status_code}", wait=_wait(answer.headers.get("retry-after", ""))
            )
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise ModelError("garbage")
        body = b""
        async for piece in answer.aiter_raw():
            body += piece
            if len(body) > _MOST_BYTES:
                raise ModelError("too large")
    return body


def _content(body: bytes) -> str:
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ModelError("garbage") from error
    if not isinstance(content, str):
        raise ModelError("garbage")
    return content


def _wait(header: str) -> float:
    return float(header) if header.isascii() and header.isdigit() and len(header) < 7 else 0.0
