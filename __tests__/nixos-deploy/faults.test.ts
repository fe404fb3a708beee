import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { faultsTable } from '../../rehearsal/scenarios/faults';

test('docs/faults.md says what the scenarios demand', () => {
  const rows = readFileSync(join(__dirname, '../../docs/faults.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('| -'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(rows).toEqual(faultsTable());
});
