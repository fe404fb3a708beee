"""`journalctl -u UNIT`, answered by PID 1 from what it remembers of this boot."""

from manager import Manager
from request import Answer, Request, UsageError

FLAGS = ('--no-pager', '-q', '--quiet', '-b', '-a', '--all', '--no-hostname')
WITH_VALUE = {'-u': 'unit', '--unit': 'unit', '-n': 'lines', '--lines': 'lines', '-o': 'output', '--output': 'output'}


async def answer(manager: Manager, request: Request) -> Answer:
    options: dict[str, list[str]] = {'unit': [], 'lines': [], 'output': []}
    rest = list(request.words)
    while rest:
        word = rest.pop(0)
        name, separator, value = word.partition('=')
        if word in FLAGS:
            continue
        if name in WITH_VALUE and (separator or rest):
            options[WITH_VALUE[name]].append(value if separator else rest.pop(0))
        elif word[:2] in WITH_VALUE and len(word) > 2 and word[1] != '-':
            options[WITH_VALUE[word[:2]]].append(word[2:])
        else:
            raise UsageError(f'unrecognized option {word!r}; this host knows -u UNIT, -n LINES, -b and -o short|cat')
    units = [name if '.' in name else f'{name}.service' for name in options['unit']]
    entries = [entry for entry in manager.journal.entries if not units or entry.unit in units]
    if options['lines'] and options['lines'][-1] != 'all':
        count = int(options['lines'][-1])
        entries = entries[-count:] if count else []
    bare = options['output'][-1:] == ['cat']
    return Answer(0, ''.join(f'{entry.text if bare else entry}\n' for entry in entries))
