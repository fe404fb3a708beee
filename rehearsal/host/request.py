"""What a program of bin/ asks of PID 1, and what it gets."""

from dataclasses import dataclass


class UsageError(Exception):
    pass


@dataclass
class Request:
    """A command as it was typed: its words, and the folder, environment and files of who typed it."""

    program: str
    words: list[str]
    folder: str
    environment: dict[str, str]
    files: list[int]


@dataclass
class Answer:
    status: int = 0
    output: str = ''
    error: str = ''
