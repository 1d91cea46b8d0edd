/** What sample people and companies are called. Lists hold no two words with the same {@link slug}. */

const words = (text: string) => text.trim().split(/\s+/);
const phrases = (text: string) => text.trim().split(/\s*\n\s*/);

export const FIRST_NAMES = words(`
  Ada Adele Adrian Agnes Aisha Alan Alba Albert Alejandro Alice Alma Amara Amelie Amir Ana Anders Andrea Anika Anton
  Arjun Astrid Aurora Ayumi Beatriz Benedikt Bianca Björn Bruno Camila Carlos Carmen Cecilia Charlotte Chen Chiara
  Chloé Clara Claudia Colin Cosima Daniel Daria David Deepa Diana Diego Dmitri Edith Eduardo Eleni Elias Elif Emil Emma
  Enzo Erik Esther Ethan Eva Fabian Farah Fatima Felix Fernanda Finn Florian Frances Freya Gabriel Giulia Grace Greta
  Gustav Hana Hannah Hassan Helena Henrik Hugo Ida Ines Ingrid Irene Isaac Isabel Ivan Jakob Jana Jasmine Javier Joanna
  Johan Jonas Josefine Julia Jun Kaito Karin Katarzyna Kenji Kofi Lars Laura Leila Leo Lena Liam Lina Lorenzo Louise
  Luca Lucía Magnus Malik Manuel Marco Margaret Maria Mariam Marta Mateo Matilda Maya Mei Miguel Mila Min Miriam Mohamed
  Nadia Naomi Natalia Nicolas Nina Noah Nora Olga Oliver Omar Oscar Pablo Paula Pedro Petra Philippe Priya Rafael Rania
  Raúl Rebecca Renée Ricardo Robin Rosa Ruth Samira Samuel Sara Sebastian Selma Simone Sofia Soren Stella Sven Tariq
  Teresa Thea Theo Tomás Ulrike Valentina Vera Victor Viktoria Wei Yara Yasmin Yuki Zainab Zoe`);

export const LAST_NAMES = words(`
  Abbott Adeyemi Ahmed Almeida Andersen Andersson Archer Bachmann Baker Barbieri Barnes Bauer Becker Bennett Berg Bernard
  Bianchi Blackwood Blanc Boateng Bondarenko Brandt Brooks Byrne Calder Campbell Carlsson Castillo Chandra Chevalier
  Christensen Clarke Cohen Conti Cooper Costa Cruz Dahl Dalton Delgado Diallo Dubois Duarte Dvořák Edwards Eklund
  Engström Eriksson Esposito Evans Farrell Fernández Ferrari Fischer Fleming Fontaine Forster Fournier Friedman Fuchs
  Fujimoto García Gallagher Gauthier Ghosh Gibson Girard Gómez González Gordon Graham Grant Greco Gupta Haas Hahn Hamilton
  Hansen Harris Hartmann Hayashi Henderson Hernández Hoffmann Holm Horvath Hughes Ibrahim Iversen Iyer Jackson Jansen
  Jensen Jiménez Johansson Jovanović Kaplan Kapoor Karlsson Kaya Keller Kelly Khan Kim Klein Kobayashi Kovács Kowalski
  Kramer Krause Kumar Lambert Lang Larsen Laurent Lee Lefebvre Lehmann Leroy Lindberg Lindgren Lombardi López Lund
  Macdonald Mahmoud Marchetti Marino Martin Martínez Mason Mazur Mehta Meyer Miller Molina Mäkinen Moreau Moreno Morgan
  Moretti Mueller Murphy Mwangi Nakamura Navarro Nguyen Nielsen Nilsson Novak Nowak Oakley Okafor Olsen Ortega Osei Owens
  Palmer Park Patel Pereira Petersen Petit Popescu Price Quinn Ramírez Rao Reed Reyes Ricci Richter Rivera Roberts Romano
  Rossi Roux Ruiz Russo Ryan Saito Sánchez Santos Sato Schäfer Schmidt Schneider Schwarz Sharma Shaw Silva Simmons Singh
  Sørensen Souza Stewart Sullivan Suzuki Svensson Takahashi Tanaka Taylor Thomsen Torres Tran Turner Varga Vargas Vega
  Vidal Vogel Wagner Walker Walsh Wang Watanabe Weber Weiss Werner White Williams Winter Wójcik Wright Yamamoto Yilmaz
  Young Zhang Ziegler Zimmermann`);

