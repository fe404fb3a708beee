# The public keys of a file in the format of authorized_keys(5), without options, as `TYPE KEY`:
# without comments, which are anybody's text. inputs/authorized-keys.ts reads it alike.
{ lib }:
file:
let
  # The first characters of a key's base64 name its type and its size; the length is left to check.
  types = lib.importJSON ./ssh-key-types.json;
  text = lib.splitString "\n" (builtins.readFile file);
  lines = builtins.genList (index: {
    number = toString (index + 1);
    words = lib.filter (word: builtins.isString word && word != "") (
      builtins.split "[ \t\r]+" (builtins.elemAt text index)
    );
  }) (builtins.length text);
  given = lib.filter ({ words, ... }: words != [ ] && !lib.hasPrefix "#" (builtins.head words)) lines;

  # [ ] when it is no public key.
  read =
    { words, ... }:
    let
      type = builtins.head words;
      key = builtins.elemAt words 1;
      shape = types.${type};
      length = builtins.stringLength key;
      fits =
        builtins.length words > 1
        && types ? ${type}
        && lib.hasPrefix shape.begins key
        && length >= shape.shortest
        && length <= shape.longest
        && length / 4 * 4 == length
        && builtins.match "[A-Za-z0-9+/]+={0,2}" key != null;
    in
    lib.optional fits "${type} ${key}";
in
{
  keys = lib.concatMap read given;
  # One sentence for each line that is no public key. Nothing is quoted: it may be of a private one.
  problems = map (
    line:
    "authorized-keys: line ${line.number} is no public key (TYPE KEY, without options); if it is of a private key, make another, for this one is in the store"
  ) (lib.filter (line: read line == [ ]) given);
}
