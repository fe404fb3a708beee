#!/usr/bin/env bash
# Name what interrupted imports of a stack's images left in EC2, and how to remove it: leaked-imports.sh STACK
# Run in the project's folder, where cdktf has written the stack: other projects' imports are theirs.
# EC2 finishes an import even if the deployment that began it no longer waits for it. The provider tags the
# import when it begins, and the snapshot when it is there: one without tags is in no state.
# Run it while nobody deploys. Needs node, the AWS CLI, ec2:DescribeImportSnapshotTasks and ec2:DescribeSnapshots.
set -euo pipefail
if [ $# -ne 1 ] || [[ ! $1 =~ ^[a-z0-9_-]+$ ]]; then
  echo 'leaked-imports: expected: leaked-imports.sh STACK, such as immutable or live' >&2
  exit 2
fi
if ! command -v aws >/dev/null; then
  echo 'leaked-imports: the AWS CLI must be on PATH, got none: nix shell nixpkgs#awscli2' >&2
  exit 2
fi
stack=${CDKTF_OUTPUT:-cdktf.out}/stacks/$1/cdk.tf.json
if [ ! -e "$stack" ]; then
  echo "leaked-imports: the stack must be in $stack, which is not there; write it: nix run .#$1 -- synth" >&2
  exit 2
fi
project=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1], "utf8")).provider.aws[0].default_tags[0].tags.project' "$stack")

# rows QUERY ARGUMENT...: what an EC2 command answers, a line of words for each.
rows() {
  aws ec2 "${@:2}" --output text --query "$1"
}

tasks=$(rows "ImportSnapshotTasks[?Tags[?Key=='project' && Value=='$project'] && Tags[?Key=='stack' && Value=='$1']].[ImportTaskId, SnapshotTaskDetail.Status, SnapshotTaskDetail.SnapshotId]" describe-import-snapshot-tasks)
found=0
while read -r task status snapshot; do
  case $status in
    completed)
      untagged=$(rows 'Snapshots[?!Tags].SnapshotId' describe-snapshots --owner-ids self --filters "Name=snapshot-id,Values=$snapshot")
      [ -n "$untagged" ] || continue
      printf '%s, which %s made: aws ec2 delete-snapshot --snapshot-id %s\n' "$snapshot" "$task" "$snapshot"
      ;;
    '' | deleted | deleting) continue ;; # none, refused or cancelled
    *) printf '%s still imports: aws ec2 cancel-import-task --import-task-id %s\n' "$task" "$task" ;;
  esac
  found=$((found + 1))
done <<<"$tasks"

[ "$found" -gt 0 ] || echo "No interrupted import of stack $1 left anything." >&2
