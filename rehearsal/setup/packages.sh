# shellcheck shell=bash
# Packages of Debian, npm and Python.

debian_packages() {
  local missing=() packages=(
    age busybox-static curl dbus git iproute2 libpam-systemd nftables nix-bin openssh-client openssh-server
    python3 python3-venv sudo systemd systemd-sysv util-linux
  )
  command -v dpkg-query >/dev/null ||
    fail 'this is not Debian or Ubuntu, whose packages the rehearsal is made of: run it in a container of one of them. The tests that need no root: npm ci; npx jest --testPathIgnorePatterns root.test'
  if [ "$selected" = tests ]; then
    # shellcheck disable=SC2207 # names of packages have no blanks
    packages+=($(rust_packages))
  fi
  for package in "${packages[@]}"; do
    dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  [ "$(id -u)" = 0 ] || fail "not root: install these first: apt-get install --no-install-recommends ${missing[*]}"
  run 'Debian package lists' apt-get update
  run "Debian packages: ${missing[*]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends "${missing[@]}"
}

# No package of the lock file needs its install script: what they would fetch or build is in
# the packages.
node_packages() {
  local stamp=node_modules/.set-up lock omit=()
  lock=$(digest package-lock.json)
  case "$(cat "$stamp" 2>/dev/null)" in
    "$lock tests" | "$lock $selected") return ;;
  esac
  [ "$selected" = tests ] || omit=(--omit=dev)
  run 'npm packages of package-lock.json' npm ci --ignore-scripts --no-audit --no-fund "${omit[@]}"
  echo "$lock $selected" >"$stamp"
}

# The emulated cloud and the AWS CLI; for the tests their runner, two linters and the
# application's framework. The lists are written by
#   uv pip compile --no-deps --universal --python-version 3.11 --generate-hashes \
#     --only-binary :all: --no-annotate --no-header FILE.in --output-file FILE.txt
python_packages() {
  local venv lists=(rehearsal/requirements.txt) list
  [ "$selected" = rehearsal ] || lists+=(__tests__/requirements.txt)
  venv=$cache/python-$(digest rehearsal/requirements.txt __tests__/requirements.txt)
  if [ ! -e "$venv/.made" ]; then
    rm -rf "$venv"
    run 'Python environment' /usr/bin/python3 -m venv "$venv"
    touch "$venv/.made"
  fi
  for list in "${lists[@]}"; do
    [ -e "$venv/.installed-${list%%/*}" ] && continue
    run "Python packages of $list" "$venv/bin/pip" install --require-hashes --only-binary=:all: \
      --disable-pip-version-check --requirement "$list"
    touch "$venv/.installed-${list%%/*}"
  done
  ln -sfn "$venv" .venv
}

# The application's Python packages as the stub nixpkgs takes them; offline after the first time.
stub_nixpkgs() {
  PIP_TARGET_CACHE=$cache/site-packages rehearsal/nixpkgs/assemble.sh "$cache/nixpkgs"
}