export const COMPANY_STEMS = words(`
  Acorn Aldgate Alpenrose Amber Anchor Apex Arbor Argent Ashford Atlas Aurelia Avalon Axiom Bayside Beacon Birchwood
  Blackthorn Bluepeak Borealis Boxwood Bright Bridgeport Brightwater Calypso Canopy Cascade Cedar Celadon Cinder Clearbrook
  Cobalt Compass Copperfield Coral Crestline Crossway Crown Cypress Dawnlight Delphi Driftwood Eastgate Echo Elmstead Ember
  Evergreen Fairhaven Falcon Fernhill Firth Flint Forge Foxglove Frontier Gable Garnet Glacier Goldcrest Granite Greenfield
  Greystone Halcyon Harbor Hawthorn Hazel Helios Heron Highland Hollybrook Horizon Indigo Ironbridge Ivory Jasper Juniper
  Keystone Kingsley Kite Lakeshore Lantern Larkspur Laurel Lighthouse Lindenhof Lowland Lumen Lynx Magnolia Maple Mariner
  Meadow Meridian Merlin Midland Millstone Mistral Monarch Moonstone Nimbus Nordic Northgate Northwind Oakridge Obsidian
  Onyx Orchard Orion Osprey Outpost Palisade Paragon Pebble Peregrine Pinecrest Pioneer Polar Quarry Quartz Quayside Quill
  Rampart Redwood Ridgeway Riverbend Rook Rosewood Rowan Saffron Sable Sandstone Seabright Sentinel Sequoia Silverline
  Skylark Solstice Southbank Sparrow Sterling Stonebridge Summit Sundial Swift Tamarind Terra Thistle Thornbury Tidewater
  Topaz Trellis Tundra Umber Union Valley Vantage Verdant Vermilion Vertex Violet Vista Wayfarer Westbrook Whitecap Wildwood
  Willow Windmill Wren Yarrow Zenith Zephyr`);

const pairs = (text: string) => phrases(text).map((line) => line.split(/\s*\|\s*/) as [string, string]);

/** What a company does, and the industry that this makes it part of. */
export const TRADES = pairs(`
  Advisory | Consulting
  Aerospace | Aerospace
  Analytics | Software
  Architects | Construction
  Automation | Manufacturing
  Biotech | Life sciences
  Builders | Construction
  Capital | Financial services
  Ceramics | Manufacturing
  Chemicals | Chemicals
  Clinics | Health care
  Cloud | Software
  Coffee | Food and beverage
  Components | Manufacturing
  Diagnostics | Life sciences
  Electric | Energy
  Energy | Energy
  Farms | Agriculture
  Films | Media
  Foods | Food and beverage
  Freight | Logistics
  Furniture | Retail
  Games | Media
  Glass | Manufacturing
  Hotels | Hospitality
  Instruments | Manufacturing
  Insurance | Insurance
  Interactive | Software
  Labs | Software
  Learning | Education
  Legal | Legal services
  Logistics | Logistics
  Marine | Logistics
  Markets | Retail
  Media | Media
  Mobility | Automotive
  Motors | Automotive
  Networks | Telecommunications
  Optics | Manufacturing
  Outfitters | Retail
  Packaging | Manufacturing
  Partners | Consulting
  Payments | Financial services
  Pharma | Life sciences
  Press | Media
  Properties | Real estate
  Recruiting | Professional services
  Robotics | Manufacturing
  Security | Software
  Software | Software
  Solar | Energy
  Studios | Media
  Systems | Software
  Telecom | Telecommunications
  Textiles | Manufacturing
  Travel | Hospitality
  Ventures | Financial services
  Water | Utilities
  Wines | Food and beverage
  Works | Manufacturing`);

/** What a person does, and the department in which. */
export const JOBS = pairs(`
  Account Executive | Sales
  Business Analyst | Operations
  Chief Executive Officer | Management
  Chief Financial Officer | Finance
  Chief Technology Officer | Engineering
  Controller | Finance
  Customer Success Lead | Customer service
  Data Engineer | Engineering
  Design Lead | Product
  Director of Operations | Operations
  Director of Procurement | Procurement
  Engineering Lead | Engineering
  Executive Assistant | Management
  Facilities Lead | Operations
  Founder | Management
  Head of Marketing | Marketing
  Head of People | Human resources
  Head of Sales | Sales
  IT Administrator | IT
  IT Director | IT
  Legal Counsel | Legal
  Marketing Specialist | Marketing
  Office Lead | Operations
  Owner | Management
  Plant Supervisor | Production
  Product Owner | Product
  Project Lead | Operations
  Purchasing Agent | Procurement
  Quality Engineer | Production
  Recruiter | Human resources
  Sales Director | Sales
  Software Engineer | Engineering
  Supply Chain Planner | Procurement
  VP of Engineering | Engineering
  VP of Marketing | Marketing
  VP of Sales | Sales`);

