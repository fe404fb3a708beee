# Option types. Each one has a name, a check of a single definition, and a merge
# of all of them, so that a wrong type or a number out of range is refused.
lib:
let
  inherit (builtins)
    all
    isAttrs
    isBool
    isFunction
    isInt
    isList
    isPath
    isString
    ;

  showAll =
    definitions: lib.concatMapStringsSep ", " (definition: toString definition.file) definitions;

  # One definition stands; several must be equal.
  mergeEqual =
    path: definitions:
    let
      first = (builtins.head definitions).value;
    in
    if all (definition: definition.value == first) definitions then
      first
    else
      throw "The option `${path}' has conflicting definition values, in ${showAll definitions}.";

  mergeOnly =
    path: definitions:
    if builtins.length definitions == 1 then
      (builtins.head definitions).value
    else
      throw "The option `${path}' is defined more than once, in ${showAll definitions}.";

  simple = name: check: {
    inherit name check;
    merge = mergeEqual;
  };

  joined = name: separator: {
    inherit name;
    check = isString;
    merge = _: lib.concatMapStringsSep separator (definition: definition.value);
  };

  # Evaluates one element as an option of its own would be.
  element =
    path: type: definitions:
    (lib.modules.mergeDefinitions path type definitions).value;

  # Lazy: a value is looked at only when it is asked for, so that a value may depend on
  # others; the price is that one under a false mkIf counts as there.
  attributes = isLazy: type: {
    name = "attribute set of ${type.name}";
    check = isAttrs;
    merge =
      path: definitions:
      let
        names = lib.unique (lib.concatMap (definition: builtins.attrNames definition.value) definitions);
        valuesOf =
          name:
          map (definition: {
            inherit (definition) file;
            value = definition.value.${name};
          }) (builtins.filter (definition: definition.value ? ${name}) definitions);
        results = lib.genAttrs names (
          name: lib.modules.mergeDefinitions "${path}.${name}" type (valuesOf name)
        );
      in
      builtins.mapAttrs (_: result: result.value) (
        if isLazy then results else lib.filterAttrs (_: result: result.isDefined) results
      );
  };

  types = {
    bool = simple "boolean" isBool;
    int = simple "signed integer" isInt;
    str = simple "string" isString;
    path = simple "absolute path" (
      value: isPath value || lib.isDerivation value || (isString value && lib.hasPrefix "/" value)
    );
    package =
      simple "package" (
        value: lib.isDerivation value || (isString value && lib.hasPrefix builtins.storeDir value)
      )
      // {
        merge = mergeOnly;
      };
    lines = joined "strings concatenated with \"\\n\"" "\n";
    anything = {
      name = "anything";
      check = _: true;
      merge = mergeEqual;
    };
    raw = types.anything // {
      name = "raw value";
      merge = mergeOnly;
    };
    deferredModule = {
      name = "module";
      check = value: isAttrs value || isFunction value || isPath value || isString value;
      merge = _: definitions: { imports = map (definition: definition.value) definitions; };
    };

    ints = {
      between =
        low: high:
        simple "integer between ${toString low} and ${toString high} (both inclusive)" (
          value: isInt value && value >= low && value <= high
        );
      unsigned = simple "unsigned integer, meaning >=0" (value: isInt value && value >= 0);
      positive = simple "positive integer, meaning >0" (value: isInt value && value > 0);
      u16 = simple "16 bit unsigned integer; between 0 and 65535 (both inclusive)" (types.ints.between 0 65535)
      .check;
    };
    port = types.ints.u16;

    enum = values: simple "one of ${builtins.toJSON values}" (value: builtins.elem value values);
    nullOr = type: {
      name = "null or ${type.name}";
      check = value: value == null || type.check value;
      merge =
        path: definitions:
        if all (definition: definition.value == null) definitions then
          null
        else
          type.merge path definitions;
    };
    either = left: right: {
      name = "${left.name} or ${right.name}";
      check = value: left.check value || right.check value;
      merge =
        path: definitions:
        (if all (definition: left.check definition.value) definitions then left else right).merge path
          definitions;
    };
    oneOf = choices: builtins.foldl' types.either (builtins.head choices) (builtins.tail choices);
    listOf = type: {
      name = "list of ${type.name}";
      check = isList;
      merge =
        path: definitions:
        lib.concatMap (
          definition:
          map (
            value:
            element "${path}.[definition 1-entry]" type [
              {
                inherit (definition) file;
                inherit value;
              }
            ]
          ) definition.value
        ) definitions;
    };
    attrsOf = attributes false;
    lazyAttrsOf = attributes true;
    submodule = module: {
      name = "submodule";
      check = value: isAttrs value || isFunction value || isPath value;
      merge =
        path: definitions:
        (lib.modules.evalModules {
          modules = [
            module
            { _module.args.name = lib.modules.lastName path; }
          ]
          ++ map (definition: {
            _file = definition.file;
            imports = [ definition.value ];
          }) definitions;
          prefix = "${path}.";
        }).config;
    };
  };
in
types
