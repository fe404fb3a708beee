# shellcheck shell=bash
# The link keeps the file, and what builds the image, from being collected as garbage.
folder=${XDG_CACHE_HOME:-$HOME/.cache}/iplz-deploy/bootstrap
link=$folder/$BOOTSTRAP_KEY
if [ -e "$link" ]; then
  touch --no-dereference "$link"
else
  echo 'evaluating the bootstrap image, which is done again only when it is another' >&2
  mkdir -p "$folder"
  # Quiet is not silent: errors and traces are printed, the inputs that are given are not.
  file=$(nix --quiet --quiet --quiet --extra-experimental-features 'nix-command flakes' eval --raw \
    --no-write-lock-file --override-input nixpkgs "$BOOTSTRAP_NIXPKGS" \
    --override-input authorized-keys "$BOOTSTRAP_KEYS" "$BOOTSTRAP_FLAKE")
  nix-store --realise --add-root "$link" "$file" >/dev/null
  # Those that were used in the last month stay.
  find "$folder" -mindepth 1 -mtime +30 -delete
fi
readlink "$link"
