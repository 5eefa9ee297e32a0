/** The text with U+FFFD in place of each character that XML 1.0 does not allow, not even escaped (section 2.2, production 2). */
export function xmlCharacters(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
}
