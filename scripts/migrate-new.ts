import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWord, runScript } from './script.ts';

const FOLDER = 'src/migrations';

/** `npm run migrate:new -- add-leads`: writes an empty migration with the next number. */
await runScript(() => {
  const name = readWord('a name such as add-leads');
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) throw new Error('Write the name in kebab-case, such as add-leads.');
  const files = readdirSync(FOLDER).filter((file) => /^\d{4}-/.test(file));
  const taken = files.find((file) => file.slice(5) === `${name}.ts`);
  if (taken) throw new Error(`There is ${join(FOLDER, taken)} already.`);
  const number = Math.max(0, ...files.map((file) => Number(file.slice(0, 4)))) + 1;
  const file = `${String(number).padStart(4, '0')}-${name}.ts`;
  const className = `${toPascalCase(name)}${Date.now()}`;
  writeFileSync(join(FOLDER, file), template(className), { flag: 'wx' });
  console.log(`Wrote ${join(FOLDER, file)}. Add it at the end of the LIST in ${FOLDER}/index.ts:`);
  console.log(`  import { ${className} } from './${file}';`);
});

function toPascalCase(name: string): string {
  return name.replace(/(^|-)([a-z0-9])/g, (_match, _dash, letter: string) => letter.toUpperCase());
}

/** TypeORM orders migrations by the milliseconds at the end of the class name. */
function template(className: string): string {
  return `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${className} implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(\`\`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(\`\`);
  }
}
`;
}
