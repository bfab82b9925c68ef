"""Any OpenAI-compatible endpoint; a patient's words leave the building only where the site said they may."""

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from careloom.errors import ConfigError, ModelError, Refused
from careloom.llm.port import Answer, Prompt, Schema, Spend
from careloom.llm.schemas import fitting, refuse_unsupported

# No answer of a task is as large; what goes on longer is no answer.
MOST_BYTES = 4 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a model answers and on what terms.

    url           base URL ("http://127.0.0.1:8000/v1"); https unless it is this machine
    timeout       seconds for one attempt; `retries` further attempts with back-off (Retry-After is kept)
    concurrency   calls under way at once
    may_receive_phi   a contract allows this endpoint to see patients' data
    deidentified   it is asked only what was scrubbed and in which nothing was found, wherever it stands
    price_in, price_out   US dollars for a million prompt and completion tokens
    """

    url: str
    model: str
    key: str = ""
    timeout: float = 60.0
    retries: int = 2
    concurrency: int = 4
    may_receive_phi: bool = False
    deidentified: bool = False
    price_in: float = 0.0
    price_out: float = 0.0

    @property
    def local(self) -> bool:
        """Whether it is this very machine: `localhost` or a loopback address, by its name alone."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


def refuse_unsafe(endpoint: Endpoint) -> None:
    """Nothing where the endpoint may be used; raises ConfigError saying which setting to mend."""
    scheme = urlsplit(endpoint.url).scheme
    if scheme not in ("http", "https"):
        raise ConfigError("CARELOOM_MODEL_URL is not the address of an endpoint")
    if not endpoint.model:
        raise ConfigError("CARELOOM_MODEL_NAME does not name a model of the endpoint")
    if endpoint.local:
        return
    if scheme != "https":
        raise ConfigError("CARELOOM_MODEL_URL: another machine is reached over https alone")
    if not endpoint.may_receive_phi and not endpoint.deidentified:
        raise ConfigError(
            "CARELOOM_MODEL_MAY_RECEIVE_PHI is not set: no patient's data may leave for this endpoint; CARELOOM_MODEL_DEIDENTIFIED asks it without identifiers"
        )


def _bounded(seconds: float) -> Callable[[Any], None]:
    """A hook by which an answer that drips without end, or is larger than any answer, is given up, and none is unpacked.

    The client's own timeout is for the silence between two bytes. A packed answer could grow to gigabytes: it was asked to
    come as it is, and what comes packed can't be read.
    """
    import httpx2  # late: it comes with openai

    class Bounded(httpx2.SyncByteStream):
        def __init__(self, inner: Any, request: Any) -> None:
            self._inner, self._request, self._end = inner, request, monotonic() + seconds

        def __iter__(self) -> Iterator[bytes]:
            came = 0
            for piece in self._inner:
                came += len(piece)
                if came > MOST_BYTES or monotonic() > self._end:
                    raise httpx2.ReadTimeout("the answer has no end", request=self._request)
                yield piece

        def close(self) -> None:
            self._inner.close()

    def bound(response: Any) -> None:
        response.headers.pop("content-encoding", None)
        response.stream = Bounded(response.stream, response.request)

    return bound


