/**
 * Secrets that give themselves away by their look. The formats are their makers'
 * own: fixed prefixes that exist so that such keys can be found. secretlint, which
 * keeps rules for more of them, needs Node 22 and has none for age.
 */
const FORMATS: readonly (readonly [string, RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/],
  ['a private key', /PuTTY-User-Key-File-\d/],
  // age: X25519, post-quantum and plugin identities; the last are AGE-PLUGIN-<NAME>-1….
  ['an age key', /AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]/i],
  ['an age key', /AGE-PLUGIN-[0-9A-Z+._-]{1,64}-1[0-9A-Z]/i],
  ['an AWS access key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['an AWS secret key', /aws_?(?:secret|session)[a-z_ ]*["']?\s*[:=]\s*["']?[A-Za-z0-9/+]{40}/i],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60})/],
  ['a GitLab token', /\bgl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-[A-Za-z0-9_-]{20}/],
  ['a Slack token', /\bxox[abeoprs]-[A-Za-z0-9-]{10}|hooks\.slack\.com\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\//],
  ['a Google key', /\bAIza[A-Za-z0-9_-]{35}|\bya29\.[A-Za-z0-9_-]{20}|\bGOCSPX-[A-Za-z0-9_-]{20}/],
  ['a Stripe key', /\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16}|\bwhsec_[A-Za-z0-9+/]{24}/],
  ['an API key', /\bsk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{32}/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}/],
  ['a PyPI token', /\bpypi-AgE[A-Za-z0-9_-]{40}/],
  ['a Docker token', /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20}/],
  ['a Hugging Face token', /\bhf_[A-Za-z0-9]{30}/],
  ['a SendGrid key', /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{32}/],
  ['a Vault token', /\bhv[sbr]\.[A-Za-z0-9_-]{24}/],
  ['a Terraform token', /\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60}/],
  ['a DigitalOcean token', /\bdo[oprt]_v1_[a-f0-9]{64}/],
  ['a Tailscale key', /\btskey-[a-z]+-[A-Za-z0-9]{6}/],
  ['a Cachix or Nix signing key', /^[A-Za-z0-9._-]+-\d+:[A-Za-z0-9+/]{86}==$/m],
  ['a signed token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10}/],
  [
    'a URL with a password',
    /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@"'<>]{0,100}:[^\s/@"'<>$]{1,200}@[^\s/"'<>]/i,
  ],
];

/** The kind of secret that a text contains by its look, whether or not somebody marked it. */
export function looksLikeSecret(text: string): string | undefined {
  return FORMATS.find(([, format]) => format.test(text))?.[0];
}
