import { Duration } from 'aws-cdk-lib';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Settings } from '../settings/settings.ts';

const CPU_PERCENT = 60;
/** A vCPU serves about 1,000 small calls a second; the target leaves room for larger ones. */
const REQUESTS_PER_SECOND_AND_VCPU = 400;
const VCPU = 1_024;

/** As many tasks as keep CPU and requests per task near their targets; quick to grow, slow to shrink. */
export function scale(
  service: FargateService,
  targetGroup: ApplicationTargetGroup,
  { minTasks, maxTasks, cpu }: Settings,
): void {
  const pace = { scaleOutCooldown: Duration.minutes(1), scaleInCooldown: Duration.minutes(5) };
  const tasks = service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks });
  tasks.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: CPU_PERCENT, ...pace });
  tasks.scaleOnRequestCount('Requests', {
    targetGroup,
    requestsPerTarget: Math.floor((60 * REQUESTS_PER_SECOND_AND_VCPU * cpu) / VCPU),
    ...pace,
  });
}
