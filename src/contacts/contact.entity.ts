import { Column, Entity } from 'typeorm';
import { RecordEntity } from '../crud/record-entity.ts';

@Entity('contacts')
export class Contact extends RecordEntity {
  @Column({ type: 'varchar', length: 100 }) first_name: string;
  @Column({ type: 'varchar', length: 100 }) last_name: string;
  @Column({ type: 'varchar', length: 10, nullable: true }) salutation: string | null;
  @Column({ type: 'varchar', length: 254, nullable: true }) email: string | null;
  @Column({ type: 'jsonb', default: [] }) emails: { value: string; type: string; is_primary: boolean }[];
  @Column({ type: 'jsonb', default: [] }) phones: { value: string; type: string; is_primary: boolean }[];
  @Column({ type: 'varchar', length: 50, nullable: true }) phone: string | null;
  @Column({ type: 'varchar', length: 50, nullable: true }) mobile: string | null;
  @Column({ type: 'uuid', nullable: true }) company_id: string | null;
  @Column({ type: 'varchar', length: 150, nullable: true }) job_title: string | null;
  @Column({ type: 'varchar', length: 150, nullable: true }) department: string | null;
  @Column({ type: 'varchar', length: 255, nullable: true }) address_line_1: string | null;
  @Column({ type: 'varchar', length: 255, nullable: true }) address_line_2: string | null;
  @Column({ type: 'varchar', length: 100, nullable: true }) city: string | null;
  @Column({ type: 'varchar', length: 100, nullable: true }) state: string | null;
  @Column({ type: 'varchar', length: 20, nullable: true }) postal_code: string | null;
  @Column({ type: 'char', length: 2, nullable: true }) country: string | null;
  @Column({ type: 'varchar', length: 20, default: 'prospect' }) contact_type: string;
  @Column({ type: 'varchar', length: 20, default: 'active' }) status: string;
  @Column({ type: 'varchar', length: 100, nullable: true }) source: string | null;
  @Column({ type: 'uuid', nullable: true }) assigned_to_id: string | null;
  @Column({ type: 'varchar', length: 500, nullable: true }) website: string | null;
  @Column({ type: 'varchar', length: 500, nullable: true }) linkedin: string | null;
  @Column({ type: 'varchar', length: 500, nullable: true }) twitter: string | null;
  @Column({ type: 'text', nullable: true }) notes: string | null;
  @Column({ type: 'boolean', default: false }) do_not_email: boolean;
  @Column({ type: 'jsonb', default: {} }) consent: Record<string, unknown>;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) last_contacted_at: Date | null;
  @Column({ type: 'jsonb', default: {} }) external_ids: Record<string, string>;
  /** Of one in the trash: the contact that took over what referred to it. */
  @Column({ type: 'uuid', nullable: true }) merged_into_id: string | null;
  /** Made by the database: what tells likely duplicates. */
  @Column({ type: 'text', nullable: true }) name_key: string | null;
  @Column({ type: 'text', nullable: true }) phone_key: string | null;
  @Column({ type: 'text', nullable: true }) mobile_key: string | null;
  @Column({ type: 'text', nullable: true }) mailbox_key: string | null;
}
