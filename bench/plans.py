"""How long synth and plan take by the number of hosts, drawn into docs/plan-times.svg.

    npm run bench:plans

Synth makes the stacks `live` and `deployment` of that many hosts in three waves. The plan is Terraform's own,
of the first deployment to all of them; `init` is not counted, and no AWS is asked: the state of `live` is a
file made up here. Prints the median and the minimum of 5 runs: seconds of wall time, and the peak of the
resident memory of the largest process in MB. Needs the providers that `npm run rehearse` sets up.
"""

import json
import os
import shutil
import statistics
import tempfile
from pathlib import Path

from chart import Line, draw

from synth import measure, write_hosts

RUNS = 5
NUMBERS = [1, 10, 100, 500]
PROJECT = Path(__file__).parent.parent
CHART = PROJECT / "docs/plan-times.svg"


def main() -> None:
    app = json.loads((PROJECT / "cdktf.json").read_text())["app"]
    synths: list[tuple[float, float]] = []
    plans: list[tuple[float, float]] = []
    print(f"{'':22} {'median s':>9} {'min s':>7} {'peak MB':>8}")
    for number in NUMBERS:
        with tempfile.TemporaryDirectory() as folder:
            environment = prepare(Path(folder), number)
            synths.append((number, report(f"synth of {number} hosts", app, PROJECT, environment)))
            stack = Path(folder) / "cdktf.out/stacks/deployment"
            program = environment["TERRAFORM_BINARY_NAME"]
            measure(f"{program} init -input=false", environment, stack)
            command = f"{program} plan -input=false"
            plans.append((number, report(f"plan of {number} hosts", command, stack, environment)))

    CHART.write_text(draw("Seconds by number of hosts", [Line("plan", plans), Line("synth", synths)]))
    print(f"drawn: {CHART.relative_to(PROJECT)}")


def prepare(folder: Path, number: int) -> dict[str, str]:
    """Write the facts of that many hosts, and a state of `live` that has them; returns the environment."""
    names = [f"web-{index}" for index in range(number)]
    variables = write_hosts(folder, number)
    instances = {name: {"instance_id": f"i-{name}", "address": "192.0.2.1"} for name in names}
    kind = ["object", {name: ["map", "string"] for name in names}]
    state = {
        "version": 4,
        "serial": 1,
        "lineage": "0f2b7a5e-0000-4000-8000-000000000000",
        "outputs": {"hosts": {"value": instances, "type": kind}},
        "resources": [],
    }
    (folder / "terraform.live.tfstate").write_text(json.dumps(state))
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "iplz-deploy"
    return variables | {
        "CDKTF_OUTDIR": str(folder / "cdktf.out"),
        "TF_CLI_CONFIG_FILE": str(cache / "terraform.rc"),
        "TERRAFORM_BINARY_NAME": "terraform" if shutil.which("tofu") is None else "tofu",
        "CHECKPOINT_DISABLE": "1",
    }


def report(name: str, command: str, folder: Path, environment: dict[str, str]) -> float:
    """Run it and print what it took; returns the median of the seconds."""
    runs = [measure(command, environment, folder) for _ in range(RUNS)]
    seconds = [one for one, _ in runs]
    peak = max(mb for _, mb in runs)
    print(f"{name:22} {statistics.median(seconds):9.2f} {min(seconds):7.2f} {peak:8.0f}")
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
