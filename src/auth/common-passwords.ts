/**
 * The most used passwords of eight and more characters, shorter ones being refused anyhow.
 * Source: the heads of the public breach rankings (NCSC and SecLists top lists).
 */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `password password1 password12 password123 password1234 passw0rd p@ssword p@ssw0rd p@ssword1 p@ssw0rd1 passwort
  12345678 123456789 1234567890 123123123 987654321 0987654321 11223344 112233445566 12341234 87654321 147258369
  123456789a 1234567a a1234567 a12345678 abcd1234 abc12345 abcdefgh abcdefg1 1q2w3e4r 1q2w3e4r5t 1qaz2wsx qwertyui
  qwertyuiop qwerty123 qwerty12 qwerty1234 q1w2e3r4 q1w2e3r4t5 asdfghjk asdfghjkl asdf1234 zxcvbnm1 zxcvbnm123
  iloveyou iloveyou1 iloveyou2 sunshine sunshine1 princess princess1 football football1 baseball baseball1
  basketball superman superman1 batman123 starwars starwars1 michael1 jennifer jordan23 trustno1 whatever
  welcome1 welcome12 welcome123 welcome1234 letmein1 letmein123 letmeinnow changeme changeme1 changeme123
  admin123 admin1234 admin12345 administrator adminadmin root1234 rootroot test1234 testtest testing123
  secret123 secret12 default1 default123 computer computer1 internet internet1 samsung1 samsung123 google123
  facebook facebook1 linkedin linkedin1 monkey123 dragon123 master123 shadow123 hello123 hello1234 charlie1
  liverpool liverpool1 arsenal1 chelsea1 barcelona juventus realmadrid manchester pokemon1 pokemon123 naruto123
  blink182 metallica slipknot nirvana1 corvette mercedes ferrari1 porsche1 mustang1 harley12 yamaha12
  december november september october1 january1 february summer12 summer123 winter12 winter123 spring12 autumn12
  summer2023 summer2024 summer2025 winter2023 winter2024 winter2025 spring2024 spring2025
  access14 access123 maverick phoenix1 patricia victoria elizabeth jessica1 michelle1 daniel12 anthony1 matthew1
  aa123456 aa12345678 aaa111222 a123456789 zaq12wsx zaq1zaq1 xsw21qaz qazwsxedc qazwsx123 1qazxsw2 zxcvbnm,
  987654321a 789456123 159753456 741852963 963852741 123654789 147852369 99999999 88888888 00000000 11111111
  22222222 33333333 55555555 66666666 77777777 12121212 13131313 10203040 1029384756 qwe123456 qweasdzxc qweqwe123
  loveyou1 lovelove iloveu123 forever1 babygirl babygirl1 sweetheart butterfly chocolate flower123 rainbow1
  crm12345 demo-passw0rd mycrm123 mycrm1234 salesforce salesforce1 company1 company123 business1 office123 work1234`
    .split(/\s+/)
    .filter(Boolean),
);
