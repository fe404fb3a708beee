"""How unit files and command lines are read."""

import sys

import pytest
from sandboxes import PROJECT

sys.path.insert(0, str(PROJECT / 'rehearsal/host'))

from command_line import BadCommand, expand  # noqa: E402
from unit_file import BadUnit, Unit, environment, parse, seconds  # noqa: E402


@pytest.mark.parametrize(
    ('text', 'expected'),
    [('5', 5), ('100ms', 0.1), ('1min 30s', 90), ('2h', 7200), ('0.5s', 0.5), ('infinity', float('inf'))],
)
def test_time_spans(text: str, expected: float) -> None:
    assert seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize('text', ['', 'soon', '5 parsecs', '-1'])
def test_refuses_what_is_no_time_span(text: str) -> None:
    with pytest.raises(BadUnit, match='a time span is expected'):
        seconds(text)


def test_sections_continued_lines_comments_and_resets() -> None:
    text = '# c\n[Unit]\nAfter=a b\nAfter=c\n; c\n[Service]\nExecStart=/old\nExecStart=\n'
    text += 'ExecStart=/bin/x \\\n  --y=z\n'
    sections = parse(text)
    assert sections == {'Unit': {'After': ['a b', 'c']}, 'Service': {'ExecStart': ['/bin/x  --y=z']}}
    assert Unit('u.service', sections['Unit']).names('After') == ['a', 'b', 'c']


def test_environment_is_quoted_as_words() -> None:
    assert environment(['A=1 "B=two words"', "C='x'"]) == {'A': '1', 'B': 'two words', 'C': 'x'}


@pytest.mark.parametrize(
    ('line', 'words'),
    [
        ('/bin/a b "c d"', ['/bin/a', 'b', 'c d']),
        ('/bin/a ${X}', ['/bin/a', 'one two']),
        ('/bin/a $X', ['/bin/a', 'one', 'two']),
        ('/bin/a $NONE ${NONE}', ['/bin/a', '']),
        ('/bin/a $$X 100%%', ['/bin/a', '$X', '100%']),
        (':/bin/a ${X} $$', ['/bin/a', '${X}', '$$']),
        ('/bin/%n', ['/bin/u.service']),
    ],
)
def test_words_of_a_command(line: str, words: list[str]) -> None:
    assert expand(line, {'X': 'one two'}, {'n': 'u.service', '%': '%'}).words == words


def test_a_dash_forgives_failure() -> None:
    assert expand('-/bin/a', {}, {}).ignore_failure
    assert not expand('/bin/a', {}, {}).ignore_failure


@pytest.mark.parametrize('line', ['', '@/bin/a b', '/bin/a "open'])
def test_refuses_a_command_it_cannot_run(line: str) -> None:
    with pytest.raises(BadCommand):
        expand(line, {}, {})


@pytest.mark.parametrize(
    ('service', 'complaint'),
    [
        ({}, 'has no ExecStart='),
        ({'ExecStart': ['/a', '/b']}, 'only Type=oneshot may have more than one'),
        ({'ExecStart': ['/a'], 'Restart': ['often']}, 'Restart= must be one of'),
        ({'ExecStart': ['/a'], 'RestartSec': ['x']}, 'a time span is expected'),
        ({'ExecStart': ['/a'], 'KillMode': ['none']}, 'KillMode= must be one of'),
    ],
)
def test_refuses_a_service_that_makes_no_sense(service: dict[str, list[str]], complaint: str) -> None:
    with pytest.raises(BadUnit, match=complaint):
        Unit('u.service', service=service).check()
