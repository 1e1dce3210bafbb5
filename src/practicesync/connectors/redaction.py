"""What a remote's own words may carry into an error, a log line or the activity: no secret and no client's number."""

import re

LONGEST_QUOTE = 300

_TOKEN = re.compile(r"\b(?:Bearer|Basic)\s+\S+|\beyJ[\w-]{8,}(?:\.[\w-]+)*|\b[A-Za-z0-9_-]{40,}\b")
_UUID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
_NUMBER = re.compile(r"\d(?:[\s-]?\d){6,}")
_SECRET_PAIR = re.compile(
    r"(?i)\b(access_token|refresh_token|client_secret|code|code_verifier|token)([\"']?\s?[=:]\s?[\"']?)(?=\S{8})[^\s&,}\"']+"
)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def quote(words: str) -> str:
    """The remote's words on one line, cut to 300 characters, with secrets, addresses and long numbers taken out.

    Of a number of seven digits or more the last three stay, as Practice Manager itself shows tax numbers.
    """
    text = _UNSEEN.sub(" ", words[: LONGEST_QUOTE * 20]).strip()
    text = _SECRET_PAIR.sub(r"\1\2[hidden]", text)
    kept: list[str] = []
    position = 0
    for uuid in _UUID.finditer(text):
        kept.append(_hide(text[position : uuid.start()]))
        kept.append(uuid[0])
        position = uuid.end()
    kept.append(_hide(text[position:]))
    text = "".join(kept)
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def _hide(text: str) -> str:
    text = _ADDRESS.sub("[address]", _TOKEN.sub("[hidden]", text))
    return _NUMBER.sub(lambda number: "******" + re.sub(r"\D", "", number[0])[-3:], text)
