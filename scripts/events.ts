import { eventFacts, eventNames } from '../src/events/catalog.ts';
import { reactionsTo } from '../src/events/reactions.ts';
import { readFlags, runScript } from './script.ts';
import { printTable } from './table.ts';

/** `npm run events`: every event, and who reacts to it. Touches no database. */
await runScript(() => {
  readFlags({});
  printTable(
    ['EVENT', 'RISK', 'REACTIONS', 'SUMMARY'],
    eventNames.map((name) => {
      const reactions = reactionsTo(name).map((reaction) => reaction.name);
      return [name, eventFacts(name).risk, reactions.join(', ') || '-', eventFacts(name).summary];
    }),
  );
  console.log(`\n${eventNames.length} events`);
});
