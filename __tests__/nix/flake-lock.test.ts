import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');

interface Lock {
  version: number;
  root: string;
  nodes: Record<
    string,
    {
      inputs?: Record<string, string>;
      locked?: { rev: string; narHash: string };
      original?: { ref?: string };
    }
  >;
}

const lock = JSON.parse(readFileSync(join(PROJECT, 'flake.lock'), 'utf8')) as Lock;
const flake = readFileSync(join(PROJECT, 'flake.nix'), 'utf8');

test('the lock file pins the inputs of the flake, and nothing else', () => {
  expect(Object.keys(lock.nodes).sort()).toEqual(['nixpkgs', 'nixpkgs-bootstrap', 'root']);
  expect(lock.nodes.root?.inputs).toEqual({ nixpkgs: 'nixpkgs', 'nixpkgs-bootstrap': 'nixpkgs-bootstrap' });
});

test('the live system and the bootstrap image come from two revisions of nixpkgs', () => {
  const revisions = ['nixpkgs', 'nixpkgs-bootstrap'].map((name) => lock.nodes[name]?.locked?.rev);
  expect(new Set(revisions).size).toBe(2);
  for (const revision of revisions) expect(revision).toMatch(/^[0-9a-f]{40}$/);
});

test('an update of the lock file cannot move the bootstrap image: its input names the revision', () => {
  expect(flake).toContain(`github:NixOS/nixpkgs/${lock.nodes['nixpkgs-bootstrap']?.locked?.rev}`);
});

test("the official AMI of the live stack is of the release that the flake's nixpkgs is", () => {
  const defaults = readFileSync(join(PROJECT, 'inputs/hosts-by-hand.ts'), 'utf8');
  const [, release] = /RELEASE = '([^']*)'/.exec(defaults) ?? [];
  expect(flake).toContain(`github:NixOS/nixpkgs/nixos-${release}"`);
  expect(lock.nodes.nixpkgs?.original?.ref).toBe(`nixos-${release}`);
});
