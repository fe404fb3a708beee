import { gunzipSync } from 'node:zlib';

/** Layers that are looked through: base64 of JSON of a URL has three. */
const LAYERS = 4;

/** Texts that one text may become, and characters of all of them: beyond, it is as good as unreadable. */
const MOST = 64;
const LONGEST = 4_000_000;

/**
 * A text, and what it says once the escapes and encodings are undone that
 * programs write values in: JSON, URL, HTML, base64, hexadecimal, gzip.
 */
export function decodings(text: string): readonly string[] {
  const all = new Set([text]);
  let length = text.length;
  let layer: readonly string[] = [text];
  for (let number = 0; number < LAYERS && layer.length > 0; number += 1) {
    const next: string[] = [];
    for (const decoded of layer.flatMap(decode)) {
      if (all.has(decoded)) continue;
      length += decoded.length;
      if (all.size >= MOST || length > LONGEST) return [...all];
      all.add(decoded);
      next.push(decoded);
    }
    layer = next;
  }
  return [...all];
}

function decode(text: string): string[] {
  return [unescaped(text), ...unquoted(text), ...fromBase64(text), ...fromHex(text)].filter(
    (decoded) => decoded !== '' && decoded !== text,
  );
}

/** JSON's and HCL's backslashes. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(
    /\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gis,
    (all: string, braced?: string, four?: string, two?: string, one?: string) => {
      const code = braced ?? four ?? two;
      if (code !== undefined) return fromCode(Number.parseInt(code, 16), all);
      return one === undefined ? all : (ESCAPES.get(one) ?? one);
    },
  );
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
]);

function fromCode(code: number, otherwise: string): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : otherwise;
}

function unquoted(text: string): string[] {
  return [
    text.includes('%') ? text.replaceAll(/(?:%[0-9a-f]{2})+/gi, bytes) : text,
    text.includes('&')
      ? text.replaceAll(
          /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi,
          (all: string, hex?: string, decimal?: string, name?: string) =>
            name === undefined
              ? fromCode(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16), all)
              : (ENTITIES.get(name.toLowerCase()) ?? all),
        )
      : text,
    // As a shell joins quoted parts.
    text.includes("'\\''") ? text.replaceAll("'\\''", "'") : text,
  ];
}

function bytes(escaped: string): string {
  return Buffer.from(escaped.replaceAll('%', ''), 'hex').toString('utf8');
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Runs of base64, in lines too; of either alphabet. Compressed ones are looked into. */
function fromBase64(text: string): string[] {
  const joined = text.replaceAll(/(?<=[A-Za-z0-9+/=_-])\r?\n(?=[A-Za-z0-9+/=_-])/g, '');
  return [...joined.matchAll(/[A-Za-z0-9+/_-]{8,}={0,2}/g)].slice(0, MOST).flatMap(([run]) => {
    const decoded = Buffer.from(run, 'base64');
    return [textOf(decoded), gunzipped(decoded)];
  });
}

function fromHex(text: string): string[] {
  return [...text.matchAll(/(?:[0-9a-f]{2}){6,}/gi)]
    .slice(0, MOST)
    .map(([run]) => textOf(Buffer.from(run, 'hex')));
}

/** Nearly every word is base64 of something: only what decodes to text counts; that of Windows has two bytes a letter. */
function textOf(decoded: Buffer): string {
  const text = decoded.toString(decoded[1] === 0 ? 'utf16le' : 'utf8');
  return /[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text) ? '' : text;
}

function gunzipped(packed: Buffer): string {
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return '';
  try {
    return gunzipSync(packed, { maxOutputLength: LONGEST }).toString('utf8');
  } catch {
    return '';
  }
}
