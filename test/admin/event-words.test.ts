import { describe, expect, test } from '@jest/globals';
import { describeEvent, nameEvent } from '../../admin/event-words.ts';
import { printInstant } from '../../admin/instants.ts';
import { eventNames } from '../../src/events/catalog.ts';

describe('what happened', () => {
  test.each([
    ['contact.created', 'Ada', 'Contact created', 'created the contact Ada'],
    ['deal.won', 'Big one', 'Deal won', 'won the deal Big one'],
    ['company.deleted', 'Acme', 'Company deleted', 'moved the company Acme to the trash'],
    ['user.signed_in', 'a@b.example', 'Signed in', 'signed in'],
    ['role_assignment.created', 'A: B: a@b.example', 'Role assigned', 'gave the role A: B to a@b.example'],
    ['role_assignment.deleted', 'Viewer: a@b.example', 'Role taken back', 'took the role Viewer from a@b.example'],
  ])('%s of %s is said as a person would', (event, subject, label, sentence) => {
    expect(nameEvent(event)).toBe(label);
    expect(describeEvent(event, subject)).toBe(sentence);
  });

  test('has words for every event', () => {
    for (const event of eventNames) {
      expect(nameEvent(event)).toMatch(/^[A-Z][a-z ]+[a-z-]*/);
      expect(`${nameEvent(event)} ${describeEvent(event, 'X: y')}`).not.toMatch(/[._]|undefined/);
    }
  });

  test('is dated by the reader’s clock', () => {
    expect(printInstant('2026-11-25T01:30:00.000Z', 'UTC')).toBe('2026-11-25 01:30');
    expect(printInstant('2026-11-25T01:30:00.000Z', 'Asia/Tokyo')).toBe('2026-11-25 10:30');
  });
});