export const STREETS = phrases(`
  Market Street
  Station Road
  Mill Lane
  Harbour Way
  Park Avenue
  Church Road
  King Street
  Garden Walk
  Bridge Street
  Canal Side
  Maple Drive
  Hill Road
  River Terrace
  School Lane`);

export interface City {
  name: string;
  state: string;
  country: string;
  currency: string;
  /** Two digits follow. In a range that the country keeps for fiction, so that nobody is rung. */
  phonePrefix: string;
}

/** Cities in countries that set telephone numbers aside for fiction. */
export const CITIES: City[] = phrases(`
  Austin | Texas | US | USD | +1 512 555 01
  Boston | Massachusetts | US | USD | +1 617 555 01
  Chicago | Illinois | US | USD | +1 312 555 01
  Denver | Colorado | US | USD | +1 303 555 01
  New York | New York | US | USD | +1 212 555 01
  Portland | Oregon | US | USD | +1 503 555 01
  San Francisco | California | US | USD | +1 415 555 01
  Seattle | Washington | US | USD | +1 206 555 01
  Montréal | Quebec | CA | CAD | +1 514 555 01
  Toronto | Ontario | CA | CAD | +1 416 555 01
  Vancouver | British Columbia | CA | CAD | +1 604 555 01
  Birmingham | England | GB | GBP | +44 121 496 00
  Cardiff | Wales | GB | GBP | +44 29 2018 00
  Edinburgh | Scotland | GB | GBP | +44 131 496 00
  Leeds | England | GB | GBP | +44 113 496 00
  London | England | GB | GBP | +44 20 7946 00
  Manchester | England | GB | GBP | +44 161 496 00
  Berlin | Berlin | DE | EUR | +49 30 23125 0
  Frankfurt | Hesse | DE | EUR | +49 69 90009 0
  Hamburg | Hamburg | DE | EUR | +49 40 66969 0
  Köln | North Rhine-Westphalia | DE | EUR | +49 221 4710 1
  München | Bavaria | DE | EUR | +49 89 99998 0
  Bordeaux | Nouvelle-Aquitaine | FR | EUR | +33 5 36 49 10
  Lyon | Auvergne-Rhône-Alpes | FR | EUR | +33 4 65 71 10
  Paris | Île-de-France | FR | EUR | +33 1 99 00 10
  Brisbane | Queensland | AU | AUD | +61 7 5550 10
  Melbourne | Victoria | AU | AUD | +61 3 5550 10
  Perth | Western Australia | AU | AUD | +61 8 5550 10
  Sydney | New South Wales | AU | AUD | +61 2 5550 10
  Dublin | Leinster | IE | EUR | +353 20 910 10`).map((line) => {
  const [name = '', state = '', country = '', currency = '', phonePrefix = ''] = line.split(/\s*\|\s*/);
  return { name, state, country, currency, phonePrefix };
});

/** Sorted as a person's tags are stored, so that any run of them is. */
export const TAGS = words(
  'champion decision-maker early-adopter enterprise newsletter partner-event priority referral renewal',
);

export const SOURCES = words('website referral social_media email_campaign cold_call trade_show linkedin event');

/** What is sold: name, price, category. */
export const PRODUCTS: [string, string, string][] = phrases(`
  Starter plan | 490.00 | Plans
  Team plan | 1490.00 | Plans
  Business plan | 4900.00 | Plans
  Enterprise plan | 14900.00 | Plans
  Onboarding | 1200.00 | Services
  Data migration | 2400.00 | Services
  Training day | 950.00 | Services
  Premium support | 3600.00 | Support
  Extra storage | 120.00 | Options
  Single sign-on | 750.00 | Options
  Sandbox | 480.00 | Options
  Audit export | 300.00 | Options`).map((line) => line.split(/\s*\|\s*/) as [string, string, string]);

export const DEAL_SUBJECTS = phrases(`
  annual plan
  renewal
  pilot
  expansion
  onboarding package
  support contract
  migration project
  training`);

export const LOST_REASONS = phrases(`
  Price
  Chose a competitor
  No budget
  No decision
  Missing feature
  Project cancelled`);

/** What is to be done with somebody, and of which type that is. */
export const TASK_TITLES: [string, string][] = phrases(`
  Call | call
  Follow up with | follow_up
  Send a proposal to | proposal
  Write to | email
  Prepare a demo for | demo
  Meet | meeting`).map((line) => line.split(/\s*\|\s*/) as [string, string]);

export const CALL_OUTCOMES = phrases(`
  Interested
  Asked for an offer
  Call back next week
  No answer
  Not now`);

/** Lower-case letters and digits only, for addresses: `Jovanović` -> `jovanovic`. */
export function slug(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replaceAll('ø', 'o')
    .replaceAll('ß', 'ss')
    .replace(/[^a-z0-9]+/g, '');
}
