import { Duration } from "aws-cdk-lib";
import { type LifecycleRule, StorageClass } from "aws-cdk-lib/aws-s3";

export interface ArchiveClass {
  readonly storageClass: StorageClass;
  /** Days that an object must have been stored before. */
  readonly from: number;
  /** Days in it that are paid for at least, and that must be over before the next transition. */
  readonly minimum: number;
  /** Where objects may go next. */
  readonly next: readonly ArchiveClassName[];
}

export type ArchiveClassName =
  | "infrequentAccess"
  | "intelligentTiering"
  | "oneZoneInfrequentAccess"
  | "glacierInstantRetrieval";

/**
 * Storage classes that Datadog can rehydrate from (Intelligent-Tiering with its asynchronous tiers off), and what S3 asks of
 * a lifecycle with them.
 * https://docs.datadoghq.com/logs/log_configuration/archives/ ·
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html (2026-11)
 */
export const ARCHIVE_CLASSES: Readonly<Record<ArchiveClassName, ArchiveClass>> = {
  infrequentAccess: {
    storageClass: StorageClass.INFREQUENT_ACCESS,
    from: 30,
    minimum: 30,
    next: ["intelligentTiering", "oneZoneInfrequentAccess", "glacierInstantRetrieval"],
  },
  intelligentTiering: {
    storageClass: StorageClass.INTELLIGENT_TIERING,
    from: 0,
    minimum: 0,
    next: ["oneZoneInfrequentAccess", "glacierInstantRetrieval"],
  },
  oneZoneInfrequentAccess: { storageClass: StorageClass.ONE_ZONE_INFREQUENT_ACCESS, from: 30, minimum: 30, next: [] },
  glacierInstantRetrieval: {
    storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL,
    from: 0,
    minimum: 90,
    next: [],
  },
};

export interface ArchiveTransition {
  readonly to: ArchiveClassName;
  readonly after: Duration;
}

export interface ArchiveLifecycleProps {
  /** When archives move to cheaper storage: whole days, from when they are written. @default never */
  readonly transitions?: readonly ArchiveTransition[];
  /** When archives are deleted: whole days. @default never: this is where logs are kept for good */
  readonly expireAfter?: Duration;
  /** How long an overwritten or deleted archive can be brought back: whole days. @default 30 days */
  readonly keepReplacedFor?: Duration;
}

export const archiveLifecycle = ({
  transitions = [],
  expireAfter,
  keepReplacedFor = Duration.days(30),
}: ArchiveLifecycleProps): LifecycleRule => ({
  id: "archives",
  transitions: transitions.map(({ to, after }) => ({
    storageClass: ARCHIVE_CLASSES[to].storageClass,
    transitionAfter: after,
  })),
  expiration: expireAfter,
  noncurrentVersionExpiration: keepReplacedFor,
  abortIncompleteMultipartUploadAfter: Duration.days(7),
});

const daysOf = (time: Duration) => time.toDays({ integral: false });

/** What S3 would refuse when the bucket is made. Times that only CloudFormation knows are taken as right. */
export function lifecycleProblems({ transitions = [], expireAfter, keepReplacedFor }: ArchiveLifecycleProps): string[] {
  const times = [
    ...transitions.map(({ to, after }) => [`transitions, to ${to}`, after, 0] as const),
    ["expireAfter", expireAfter, 1] as const,
    ["keepReplacedFor", keepReplacedFor, 1] as const,
  ];
  const unwhole = times.flatMap(([name, time, min]) => {
    if (time === undefined || time.isUnresolved()) return [];
    const days = daysOf(time);
    if (Number.isInteger(days) && days >= min) return [];
    return [`${name}: S3 counts whole days, from ${min}; it is ${time.toHumanString()}.`];
  });
  const known = transitions.filter(({ after }) => !after.isUnresolved());
  return [...unwhole, ...known.flatMap(tooEarly), ...wrongOrder(known), ...expiresTooEarly(known, expireAfter)];
}

function tooEarly({ to, after }: ArchiveTransition): string[] {
  const { from } = ARCHIVE_CLASSES[to];
  return daysOf(after) >= from
    ? []
    : [`transitions: S3 takes objects to ${to} after ${from} days or more; it is ${daysOf(after)}.`];
}

function wrongOrder(transitions: readonly ArchiveTransition[]): string[] {
  const inTime = transitions.toSorted((a, b) => daysOf(a.after) - daysOf(b.after));
  return inTime.slice(1).flatMap((transition, i) => {
    const before = inTime[i] as ArchiveTransition;
    const { next, minimum } = ARCHIVE_CLASSES[before.to];
    if (!next.includes(transition.to)) {
      const allowed = next.length > 0 ? `only to ${next.join(" or ")}` : "nowhere that Datadog can read";
      return [`transitions: from ${before.to} objects can't go to ${transition.to}; ${allowed}.`];
    }
    const apart = daysOf(transition.after) - daysOf(before.after);
    // Two transitions on one day would be in no order.
    if (apart >= Math.max(1, minimum)) return [];
    return [
      `transitions: ${transition.to} must come ${Math.max(1, minimum)} days or more after ${before.to}; it is ${apart}.`,
    ];
  });
}

function expiresTooEarly(transitions: readonly ArchiveTransition[], expireAfter: Duration | undefined): string[] {
  if (expireAfter === undefined || expireAfter.isUnresolved()) return [];
  return transitions
    .filter(({ after }) => daysOf(after) >= daysOf(expireAfter))
    .map(
      ({ to, after }) =>
        `expireAfter: archives are deleted after ${daysOf(expireAfter)} days, and would move to ${to} after ${daysOf(after)}; S3 wants the transition before.`,
    );
}

/** Transitions after which an archive is deleted before the days are over that are paid for anyway. */
export function wastefulTransitions({ transitions = [], expireAfter }: ArchiveLifecycleProps): string[] {
  if (expireAfter === undefined || expireAfter.isUnresolved()) return [];
  return transitions
    .filter(
      ({ to, after }) => !after.isUnresolved() && daysOf(expireAfter) < daysOf(after) + ARCHIVE_CLASSES[to].minimum,
    )
    .map(
      ({ to }) => `${to} is paid for ${ARCHIVE_CLASSES[to].minimum} days at least, and archives are deleted before.`,
    );
}
