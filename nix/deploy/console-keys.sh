# shellcheck shell=bash
# Host keys that are authenticated before the first connection: NixOS 26.05 prints
# them on the console at each boot, between lines that cloud-init uses too, and EC2
# gives the console to whoever may call GetConsoleOutput.

# Sets `console_keys`, one "TYPE KEY" for each key of the last whole block of a
# console. Whole lines alone count: what others make the machine log has more on
# its line.
parse_console() {
  local line block=() inside=0 key='^((ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,3})( |$)'
  console_keys=()
  while IFS= read -r line; do
    line=${line//$'\r'/}
    case $line in
      '-----BEGIN SSH HOST KEY KEYS-----') inside=1 block=() ;;
      '-----END SSH HOST KEY KEYS-----')
        [ "$inside" = 0 ] || console_keys=("${block[@]}")
        inside=0
        ;;
      *) [ "$inside" = 0 ] || [[ ! $line =~ $key ]] || block+=("${BASH_REMATCH[1]}") ;;
    esac
  done <<<"$1"
}

# Sets `console_keys`, at least one; waits for them for CONNECT_TIMEOUT at most.
read_console_keys() {
  local deadline console problem said='' latest=(--latest)
  # Terraform's provider goes by AWS_REGION first; version 1 of the CLI does not know it.
  [ -z "${AWS_REGION:-}" ] || export AWS_DEFAULT_REGION=$AWS_REGION
  command -v aws >/dev/null || fail_without_keys 'there is no aws command (AWS CLI) to read its console with'
  say "reading the host key of $INSTANCE_ID from its console"
  microseconds
  deadline=$((now + CONNECT_TIMEOUT * 1000000))
  while :; do
    seconds_until "$deadline"
    [ "$remaining" -gt 0 ] || fail_without_keys "$said after $CONNECT_TIMEOUT s"
    if console=$(AWS_PAGER='' timeout "$remaining" aws ec2 get-console-output --instance-id "$INSTANCE_ID" "${latest[@]}" \
      --query Output --output text </dev/null 2>"$work/aws.err"); then
      parse_console "$console"
      [ ${#console_keys[@]} -eq 0 ] || return 0
      problem='there is no host key on its console'
    else
      problem=$(<"$work/aws.err")
      problem=${problem//$'\n'/ }
      case $problem in
        # Older instance types have no newer console than that of their last boot.
        *UnsupportedOperation*)
          [ ${#latest[@]} -eq 0 ] || { latest=() && continue; }
          fail_without_keys "$problem"
          ;;
        *UnauthorizedOperation* | *AccessDenied* | *AuthFailure* | *InvalidInstanceID* | *InvalidClientTokenId* | *Expired* | \
          *'Unable to locate credentials'* | *'must specify a region'*) fail_without_keys "$problem" ;;
      esac
    fi
    if [ "$said" != "${problem:-no answer}" ]; then
      said=${problem:-no answer}
      say "waiting for the console of $INSTANCE_ID: $said"
    fi
    sleep 1
  done
}

fail_without_keys() {
  fail 11 "the host key of $host_name cannot be authenticated: nothing was sent" "$INSTANCE_ID: $1" \
    "See its console: aws ec2 get-console-output --instance-id $INSTANCE_ID --latest --output text" \
    'NixOS 26.05 and later print the keys there at boot; reading it takes the permission ec2:GetConsoleOutput.' \
    "Or add a line to $KNOWN_HOSTS_FILE yourself: '$host_name TYPE KEY instance=$INSTANCE_ID'" \
    'Or trust the first key that it shows: HOST_KEY=first-use.'
}
