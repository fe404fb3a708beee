# shellcheck shell=bash
# What cdktf is told: sets `named`, empty unless its words name a stack, and `folder`, where it writes the stacks.
# shellcheck disable=SC2034 # live.sh reads both
named='' folder=${CDKTF_OUTPUT:-cdktf.out} option=''
# shellcheck disable=SC2034
for argument in "${@:2}"; do
  case $option in
    -o | --output) folder=$argument ;;
    # cdktf-cli 0.21's other options that take a value.
    -a | --app | --log-level | --log-file-directory | --outputs-file | --parallelism | --terraform-parallelism | --var | --var-file | --experimental-provider-schema-cache-path) ;;
    *)
      case $argument in
        -o=* | --output=*) folder=${argument#*=} ;;
        -*) ;;
        *) named=1 ;;
      esac
      ;;
  esac
  option=$argument
done
