import type { JsonObject } from '../json/parse.ts';
import { sampleVector } from './sample-vectors.ts';

const PROJECT = 'PROJECT#test123';

/** Items below an epic, found through GSI1 by their epic. */
function child(kind: string, id: string, epic: string, attributes: JsonObject): JsonObject {
  return {
    PK: PROJECT,
    SK: `${kind.toUpperCase()}#${id}`,
    GSI1PK: `EPIC#${epic}`,
    GSI1SK: `${kind.toUpperCase()}#${id}`,
    entity_type: kind,
    ...attributes,
  };
}

/** An epic, with what it is found by in a search by meaning. */
function epic(id: string, { epic_name, ...attributes }: { epic_name: string } & JsonObject) {
  const embedding = sampleVector(epic_name);
  return {
    PK: PROJECT,
    SK: `EPIC#${id}`,
    entity_type: 'epic',
    epic_name,
    ...attributes,
    embedding,
  };
}

const LATER_EPICS = [
  'Video Consultation',
  'Prescriptions',
  'Billing',
  'Notifications',
  'Audit Trail',
  'Reporting',
  'Accessibility',
  'Data Export',
  'Search',
  'Clinic Administration',
];

/** A small project as the single-table design stores it: every value type occurs. */
export const SAMPLE_ITEMS: readonly JsonObject[] = [
  {
    PK: PROJECT,
    SK: 'METADATA',
    entity_type: 'project',
    project_name: 'Telehealth portal',
    description: 'Video consultations for outpatients',
    tags: { $ddb: { SS: ['health', 'web'] } },
    budget: JSON.rawJSON('125000.50'),
    archived: false,
  },
  epic('E001', {
    epic_name: 'User Authentication',
    status: 'In Progress',
    priority: 1,
    revision: 3,
    history: ['created', 'estimated'],
  }),
  epic('E002', { epic_name: 'Appointment Booking', status: 'Open', priority: 2, revision: 1 }),
  ...LATER_EPICS.map((epic_name, index) =>
    epic(`E${String(index + 3).padStart(3, '0')}`, { epic_name, status: 'Open', revision: 1 }),
  ),
  child('feature', 'F001', 'E001', {
    feature_name: 'Login with two factors',
    status: 'In Progress',
    estimate: { points: 8, confidence: 0.7 },
  }),
  child('feature', 'F002', 'E001', { feature_name: 'Password reset', status: 'Open' }),
  child('feature', 'F003', 'E002', { feature_name: 'Calendar view', status: 'Open' }),
  child('usecase', 'U001', 'E001', {
    usecase_name: 'Patient logs in',
    actors: ['patient'],
    jira_issue_key: null,
  }),
  child('usecase', 'U002', 'E001', { usecase_name: 'Patient resets the password' }),
  child('testcase', 'T001', 'E001', {
    testcase_name: 'Wrong code is refused',
    steps: ['log in', 'enter a wrong code'],
    automated: true,
  }),
  child('testcase', 'T002', 'E001', { testcase_name: 'Code expires', automated: true }),
  child('testcase', 'T003', 'E002', { testcase_name: 'Booked slot is gone', automated: false }),
];
