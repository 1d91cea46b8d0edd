import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['tasks', 'events'];

/** What tasks and appointments say of a deal is true from here on: it is there, or was and is no more. */
export class DealLinks1764000000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      // Until now any id was taken, and one was kept when its deal was purged.
      await runner.query(
        `UPDATE ${table} t SET deal_id = NULL
         WHERE deal_id IS NOT NULL AND NOT EXISTS (SELECT FROM deals d WHERE d.id = t.deal_id)`,
      );
      await runner.query(
        `ALTER TABLE ${table} ADD CONSTRAINT ${table}_deal_id_fkey
         FOREIGN KEY (deal_id) REFERENCES deals(id) ON DELETE SET NULL`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} DROP CONSTRAINT ${table}_deal_id_fkey`);
  }
}