class OpenAI:
    """A model behind an endpoint. Safe to call from several threads."""

    sha256 = ""

    def __init__(self, endpoint: Endpoint) -> None:
        """Opens no connection yet."""
        import openai  # late: costs most of a second, and httpx2 comes with it

        self._endpoint = endpoint
        self.name = endpoint.model
        self.spent = Spend()
        self._lock = Lock()
        self._places = BoundedSemaphore(endpoint.concurrency)
        self._client = openai.OpenAI(
            base_url=endpoint.url,
            api_key=endpoint.key or "none",
            organization="",
            project="",
            timeout=endpoint.timeout,
            max_retries=endpoint.retries,
            default_headers={"Accept-Encoding": "identity"},
            # A redirect or a proxy could carry the text to a machine that nobody allowed.
            http_client=openai.DefaultHttpxClient(
                follow_redirects=False,
                trust_env=not endpoint.local,
                event_hooks={"response": [_bounded(endpoint.timeout)]},
            ),
        )

    @property
    def deidentified(self) -> bool:
        """Whether it is asked only what was scrubbed."""
        return self._endpoint.deidentified

    def complete(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        schema: Schema | None = None,
        grammar: str | None = None,
    ) -> Answer:
        """The endpoint's answer; see `Model.complete`. Raises Refused before anything is sent."""
        del grammar  # endpoints differ in what they keep; whoever asks verifies the answer
        if self._endpoint.deidentified:
            if not prompt.is_clean:
                raise Refused("this endpoint may receive only what was scrubbed")
        elif not self._endpoint.local and not self._endpoint.may_receive_phi:
            raise Refused("this endpoint may not receive patients' data")
        if schema is not None:
            refuse_unsupported(schema)
        try:
            with self._places:
                answer = self._answer(self._ask(prompt, max_tokens, schema))
            if schema is not None:
                fitting(answer.text, schema)
        except ModelError:
            self._count(None)
            raise
        self._count(answer)
        return answer

    def version(self) -> dict[str, str]:
        """What the endpoint tells of the model that it serves now: `listed` and `created` from its list, `served` and `fingerprint` from an
        answer of one word to a question that is about nobody; "" for what it doesn't tell. Raises ModelError.
        """
        import openai  # late: see above

        reply = self._ask(Prompt("Answer with one word.", "Say yes."), 1, None)
        try:
            listed = {one.id: one for one in self._client.models.list()}
        except (openai.OpenAIError, ValueError):
            listed = {}  # an endpoint need not have a list
        own = listed.get(self.name)
        return {
            "listed": own.id if own else "",
            "created": str(getattr(own, "created", "") or ""),
            "served": str(getattr(reply, "model", "") or ""),
            "fingerprint": str(getattr(reply, "system_fingerprint", "") or ""),
        }

    def _ask(self, prompt: Prompt, max_tokens: int, schema: Schema | None) -> Any:
        import openai  # late: see above

        form: dict[str, Any] = {}
        if schema is not None:
            named = {"name": "answer", "schema": dict(schema), "strict": True}
            form["response_format"] = {"type": "json_schema", "json_schema": named}
        try:
            # The endpoint's words never go into an error: they may repeat the patient's.
            return self._client.chat.completions.create(
                model=self._endpoint.model,
                messages=prompt.messages,  # type: ignore[arg-type]
                max_tokens=max_tokens,
                temperature=0,
                **form,
            )
        except openai.APITimeoutError:
            raise ModelError("the model's endpoint did not answer in time") from None
        except openai.APIStatusError as error:
            permanent = error.status_code < 500 and error.status_code not in (408, 409, 429)
            raise ModelError(
                f"the model's endpoint answered {error.status_code}", permanent=permanent
            ) from None
        except openai.APIConnectionError:
            raise ModelError("the model's endpoint can't be reached") from None
        except (openai.OpenAIError, ValueError):
            raise ModelError("the model's endpoint answered something that can't be read") from None

    def _answer(self, reply: Any) -> Answer:
        try:
            choice, usage = reply.choices[0], reply.usage
            sent, said = (usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0)
            price = (sent * self._endpoint.price_in + said * self._endpoint.price_out) / 1e6
            text = choice.message.content
            # Its own words of why are a model's, and may repeat the patient's: none of them is kept.
            if choice.finish_reason == "content_filter" or getattr(choice.message, "refusal", None):
                return Answer("", sent, said, False, price, refused=True)
            if not isinstance(text, str):
                raise TypeError
            return Answer(text, sent, said, choice.finish_reason == "stop", price)
        except (AttributeError, IndexError, TypeError):
            raise ModelError("the model's endpoint answered something that can't be read") from None

    def _count(self, answer: Answer | None) -> None:
        with self._lock:
            self.spent = self.spent.plus(answer)
