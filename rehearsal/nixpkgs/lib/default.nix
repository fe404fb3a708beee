# The few functions of nixpkgs' `lib` that the project calls, under the same names.
let
  inherit (builtins)
    attrNames
    attrValues
    concatMap
    concatStringsSep
    elem
    filter
    head
    isAttrs
    isBool
    isFunction
    isList
    listToAttrs
    replaceStrings
    stringLength
    substring
    ;

  lib = {
    inherit (builtins)
      concatMap
      concatStringsSep
      elem
      filter
      head
      isString
      length
      listToAttrs
      mapAttrs
      ;

    # Lists
    optional = condition: value: if condition then [ value ] else [ ];
    optionals = condition: list: if condition then list else [ ];
    genList = builtins.genList;
    imap0 =
      f: list: builtins.genList (index: f index (builtins.elemAt list index)) (builtins.length list);
    last = list: builtins.elemAt list (builtins.length list - 1);
    any = builtins.any;
    isInt = builtins.isInt;
    toList = value: if isList value then value else [ value ];
    unique = builtins.foldl' (seen: x: if elem x seen then seen else seen ++ [ x ]) [ ];

    # Attribute sets
    attrValues = attrValues;
    mergeAttrsList = builtins.foldl' (all: one: all // one) { };
    nameValuePair = name: value: { inherit name value; };
    genAttrs = names: f: listToAttrs (map (name: lib.nameValuePair name (f name)) names);
    mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
    mapAttrs' = f: set: listToAttrs (lib.mapAttrsToList f set);
    filterAttrs =
      keep: set:
      listToAttrs (
        concatMap (name: lib.optional (keep name set.${name}) (lib.nameValuePair name set.${name})) (
          attrNames set
        )
      );
    optionalAttrs = condition: set: if condition then set else { };
    recursiveUpdate =
      left: right:
      left
      // builtins.mapAttrs (
        name: value:
        if isAttrs value && isAttrs (left.${name} or null) && !lib.isDerivation value then
          lib.recursiveUpdate left.${name} value
        else
          value
      ) right;
    isDerivation = value: isAttrs value && (value.type or null) == "derivation";

    # Strings
    concatMapStringsSep =
      separator: f: list:
      concatStringsSep separator (map f list);
    concatStrings = concatStringsSep "";
    optionalString = condition: text: if condition then text else "";
    hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
    hasSuffix =
      suffix: text:
      let
        extra = stringLength text - stringLength suffix;
      in
      extra >= 0 && substring extra (-1) text == suffix;
    removePrefix =
      prefix: text: if lib.hasPrefix prefix text then substring (stringLength prefix) (-1) text else text;
    removeSuffix =
      suffix: text:
      if lib.hasSuffix suffix text then
        substring 0 (stringLength text - stringLength suffix) text
      else
        text;
    splitString =
      separator: text: filter isStringPart (builtins.split (lib.escapeRegex separator) text);
    escapeRegex = replaceStrings [ "." "*" "+" "?" ] [ "\\." "\\*" "\\+" "\\?" ];
    trim =
      text:
      let
        inside = builtins.match "[[:space:]]*(.*[^[:space:]])[[:space:]]*" text;
      in
      if inside == null then "" else head inside;
    escapeShellArg = value: "'${replaceStrings [ "'" ] [ "'\\''" ] (toString value)}'";
    boolToString = value: if value then "true" else "false";
    makeBinPath = lib.concatMapStringsSep ":" (package: "${package}/bin");

    # Packages and functions
    getExe =
      package:
      "${package}/bin/${
        package.meta.mainProgram or (throw "getExe: no meta.mainProgram in ${package.name}")
      }";
    importJSON = path: builtins.fromJSON (builtins.readFile path);
    licenses.mit = {
      spdxId = "MIT";
    };
    replaceStrings = builtins.replaceStrings;
    getName = package: package.pname or (builtins.parseDrvName package.name).name;
    callPackageWith =
      scope: file: overrides:
      let
        function = if isFunction file then file else import file;
        arguments = builtins.functionArgs function;
      in
      function (builtins.intersectAttrs arguments scope // overrides);

    fetchers.proxyImpureEnvVars = [
      "http_proxy"
      "https_proxy"
    ];
    types = import ./types.nix lib;
    modules = import ./modules.nix lib;
    inherit (lib.modules)
      evalModules
      mkBefore
      mkDefault
      mkEnableOption
      mkForce
      mkIf
      mkMerge
      mkOption
      mkOverride
      ;
    literalExpression = text: {
      _type = "literalExpression";
      inherit text;
    };
    literalMD = text: {
      _type = "literalMD";
      inherit text;
    };

    trivial.release = builtins.substring 0 5 (import ../version.nix);
  };

  isStringPart = part: !isList part && !isBool part;
in
lib
