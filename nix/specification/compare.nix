# What a flake's systems and images evaluate to, beside a table of what they must be:
# `report` says each line of the table, `wrong` only those that do not hold.
{
  flake,
  # A table, such as app/nix/specification.nix.
  specification,
}:
let
  linux = [
    "x86_64-linux"
    "aarch64-linux"
  ];

  # What a line may expect beside a plain value.
  includes =
    got: part:
    if builtins.isString got then
      builtins.replaceStrings [ part ] [ "" ] got != got
    else
      builtins.elem part got;
  has = parts: {
    expected = "has ${builtins.toJSON parts}";
    holds = got: builtins.all (includes got) parts;
  };
  equals = value: {
    expected = "is ${builtins.toJSON value}";
    holds = got: got == value;
  };

  # A host is seen as its configuration, an image or a check as its derivation.
  subject =
    system: name:
    flake.nixosConfigurations."${name}-${system}".config or flake.packages.${system}.${name}
      or flake.checks.${system}.${name};

  # The value at a list of names: one or none.
  find =
    path: value:
    if path == [ ] then
      [ value ]
    else if value ? ${builtins.head path} then
      find (builtins.tail path) value.${builtins.head path}
    else
      [ ];
  split = separator: text: builtins.filter builtins.isString (builtins.split separator text);

  # Scripts are long.
  shown =
    value:
    let
      text = builtins.toJSON value;
    in
    if builtins.stringLength text > 300 then "${builtins.substring 0 300 text}…" else text;

  # A line of the table: what holds of it, and what does not, each as text.
  compare =
    subjects: option: value:
    let
      inherit (if value ? holds then value else equals value) expected holds;
      problem =
        { system, name }:
        let
          found = find (split "\\." option) (subject system name);
          got = builtins.head found;
        in
        if found == [ ] then
          [ "${name} on ${system}: there is no ${option}" ]
        else if !holds got then
          [ "${name} on ${system}: ${option} ${expected}, got: ${shown got}" ]
        else
          [ ];
    in
    {
      promise = "${option} ${expected}";
      wrong = builtins.concatMap problem subjects;
    };

  section =
    {
      title,
      of,
      systems ? linux,
      values,
    }:
    let
      subjects = builtins.concatMap (system: map (name: { inherit system name; }) of) systems;
      compared = builtins.attrValues (builtins.mapAttrs (compare subjects) values);
    in
    {
      wrong = builtins.concatMap (line: line.wrong) compared;
      report = [
        "${title} (${toString of}; ${toString systems})"
      ]
      ++ map (
        line: if line.wrong == [ ] then "   ok     ${line.promise}" else "   WRONG  ${line.promise}"
      ) compared;
    };

  sections = map section (specification {
    inherit has;
  });
  text = lines: builtins.concatStringsSep "" (map (line: "${line}\n") lines);
in
{
  report = text (builtins.concatMap (one: one.report) sections);
  wrong = text (builtins.concatMap (one: one.wrong) sections);
}
