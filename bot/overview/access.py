"""Where a model is: light, for who only passes it on."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ModelAccess:
    """Where the model is and how it is called; `url` is a root such as http://127.0.0.1:11434/v1."""

    url: str
    name: str
    key: str = field(default="", repr=False)
    seconds: float = 20.0
