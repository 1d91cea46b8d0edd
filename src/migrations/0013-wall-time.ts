import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A recurring task goes back to its own time of day after a gap; who attends an event is named as it is read. */
export class WallTime1764000000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tasks ADD COLUMN wall_time integer');
    // The names of users and contacts were kept where each reader of the event saw them.
    await runner.query(
      `UPDATE events SET attendees = (
         SELECT jsonb_agg(CASE WHEN coalesce(a ->> 'user_id', a ->> 'contact_id') IS NULL THEN a ELSE a - 'name' END
           ORDER BY place)
         FROM jsonb_array_elements(attendees) WITH ORDINALITY AS each(a, place))
       WHERE attendees <> '[]'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tasks DROP COLUMN wall_time');
  }
}
