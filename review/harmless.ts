/**
 * Types of resources that hold nothing of their own: what destroys or changes one
 * can be undone by the configuration. Any other type may hold data.
 *
 * An instance's root disk counts as made from its image; what is lost with an
 * instance is judged apart.
 */
export const HOLDS_NOTHING: ReadonlySet<string> = new Set([
  'null_resource',
  'terraform_data',
  'time_sleep',
  // Made from an image of this project, and made from it again.
  'aws_ami',
  'aws_ami_launch_permission',
  'aws_ebs_snapshot_import',
  // Compute: what it is made of is configured.
  'aws_autoscaling_attachment',
  'aws_autoscaling_group',
  'aws_autoscaling_group_tag',
  'aws_autoscaling_lifecycle_hook',
  'aws_autoscaling_policy',
  'aws_autoscaling_schedule',
  'aws_ec2_instance_metadata_defaults',
  'aws_ec2_instance_state',
  'aws_ec2_tag',
  'aws_instance',
  'aws_key_pair',
  'aws_launch_configuration',
  'aws_launch_template',
  'aws_placement_group',
  // Networks.
  'aws_default_network_acl',
  'aws_default_route_table',
  'aws_default_security_group',
  'aws_default_subnet',
  'aws_default_vpc',
  'aws_eip',
  'aws_eip_association',
  'aws_egress_only_internet_gateway',
  'aws_flow_log',
  'aws_internet_gateway',
  'aws_internet_gateway_attachment',
  'aws_main_route_table_association',
  'aws_nat_gateway',
  'aws_network_acl',
  'aws_network_acl_rule',
  'aws_network_interface',
  'aws_network_interface_attachment',
  'aws_network_interface_sg_attachment',
  'aws_route',
  'aws_route53_record',
  'aws_route_table',
  'aws_route_table_association',
  'aws_security_group',
  'aws_security_group_rule',
  'aws_subnet',
  'aws_vpc',
  'aws_vpc_dhcp_options',
  'aws_vpc_dhcp_options_association',
  'aws_vpc_endpoint',
  'aws_vpc_security_group_egress_rule',
  'aws_vpc_security_group_ingress_rule',
  // Load balancers.
  'aws_alb',
  'aws_alb_listener',
  'aws_alb_listener_rule',
  'aws_alb_target_group',
  'aws_alb_target_group_attachment',
  'aws_lb',
  'aws_lb_listener',
  'aws_lb_listener_certificate',
  'aws_lb_listener_rule',
  'aws_lb_target_group',
  'aws_lb_target_group_attachment',
  // Permissions.
  'aws_iam_group_policy',
  'aws_iam_group_policy_attachment',
  'aws_iam_instance_profile',
  'aws_iam_openid_connect_provider',
  'aws_iam_policy',
  'aws_iam_policy_attachment',
  'aws_iam_role',
  'aws_iam_role_policies_exclusive',
  'aws_iam_role_policy',
  'aws_iam_role_policy_attachment',
  'aws_iam_role_policy_attachments_exclusive',
  'aws_iam_user_policy',
  'aws_iam_user_policy_attachment',
  // Settings of buckets, but for those that decide what is kept.
  'aws_s3_account_public_access_block',
  'aws_s3_bucket_accelerate_configuration',
  'aws_s3_bucket_acl',
  'aws_s3_bucket_cors_configuration',
  'aws_s3_bucket_logging',
  'aws_s3_bucket_notification',
  'aws_s3_bucket_ownership_controls',
  'aws_s3_bucket_policy',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_request_payment_configuration',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_website_configuration',
  // Alarms and events.
  'aws_cloudwatch_dashboard',
  'aws_cloudwatch_event_rule',
  'aws_cloudwatch_event_target',
  'aws_cloudwatch_metric_alarm',
  'aws_sns_topic',
  'aws_sns_topic_policy',
  'aws_sns_topic_subscription',
  // Programs: what they consist of is configured.
  'aws_lambda_alias',
  'aws_lambda_function',
  'aws_lambda_permission',
  'aws_ssm_association',
  'aws_ssm_document',
]);

/** Attributes that can change in place without a loss, whatever the type. */
const KEEPS_DATA =
  /^(?:tags|tags_all|timeouts|name|description|comment|display_name|billing_mode|instance_class|instance_type|node_type|(?:read|write)_capacity|iops|throughput|(?:apply_immediately|auto_minor_version_upgrade|copy_tags_to_snapshot|propagate_tags)|(?:preferred_)?(?:maintenance|backup)_window)$/;

/** More of these keeps more; but 0 may stand for no limit. */
const KEEPS_MORE = /(?:size|storage|retention\w*|days|period)$/;

/** What these prevent, when they come to be true. */
const PROTECTS = /(?:protection\w*|point_in_time_recovery|prevent_destroy|encrypted|versioning)$/;

/** What these allow, when they come to be false. */
const ALLOWS_LOSS = /(?:force_destroy|force_delete|skip_final_snapshot|skip_destroy|delete_\w+)$/;

/** Whether a change in place of one attribute is known to lose nothing, by the name of the attribute and its values. */
export function keepsData(path: readonly (string | number)[], before: unknown, after: unknown): boolean {
  const [first = ''] = path;
  if (KEEPS_DATA.test(String(first))) return true;
  const last = path.findLast((key) => typeof key === 'string') ?? '';
  if (KEEPS_MORE.test(last))
    return typeof before === 'number' && typeof after === 'number' && 0 < before && before < after;
  if (PROTECTS.test(last)) return after === true;
  return ALLOWS_LOSS.test(last) && after === false;
}

/** Actions of providers that touch neither data nor hosts. Any other may do anything. */
export const HARMLESS_ACTIONS: ReadonlySet<string> = new Set([
  'aws_cloudfront_create_invalidation',
  'aws_events_put_events',
  'aws_ses_send_email',
  'aws_sns_publish',
]);
