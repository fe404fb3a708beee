"""`journalctl -u UNIT`, answered by PID 1 from what it remembers of this boot."""

from manager import Manager
from options import Options
from request import Answer, Request

FLAGS = ('--no-pager', '-q', '--quiet', '-b', '-a', '--all', '--no-hostname')
WITH_VALUE = ('-u', '--unit', '-n', '--lines', '-o', '--output')


async def answer(manager: Manager, request: Request) -> Answer:
    options = Options(request.words, FLAGS, WITH_VALUE)
    units = [name if '.' in name else f'{name}.service' for name in options.values('-u', '--unit')]
    entries = [entry for entry in manager.journal.entries if not units or entry.unit in units]
    count = options.last('-n', '--lines', default='all')
    if count != 'all':
        entries = entries[max(0, len(entries) - int(count)) :]
    bare = options.last('-o', '--output') == 'cat'
    return Answer(0, ''.join(f'{entry.text if bare else entry}\n' for entry in entries))
