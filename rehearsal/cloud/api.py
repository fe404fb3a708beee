"""Puts this package's behaviour in front of moto's own."""

from __future__ import annotations

import moto.ec2.urls
import moto.s3.responses
from moto.ec2.models import elastic_ip_addresses, elastic_network_interfaces
from moto.ec2.responses import EC2Response
from moto.s3.models import FakeBucket

from rehearsal.cloud import bucket_policies
from rehearsal.cloud.action_log import ActionLog
from rehearsal.cloud.bucket_ownership import BucketOwnership
from rehearsal.cloud.console_output import ConsoleOutput
from rehearsal.cloud.elastic_addresses import ElasticAddresses
from rehearsal.cloud.images import Images
from rehearsal.cloud.import_snapshot import ImportSnapshot
from rehearsal.cloud.instances import Instances
from rehearsal.cloud.public_addresses import PublicAddresses
from rehearsal.cloud.registry_images import RegistryImages
from rehearsal.cloud.security_groups import SecurityGroups
from rehearsal.cloud.site import Site
from rehearsal.cloud.snapshots import Snapshots
from rehearsal.cloud.volumes import Volumes


class Ec2(
    ActionLog,
    SecurityGroups,
    RegistryImages,
    ImportSnapshot,
    Snapshots,
    Volumes,
    Images,
    Instances,
    ElasticAddresses,
    ConsoleOutput,
    EC2Response,
):
    """EC2 as moto has it, with what stands before `EC2Response` added or replaced."""


def extend_moto(site: Site) -> None:
    """Make the applications that moto's server creates from now on use this package."""
    Ec2.site = site
    moto.ec2.urls.url_paths = {"{0}/": Ec2.dispatch}
    # S3's paths are read again at each request, and name this class.
    moto.s3.responses.S3Response = BucketOwnership
    FakeBucket.get_permission = bucket_policies.permission
    # A network interface and an elastic address ask for one by these module-level names.
    addresses = PublicAddresses()
    elastic_network_interfaces.random_public_ip = addresses.next
    elastic_ip_addresses.random_ip = addresses.next
