import { run, type RunOptions } from '../../rehearsal/run-command';

/** As somebody in the console of AWS: opens a port, tags the instance, detaches a policy. */
const PROGRAM = `
import os, sys, boto3
ec2 = boto3.client("ec2", region_name=os.environ["AWS_REGION"])
found = ec2.describe_instances(Filters=[{"Name": "ip-address", "Values": [sys.argv[1]]}])
instance = found["Reservations"][0]["Instances"][0]
port = {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
ec2.authorize_security_group_ingress(GroupId=instance["SecurityGroups"][0]["GroupId"], IpPermissions=[port])
ec2.create_tags(Resources=[instance["InstanceId"]], Tags=[{"Key": "Owner", "Value": "somebody"}])
iam = boto3.client("iam", region_name=os.environ["AWS_REGION"])
for role in iam.list_roles()["Roles"]:
    if role["RoleName"].startswith("iplz-live-"):
        for policy in iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=role["RoleName"], PolicyArn=policy["PolicyArn"])
`;

/** Change the live stack behind Terraform's back. */
export async function changeByHand(address: string, options: RunOptions): Promise<void> {
  await run(['.venv/bin/python3', '-c', PROGRAM, address], options);
}
