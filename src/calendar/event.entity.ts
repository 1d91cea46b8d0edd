import { Column, Entity } from 'typeorm';
import { RecordEntity } from '../crud/record-entity.ts';

export interface Attendee {
  email?: string | null;
  user_id?: string | null;
  contact_id?: string | null;
  /** Stored only of whoever is neither a user nor a contact. */
  name?: string | null;
  status: 'needs_action' | 'accepted' | 'declined' | 'tentative';
}

/** An appointment in the calendar; what the system records stands in `audit_logs`. */
@Entity('events')
export class CalendarEvent extends RecordEntity {
  @Column({ type: 'varchar', length: 200 }) title: string;
  @Column({ type: 'text', nullable: true }) description: string | null;
  @Column({ type: 'varchar', length: 20, default: 'meeting' }) event_type: string;
  @Column({ type: 'timestamptz', precision: 3 }) start_at: Date;
  @Column({ type: 'timestamptz', precision: 3 }) end_at: Date;
  @Column({ type: 'boolean', default: false }) is_all_day: boolean;
  @Column({ type: 'varchar', length: 64 }) timezone: string;
  @Column({ type: 'jsonb', default: [] }) attendees: Attendee[];
  @Column({ type: 'varchar', length: 300, nullable: true }) location: string | null;
  @Column({ type: 'varchar', length: 500, nullable: true }) meeting_link: string | null;
  @Column({ type: 'uuid', nullable: true }) contact_id: string | null;
  @Column({ type: 'uuid', nullable: true }) lead_id: string | null;
  @Column({ type: 'uuid', nullable: true }) deal_id: string | null;
  @Column({ type: 'varchar', length: 500, nullable: true }) recurrence: string | null;
  /** Days in the event's time zone on which it does not take place. */
  @Column({ type: 'text', array: true, default: [] }) exception_dates: string[];
  /** The end of the last occurrence; null while there is no last one, or where nothing recurs. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) recurs_until: Date | null;
}
