import { domainToASCII } from 'node:url';

/** Letters of any script, digits and hyphens, the last name of two letters at least. Nothing else is looked up. */
const NAME = /^[\p{L}\p{M}\p{N}-]+(\.[\p{L}\p{M}\p{N}-]+)+$/u;
/** Source: RFC 1035, 2.3.1: labels of at most 63, and none with a hyphen at its edge. */
const ASCII_NAME = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;
const MAX_NAME = 253;

/** A domain name as the DNS has it, punycode for other letters than ASCII's, so that each has one spelling; or `null`. */
export function toAsciiDomain(text: string): string | null {
  if (!NAME.test(text)) return null;
  const ascii = domainToASCII(text);
  return ascii.length <= MAX_NAME && ASCII_NAME.test(ascii) ? ascii : null;
}
