# The disk image exactly as it is uploaded, on a computer like an EC2 instance: an NVMe disk,
# DHCP, and a metadata service that hands out what Amazon's would.
#
# Nothing is added to the image, so the test driver has no way into the machine: all is seen
# from outside, on the serial console and through a forwarded port.
{ pkgs, imageFile }:
let
  inherit (pkgs) lib;
  metadataServer = import (pkgs.path + "/nixos/tests/common/imds-server.nix") { inherit pkgs; };
  metadata = pkgs.runCommand "ec2-metadata" { } ''
    mkdir -p $out/1.0/meta-data $out/latest/api
    echo i-00000000000000000 > $out/1.0/meta-data/instance-id
    echo iplz-image > $out/1.0/meta-data/hostname
    echo '(unknown)' > $out/1.0/meta-data/ami-manifest-path
    touch $out/1.0/user-data
    echo token > $out/latest/api/token
  '';
  # By absolute paths: the test driver has neither on its PATH.
  qemu-img = "${pkgs.qemu-utils}/bin/qemu-img";
  qemu =
    (import (pkgs.path + "/nixos/lib/qemu-common.nix") { inherit (pkgs) lib stdenv; }).qemuBinary
      pkgs.qemu_test;
  uefi = pkgs.stdenv.hostPlatform.isAarch64;
in
{
  name = "iplz-image";
  nodes = { };

  testScript = ''
    import os
    import subprocess
    import tempfile
    import time
    import urllib.error
    import urllib.request

    folder = tempfile.mkdtemp()
    disk = os.path.join(folder, "disk.qcow2")
    subprocess.check_call(
        ["${qemu-img}", "create", "-f", "qcow2", "-F", "vpc", "-b", "${imageFile}", disk]
    )
    subprocess.check_call(["${qemu-img}", "resize", disk, "10G"])
    ${lib.optionalString uefi ''
      import shutil

      variables = os.path.join(folder, "variables.fd")
      shutil.copy("${pkgs.OVMF.variables}", variables)
      os.chmod(variables, 0o644)
    ''}
    machine = create_machine(
        "${qemu} -m 1024 "
        ${lib.optionalString uefi ''
          "-drive if=pflash,format=raw,unit=0,readonly=on,file=${pkgs.OVMF.firmware} "
          f"-drive if=pflash,format=raw,unit=1,file={variables} "
        ''}
        f"-drive file={disk},if=none,id=root,werror=report "
        "-device nvme,drive=root,serial=root "
        "-device virtio-net-pci,netdev=net "
        # Not 169.254.0.0/16, whose addresses a DHCP client takes for link-local ones.
        "-netdev 'user,id=net,net=169.0.0.0/8,host=169.0.0.2,hostfwd=tcp:127.0.0.1:8001-:80,"
        "guestfwd=tcp:169.254.169.254:80-cmd:${lib.getExe metadataServer} ${metadata}' "
        "$QEMU_OPTS"
    )


    def answer(seconds):
        deadline = time.monotonic() + seconds
        while True:
            try:
                with urllib.request.urlopen("http://127.0.0.1:8001/", timeout=5) as response:
                    return response.read().decode()
            except (urllib.error.URLError, OSError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(1)


    with subtest("nothing answers before the machine is on"):
        try:
            answer(0)
        except (urllib.error.URLError, OSError):
            pass
        else:
            raise AssertionError("something else listens on the forwarded port")

    machine.start()

    with subtest("the image boots and the application answers its client"):
        assert answer(300) == "169.0.0.2\n"

    with subtest("the host keys are on the console, as the deployment expects"):
        deadline = time.monotonic() + 120
        while "-----END SSH HOST KEY KEYS-----" not in machine.get_console_log():
            assert time.monotonic() < deadline, "no host keys on the console within 120 s"
            time.sleep(1)
  '';
}
