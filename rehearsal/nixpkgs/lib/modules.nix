# A small module system: imports, options with types, mkIf, mkMerge, priorities.
# An option that nobody declared, or a value of the wrong type, is an error.
lib:
let
  inherit (builtins)
    attrNames
    concatMap
    filter
    functionArgs
    isAttrs
    isFunction
    isPath
    isString
    ;

  defaultPriority = 100;
  optionDefaultPriority = 1500;

  isOption = value: isAttrs value && (value._type or null) == "option";
  is = kind: value: isAttrs value && (value._type or null) == kind;

  # A module as written (a path, a function or a set) → { file, imports, options, config }.
  normalize =
    arguments: origin: module:
    if isPath module || isString module then
      normalize arguments (toString module) (import module)
    else if isFunction module then
      normalize arguments origin (
        module (
          arguments
          // builtins.mapAttrs (name: _: arguments.${name} or arguments.fromModules.${name}) (
            functionArgs module
          )
        )
      )
    else
      let
        isLong = module ? options || module ? config;
        meta = [
          "_file"
          "_class"
          "key"
          "imports"
        ];
      in
      {
        file = module._file or origin;
        imports = module.imports or [ ];
        options = module.options or { };
        config = if isLong then module.config or { } else removeAttrs module meta;
      };

  # All modules that these import, and theirs: one in a file of its own counts once, however often
  # it is imported.
  collect =
    arguments: modules:
    let
      entry = parent: index: module: {
        key =
          if isPath module || isString module then
            builtins.unsafeDiscardStringContext (toString module)
          else
            "${parent}:${toString index}";
        normal = normalize arguments parent module;
      };
      entries = parent: list: lib.imap0 (entry parent) list;
    in
    map (found: found.normal) (
      builtins.genericClosure {
        startSet = entries "<inline module>" modules;
        operator = found: entries found.key found.normal.imports;
      }
    );

  # Brings mkIf, mkMerge and mkOverride down to the attributes, without looking at conditions.
  pushDown =
    value:
    if is "merge" value then
      concatMap pushDown value.contents
    else if is "if" value then
      map (builtins.mapAttrs (_: content: lib.mkIf value.condition content)) (pushDown value.content)
    else if is "override" value then
      map (builtins.mapAttrs (_: lib.mkOverride value.priority)) (pushDown value.content)
    else
      [ value ];

  # What is left of a definition at an option: [ { value, priority } ].
  discharge =
    priority: value:
    if is "merge" value then
      concatMap (discharge priority) value.contents
    else if is "if" value then
      if value.condition then discharge priority value.content else [ ]
    else if is "override" value then
      discharge value.priority value.content
    else
      [ { inherit priority value; } ];

  mergeDefinitions =
    path: type: definitions:
    let
      discharged = concatMap (
        definition:
        map (rest: rest // { inherit (definition) file; }) (discharge defaultPriority definition.value)
      ) definitions;
      strongest = builtins.foldl' (
        best: one: if one.priority < best then one.priority else best
      ) 9999 discharged;
      standing = filter (one: one.priority == strongest) discharged;
      wrong = filter (one: !type.check one.value) standing;
      first = builtins.head wrong;
    in
    {
      isDefined = discharged != [ ];
      value =
        if discharged == [ ] then
          throw "The option `${path}' was accessed but has no value defined. Try setting the option."
        else if wrong != [ ] then
          throw "A definition for option `${path}' is not of type `${type.name}'. Definition values:\n- In `${toString first.file}': ${show first.value}"
        else
          type.merge path standing;
    };

  show =
    value:
    if isFunction value || isAttrs value then "<${builtins.typeOf value}>" else builtins.toJSON value;

  # One level of the tree: options declared there, definitions given there.
  evalLevel =
    prefix: declarations: definitions:
    let
      names = lib.unique (concatMap attrNames declarations);
      at = name: sets: filter (set: set ? ${name}) sets;
      valuesAt =
        name:
        concatMap (
          definition:
          concatMap (
            level:
            lib.optional (level ? ${name}) {
              inherit (definition) file;
              value = level.${name};
            }
          ) (pushDown definition.value)
        ) definitions;
    in
    builtins.seq (checkDeclared prefix names definitions) (
      lib.genAttrs names (
        name:
        let
          here = map (set: set.${name}) (at name declarations);
          option = builtins.foldl' (a: b: a // b) { } here;
        in
        if isOption (builtins.head here) then
          evalOption "${prefix}${name}" option (valuesAt name)
        else
          evalLevel "${prefix}${name}." here (valuesAt name)
      )
    );

  checkDeclared =
    prefix: names: definitions:
    builtins.foldl' (
      ok: definition:
      builtins.foldl' (
        ok: level:
        let
          unknown = filter (name: !builtins.elem name names) (attrNames level);
        in
        if unknown == [ ] then
          ok
        else
          throw "The option `${prefix}${builtins.head unknown}' does not exist. Definition in `${toString definition.file}'."
      ) ok (pushDown definition.value)
    ) true definitions;

  evalOption =
    path: option: definitions:
    let
      withDefault =
        lib.optional (option ? default) {
          file = "the default of `${path}'";
          value = lib.mkOverride optionDefaultPriority option.default;
        }
        ++ definitions;
      merged = mergeDefinitions path (option.type or lib.types.anything) withDefault;
    in
    if option.readOnly or false && builtins.length definitions > 1 then
      throw "The option `${path}' is read-only, but it's set multiple times."
    else
      (option.apply or (value: value)) merged.value;

  evalModules =
    {
      modules,
      specialArgs ? { },
      prefix ? "",
    }:
    let
      internal.options._module.args = lib.mkOption { type = lib.types.lazyAttrsOf lib.types.raw; };
      arguments = {
        inherit lib config;
        inherit (result) options extendModules;
        fromModules = config._module.args;
      }
      // specialArgs;
      all = collect arguments ([ internal ] ++ modules);
      options = map (module: module.options) all;
      config = evalLevel prefix options (
        map (module: {
          inherit (module) file;
          value = module.config;
        }) all
      );
      result = {
        inherit config options;
        extendModules =
          { modules, ... }@more:
          evalModules {
            modules = initial ++ more.modules;
            inherit specialArgs prefix;
          };
      };
      initial = modules;
    in
    result;
in
{
  inherit evalModules mergeDefinitions;
  lastName = path: builtins.elemAt (builtins.match "(.*\\.)?([^.]*)" path) 1;

  mkOption = attributes: { _type = "option"; } // attributes;
  mkEnableOption =
    what:
    lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = "Whether to enable ${what}.";
    };
  mkIf = condition: content: {
    _type = "if";
    inherit condition content;
  };
  mkMerge = contents: {
    _type = "merge";
    inherit contents;
  };
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };
  mkDefault = lib.mkOverride 1000;
  mkForce = lib.mkOverride 50;
  # No list here depends on its order.
  mkBefore = content: content;
}
