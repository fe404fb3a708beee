# Facts for synth, in files that are evaluated and written without building a thing that they name.
# They hold on to the derivations, so that an apply can still build them.
{
  # A path that is not built, and the derivation that builds it.
  unbuilt = key: path: package: {
    ${key} = builtins.unsafeDiscardStringContext path;
    derivation = builtins.unsafeDiscardOutputDependency package.drvPath;
  };

  write = name: facts: builtins.toFile name (builtins.toJSON facts);
}
