import { DeploymentStack, ImmutableStack, LiveStack, StateStack, synthesize } from 'iplz-deploy';

// CUSTOMIZE: the project's name. What its things in AWS are called starts with it: another one replaces them.
synthesize('web', (app, inputs) => {
  if (inputs.immutable) new ImmutableStack(app, 'immutable', inputs.immutable);
  const live = inputs.live && new LiveStack(app, 'live', inputs.live);
  const deployment = inputs.deployment && new DeploymentStack(app, 'deployment', inputs.deployment);
  if (live) deployment?.addDependency(live);
  if (inputs.state) new StateStack(app, 'state', inputs.state);

  // CUSTOMIZE: resources of your own, beside the hosts of a stack. A name for the host, and a bucket that it
  // may read, by a role that `deployment.instanceProfile = "web-host";` in hosts/web.nix gives it:
  //
  // import { IamInstanceProfile } from '@cdktf/provider-aws/lib/iam-instance-profile';
  // import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
  // import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
  // import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
  // import { PrivateBucket } from 'iplz-deploy/constructs/private-bucket';
  //
  // const host = live?.hosts.get('web');
  // if (live && host) {
  //   const records = [host.address];
  //   new Route53Record(live, 'name', { zoneId: 'Z0123', name: 'www.example.org', type: 'A', ttl: 300, records });
  //
  //   const bucket = new PrivateBucket(live, 'data', { bucketPrefix: 'web-data-' });
  //   const allow = (what: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...what }] });
  //   const trust = allow({ Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' });
  //   const role = new IamRole(live, 'role', { name: 'web-host', assumeRolePolicy: trust });
  //   const policy = allow({ Action: 's3:GetObject', Resource: `${bucket.arn}/*` });
  //   new IamRolePolicy(live, 'read', { role: role.name, policy });
  //   host.host.instance.node.addDependency(new IamInstanceProfile(live, 'profile', { name: 'web-host', role: role.name }));
  // }
});
