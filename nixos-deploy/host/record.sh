# shellcheck shell=sh disable=SC2034,SC2154
# What the host knows of its last deployment, and what it would boot. Read by all
# the others; written by the watchdog and the rollback. Variables and functions.
#
#   /var/lib/nixos-deploy/last   result, code, nonce, id, deployer, since, old, new, boot
#
# Results that are open: switching · awaiting confirmation · committing · rolling back ·
# rebooting. Every other one is closed, and `code` is the exit status that it had.
state=/var/lib/nixos-deploy
profile=/nix/var/nix/profiles/system

# Sets `target`: what a link leads to, without a process of its own; - for a link to nowhere.
target() {
  target=$(cd -P "$1" 2>/dev/null && printf %s "$PWD") || target=-
}

# Sets `seconds_up`: seconds that no change of the clock moves.
find_seconds_up() { read -r seconds_up _ </proc/uptime && seconds_up=${seconds_up%.*}; }

# Sets last_result … last_boot; empty where nothing was deployed.
read_record() {
  last_result='' last_code='' last_nonce='' last_id='' last_old='' last_new='' last_boot=''
  [ -r "$state/last" ] || return 0
  while IFS='=' read -r key value; do
    case $key in
      result) last_result=$value ;;
      code) last_code=$value ;;
      nonce) last_nonce=$value ;;
      id) last_id=$value ;;
      old) last_old=$value ;;
      new) last_new=$value ;;
      boot) last_boot=$value ;;
    esac
  done <"$state/last"
}

record_is_open() {
  case $last_result in
    switching | 'awaiting confirmation' | committing | 'rolling back' | rebooting) return 0 ;;
    *) return 1 ;;
  esac
}

# Sets `back`: the system to go back to, which is the one that was confirmed last, and not
# the one that runs. The profile is that: it is set by a confirmation alone, and by hand.
# But one that was made the boot default for a reboot has not been confirmed yet.
find_back() {
  read_record
  target "$profile"
  back=$target
  if [ "$last_result" = rebooting ] && [ "$back" = "$last_new" ] && [ -e "$last_old/bin/switch-to-configuration" ]; then
    back=$last_old
  fi
  [ -e "$back/bin/switch-to-configuration" ] || {
    target /run/current-system
    back=$target
  }
}

# Sets `boots`: the system that the boot loader would start; - where that cannot be seen.
find_boot_default() {
  boots=-
  if [ -r /boot/loader/loader.conf ]; then
    while read -r key value; do
      [ "$key" = default ] || continue
      # Boot counting puts a + and numbers before the end of the name.
      for entry in /boot/loader/entries/"${value%.conf}".conf /boot/loader/entries/"${value%.conf}"+*.conf; do
        [ ! -r "$entry" ] || first_init "$entry"
      done
    done </boot/loader/loader.conf
  elif [ -r /boot/grub/grub.cfg ]; then
    # NixOS writes its default first.
    first_init /boot/grub/grub.cfg
  elif [ -r /boot/extlinux/extlinux.conf ]; then
    first_init /boot/extlinux/extlinux.conf
  fi
}

first_init() {
  while read -r line; do
    case $line in
      *init=/nix/store/*)
        boots=${line#*init=}
        boots=${boots%%/init*}
        return 0
        ;;
    esac
  done <"$1"
}
